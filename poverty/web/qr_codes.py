"""QR codes as drawings for a page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def drawing_of(address: str) -> SafeString:
    """The QR code of an address of ours as SVG, with a quarter of it to spare for dirt and folds."""
    drawing = segno.make_qr(address, error="q").svg_inline(
        border=2, svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawing)  # drawn by the QR library from modules, not from text
