"""What the office is called that posts or refuses at a level."""

from poverty.areas.models import Area
from poverty.review.levels import Level


def office_of(level: str, village: Area) -> str:
    """村民委员会 of a village, 人民政府 of its township (a 街道 has a 街道办事处), 扶贫开发办公室 of its county."""
    if level == Level.VILLAGE:
        return f"{village.name}村民委员会"
    if level == Level.TOWNSHIP:
        township = village.parent.name
        return f"{township}办事处" if township.endswith("街道") else f"{township}人民政府"
    return f"{Area.objects.get(pk=village.pk[:6]).name}扶贫开发办公室"
