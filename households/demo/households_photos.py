"""Drawings of houses in place of photos: nobody could take them for the picture of a real house."""

from decimal import Decimal
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from households.demo.county_figures import SEED
from households.demo.people_of_the_county import Home
from households.demo.staff import Staff
from households.models import Household
from households.services.positions import set_photo, set_position

WIDTH, HEIGHT = 960, 640
# Somewhere in the demo township (from memory); each house a little apart.
CENTRE = (41.6890, 126.1860)
_SKIES = ("#cfe3f2", "#dce6ea", "#f3e3cf")
_ROOFS = ("#7c3f32", "#4f5d6b", "#8a5a2b")
_WALLS = ("#efe6d5", "#d9d3c7", "#f4efe6")


def add_photos(homes: list[Home], staff: Staff) -> None:
    """Give every household of the demo helper a position and three of them a drawing."""
    for number, home in enumerate(homes):
        clerk = staff.clerks[home.village]
        household = Household.objects.get(pk=home.pk)
        rng = Random(f"{SEED} position {number}")
        north, east = (rng.randint(-90, 90) / 10_000 for _ in range(2))
        set_position(
            household,
            _degrees(CENTRE[0] + north),
            _degrees(CENTRE[1] + east),
            actor=clerk,
        )
        if number < len(_ROOFS):
            picture = BytesIO(draw_house(number))
            picture.name = f"house-{number + 1}.jpg"
            set_photo(household, picture, actor=clerk)


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def draw_house(number: int) -> bytes:
    """A drawn house in front of hills as JPEG; another number, another house."""
    rng = Random(f"{SEED} house {number}")
    image = Image.new("RGB", (WIDTH, HEIGHT), _SKIES[number % 3])
    draw = ImageDraw.Draw(image)
    for colour, base, height in (("#9fb7a4", 360, 170), ("#7f9d86", 400, 120)):
        points = [(0, base)]
        for x in range(0, WIDTH + 160, 160):
            points.append((x, base - rng.randint(20, height)))
        draw.polygon([*points, (WIDTH, base), (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)
    draw.rectangle((0, 420, WIDTH, HEIGHT), fill="#b9b08a")
    draw.polygon([(380, HEIGHT), (440, 470), (520, 470), (620, HEIGHT)], fill="#cfc8b4")
    left, right, top, floor = 230, 730, 300, 500
    draw.rectangle((left, top, right, floor), fill=_WALLS[number % 3], outline="#6b6252", width=3)
    draw.polygon(
        [(left - 40, top), (left + 40, 210), (right - 40, 210), (right + 40, top)], fill=_ROOFS[number % 3]
    )
    draw.rectangle((right - 120, 170, right - 85, 240), fill="#5b4a43")
    draw.rectangle((445, 370, 515, floor), fill="#7a5230", outline="#4b3422", width=3)
    for x in (270, 350, 560, 640):
        draw.rectangle((x, 350, x + 60, 420), fill="#a9cfe0", outline="#ffffff", width=5)
        draw.line((x + 30, 350, x + 30, 420), fill="#ffffff", width=4)
    if number % 2 == 0:
        for row in range(3):
            x = left + 60 + row * 70
            draw.polygon(
                [(x, 285), (x + 14, 235), (x + 66, 235), (x + 52, 285)], fill="#24415f", outline="#8fb0cc"
            )
    for x in (90, 860):
        draw.rectangle((x - 9, 380, x + 9, 500), fill="#5d4532")
        draw.ellipse((x - 60, 250, x + 60, 400), fill="#4f7f4b")
    draw.text((WIDTH - 150, HEIGHT - 30), "DEMO DRAWING", fill="#5b5b5b")
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
