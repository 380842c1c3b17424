"""What is drawn as a QR code is read by a reader, small and printed."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from poverty.web.qr_codes import drawing_of


@pytest.mark.parametrize(
    "address",
    [
        "https://fp.example.gov.cn/households/sheet/k7m2p9qx/",
        "http://127.0.0.1:8000/households/label/2345678abcdefghjkmnp/",
        "https://a.cn/n/" + "x" * 120,
    ],
)
def test_it_reads_back(address):
    drawing = str(drawing_of(address))
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', drawing)[1])
    picture = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)", drawing):
        assert length == back
        left, top = int(x) * 4, int(y) * 4
        pen.rectangle((left, top, left + int(length) * 4 - 1, top + 3), fill=0)

    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [address]
