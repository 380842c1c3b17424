"""同时更新年度信息: what villages answered in a table from above goes into the facts of the year, once it is accepted.

The values are the village's (who filled the row counts as having entered them, so he does not check that household),
what was accepted is the township's. A fact that has changed in the register since the table was issued is never
written over: it is listed by field until somebody decides.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.incoming.fields import SURVEY
from households.models import (
    CountyYear,
    Household,
    Member,
    MemberSurvey,
    RequestPart,
    RequestRow,
    Survey,
    TableRequest,
)
from households.querysets_requests import CHECK
from households.requests.answers import shown_fact, stated
from households.requests.columns import FILL, AskedColumn
from households.requests.known import yearly_facts
from households.services.facts_of_many import (
    CONFLICT,
    REFUSED,
    WRITTEN,
    Outcome,
    Stated,
    save_facts_of_households,
    save_facts_of_members,
)
from households.services.locking import lock_for_members
from households.services.member_surveys import member_survey_for, save_member_survey
from households.services.surveys import save_survey, start_survey, survey_for
from poverty.audit.services import record
from poverty.jobs.services.queue import enqueue

JOB = "households.request_update"
MOST_AT_ONCE = 500  # rows; more are written in the background
AT_ONCE = 1_000
KEPT = "kept"  # somebody decided for what stands in the register
UNDECIDED = (CONFLICT, REFUSED)
GONE = "该户（人）已迁到别处，不在您审核的地区，由现在的乡镇在户页面上录入。"
_UNREADABLE = object()  # what was seen cannot be read any more: equal to nothing


def updating(request: TableRequest) -> list[AskedColumn]:
    """The columns whose answers also go into the register."""
    return [one for one in request.asked if one.role == FILL and one.updates]


def check_updating(columns: Iterable[AskedColumn], request: TableRequest) -> None:
    """ValidationError at "columns" where answers cannot go into the register as is said."""
    chosen = [one for one in columns if one.role == FILL and one.updates]
    if not chosen:
        return
    taken: dict[str, str] = {}
    by_household = request.key_kind == TableRequest.Key.HOUSEHOLD_NO
    for one in chosen:
        fact = yearly_facts().get(one.source)
        if fact is None:
            raise _refusal(f"“{one.heading}”要更新年度信息，请选择更新登记的哪一项年度信息。")
        if (fact.table == SURVEY) != by_household:
            whose, how = ("户", "按户编号") if fact.table == SURVEY else ("人", "按人口编号或证件号码")
            raise _refusal(f"“{fact.column.heading}”是{whose}的信息，{how}匹配的表才能更新。")
        if one.source in taken:
            raise _refusal(f"“{taken[one.source]}”和“{one.heading}”更新的是同一项，只能选一列。")
        taken[one.source] = one.heading
    year = CountyYear.objects.filter(area_id=request.area_code, year=request.year).first()
    if year is None or year.state != CountyYear.State.OPEN:
        why = "已关闭，信息不再改动" if year else "还没有开启"
        raise _refusal(f"{request.year}年度{why}，不能同时更新年度信息。")


def _refusal(text: str) -> ValidationError:
    return ValidationError({"columns": text})


def is_small(part: RequestPart) -> bool:
    """Whether its answers are written at once."""
    return part.rows.count() <= MOST_AT_ONCE


def update_or_queue(part: RequestPart, *, actor) -> None:
    """After a part was accepted: write its answers into the register, a large one in the background."""
    if not updating(part.request):
        return
    if is_small(part):
        update_register(part.pk, actor=actor)
        return
    enqueue(JOB, area_code=part.area_code, key=f"{JOB}:{part.pk}", params={"part": part.pk}, actor=actor)


def hold_register(part_id: int) -> None:
    """Lock the households of a part's rows. They come before the part, as where villages are merged."""
    rows = RequestRow.objects.filter(part=part_id).values_list("household_id", "member_id")
    found = list(rows)
    lock_for_members({one for _, one in found if one}, beside={one for one, _ in found if one})


