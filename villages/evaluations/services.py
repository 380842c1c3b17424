"""Assessing members of village teams and whole teams: written once, corrected by a further version, withdrawn."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.accounts.models import User
from poverty.audit.services import record
from poverty.web.rights import OwnMatter
from villages.evaluations.due import posts_in
from villages.evaluations.facts import Facts, facts_of, summed
from villages.models import Evaluation, Village
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS
from villages.services.facts import lock_village
from villages.services.versions import replacing, require_current, require_difference, withdraw_version

RIGHT = "evaluation.edit"
SAID = ("result", "score", "assessor", "assessed_by", "happened_on", "document", "remark")


def members(village: Village, year: int, period: str) -> dict[int, User]:
    """Who lived in the village for its team in a period, by key."""
    rows = posts_in(year, period).filter(village=village).select_related("person__unit")
    return {row.person_id: row.person for row in rows}


def facts_for(village: Village, person: User | None, year: int, period: str) -> Facts:
    """What was recorded for the period of a person, or (None) of all of the team together."""
    people = [person.pk] if person else list(members(village, year, period))
    found = facts_of([(village.area_id, one) for one in people], year, period)
    return summed(found.values()) if person is None else found[village.area_id, person.pk]


@transaction.atomic
def evaluate(
    village: Village,
    person: User | None,
    *,
    year: int,
    period: str,
    result: str,
    assessor: User,
    assessed_by: str,
    happened_on: date,
    document: str,
    score: Decimal | None = None,
    remark: str = "",
    actor,
) -> Evaluation:
    """Note how somebody of a village's team did in a period, or (`person` None) its team; returns the row.

    What was recorded of him is kept with it. A village that was merged meanwhile is assessed for what was before it.
    Raises PermissionDenied (evaluation.edit in place), OwnMatter (oneself, one's own team or one of it), ValidationError
    by field.
    """
    row = lock_village(village.pk, ended=True)
    said = {
        "result": result,
        "score": score,
        "assessor": assessor,
        "assessed_by": assessed_by.strip(),
        "happened_on": happened_on,
        "document": document.strip(),
        "remark": remark.strip(),
    }
    _check(row, person, year, period, said, actor)
    here = Evaluation.objects.current().filter(village=row, person=person, year=year, period=period)
    if here.exists():
        raise ValidationError("这一期已登记考评，有变动请用“更正”。")
    made = Evaluation(
        village=row,
        person=person,
        year=year,
        period=period,
        facts=facts_for(row, person, year, period).kept(),
        recorded_by=actor,
        **said,
    )
    _save(made)
    _told("add", made, actor, f"{made.title}：{made.get_result_display()}")
    return made


@transaction.atomic
def correct(evaluation: Evaluation, *, reason: str, actor, **said) -> Evaluation:
    """Replace an evaluation by a further version (`said`: keys of SAID); the old one stays as it was.

    Raises PermissionDenied, ValidationError by field: what is wrong, reason, nothing changed.
    """
    row = _locked(evaluation, actor)
    require_current(row, "考评")
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    _check(row.village, row.person, row.year, row.period, said, actor)
    require_difference(row, said)
    made = Evaluation(
        village=row.village,
        person=row.person,
        year=row.year,
        period=row.period,
        facts=facts_for(row.village, row.person, row.year, row.period).kept(),
        **replacing(row, reason, actor),
        **said,
    )
    _save(made)
    summary = f"{made.title}：第 {made.version} 版，{made.get_result_display()}，{made.correction}"
    _told("correct", made, actor, summary)
    return made


@transaction.atomic
def withdraw(evaluation: Evaluation, *, reason: str, actor) -> Evaluation:
    """Say that an evaluation does not count (作废). Raises PermissionDenied, ValidationError at "reason"."""
    row = _locked(evaluation, actor)
    require_current(row, "考评")
    _require_another(row.village, row.year, row.period, actor)
    withdraw_version(row, reason, actor)
    _told("withdraw", row, actor, f"{row.title}：{row.withdrawn_reason}")
    return row


def _locked(evaluation: Evaluation, actor) -> Evaluation:
    lock_village(evaluation.village_id, ended=True)
    row = Evaluation.objects.select_related("village", "person", "assessor").get(pk=evaluation.pk)
    _require_right(row.village, actor)
    return row


def _require_right(village: Village, actor) -> None:
    if not actor.has_right_at(RIGHT, village.area_id):
        raise PermissionDenied("您没有在该村登记驻村考评的权限。")


def _require_another(village: Village, year: int, period: str, actor) -> dict[int, User]:
    """OwnMatter for oneself, one's own team and whoever is of it; returns the team of the period."""
    team = members(village, year, period)
    if actor.pk in team:
        raise OwnMatter("本人和本队的考评由他人登记。")
    return team


def _check(village: Village, person: User | None, year: int, period: str, said: dict, actor) -> None:
    _require_right(village, actor)
    if period not in EVALUATION_PERIODS:
        raise ValidationError("没有这样的考评期。")
    first, _ = EVALUATION_PERIODS[period].days(year)
    if first > timezone.localdate():
        raise ValidationError("考评期还没有开始。")
    team = _require_another(village, year, period, actor)
    if not team or (person is not None and person.pk not in team):
        raise ValidationError("该人员在考评期内不在本村驻村。" if person else "考评期内本村没有驻村工作队。")
    errors = {}
    if said["result"] not in EVALUATION_RESULTS:
        errors["result"] = "请选考评结果。"
    if said["assessor"].pk in team:
        errors["assessor"] = "考评人不能是本人或同队的人。"
    if said["happened_on"] > timezone.localdate():
        errors["happened_on"] = "日期在今天之后，请核对。"
    elif said["happened_on"] < first:
        errors["happened_on"] = f"考评日期早于考评期（{first} 开始），请核对。"
    if not said["assessed_by"]:
        errors["assessed_by"] = "请填写考评单位。"
    if not said["document"]:
        errors["document"] = "请写明文件，例如考评通报及文号。"
    if errors:
        raise ValidationError(errors)


def _save(row: Evaluation) -> None:
    """What the database refuses anyway, said in words first; the village is held meanwhile."""
    row.clean_fields(exclude=["village", "person", "assessor", "recorded_by", "replaces"])
    row.validate_constraints()
    row.save()


def _told(verb: str, row: Evaluation, actor, summary: str) -> None:
    record(f"villages.evaluation.{verb}", row, actor=actor, summary=f"{row.whom}，{summary}")
