"""What a step of an exit says on paper: its day, who decided, by which document. Typed once for a whole list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet

from households.models import ExitCase, ExitCheck
from households.services.exits.locking import CASE
from poverty.audit.services import record_select
from poverty.parameters.services import value_for
from poverty.review.services.papers import check_paper_day


@dataclass(frozen=True)
class Paper:
    """The signed sheet behind a step. `signed_by` None and `signed_by_name` "": who types it decided himself."""

    on: date | None = None
    document_name: str = ""
    signed_by: object = None
    signed_by_name: str = ""
    late_reason: str = ""
    comment: str = ""

    def entry(self, **more) -> dict:
        """The keyword arguments of `fire`."""
        return {
            "happened_on": self.on,
            "document_name": self.document_name,
            "decided_by": self.signed_by,
            "decided_by_name": "" if self.signed_by else self.signed_by_name,
            "late_reason": self.late_reason,
            "comment": self.comment,
        } | more


@dataclass(frozen=True)
class Visit:
    """A check of cases: by whom, and which did not pass with what was found."""

    team: Sequence[str]
    failed: dict[int, str] = field(default_factory=dict)
    note: str = ""


# How many must go: a dated parameter of the place. The joint team is the township's.
_MINIMUM = {"village": "exit.verify_team", "joint": "exit.check_team", "township": "exit.check_team"}


def record_checks(cases: QuerySet[ExitCase], level: str, visit: Visit, paper: Paper, *, actor) -> None:
    """Note who looked at these cases and what came of it.

    Raises ValidationError by field: too few people, one named twice, a failed one without reason, a day to come.
    """
    rows = list(cases.order_by("pk").values_list("pk", "round", "area_code"))
    place = min(row[2] for row in rows)
    day, late_reason = check_paper_day(
        paper.on, place, paper.late_reason, field="happened_on", what="核查日期"
    )
    team = [name for one in visit.team if (name := "".join(one.split()))]
    least = value_for(_MINIMUM[level], place, day)
    if len(set(team)) != len(team):
        raise ValidationError({"team": "核查人员有重复的姓名。"})
    if len(team) < least:
        raise ValidationError({"team": f"核查人员至少 {least} 人，现在填了 {len(team)} 人。"})
    if any(not reason.strip() for reason in visit.failed.values()):
        raise ValidationError({"failed": "核查不通过的户请写明原因。"})
    ExitCheck.objects.bulk_create(
        ExitCheck(
            case_id=pk,
            round=number,
            level=level,
            checked_on=day,
            team=team,
            minimum=least,
            passed=pk not in visit.failed,
            note=visit.failed.get(pk, visit.note).strip()[:500],
            recorded_by=actor,
            late_reason=late_reason,
        )
        for pk, number, _ in rows
    )
    record_select(
        f"households.exit.{level}_check",
        ExitCase.objects.filter(pk__in=[row[0] for row in rows]),
        actor=actor,
        case_type=CASE,
        area_code=F("area_code"),
        summary=f"{day} 核查，{len(team)} 人",
    )