@transaction.atomic
def update_register(part_id: int, *, actor) -> dict[str, int]:
    """Write the answers of an accepted part into the register; how many facts came to what.

    Run again it writes nothing new. A part that was sent back meanwhile is left alone.
    """
    hold_register(part_id)
    part = RequestPart.objects.select_for_update(of=("self",)).select_related("request").get(pk=part_id)
    counts: dict[str, int] = {}
    if part.state != RequestPart.State.ACCEPTED:
        return counts
    request, columns = part.request, updating(part.request)
    today = timezone.localdate()
    rows = list(part.rows.select_related("filled_by").order_by("number"))
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        wanted = {row.pk: one for row in batch if (one := _stated(row, columns, today))}
        paper = {"late_reason": _reason(request)}
        gone = _gone(batch, actor)
        for pk in gone & wanted.keys():
            wanted[pk].refuse(ValidationError(GONE))
        todo = [(row, wanted[row.pk]) for row in batch if row.pk in wanted and row.pk not in gone]
        of_members = [one for row, one in todo if row.member_id]
        of_households = [one for row, one in todo if not row.member_id]
        save_facts_of_households(of_households, request.year, decided_by_name=actor.name, **paper)
        save_facts_of_members(of_members, request.year, **paper)
        for row in batch:
            if row.pk in wanted:
                _note(row, wanted[row.pk], columns, counts)
        RequestRow.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["updated", "undecided", "known", "numbers"],
        )
    record(
        "households.request.update",
        request,
        actor=actor,
        area_code=part.area_code,
        summary=f"更新年度信息 {counts.get(WRITTEN, 0)} 项，待核对 {sum(counts.get(one, 0) for one in UNDECIDED)} 项",
    )
    return counts


def _gone(rows: Iterable[RequestRow], actor) -> set[int]:
    """Keys of the rows whose household or person has moved to where the person does not look tables through."""
    rows, scope = list(rows), actor.scope(CHECK)
    homes = Household.objects.filter(pk__in={row.household_id for row in rows if not row.member_id})
    people = Member.objects.filter(pk__in={row.member_id for row in rows if row.member_id})
    of_homes = dict(homes.values_list("pk", "area_id"))
    of_people = dict(people.values_list("pk", "household__area_id"))
    now = {
        row.pk: of_people.get(row.member_id) if row.member_id else of_homes.get(row.household_id)
        for row in rows
    }
    # Who is in no household any more is told so where his facts are saved.
    return {pk for pk, area in now.items() if area is not None and not scope.covers(area)}


def _reason(request: TableRequest) -> str:
    """What is said where an answer was filled so long ago that it counts as late entry."""
    return f"任务表“{request.title}”填报，审核通过后录入"[:200]


def _stated(row: RequestRow, columns: list[AskedColumn], today) -> Stated | None:
    """What a row states of its household or person; None: nothing that is still to be written."""
    answers, known = row.whole("answers"), row.whole("known")
    values, seen, refused = {}, {}, {}
    for one in columns:
        text, before = answers.get(one.name, ""), row.updated.get(one.name, {})
        if not text or (before.get("state") == KEPT and before.get("text") == text):
            continue
        name = yearly_facts()[one.source].name
        try:
            values[name] = stated(one, text, today=today)
        except ValueError as error:  # a word that the list of options has no more
            refused[name] = Outcome(REFUSED, None, str(error))
            continue
        try:
            seen[name] = stated(one, known.get(one.name, ""), today=today)
        except ValueError:
            seen[name] = _UNREADABLE
    if not values and not refused:
        return None
    day = timezone.localdate(row.filled_at) if row.filled_at else today
    return Stated(row.member_id or row.household_id, values, seen, day, row.filled_by, refused)


def _note(row: RequestRow, wanted: Stated, columns: list[AskedColumn], counts: dict[str, int]) -> None:
    answers, told = row.whole("answers"), dict(row.updated)
    for one in columns:
        outcome = wanted.outcomes.get(yearly_facts()[one.source].name)
        if outcome is None or not answers.get(one.name):
            continue
        counts[outcome.state] = counts.get(outcome.state, 0) + 1
        told[one.name] = _told(one, outcome, row.whole("known").get(one.name, ""), answers[one.name])
        if outcome.state not in UNDECIDED:
            # What was seen from now on, if the part is sent back and accepted once more.
            _see(row, one.name, told[one.name]["now"])
    row.updated = told
    row.undecided = any(one["state"] in UNDECIDED for one in told.values())


