"""带入 for a list: which households are meant, and what would become of them before anything is written."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from households.models import ExitCase, Household, HouseholdStatus
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES

MOST = 20_000
_BETWEEN = re.compile(r"[\s,，、;；]+")
_OWN_NUMBER = re.compile(r"([0-9]{9})-([0-9]{6,12})")


@dataclass
class Adoption:
    """What a 带入 of one status and kind would do to a list of households.

    `changing`: keys of those that would change, in order; `standing`: their keys by status and kind of today;
    `now`: how many of them stand where today, in words.
    `same` have it already. `waiting` (not registered, closed, merged), `later` (their present status began after the
    day) and `leaving` (an exit is under way here, and the status is an exited one) would refuse the whole list, so they
    are left out of it and shown.
    """

    changing: list[int] = field(default_factory=list)
    standing: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    now: Counter = field(default_factory=Counter)
    same: int = 0
    waiting: list[Household] = field(default_factory=list)
    later: list[Household] = field(default_factory=list)
    leaving: list[Household] = field(default_factory=list)


def households_of(text: str, rows: QuerySet) -> tuple[list[int], list[str]]:
    """Keys of the households of `rows` that a pasted list names, and what of it names none of them.

    A list of 户编号 or of our own numbers (220503100-000123), one to a line or with commas. Raises
    ValidationError at "numbers" when it is empty or longer than MOST.
    """
    typed = [one for one in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if one]
    wanted = list(dict.fromkeys(typed))
    if not wanted:
        raise ValidationError({"numbers": "请粘贴户编号，每行一个。"})
    if len(wanted) > MOST:
        raise ValidationError({"numbers": f"一次最多 {MOST} 户，请分批带入。"})
    own = {int(match[2]): (one, match[1]) for one in wanted if (match := _OWN_NUMBER.fullmatch(one))}
    found: dict[str, int] = {}
    numbers = set(wanted)
    named = rows.filter(Q(household_no__in=wanted) | Q(pk__in=own))
    for pk, number, area in named.values_list("pk", "household_no", "area_id"):
        if number in numbers:
            found[number] = pk
        elif area.startswith(own[pk][1]):
            found[own[pk][0]] = pk
    return list(dict.fromkeys(found[one] for one in wanted if one in found)), [
        one for one in wanted if one not in found
    ]


def preview_adoption(keys: list[int], status: str, kind: str, *, on: date) -> Adoption:
    """What taking over `status` and `kind` from a day on would do to these households; writes nothing."""
    result = Adoption()
    later = set(
        HouseholdStatus.objects.filter(
            household__in=keys, valid_to__isnull=True, valid_from__gt=on
        ).values_list("household_id", flat=True)
    )
    leaving = set()
    if POVERTY_STATUSES[status].is_exited:
        leaving = set(
            ExitCase.objects.open().filter(household__in=keys).values_list("household_id", flat=True)
        )
    rows = Household.objects.filter(pk__in=keys).order_by("area_id", "pk").select_related("area")
    for row in rows.only("state", "status", "kind", "head_name", "household_no", "area__name"):
        if row.state != Household.State.REGISTERED:
            result.waiting.append(row)
        elif (row.status, row.kind) == (status, kind):
            result.same += 1
        elif row.pk in later:
            result.later.append(row)
        elif row.pk in leaving and row.status != status:
            result.leaving.append(row)
        else:
            result.changing.append(row.pk)
            result.standing.setdefault((row.status, row.kind), []).append(row.pk)
            result.now[_words(row)] += 1
    return result


def _words(row: Household) -> str:
    kind = HOUSEHOLD_KINDS.label(row.kind)
    return f"{kind}，{POVERTY_STATUSES.label(row.status)}" if row.status else kind
