"""Taking clues in, finding whom they mean, answering them (practice.md, Monitoring). None is lost, each is answered."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.models import Clue, Household, MonitoringRound, RoundVisit
from households.monitoring.deadlines import answer_due
from households.monitoring.rounds import note_clue
from households.options.clue_sources import OWN_JUDGING
from households.services.locking import require_registered
from poverty.audit.services import record
from poverty.review.errors import constraint_of
from poverty.review.services import fire
from poverty.review.services.papers import check_paper_day

OUTCOMES = {"no_risk": "clue_no_risk", "helped": "clue_helped", "known": "clue_known"}
TWICE = "该户已有同样内容的线索等待核实，请在那条线索上补充。"


@transaction.atomic
def receive_clue(
    *,
    source: str,
    kind: str,
    actor,
    household: Household | None = None,
    area_code: str = "",
    about: str = "",
    text: str = "",
    informant: str = "",
    informant_phone: str = "",
    received_on: date | None = None,
    late_reason: str = "",
    round: MonitoringRound | None = None,
    way: str = RoundVisit.Way.HOME,
    whole_away: bool = False,
) -> Clue:
    """Take a clue in and return it with the day by which it must be answered.

    Without `household` it names a place and says whom it means in `about`. Raises PermissionDenied (clue.enter over the
    household or place), ValidationError by field: no source, nobody named, a day to come, late without reason, the same
    clue waiting already. Found in a `round`, the household is noted there as reached on that day (`way`, `whole_away`)
    with a clue; then it raises what note_visits raises as well.
    """
    if household is not None:
        area_code = household.area_id
        require_registered(household)
    _check_right(actor, household, area_code)
    if source == OWN_JUDGING:
        raise ValidationError({"source": "系统研判的线索由判定产生，请选择其他来源。"})
    received_on, late_reason = check_paper_day(
        received_on, area_code, late_reason, field="received_on", what="收到日期"
    )
    clue = Clue(
        household=household,
        round=round,
        area_code=area_code,
        source=source,
        kind=kind,
        about=about.strip(),
        text=text.strip(),
        informant=informant.strip(),
        informant_phone=informant_phone.strip() or None,
        received_on=received_on,
        due_on=answer_due(area_code, received_on),
        recorded_by=actor,
    )
    if household is None and not clue.about:
        raise ValidationError({"about": "请选择户；查不到户的，写明所指的是谁家。"})
    if not clue.text:
        raise ValidationError({"text": "请写明情况。"})
    clue.clean_fields(exclude=["household", "round", "case", "recorded_by"])
    _save_once(clue)
    if round is not None:
        if household is None:
            raise ValidationError("排查中的线索须指明户。")
        _note_visit(round, household, actor=actor, visited_on=received_on, way=way, whole_away=whole_away)
    record(
        "households.clue.receive",
        clue,
        actor=actor,
        summary=f"{clue.get_source_display()}：{clue.get_kind_display()}，{received_on} 收到，{clue.due_on} 前核实"
        + (f"，补录：{late_reason}" if late_reason else ""),
    )
    return clue


@transaction.atomic
def link_clue(clue: Clue, household: Household, *, actor) -> Clue:
    """Say which household a clue means. The clue goes to its village. ValidationError when it names one already."""
    clue = _locked(clue)
    if clue.household_id is not None:
        raise ValidationError({"household": "这条线索已经指明了户。"})
    require_registered(household)
    clue.household, clue.area_code = household, household.area_id
    try:
        with transaction.atomic():
            clue.save(update_fields=["household", "area_code"])
    except IntegrityError as error:
        raise ValidationError({"household": TWICE}) from error
    record("households.clue.link", clue, actor=actor, summary="指明所指的户")
    return clue


@transaction.atomic
def answer_clue(
    clue: Clue, outcome: str, *, answer: str, actor, answered_on: date | None = None, **entry
) -> Clue:
    """Answer a clue that leads to no case (a key of OUTCOMES), in writing, as of a day.

    What becomes a case is answered by opening it (cases.open_case). Raises ValidationError by field and what `fire`
    raises: the place, the right, another who was quicker.
    """
    clue = _locked(clue)
    answered_on = answered_on or timezone.localdate()
    if outcome not in OUTCOMES:
        raise ValidationError({"outcome": "请选择核实结果。"})
    if not answer.strip():
        raise ValidationError({"answer": "请写明核实结果：什么时候、谁去的、看到什么。"})
    if answered_on < clue.received_on:
        raise ValidationError({"answered_on": f"核实日期不能早于收到线索的日期 {clue.received_on}。"})
    clue.answer, clue.answered_on = answer.strip(), answered_on
    clue.clean_fields(exclude=["household", "round", "case", "recorded_by"])
    if clue.is_open:
        clue.save(update_fields=["answer", "answered_on"])
    fire(OUTCOMES[outcome], clue, actor=actor, happened_on=answered_on, comment=clue.answer[:500], **entry)
    return clue


@transaction.atomic
def reopen_clue(clue: Clue, *, comment: str, actor) -> Clue:
    """Send an answer back to the village: the clue waits again, with a day of its own from today.

    Its first deadline stands: late stays late. Raises ValidationError (no reason, the same clue came again meanwhile).
    """
    clue = _locked(clue)
    try:
        with transaction.atomic():
            fire("reopen_clue", clue, actor=actor, comment=comment)
    except IntegrityError as error:
        if constraint_of(error) != "one_open_clue_of_a_kind":
            raise
        raise ValidationError("该户同样内容的新线索正在核实，不必再退回这一条。") from error
    return clue


def _locked(clue: Clue) -> Clue:
    return Clue.objects.select_for_update(of=("self",)).select_related("household").get(pk=clue.pk)


def _check_right(actor, household: Household | None, area_code: str) -> None:
    if household is None:
        allowed = actor.has_right_at("clue.enter", area_code)
    else:
        allowed = Household.objects.visible_to(actor, "clue.enter").filter(pk=household.pk).exists()
    if not allowed:
        raise PermissionDenied("您没有在这里登记线索的权限。")


def _note_visit(round: MonitoringRound, household: Household, **visit) -> None:
    try:
        note_clue(round, household, **visit)
    except ValidationError as error:
        if not hasattr(error, "error_dict") or "visited_on" not in error.error_dict:
            raise
        raise ValidationError({"received_on": error.message_dict["visited_on"]}) from error


def _save_once(clue: Clue) -> None:
    try:
        with transaction.atomic():
            clue.save()
    except IntegrityError as error:
        if constraint_of(error) != "one_open_clue_of_a_kind":
            raise
        raise ValidationError({"kind": TWICE}) from error
