"""What must be there before a case goes on: asked of many at once, so that lists and single cases have one rule."""

from collections.abc import Callable, Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from households.entries import basis
from households.entries.models import EntryCase, EntryComparison
from households.exits.freezing import contents
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.options.kinds import GENERAL_RURAL
from households.options.poverty_status import POVERTY_STATUSES
from poverty.review.models import Meeting, MeetingItem, Notice, RosterEntry
from poverty.review.workflows import CaseLine

CASE = "households.entrycase"
_EXITED = POVERTY_STATUSES.keys_where(lambda one: one.is_exited)
_ON_REGISTER = ("registered",)

Many = Callable[[QuerySet], dict[int, str]]


def each(*rules: Many) -> dict:
    """The arguments of a Transition: these rules for one case and for many."""

    def many(cases: QuerySet) -> dict[int, str]:
        found: dict[int, str] = {}
        for rule in rules:
            for pk, text in rule(cases).items():
                found.setdefault(pk, text)
        return found

    def one(case: EntryCase) -> list[str]:
        row = EntryCase.objects.filter(pk=case.pk)
        return [text for rule in rules for text in rule(row).values()]

    return {"precondition": one, "precondition_many": many}


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


def refused_by(kind: str) -> Many:
    """The last closed meeting of this kind in this round refused the case."""
    label = Meeting.Kind(kind).label

    def rule(cases: QuerySet) -> dict[int, str]:
        items = MeetingItem.objects.filter(
            case_type=CASE,
            case_id=OuterRef("pk"),
            pk__gt=OuterRef("said_before"),
            meeting__kind=kind,
            meeting__closed_at__isnull=False,
        ).order_by("-pk")
        last = cases.annotate(said=Subquery(items.values("agreed")[:1]))
        wrong = last.filter(Q(said__isnull=True) | Q(said=True)).values_list("pk", flat=True)
        return dict.fromkeys(wrong, f"{label}没有否决该户，不能按评议未通过办理。")

    return rule


def posted(kind: str) -> Many:
    """The list of the case hangs, or hung, as this kind of notice."""

    def rule(cases: QuerySet) -> dict[int, str]:
        entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id=OuterRef("pk"))
        notices = Notice.objects.standing().filter(kind=kind)
        hangs = entries.filter(roster__in=notices.values("roster"))
        wanting = cases.filter(~Exists(hangs)).values_list("pk", flat=True)
        return dict.fromkeys(wanting, f"还没有张贴{Notice.Kind(kind).label}。")

    return rule


def household_fits(cases: QuerySet) -> dict[int, str]:
    """The household still is what its case is about: on the register, poor, exited or ordinary as it must be, not met on
    its facts, and with the head and the members that were appraised.
    """
    gone = cases.exclude(household__state__in=_ON_REGISTER)
    found = dict.fromkeys(gone.values_list("pk", flat=True), "该户还没有登记，或已销户、并户，不能办理。")
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
        found.update(dict.fromkeys(cases.filter(condition).values_list("pk", flat=True), text))
    return found


def may_enter(cases: QuerySet) -> dict[int, str]:
    """办结入册: the household is on the register and still has the status that the case would change.

    Its facts and members are those of the decision: what changed afterwards is a matter of its own.
    """
    gone = cases.exclude(household__state__in=_ON_REGISTER)
    return unfit(cases) | dict.fromkeys(gone.values_list("pk", flat=True), "该户已销户或并户，不能办结。")


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
    _add_meetings(found)
    _add_notices(found)
    return found


def _add_bureaus(found: dict[int, dict]) -> None:
    rows = EntryComparison.objects.filter(case__in=found, round=F("case__round")).order_by("pk")
    for row in rows:
        found[row.case_id]["bureaus"][row.bureau] = {
            "result": row.result,
            "note": row.note,
            "on": str(row.compared_on),
        }


def _add_meetings(found: dict[int, dict]) -> None:
    for item in _items_of(found):
        found[item.case_id]["meetings"].append(
            {
                "kind": item.meeting.kind,
                "on": str(item.meeting.held_on),
                "due": item.meeting.due,
                "present": item.meeting.present,
                "for": item.votes_for,
                "against": item.votes_against,
                "abstained": item.abstained,
                "agreed": item.agreed,
                "document": item.meeting.document_number,
            }
        )


def _items_of(ids: Iterable[int]) -> QuerySet[MeetingItem]:
    rows = MeetingItem.objects.filter(case_type=CASE, case_id__in=list(ids), meeting__closed_at__isnull=False)
    return rows.select_related("meeting").order_by("pk")


def _add_notices(found: dict[int, dict]) -> None:
    entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=found)
    of_list: dict[int, list[int]] = {}
    for roster, case in entries.values_list("roster_id", "case_id"):
        of_list.setdefault(roster, []).append(case)
    for notice in Notice.objects.standing().filter(roster__in=of_list).order_by("pk"):
        for case in of_list[notice.roster_id]:
            found[case]["notices"].append(
                {"kind": notice.kind, "from": str(notice.posted_on), "to": str(notice.last_day)}
            )


def lines(cases: QuerySet) -> dict[int, CaseLine]:
    """How cases stand in lists, minutes and sheets (procedures.md 2.1: 村民小组, 户主姓名, 家庭人口数)."""
    rows = cases.values_list("pk", "household__head_name", "household__settlement__name", "size")
    return {pk: CaseLine(name, group or "", size) for pk, name, group, size in rows}
