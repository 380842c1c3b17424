"""The items of 四个好 that hold at a place in a year: the county's own, or those that come with the system."""

import hashlib
from dataclasses import dataclass

from households.models import GoodsTemplate
from households.options.goods import GOODS, HABITS, HOUSE, LIFE, MANNERS, READ


@dataclass(frozen=True)
class Item:
    """One item of a good. `read`: key of READ, "" where somebody ticks it."""

    key: str
    good: str
    label: str
    read: str = ""

    @property
    def source(self) -> str:
        """Where the answer comes from, in words."""
        return READ[self.read].source if self.read else "逐户勾选"


def ticked(good: str, label: str) -> Item:
    """An item that is ticked; its key follows from its words."""
    digest = hashlib.sha256(label.encode()).hexdigest()[:12]
    return Item(f"own_{digest}", good, label)


def reading(good: str, read: str) -> Item:
    """An item that is read."""
    return Item(read, good, READ.label(read), read)


# What comes with the system. The four goods are of the seeds (A3); which items make them up is (from memory).
REFERENCE = (
    reading(HOUSE, "housing"),
    reading(HOUSE, "water"),
    reading(HOUSE, "power"),
    reading(LIFE, "income"),
    reading(LIFE, "at_work"),
    reading(LIFE, "education"),
    reading(LIFE, "medical"),
    ticked(HABITS, "室内外整洁，物品摆放有序"),
    ticked(HABITS, "个人讲卫生，人畜分开"),
    ticked(HABITS, "勤劳肯干，不等不靠"),
    ticked(MANNERS, "孝老爱亲，邻里和睦"),
    ticked(MANNERS, "不赌博，不大操大办"),
    ticked(MANNERS, "遵纪守法，参加村里公益活动"),
)


@dataclass(frozen=True)
class Items:
    """What is asked, and by which template; `template` None: what comes with the system."""

    items: tuple[Item, ...]
    template: GoodsTemplate | None = None

    def of(self, good: str) -> list[Item]:
        """The items of one good."""
        return [one for one in self.items if one.good == good]

    def to_tick(self) -> list[Item]:
        """Those that somebody ticks, in the order of the goods."""
        return [one for good in GOODS.keys for one in self.of(good) if not one.read]


def items_for(area_code: str, year: int) -> Items:
    """The items of a county (or below it) in a year. One query."""
    template = GoodsTemplate.objects.in_force(area_code[:6], year)
    if template is None:
        return Items(REFERENCE)
    return Items(tuple(Item(**one) for one in template.items), template)
