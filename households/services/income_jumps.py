"""A jump of income against last year is questioned, not refused: whoever enters it says that it is so.

Pages ask in their form; this asks for programs, in the transaction of the save.
"""

from collections.abc import Collection

from households.income_sheet import GROUP_FIELDS, jump, jump_words, net_of, per_head
from households.models import Assessment, CountyYear, Membership, Survey
from poverty.parameters.services import value_for
from poverty.web.questions import Questioned

PER_HEAD = "per_head"
QUESTIONED = (*GROUP_FIELDS.values(), PER_HEAD)


def ask_about_jumps(
    row: Survey, changed: Collection[str], confirmed: Collection[str], year: CountyYear
) -> None:
    """Raise Questioned for the totals that changed and, with them, for the income per head.

    `row` as it is to be; `confirmed`: names of QUESTIONED that were answered yes.
    """
    totals = [name for name in GROUP_FIELDS.values() if name in changed]
    last = Survey.objects.filter(household=row.household_id, year__lt=row.year).order_by("-year").first()
    if not totals or last is None:
        return
    pairs = {name: (getattr(row, name), getattr(last, name)) for name in totals}
    members = Membership.objects.counted_on(year.period_to).filter(household=row.household_id).count()
    net = net_of({name: getattr(row, name) for name in GROUP_FIELDS.values()})
    result = Assessment.objects.filter(household=row.household_id, year=last.year).first()
    pairs[PER_HEAD] = (per_head(net, members), result.net_income_per_head if result else None)
    ratio = value_for("income.jump_ratio", row.area_id, year.period_to)
    asked = {
        name: jump_words(share, now, before)
        for name, (now, before) in pairs.items()
        if name not in confirmed and (share := jump(now, before, ratio))
    }
    if asked:
        raise Questioned(asked)
