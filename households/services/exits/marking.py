"""系统标注: the households of a filed list are exited by our own decision, with their dated row."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from households.models import ExitCase, Household, HouseholdStatus
from households.options.exit_options import FILED
from households.options.kinds import EXITED as EXITED_KIND
from households.options.regimes import REGISTRATION, regime_on
from households.options.sources import DECISION
from households.services.days import check_day_in, counties_of
from households.services.exits.locking import CASE, chosen_of, hold_households
from households.services.exits.papers import Paper
from poverty.audit.services import record_select
from poverty.review.batch import fire_many
from poverty.review.errors import NotAllOfThem
from poverty.review.models import Meeting, MeetingItem, Roster
from poverty.review.rounds import beginnings
from poverty.sql.insert import insert_select


@transaction.atomic
def mark_list(
    roster: Roster,
    paper: Paper,
    *,
    actor,
    exited_on: date | None = None,
    case_ids: Iterable[int] | None = None,
) -> int:
    """系统标注: the households of a filed list, or those chosen of it, are exited as of a day; returns how many.

    `exited_on` None: as of the day on which the leading group decided on each. Status, kind and exit year follow with
    their dated row. The mark is confirmed when the next national import shows it (services/exits/confirming.py). Raises
    ValidationError for a day before the decision, and what the steps raise.
    """
    keys = hold_households(chosen_of(roster, actor, FILED, case_ids))
    rows = ExitCase.objects.filter(pk__in=keys)
    decided = _decided_on(keys)
    if exited_on is not None and exited_on < (latest := max(decided.values())):
        raise ValidationError({"exited_on": f"脱贫日期不能早于领导小组审定的 {latest}。"})
    fire_many("mark", rows, actor=actor, **paper.entry())
    groups: dict[date, list[int]] = {}
    for case, household in rows.values_list("pk", "household_id"):
        groups.setdefault(exited_on or decided[case], []).append(household)
    return sum(
        _exit(Household.objects.filter(pk__in=homes), day, roster.year, paper, actor)
        for day, homes in groups.items()
    )


def _exit(households: QuerySet[Household], on: date, year: int, paper: Paper, actor) -> int:
    """Write what these households are from a day on; one statement each, whatever their number."""
    _check_days(households, on)
    try:
        count = fire_many(
            "exit_decided",
            households.exclude(status="exited"),
            actor=actor,
            happened_on=paper.on,
            late_reason=paper.late_reason,
            document_name=paper.document_name,
        )
    except NotAllOfThem as error:  # its keys are households, those of the steps above are cases
        names = dict(households.values_list("pk", "head_name"))
        raise ValidationError(
            [f"{names.get(pk, '')}户：{text}" for pk, text in error.refused.items()]
        ) from error
    HouseholdStatus.objects.filter(household__in=households.values("pk"), valid_to=None).update(valid_to=on)
    columns = {"kind": EXITED_KIND, "regime": regime_on(on) or REGISTRATION}
    insert_select(
        HouseholdStatus,
        households,
        {
            "household": F("pk"),
            "status": "exited",
            "valid_from": on,
            "source": DECISION,
            "document": paper.document_name,
            **columns,
        },
    )
    households.update(**columns, exit_year=year, version=F("version") + 1)
    record_select(
        "households.exit.exited",
        households,
        actor=actor,
        case_type="households.household",
        area_code=F("area_id"),
        summary=f"{on}起脱贫，脱贫年度{year}，依据：{paper.document_name}",
    )
    return count


def _decided_on(keys: list[int]) -> dict[int, date]:
    """The day of the leading group's last meeting that agreed to each case in its round; two queries."""
    items = (
        MeetingItem.objects.filter(
            case_type=CASE,
            case_id__in=keys,
            agreed=True,
            meeting__kind=Meeting.Kind.LEADING_GROUP,
            meeting__closed_at__isnull=False,
        )
        .order_by("meeting__held_on", "meeting_id")
        .values_list("case_id", "meeting__held_on", "meeting__recorded_at")
    )
    began = beginnings(CASE, keys)
    return {pk: day for pk, day, at in items if pk not in began or began[pk].precedes(day, at)}


def _check_days(households: QuerySet[Household], on: date) -> None:
    counties = {code[:6] for code in households.values_list("area_id", flat=True).distinct()}
    own = next(iter(counties)) if len(counties) == 1 else ""
    check_day_in(counties | counties_of(households.values("pk")), on, own=own, field="exited_on")
    later = HouseholdStatus.objects.filter(household__in=households, valid_to=None, valid_from__gt=on)
    if later.exists():
        raise ValidationError(
            {"exited_on": f"有 {later.count()} 户的现状态从更晚的日期开始，请核对脱贫日期。"}
        )
