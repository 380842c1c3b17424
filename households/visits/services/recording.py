"""Recording visits: each once, by the identity it was given where it was made; what it says is merged by field.

A refusal of one fact never refuses the visit. A visit to a household that is no longer the sender's is kept and waits
for the village or the township. Many visits cost hardly more statements than one: a phone sends twenty at once.
"""

import logging
from collections.abc import Mapping, Sequence
from traceback import format_tb
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from households.models import Assessment, Member, Membership
from households.options.visits import VISIT_WAYS, WRITTEN
from households.services.facts_of_many import judge_stated
from households.services.locking import lock_for_members
from households.visits.models import Visit, VisitAmount, VisitFact, VisitPhoto, VisitTemplate
from households.visits.sent import Sent
from households.visits.services import checking
from households.visits.services.access import RECORD, whose
from households.visits.services.answers import Received, answers, judged_words, later, refused
from households.visits.services.checking import Days
from households.visits.services.holding import keep_whole
from households.visits.services.income import merge_sheet
from households.visits.services.merging import Told, merge_facts
from households.visits.services.needs import raise_needs
from poverty.audit.services import record_rows

logger = logging.getLogger(__name__)

OTHER_CONTENT = "这个走访编号已有另一次走访，内容不同，没有覆盖。"
NOT_HIS = "这户不是您的结对户，也不在您的工作范围，没有收下。"
_NOT_KEPT = "系统没能保存这次走访，请稍后再送；一直不行的，请联系县扶贫办。"


def record_visit(sent: Sent, *, actor, visitor=None) -> Received:
    """Record one visit; see record_visits."""
    return record_visits([sent], actor=actor, visitor=visitor)[0]


def record_visits(visits: Sequence[Sent], *, actor, visitor=None) -> list[Received]:
    """Record visits that one person made (`visitor`, None: who sends them), each answered on its own, in their order.

    The same identity again answers what stands; another content under it is refused. PermissionDenied without the
    right to record visits at all. Households are held one after the other, so two phones never wait in a circle.
    """
    if not actor.has_right(RECORD):
        raise PermissionDenied("您没有登记走访的权限。")
    visitor = visitor or actor
    once: dict[UUID, Sent] = {}
    for one in visits:
        once.setdefault(one.identity, one)
    try:
        with transaction.atomic():
            found = _record(list(once.values()), actor=actor, visitor=visitor)
    except Exception as error:
        # One of them met what somebody else wrote in this moment, a rule of the database, or a fault of ours: each on
        # its own, so that it holds back no other.
        if not isinstance(error, IntegrityError):
            _log_fault("A batch of visits", error)
        found = {one.identity: _alone(one, actor=actor, visitor=visitor) for one in once.values()}
    return [
        found[one.identity]
        if one.digest == once[one.identity].digest
        else refused(one.identity, {"identity": [OTHER_CONTENT]})
        for one in visits
    ]


def _alone(sent: Sent, *, actor, visitor) -> Received:
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                return _record([sent], actor=actor, visitor=visitor)[sent.identity]
        except IntegrityError as error:
            # Never the message: it holds the row.
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            logger.warning("Visit %s was not kept (attempt %s): %s", sent.identity, attempt, name)
        except Exception as error:
            _log_fault(f"Visit {sent.identity}", error)
            break
    return later(sent.identity, _NOT_KEPT)


def _log_fault(what: str, error: Exception) -> None:
    """Where nobody thought of it, without the message: it may hold what was said."""
    where = "".join(format_tb(error.__traceback__))
    logger.error("%s was not kept: %s at\n%s", what, type(error).__name__, where)


def _record(visits: list[Sent], *, actor, visitor) -> dict[UUID, Received]:
    """The answers by identity. Within a transaction; households are locked before anything is read of them."""
    his = whose({one.household for one in visits}, actor)
    members = {fact.member for one in visits for fact in one.facts if fact.member is not None}
    belongs = set(
        Membership.objects.filter(member__in=members, household__in=his).values_list(
            "household_id", "member_id"
        )
    )
    homes = lock_for_members([member for _, member in belongs], beside=his)
    known = {one.identity: one for one in Visit.objects.filter(identity__in=[one.identity for one in visits])}
    templates = VisitTemplate.objects.published().in_bulk({one.template for one in visits})
    taken_photos = _taken_photos(visits, known)
    days, found, fresh = Days(), {}, []
    for one in visits:
        if one.identity in known:
            if not _is_the_same(known[one.identity], one, visitor):
                found[one.identity] = refused(one.identity, {"identity": [OTHER_CONTENT]})
            continue
        if one.household not in his:
            found[one.identity] = refused(one.identity, {"household": [NOT_HIS]})
            continue
        home, template = homes[one.household], templates.get(one.template)
        errors = checking.shape_faults(one, template, days.today)
        errors |= checking.late_faults(one, days.late_before(home.area_id))
        if any(fact.member is not None and (home.pk, fact.member) not in belongs for fact in one.facts):
            errors["facts"] = ["有的成员不在该户，请重新下载我的户。"]
        if any(photo.identity in taken_photos for photo in one.photos):
            errors["photos"] = ["照片编号已属于另一次走访。"]
        if errors:
            found[one.identity] = refused(one.identity, errors)
            continue
        fresh.append(Told(one, home, template, his[one.household], checking.late_reason_of(one)))
    new = _keep(fresh, actor=actor, visitor=visitor)
    standing = [known[one.identity] for one in visits if one.identity in known and one.identity not in found]
    return found | answers([*standing, *new])


