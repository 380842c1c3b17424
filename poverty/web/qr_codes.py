"""QR codes as drawings for a page."""

import re

import zxingcpp
from django.utils.safestring import SafeString, mark_safe

_QUIET = 2  # modules of white around it, besides what the page leaves
_DARK = re.compile(rb"\x00+")  # of the grey values that the drawer answers with


def drawing_of(address: str) -> SafeString:
    """The QR code of an address of ours as SVG, with a quarter of it to spare for dirt and folds.

    Hundreds of them stand on the sheets of a village: drawn in about a millisecond each.
    """
    symbol = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    modules = memoryview(symbol.to_image(scale=1, add_quiet_zones=False))
    count, cells = modules.shape[0], modules.tobytes()
    strokes = "".join(
        f"M{run.start() + _QUIET} {row + _QUIET}h{run.end() - run.start()}v1h-{run.end() - run.start()}"
        for row in range(count)
        for run in _DARK.finditer(cells[row * count : (row + 1) * count])
    )
    side = count + 2 * _QUIET
    # Made of numbers only, not of text from anywhere.
    return mark_safe(f'<svg class="qr" viewBox="0 0 {side} {side}"><path d="{strokes}"/></svg>')