def _see(row: RequestRow, name: str, now: str) -> None:
    sealed = row.sealed_part("known")
    if name in sealed:
        row.put(known=(row.known, {**sealed, name: now}))
    else:
        row.known = {**row.known, name: now}


def _told(column: AskedColumn, outcome: Outcome, seen: str, text: str) -> dict[str, str]:
    now = shown_fact(column, outcome.now)
    return {"state": outcome.state, "seen": seen, "now": now, "text": text, "said": outcome.said[:200]}


# --- deciding what could not be written ---------------------------------------------------------------------------


def facts_now(rows: Iterable[RequestRow], year: int) -> dict[int, Survey | MemberSurvey | None]:
    """What the register says of each row's household or person at this moment, by row; None: the year not started."""
    rows = list(rows)
    homes = {row.household_id for row in rows if not row.member_id}
    people = {row.member_id for row in rows if row.member_id}
    of_homes = {one.household_id: one for one in Survey.objects.filter(household__in=homes, year=year)}
    of_people = {one.member_id: one for one in MemberSurvey.objects.filter(member__in=people, year=year)}
    found = {}
    for row in rows:
        if row.member_id:
            stored = of_people.get(row.member_id)
            found[row.pk] = stored or member_survey_for(row.member, year, row.area_code)
        else:
            found[row.pk] = of_homes.get(row.household_id)
    return found


def fact_now(row: RequestRow, column: AskedColumn):
    """What the register says of a row's fact at this moment."""
    return getattr(facts_now([row], row.part.request.year)[row.pk], yearly_facts()[column.source].name, None)


@transaction.atomic
def decide(pk: int, name: str, *, take: bool, seen: str, actor) -> None:
    """Settle one fact that was not written: `take` the village's answer, or keep what the register says.

    `seen`: what the register said when the person looked. PermissionDenied for who may not check that village;
    ValidationError when it was settled already, has changed once more, or cannot be saved.
    """
    rows = RequestRow.objects.filter(pk=pk, part__isnull=False)
    if not rows.visible_to(actor, CHECK).exists():
        raise PermissionDenied("您不能核对这一行。")
    household, member = rows.values_list("household_id", "member_id").get()
    lock_for_members([member] if member else [], beside=[household])  # before the row, as everybody does
    row = (
        rows.select_for_update(of=("self",))
        .select_related("part__request", "household", "member", "filled_by")
        .get()
    )
    column = next((one for one in updating(row.part.request) if one.name == name), None)
    told = row.updated.get(name, {})
    if column is None or told.get("state") not in UNDECIDED:
        raise ValidationError("这一项已经核对过了。")
    if row.part.state != RequestPart.State.ACCEPTED:
        raise ValidationError("这个村的任务表已经退回，重新通过以后再核对。")
    if seen != shown_fact(column, fact_now(row, column)):
        raise ValidationError("登记又有变化，请按现在的内容再核对。")
    if take:
        if _gone([row], actor):
            raise ValidationError(GONE)
        _save(row, column, told["text"], actor)
    now = shown_fact(column, fact_now(row, column))
    told = {**told, "state": WRITTEN if take else KEPT, "now": now, "said": ""}
    row.updated = {**row.updated, name: told}
    _see(row, name, now)
    row.undecided = any(one["state"] in UNDECIDED for one in row.updated.values())
    row.save(update_fields=["updated", "undecided", "known", "numbers"])
    record(
        "households.request.decide",
        row.part.request,
        actor=actor,
        area_code=row.area_code,
        summary=f"第{row.number}行“{column.heading}”：{'采用填报的' if take else '保留登记的'}",
    )


def _save(row: RequestRow, column: AskedColumn, text: str, actor) -> None:
    """By the service of the one page: with its locks, checks, log and judging."""
    fact, year = yearly_facts()[column.source], row.part.request.year
    today = timezone.localdate()
    paper = {
        "actor": row.filled_by,
        "happened_on": timezone.localdate(row.filled_at),
        "late_reason": _reason(row.part.request),
    }
    changes = {fact.name: stated(column, text, today=today)}
    try:
        if fact.table == SURVEY:
            survey = survey_for(row.household, year) or start_survey(row.household, year, actor=row.filled_by)
            save_survey(survey, changes, decided_by_name=actor.name, **paper)
        else:
            save_member_survey(row.member, year, changes, **paper)
    except ValidationError as error:
        raise ValidationError(error.messages) from error