def _taken_photos(visits: Sequence[Sent], known: Mapping[UUID, Visit]) -> set[UUID]:
    asked = [photo.identity for one in visits if one.identity not in known for photo in one.photos]
    return set(VisitPhoto.objects.filter(identity__in=asked).values_list("identity", flat=True))


def _is_the_same(visit: Visit, sent: Sent, visitor) -> bool:
    return visit.digest == sent.digest and visit.visitor_id == visitor.pk


def _keep(visits: list[Told], *, actor, visitor) -> list[Visit]:
    """Merge what the visits say, judge their households, and write them."""
    if not visits:
        return []
    before = _results(visits)
    for year in sorted({one.sent.year for one in visits}):
        of_year = [one for one in visits if one.sent.year == year and not one.held]
        judge_stated(_merge(of_year, year, actor=actor, visitor=visitor), year)
    for one in visits:
        if one.held:
            keep_whole(one)
    after = _results(visits)
    rows = Visit.objects.bulk_create(_row(one, before, after, actor=actor, visitor=visitor) for one in visits)
    _keep_parts(visits, rows, actor=actor)
    record_rows(
        "households.visit.record",
        [{"obj": one.home, "summary": _summary(one)} for one in visits],
        actor=actor,
    )
    return rows


def _merge(visits: list[Told], year: int, *, actor, visitor) -> set[int]:
    members = {fact.member for one in visits for fact in one.sent.facts if fact.member is not None}
    people = dict(Member.objects.filter(pk__in=members).values_list("pk", "household_id"))
    judged = merge_facts(visits, year, visitor=visitor, actor=actor, people=people)
    for one in sorted(visits, key=lambda told: told.sent.order):
        if one.sent.income is not None:
            judged |= merge_sheet(one, actor=actor, visitor=visitor, batch=visits)
    return judged


def _results(visits: Sequence[Told]) -> dict[tuple[int, int], Assessment]:
    homes, years = {one.home.pk for one in visits}, {one.sent.year for one in visits}
    rows = Assessment.objects.filter(household__in=homes, year__in=years)
    return {(one.household_id, one.year): one for one in rows}


def _row(told: Told, before, after, *, actor, visitor) -> Visit:
    sent, place = told.sent, (told.home.pk, told.sent.year)
    return Visit(
        identity=sent.identity,
        digest=sent.digest,
        household=told.home,
        year=sent.year,
        area_code=told.home.area_id,
        template=told.template,
        visitor=visitor,
        recorded_by=actor,
        companions=sent.companions,
        happened_on=sent.happened_on,
        started_at=sent.started_at,
        ended_at=sent.ended_at,
        way=sent.way,
        whole_away=sent.whole_away,
        answers=dict(sent.answers),
        remark=sent.remark,
        problems=sent.problems,
        next_promise=sent.next_promise,
        next_on=sent.next_on,
        signer_name=sent.signer_name,
        signer_relation=sent.signer_relation,
        signed=sent.signed,
        refusal_reason=sent.refusal_reason,
        latitude=sent.latitude,
        longitude=sent.longitude,
        accuracy=sent.accuracy,
        position_reason=sent.position_reason.strip(),
        device=sent.device,
        sent_at=sent.sent_at,
        late_reason=sent.late_reason.strip(),
        judged=judged_words(before.get(place), after.get(place)),
        visited_on_moved=told.moved,
        visited_on_before=told.day_before,
        photos_expected=len(sent.photos),
        held=told.held,
    )


def _keep_parts(visits: Sequence[Told], rows: Sequence[Visit], *, actor) -> None:
    for told, row in zip(visits, rows, strict=True):
        if not told.held:
            raise_needs(told, row, actor=actor)
        for fact in told.facts:
            fact.visit = row
    VisitFact.objects.bulk_create([fact for told in visits for fact in told.facts])
    VisitAmount.objects.bulk_create(
        VisitAmount(visit=row, **vars(one))
        for told, row in zip(visits, rows, strict=True)
        for one in told.sent.amounts
    )
    VisitPhoto.objects.bulk_create(
        VisitPhoto(visit=row, **vars(one))
        for told, row in zip(visits, rows, strict=True)
        for one in told.sent.photos
    )


def _summary(told: Told) -> str:
    words = f"{VISIT_WAYS.label(told.sent.way)}走访 {told.sent.happened_on}"
    if told.held:
        return f"{words}，未采用：{told.held}"[:200]
    written = sum(one.outcome == WRITTEN for one in told.facts)
    open_ones = sum(one.outcome in ("conflict", "refused") for one in told.facts)
    return words + f"，更新 {written} 项" + (f"，待核对 {open_ones} 项" if open_ones else "")
