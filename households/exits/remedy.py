"""What takes an exit back once it is marked: falling back into poverty (返贫), or monitoring from 2021 on."""

from django.db.models import Exists, OuterRef, QuerySet

from households.models import Clue, EntryCase
from households.options.poverty_status import POVERTY_STATUSES

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)


def not_remedied(cases: QuerySet) -> dict[int, str]:
    """Why an objection to marked households cannot be upheld yet, by case: nobody has begun to take the exit back."""
    returning = EntryCase.objects.open().filter(household=OuterRef("household"), kind=EntryCase.Kind.RETURN)
    clue = Clue.objects.filter(household=OuterRef("household"), recorded_at__gte=OuterRef("state_since"))
    waiting = cases.filter(~Exists(returning), ~Exists(clue), household__status__in=_EXITED)
    return dict.fromkeys(
        waiting.values_list("pk", flat=True),
        "该户退出已办结并标注，不能凭异议退回。核查属实的，请先按返贫提出申请（2021年以后登记监测线索），再答复异议成立。",
    )
