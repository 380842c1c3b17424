"""四个好 on the household's page, one line: a checklist beside the verdict."""

from households.goods.household import current_entry, goods_of
from households.goods.items import items_for


def goods_lines(head) -> list:
    """The four goods of a household that is seen whole; three queries."""
    items = items_for(head.household.area_id, head.year)
    return goods_of(head.household, head.year, items, current_entry(head.household, head.year))
