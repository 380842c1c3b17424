"""The end of a case: the household comes onto the register, back onto it, or off it."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from households.entries import conditions
from households.entries.models import EntryCase
from households.entries.workflow import ENTRY
from households.models import Household, HouseholdStatus
from households.options.kinds import REGISTERED_POOR
from households.options.poverty_status import NOT_EXITED, RETURNED
from households.options.regimes import REGISTRATION
from households.options.sources import DECISION
from households.services.case_lists import NOBODY, fire_list, locked
from households.services.closing import clear_household
from households.services.days import check_day_in, counties_of
from households.services.decision import Decision
from poverty.audit.services import record_select
from poverty.review.batch import fire_many
from poverty.review.errors import NotAllOfThem
from poverty.sql.insert import insert_select

# Kind of case -> transition of the household's 脱贫属性, and what it becomes.
_BECOMES = {
    EntryCase.Kind.IDENTIFICATION: ("identify", NOT_EXITED),
    EntryCase.Kind.RETURN: ("return_to_poverty", RETURNED),
}


@transaction.atomic
def enter(ids: Iterable[int], decision: Decision) -> int:
    """Finish announced cases: 新识别 and 返贫 change the household's status as of the day of the decision, 户清退 takes it
    off the register as of that day. Returns how many; all or none.

    A household that its county turned to a later regime meanwhile gets its row before that turn, and stands in the later
    regime with its new status. Raises PermissionDenied (register.decide at the county), ValidationError: the announcement
    has not ended, an open objection, the day lies in a closed year, kind or status changed otherwise since; NotAllOfThem.
    """
    cases = locked(ENTRY, ids)
    if not cases:
        raise ValidationError(NOBODY)
    rows = EntryCase.objects.filter(pk__in=[case.pk for case in cases])
    if refused := _not_yet(rows):
        raise NotAllOfThem(refused, len(refused), EntryCase)
    # The case first: its step carries what it does to the household.
    done = fire_list("enter", rows, decision)
    for kind, day, document in sorted(set(rows.order_by().values_list("kind", "decided_on", "document"))):
        same = rows.filter(kind=kind, decided_on=day, document=document)
        if kind != EntryCase.Kind.CLEARANCE:
            _put_on_register(kind, same, day, document, decision)
    for case in cases:
        if case.kind == EntryCase.Kind.CLEARANCE:
            _clear(case, decision)
    return done


def _not_yet(cases: QuerySet) -> dict[int, str]:
    """Who has not come to his announcement, or whose household is no longer what he applied for."""
    found = conditions.may_enter(cases)
    for case in cases.exclude(state=EntryCase.State.ANNOUNCED):
        found[case.pk] = f"当前状态为“{case.get_state_display()}”，不能办结入册。"
    return found


def _put_on_register(kind: str, cases: QuerySet, day: date, document: str, decision: Decision) -> None:
    transition, status = _BECOMES[EntryCase.Kind(kind)]
    rows = Household.objects.filter(pk__in=list(cases.values_list("household_id", flat=True)))
    counties = {code[:6] for code in rows.values_list("area_id", flat=True).distinct()}
    check_day_in(counties | counties_of(rows.values("pk")), day, field="happened_on")
    after = _rows_after(day)
    if found := rows.filter(
        Exists(after.exclude(kind=F("household__kind"), status=F("household__status")))
    ).count():
        raise ValidationError(
            f"有 {found} 户在审定日期 {day} 以后户类型或脱贫属性另有变动，不能办结，请核对。"
        )
    if found := rows.exclude(Exists(_rows_at(day))).count():
        raise ValidationError(f"有 {found} 户在审定日期 {day} 还没有登记，不能办结，请核对。")
    try:
        fire_many(
            transition,
            rows,
            actor=decision.actor,
            decided_by=decision.decided_by,
            decided_by_name=decision.decided_by_name,
            happened_on=decision.happened_on,
            late_reason=decision.late_reason,
            document_name=document,
        )
    except NotAllOfThem as error:
        # Told of households; whoever asked knows cases.
        case_of = dict(cases.values_list("household_id", "pk"))
        refused = {case_of[pk]: text for pk, text in error.refused.items()}
        raise NotAllOfThem(refused, error.total, EntryCase) from error
    label = EntryCase.Kind(kind).label
    HouseholdStatus.objects.filter(household__in=rows.values("pk"), valid_from__lt=day).filter(
        Q(valid_to=None) | Q(valid_to__gt=day)
    ).update(valid_to=day)
    # Who was turned to a later regime meanwhile stands in it as what he has become.
    HouseholdStatus.objects.filter(household__in=rows.values("pk"), valid_from__gt=day).update(
        kind=REGISTERED_POOR, status=status
    )
    insert_select(
        HouseholdStatus,
        rows,
        {
            "household": F("pk"),
            "kind": REGISTERED_POOR,
            "status": status,
            "regime": REGISTRATION,
            "valid_from": day,
            "valid_to": Subquery(after.order_by("valid_from").values("valid_from")[:1]),
            "source": DECISION,
            "reason": label,
            "document": document,
        },
    )
    rows.filter(~Exists(after)).update(regime=REGISTRATION)
    rows.update(kind=REGISTERED_POOR, version=F("version") + 1)
    if kind == EntryCase.Kind.RETURN:
        rows.update(return_year=day.year)
    rows.filter(identified_on=None).update(identified_on=day)
    _put_causes(kind, cases)
    record_select(
        f"households.entry.{transition}",
        rows,
        actor=decision.actor,
        case_type="households.household",
        area_code=F("area_id"),
        summary=f"{label}，{day}起，依据：{document}",
    )


def _rows_after(day: date) -> QuerySet[HouseholdStatus]:
    """Dated rows of the outer household that begin after a day: the turn to a new regime, while the announcement hung."""
    return HouseholdStatus.objects.filter(household=OuterRef("pk"), valid_from__gt=day)


def _rows_at(day: date) -> QuerySet[HouseholdStatus]:
    """The dated row of the outer household that the decision of a day ends."""
    rows = HouseholdStatus.objects.filter(household=OuterRef("pk"), valid_from__lt=day)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))


def _put_causes(kind: str, cases: QuerySet) -> None:
    for cause in cases.order_by().values_list("cause", flat=True).distinct():
        rows = Household.objects.filter(pk__in=cases.filter(cause=cause).values("household_id"))
        if kind == EntryCase.Kind.RETURN:
            rows.update(return_cause=cause)
        else:
            rows.filter(~Q(other_causes__contains=[cause])).update(main_cause=cause)


def _clear(case: EntryCase, decision: Decision) -> None:
    clear_household(
        case.household,
        on=case.decided_on,
        document=case.document,
        actor=decision.actor,
        reason=case.get_ground_display(),
        decision=Decision(
            decision.actor,
            case.document,
            decision.happened_on,
            "",
            decision.late_reason,
            decision.decided_by,
            decision.decided_by_name,
        ),
    )
