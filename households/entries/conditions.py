"""What must be there before a case goes on: asked of many at once, so that lists and single cases have one rule."""

from django.db.models import F, Q, QuerySet

from households.case_conditions import told
from households.case_freezing import add_meetings, add_notices
from households.entries import basis
from households.entries.models import EntryCase, EntryComparison
from households.exits.freezing import contents
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.options.kinds import GENERAL_RURAL
from households.options.poverty_status import POVERTY_STATUSES
from poverty.review.workflows import CaseLine

CASE = "households.entrycase"
_EXITED = POVERTY_STATUSES.keys_where(lambda one: one.is_exited)
_ON_REGISTER = ("registered",)


def compared(cases: QuerySet) -> dict[int, str]:
    """Every bureau has answered in this round, one of them at least by a comparison, and who applies has authorised it
    (practice.md, Privacy: a household without 授权 is not compared).
    """
    found = {}
    without = cases.filter(authorised_on__isnull=True).exclude(kind=EntryCase.Kind.CLEARANCE)
    for pk in without.values_list("pk", flat=True):
        found[pk] = "农户还没有签授权书，不能比对信息。"
    answers: dict[int, dict[str, str]] = {}
    rows = EntryComparison.objects.filter(case__in=cases.values("pk"), round=F("case__round"))
    for pk, bureau, result in rows.values_list("case_id", "bureau", "result"):
        answers.setdefault(pk, {})[bureau] = result
    for pk in cases.values_list("pk", flat=True):
        said = answers.get(pk, {})
        missing = [one.label for one in ENTRY_BUREAUS if one.key not in said]
        if missing:
            found.setdefault(pk, f"还没有比对结果：{'、'.join(missing)}。")
        elif set(said.values()) == {EntryComparison.Result.NOT_COMPARED}:
            found.setdefault(pk, "各部门都未能比对，等于没有比对，不能进入评议。")
    return found


def household_fits(cases: QuerySet) -> dict[int, str]:
    """The household still is what its case is about: on the register, poor, exited or ordinary as it must be, not met on
    its facts, and with the head and the members that were appraised.
    """
    gone = cases.exclude(household__state__in=_ON_REGISTER)
    found = told(gone, "该户还没有登记，或已销户、并户，不能办理。")
    for rule in (unfit, basis.not_poor, basis.not_as_appraised):
        for pk, text in rule(cases).items():
            found.setdefault(pk, text)
    return found


def unfit(cases: QuerySet) -> dict[int, str]:
    """The households whose status does not allow what their case asks for."""
    ordinary = Q(household__kind=GENERAL_RURAL, household__status="")
    wrong = (
        (Q(kind="identification") & ~ordinary, "该户已在建档立卡范围，不能再按新识别办理。"),
        (Q(kind="return") & ~Q(household__status__in=_EXITED), "只有已脱贫的户才能按返贫办理。"),
        (Q(kind="clearance") & ordinary, "一般农户不在建档立卡范围，不需清退。"),
    )
    found: dict[int, str] = {}
    for condition, text in wrong:
        found |= told(cases.filter(condition), text)
    return found


def may_enter(cases: QuerySet) -> dict[int, str]:
    """办结入册: the household is on the register and still has the status that the case would change.

    Its facts and members are those of the decision: what changed afterwards is a matter of its own.
    """
    gone = cases.exclude(household__state__in=_ON_REGISTER)
    return unfit(cases) | told(gone, "该户已销户或并户，不能办结。")


def frozen(cases: QuerySet) -> dict[int, dict]:
    """What the decision rests on: the facts of the judged year with requirements, values and results (as an exit keeps
    them, so that it can be judged again), what was stated, what the bureaus answered, how the meetings voted, which
    notices hung. No personal numbers.
    """
    rows = list(cases.select_related("household__area", "household__settlement"))
    years = {pk: one.year for pk, one in basis.results(cases).items()}
    for case in rows:
        case.year = years.get(case.pk, case.applied_on.year)
    measured = contents(rows)
    found = {
        case.pk: measured[case.pk]
        | {
            "kind": case.kind,
            "round": case.round,
            "applied_on": str(case.applied_on),
            "reason": case.reason,
            "cause": case.cause,
            "ground": case.ground,
            "size": case.size,
            "stated_income": None if case.stated_income is None else str(case.stated_income),
            "stated": {
                name: getattr(case, name) for name in ("house_safe", "at_school", "insured", "water_safe")
            },
            "bureaus": {},
            "meetings": [],
            "notices": [],
        }
        for case in rows
    }
    _add_bureaus(found)
    add_meetings(CASE, found, numbered=True)
    add_notices(CASE, found)
    return found


def _add_bureaus(found: dict[int, dict]) -> None:
    rows = EntryComparison.objects.filter(case__in=found, round=F("case__round")).order_by("pk")
    for row in rows:
        found[row.case_id]["bureaus"][row.bureau] = {
            "result": row.result,
            "note": row.note,
            "on": str(row.compared_on),
        }


def lines(cases: QuerySet) -> dict[int, CaseLine]:
    """How cases stand in lists, minutes and sheets (procedures.md 2.1: 村民小组, 户主姓名, 家庭人口数)."""
    rows = cases.values_list("pk", "household__head_name", "household__settlement__name", "size")
    return {pk: CaseLine(name, group or "", size) for pk, name, group, size in rows}
