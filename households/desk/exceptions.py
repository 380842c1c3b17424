"""What stands out in a county, found set-based from what is stored: never a copy that could be out of date.

Of cases: proposed but not met, bureau data that say the opposite, facts changed since the appraisal, too late.
Of households without a case: met but not proposed, unmet though exited (practice.md, Indicators: two separate warnings).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)

from households.exits.readiness import COMPARED
from households.exits.workflow import EXIT
from households.models import BureauConfirmation, ExitCase, Household
from households.options.desk_options import (
    CHANGED,
    CONTRADICTED,
    DESK_EXCEPTIONS,
    EXITED_UNMET,
    LATE,
    NOT_MET,
    NOT_PROPOSED,
)
from households.options.exit_options import ENDED, PLANNED, WATCHED
from households.options.poverty_status import POVERTY_STATUSES
from poverty.fields.states import MET, NOT_ASSESSED, UNMET
from poverty.review.deadlines import with_due_days

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
_NOT_EXITED = POVERTY_STATUSES.keys_where(lambda status: not status.is_exited)
# In the order of the list of words, as columns of a query.
OF_CASES = {key: f"is_{key}" for key in (NOT_MET, CONTRADICTED, CHANGED, LATE)}


@dataclass(frozen=True)
class Standing:
    """One exception that stands: its kind, the household, and its case (None: it has none)."""

    kind: str
    household: int
    case: int | None
    area_code: str


def with_result(cases: QuerySet) -> QuerySet:
    """Cases with `result`, the verdict of the household in the year of the case (a LEFT JOIN: there may be none)."""
    return cases.annotate(
        result=FilteredRelation("household__assessments", condition=Q(household__assessments__year=F("year")))
    )


def with_exceptions(cases: QuerySet, on: date, *, area_code: str = "") -> QuerySet:
    """Cases with a boolean column for each exception of cases (OF_CASES), as things stand on a day.

    `area_code`: where the cases lie, so that only the deadlines of that place are read.
    """
    rows = with_due_days(EXIT, with_result(cases), on, area_code=area_code, since="last_step_on")
    return rows.annotate(
        is_not_met=as_column(_not_met()),
        is_contradicted=as_column(contradicted()),
        is_changed=as_column(_changed()),
        is_late=as_column(Q(due_on__lt=on)),
    )


def kinds_of(row) -> tuple[str, ...]:
    """The exceptions of a row of `with_exceptions`, in the order in which they are shown."""
    return tuple(key for key, column in OF_CASES.items() if getattr(row, column))


def _not_met() -> Q:
    """Proposed: calculated and not gone back to the plan. A plan is made in spring, when nobody is met yet."""
    return ~Q(state=PLANNED) & ~Q(state__in=ENDED) & (Q(result__verdict=None) | ~Q(result__verdict=MET))


def _changed() -> Q:
    """Held, or the facts behind the result are not those that were appraised (nothing of it need have changed)."""
    return Q(state__in=WATCHED) & (
        Q(held_at__isnull=False)
        | (Q(base_facts_version__isnull=False) & ~Q(result__facts_version=F("base_facts_version")))
    )


def contradicted() -> Q:
    """A bureau's last word in this round says the opposite of the stored result: an exception where the indicator is
    met, or in order where it is unmet.

    Exceptions are few and found first; that one says "in order" is asked only of who is unmet.
    """
    excepted = last_words().filter(result="exception")
    return (Q(pk__in=excepted.values("case")) & Exists(_about(excepted, MET, NOT_ASSESSED))) | (
        Q(result__verdict=UNMET) & Exists(_about(last_words().filter(result="ok"), UNMET))
    )


def _about(words: QuerySet[BureauConfirmation], *states: int) -> QuerySet[BureauConfirmation]:
    """Words about the case at hand, on an indicator whose stored result is one of these."""
    indicator = Case(
        *(When(bureau=bureau, then=OuterRef(f"result__{column}")) for bureau, column in COMPARED.items()),
        output_field=SmallIntegerField(),
    )
    return words.filter(case=OuterRef("pk")).alias(stored=indicator).filter(stored__in=states)


def last_words() -> QuerySet[BureauConfirmation]:
    """What each bureau said last of each case, in its present round."""
    later = BureauConfirmation.objects.filter(
        case=OuterRef("case"), round=OuterRef("round"), bureau=OuterRef("bureau"), pk__gt=OuterRef("pk")
    )
    return BureauConfirmation.objects.of_round().filter(~Exists(later))


def standing(kind: str, households: QuerySet[Household], cases: QuerySet[ExitCase], year: int, on: date):
    """What stands out in one way in a year, among households and cases that the asker may see.

    A queryset of Household for kinds of households (met but not proposed, unmet though exited), else of ExitCase.
    """
    if kind == NOT_PROPOSED:
        return _judged(households, year, MET).filter(
            ~Exists(ExitCase.objects.filter(household=OuterRef("pk"), year=year)), status__in=_NOT_EXITED
        )
    if kind == EXITED_UNMET:
        return _judged(households, year, UNMET).filter(status__in=_EXITED)
    rows = cases.filter(year=year).exclude(state__in=ENDED)
    if kind == LATE:
        rows = rows.filter(state__in=list(EXIT.deadlines))
        return with_due_days(EXIT, rows, on, since="last_step_on").filter(due_on__lt=on)
    return with_result(rows).filter(
        {NOT_MET: _not_met, CHANGED: _changed, CONTRADICTED: contradicted}[kind]()
    )


def all_standing(
    households: QuerySet[Household], cases: QuerySet[ExitCase], year: int, on: date
) -> Iterable[Standing]:
    """Everything that stands out in a year, in one statement; a case that stands out in two ways comes twice."""
    parts = []
    for number, one in enumerate(DESK_EXCEPTIONS):
        rows = standing(one.key, households, cases, year, on).order_by()
        told = {"of_kind": Value(number), "place": F("area_code" if one.of_case else "area_id")}
        names = (
            ("of_kind", "household_id", "pk", "place") if one.of_case else ("of_kind", "pk", "none", "place")
        )
        if not one.of_case:
            told["none"] = Value(0)
        parts.append(rows.annotate(**told).values_list(*names))
    keys = [one.key for one in DESK_EXCEPTIONS]
    for number, household, case, place in parts[0].union(*parts[1:], all=True):
        yield Standing(keys[number], household, case or None, place)


def _judged(households: QuerySet[Household], year: int, verdict: int) -> QuerySet[Household]:
    return households.on_register().filter(assessments__year=year, assessments__verdict=verdict)


def as_column(condition: Q) -> Case:
    """A condition as a column that is never NULL."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
