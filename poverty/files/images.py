"""Images: what can be known without decoding them, and the pictures that a worker makes."""

import mmap
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path

from django.utils import timezone
from PIL import ExifTags, Image, ImageOps

from poverty.files import kinds
from poverty.files.kinds import ContentType
from poverty.files.refusals import refusal

# A phone's largest photos. JPEG is decoded at a fraction of its size, the others whole.
MOST_MEGAPIXELS = {kinds.JPEG: 120, kinds.PNG: 50, kinds.WEBP: 50}
SIZES = {"small": 320, "large": 1600}  # longest side in pixels
_FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError, EOFError)

# Between Pillow's warning and its error our own limit decides.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


class Undecodable(Exception):
    """The image cannot be turned into a picture."""


@dataclass(frozen=True)
class Facts:
    """What the header says: size as seen upright, and when and where the camera says it was taken (or
    None).
    """

    width: int
    height: int
    taken_at: datetime | None
    latitude: Decimal | None
    longitude: Decimal | None


def examine(path: Path, content_type: ContentType) -> Facts:
    """Read an image's header; ValidationError when it is damaged, cut off, or has too many pixels."""
    if not _is_whole(path, content_type):
        raise refusal("damaged")
    try:
        with _opened(path) as image:
            width, height = image.size
            if width * height > MOST_MEGAPIXELS[content_type] * 1_000_000:
                raise refusal("pixels", limit=MOST_MEGAPIXELS[content_type])
            # Pillow would decode a whole PNG to look for notes behind the pixels.
            exif = image.getexif() if image.format != "PNG" or "exif" in image.info else Image.Exif()
    except Image.DecompressionBombError as error:
        raise refusal("pixels", limit=MOST_MEGAPIXELS[content_type]) from error
    except _BROKEN as error:
        raise refusal("damaged") from error
    if exif.get(ExifTags.Base.Orientation) in (5, 6, 7, 8):
        width, height = height, width
    latitude, longitude = _position(exif)
    return Facts(width, height, _taken_at(exif), latitude, longitude)


def pictures(path: Path) -> dict[str, bytes]:
    """Return JPEG pictures by size ("small", "large"), upright, without the camera's notes (place, time,
    device).

    Undecodable when that fails: the content is damaged behind a sound header.
    """
    try:
        with _opened(path) as image:
            # JPEG decodes at a half or a quarter of its size; in proportion, else the shorter side forbids
            # it.
            shrink = SIZES["large"] / max(image.size)
            image.draft("RGB", (int(image.width * shrink), int(image.height * shrink)))
            image.thumbnail((SIZES["large"], SIZES["large"]))
            large = _flat(ImageOps.exif_transpose(image))
    except (*_BROKEN, Image.DecompressionBombError, MemoryError) as error:
        raise Undecodable from error
    small = large.copy()
    small.thumbnail((SIZES["small"], SIZES["small"]))
    return {"small": _encoded(small), "large": _encoded(large)}


def _opened(path):
    return Image.open(path, formats=_FORMATS)


def _flat(image):
    """On white, where transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _encoded(image) -> bytes:
    target = BytesIO()
    # A new image carries no notes of the old one; what Pillow would take over from `info` is left out by
    # hand.
    image.info = {}
    image.save(target, "JPEG", quality=82, optimize=True, exif=b"")
    return target.getvalue()


def _is_whole(path, content_type):
    """Whether the image's end is there; a transfer that broke off leaves none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content_type is kinds.PNG:
            return content.rfind(b"IEND\xaeB`\x82") > 0
        if content_type is kinds.WEBP:
            return int.from_bytes(content[4:8], "little") + 8 <= len(content)
        scan = _start_of_scan(content)
        # Behind the start of the scan 0xFFD9 can only be the end: elsewhere 0xFF is followed by 0x00 or a
        # marker.
        return scan is not None and content.find(b"\xff\xd9", scan) > 0


def _start_of_scan(content):
    """Where the first scan of a JPEG begins, past the segments, which may hold a whole preview; None if
    nowhere.
    """
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker == 0xDA:
            return at
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers without a length
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _taken_at(exif):
    """Time of the photo. Cameras write local time, newer ones also the offset; a clock that is off gives
    None.
    """
    try:
        details = exif.get_ifd(ExifTags.IFD.Exif)
        text = str(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
        offset = str(details.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\x00 ")
        moment = datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")
        zone = datetime.strptime(offset, "%z").tzinfo if offset else timezone.get_default_timezone()
        moment = moment.replace(tzinfo=zone)
        plausible = moment.year >= 1990 and moment <= timezone.now() + timedelta(days=1)
    except _BROKEN:
        return None
    return moment if plausible else None


def _position(exif):
    """(latitude, longitude) in degrees with six decimals, or (None, None) when missing, broken or 0/0."""
    try:
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef], "N", "S")
        longitude = _degrees(place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef], "E", "W")
        plausible = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude)
    except (*_BROKEN, ZeroDivisionError, InvalidOperation):
        return None, None
    return (latitude, longitude) if plausible else (None, None)


def _degrees(parts, side, positive, negative):
    degrees, minutes, seconds = (Decimal(str(float(part))) for part in parts)
    side = str(side).strip("\x00 ").upper()
    if side not in (positive, negative):
        raise ValueError(side)
    value = (degrees + minutes / 60 + seconds / 3600).quantize(Decimal("0.000001"))
    return -value if side == negative else value
