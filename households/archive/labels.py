"""Labels for the covers of handbooks: a QR code that leads to the household's page for papers, and reading one again.

The address holds a code drawn by lot, nothing else. Decoding gets pixels only: Pillow opens the picture, as for every
photo that comes in, and zxing-cpp looks for the code in the grey values.
"""

import re
from typing import BinaryIO

import zxingcpp
from django.urls import reverse
from PIL import Image, ImageOps

_CODE = re.compile(r"/label/([2-9a-hjkmnp-z]{20})/?$")
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS = 120_000_000
# A label of 25 mm on a page that fills the picture is then still 200 points wide.
_SIDE = 2400
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError, EOFError)


def address_of(code: str, base: str) -> str:
    """The address a label leads to. `base`: scheme and host, as people reach the system from their phones."""
    return base.rstrip("/") + reverse("households:label", args=[code])


def code_in(file: BinaryIO) -> str | None:
    """The code of the label in a picture; None without one, with two different ones, or when it cannot be opened."""
    try:
        with Image.open(file, formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.draft("L", (_SIDE, _SIDE))
            grey = ImageOps.exif_transpose(image).convert("L")
            grey.thumbnail((_SIDE, _SIDE))
    except (*_BROKEN, Image.DecompressionBombError):
        return None
    finally:
        file.seek(0)
    found = {
        match[1]
        for barcode in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
        if (match := _CODE.search(barcode.text))
    }
    return found.pop() if len(found) == 1 else None
