"""What was ticked of 四个好, written straight to the table."""

from datetime import date

from households.goods.items import REFERENCE
from households.models import GoodsEntry
from tests.factories.accounts import make_user

TICKED = [one.key for one in REFERENCE if not one.read]


def make_goods(household, *, year=2018, on=date(2018, 9, 20), no=(), open_=(), **fields):
    """An entry with yes to everything that comes with the system, but no to `no` and nothing to `open_`."""
    answers = {key: key not in no for key in TICKED if key not in open_}
    return GoodsEntry.objects.create(
        household=household,
        year=year,
        happened_on=on,
        answers=fields.pop("answers", answers),
        recorded_by=make_user("周录入"),
        **fields,
    )
