"""Posting lists, correcting, taking down (architecture 8; what a notice holds back: notice_holds.py)."""

import hashlib
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from poverty.audit.services import record
from poverty.fields.crypto import keyed_hash
from poverty.parameters.services import value_for
from poverty.review.entry import holds_at
from poverty.review.errors import NotAllOfThem, constraint_of
from poverty.review.levels import Level
from poverty.review.models import Notice, Roster, RosterEntry, Step
from poverty.review.notice_holds import notice_lock
from poverty.review.objection_holds import objection_refusals
from poverty.review.rounds import arrivals
from poverty.review.services.papers import check_paper_day
from poverty.review.services.parting import part_roster
from poverty.review.workflows import Post, workflows
from poverty.sql.locks import hold

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # 31: without i, l, o, 0, 1
DAYS = {kind: f"notice.{kind}_days" for kind in Notice.Kind.values}


def minimum_days(case_type: str, kind: str, area_code: str, on: date) -> int:
    """How many days a notice must hang in a place, by the rule of the day of its posting; the posting day counts.

    A procedure with days of its own names their parameters (`Workflow.notice_days`).
    """
    return value_for(workflows.get(case_type).notice_days.get(kind, DAYS[kind]), area_code, on)


@transaction.atomic
def post_notice(
    roster: Roster,
    kind: str,
    *,
    title: str,
    place: str,
    publisher: str,
    contact: str,
    actor,
    posted_on: date | None = None,
    days: int | None = None,
    area_code: str = "",
    posted_by=None,
    posted_by_name: str = "",
    late_reason: str = "",
    corrects: Notice | None = None,
) -> tuple[Notice, str]:
    """Post a list in a place; returns the notice and the code to print on its sheet, which is stored as a hash only.

    `days` None: as many as the rule asks. On the sheet stands who has come to it (`Workflow.posts`); the others part and
    go on on a list of their own, and so does who is held or objected to. Raises PermissionDenied without the right of
    this kind; ValidationError by field: a day to come, late without reason, too few days, nobody who has come so far, a
    list that hangs already; NotAllOfThem when every case that has come so far is held back.
    """
    area_code = area_code or roster.area_code
    _check_poster(roster.case_type, corrects.kind if corrects else kind, area_code, actor)
    posted_on, late_reason = check_paper_day(
        posted_on, area_code, late_reason, field="posted_on", what="张贴日期"
    )
    if posted_on < roster.made_on:
        raise ValidationError({"posted_on": f"张贴日期不能早于造册日期 {roster.made_on}。"})
    least = minimum_days(roster.case_type, kind, area_code, posted_on)
    days = least if days is None else days
    if days < least:
        raise ValidationError({"days": f"公示不得少于 {least} 天。"})
    if corrects is None:
        _part_others(roster, kind, actor, posted_on, late_reason)
    hold(notice_lock(roster.pk))
    households = RosterEntry.objects.standing().filter(roster=roster).count()
    if not households:
        raise ValidationError("名单上已经没有户，不能公示。")
    code = _code(roster.pk, Notice.objects.filter(roster=roster).count())
    notice = Notice(
        kind=kind,
        roster=roster,
        area_code=area_code,
        title=title.strip(),
        place=place.strip(),
        publisher=publisher.strip(),
        contact=contact.strip(),
        posted_on=posted_on,
        days=days,
        minimum_days=least,
        last_day=posted_on + timedelta(days=days - 1),
        corrects=corrects,
        households=households,
        posted_by=posted_by or (None if posted_by_name else actor),
        posted_by_name=posted_by_name.strip() or (posted_by or actor).name,
        recorded_by=actor,
        late_reason=late_reason,
        token_hash=hash_of(code),
    )
    notice.clean_fields(exclude=["roster", "posted_by", "recorded_by", "corrects"])
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError as error:
        if constraint_of(error) != "one_notice_of_a_kind_for_a_roster":
            raise
        raise ValidationError("这份名单已经公示过，请刷新后查看。") from error
    record(
        "review.notice.post",
        notice,
        actor=actor,
        summary=f"{notice.get_kind_display()}：{title}，{households}户，{posted_on} 至 {notice.last_day}",
    )
    return notice, code


def kinds_posted_by(user, roster: Roster) -> list[str]:
    """The kinds of notice (without corrections) that a user may post of a list, by the procedure of its cases."""
    kinds = [one for one in Notice.Kind.values if one != Notice.Kind.CORRECTION]
    return [one for one in kinds if posts_here(user, roster.case_type, one, roster.area_code)]


def posts_here(user, case_type: str, kind: str, area_code: str) -> bool:
    """Whether a user posts, corrects and takes back notices of a kind in a place.

    A procedure names right and level per kind and knows no other kinds; where nothing waits for a notice, notice.post
    in the place is enough.
    """
    if not user.scope("notice.post").covers(area_code):
        return False
    posts = workflows.get(case_type).posts
    if not posts:
        return True
    return kind in posts and holds_at(user, posts[kind].right, posts[kind].level, area_code)


def _check_poster(case_type: str, kind: str, area_code: str, actor) -> None:
    posts = workflows.get(case_type).posts
    if posts and kind not in posts:
        raise ValidationError({"kind": f"这份名单没有“{Notice.Kind(kind).label}”。"})
    if not posts_here(actor, case_type, kind, area_code):
        by = f"，由{Level(posts[kind].level).label}级办理" if posts else ""
        raise PermissionDenied(f"您没有在该区划办理“{Notice.Kind(kind).label}”的权限{by}。")


def _part_others(roster: Roster, kind: str, actor, on: date, late_reason: str) -> None:
    """Whoever has not come to this notice leaves for a list of his own: his name must not hang with the others.

    Nor did a sheet hang with anybody who came to it later than on the day of its posting.
    """
    workflow = workflows.get(roster.case_type)
    post = workflow.posts.get(kind)
    if post is None:
        return
    model = workflow.model_class
    standing = RosterEntry.objects.standing().filter(roster=roster)
    cases = model._base_manager.filter(pk__in=standing.values("case_id"))
    # Locked before the notice's lock, as steps do; a step that is under way is waited for.
    states = dict(cases.select_for_update(of=("self",)).order_by("pk").values_list("pk", workflow.field))
    here = [pk for pk, state in states.items() if state == post.state or state in post.again]
    label = workflow.state_label(model, post.state)
    if not here:
        raise ValidationError(f"名单上还没有“{label}”的户，不能张贴{Notice.Kind(kind).label}。")
    # Who is objected to, held or no longer met would be refused the step after the sheet: he does not hang either.
    refused = _unfit(workflow.case_type, post, model._base_manager.filter(pk__in=here), on)
    if len(refused) == len(here):
        raise NotAllOfThem(refused, len(refused), model)
    others = [pk for pk in states if pk not in here or pk in refused]
    came = arrivals(roster.case_type, set(states) - set(others), post.state)
    if later := [one.happened_on for one in came.values() if one.happened_on > on]:
        raise ValidationError(
            {"posted_on": f"有 {len(later)} 户 {max(later)} 才办到“{label}”，张贴日期不能早于该日。"}
        )
    if others:
        part_roster(
            roster, model._base_manager.filter(pk__in=others), actor=actor, on=on, late_reason=late_reason
        )


def _unfit(case_type: str, post: Post, cases: QuerySet, on: date) -> dict[int, str]:
    refused = objection_refusals(case_type, cases, on)
    return refused | (dict(post.fits(cases)) if post.fits else {})


@transaction.atomic
def post_correction(notice: Notice, *, actor, **details) -> tuple[Notice, str]:
    """Post 更正公告 of a notice whose list somebody has left: the list as it now stands, in the same place.

    The days of those who stay count on; a household *added* needs a list and a notice of its own. `details` are those
    of `post_notice`. Raises ValidationError when nobody has left since the posting, and what post_notice raises.
    """
    if notice.kind == Notice.Kind.CORRECTION or notice.withdrawn_on is not None:
        raise ValidationError("只能更正仍有效的公示。")
    entries = RosterEntry.objects.filter(roster=notice.roster_id)
    if not entries.left_sheet(notice.posted_on, notice.recorded_at).exists():
        raise ValidationError("公示以来没有户移出名单，不需要更正。")
    details = {"place": notice.place, "publisher": notice.publisher, "contact": notice.contact} | details
    return post_notice(
        notice.roster,
        Notice.Kind.CORRECTION,
        title=f"{notice.title}更正公告"[:100],
        area_code=notice.area_code,
        corrects=notice,
        actor=actor,
        **details,
    )


@transaction.atomic
def take_down(notice: Notice, *, actor, on: date | None = None) -> None:
    """Note the day on which a sheet was taken off the wall: its last day or later.

    Raises ValidationError for an earlier day, one to come, or when it was noted already.
    """
    on = on or timezone.localdate()
    if on < notice.last_day:
        raise ValidationError({"on": f"公示到 {notice.last_day}，期满前不能撤下。"})
    if on > timezone.localdate():
        raise ValidationError({"on": "撤下日期不能晚于今天。"})
    rows = Notice.objects.standing().filter(pk=notice.pk, taken_down_on__isnull=True)
    if rows.update(taken_down_on=on) != 1:
        raise ValidationError("已经记过撤下日期，请刷新后查看。")
    record("review.notice.down", notice, actor=actor, summary=f"{on} 撤下")


@transaction.atomic
def withdraw_notice(notice: Notice, *, reason: str, actor, on: date | None = None) -> None:
    """Take a notice back that should not have hung: it counts as never posted.

    Only who may post it does. Raises ValidationError without a reason, on a day before the posting or to come, and when
    a step already rests on it.
    """
    kind = notice.corrects.kind if notice.corrects else notice.kind
    _check_poster(notice.roster.case_type, kind, notice.area_code, actor)
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回公示的原因。"})
    on = on or timezone.localdate()
    if not notice.posted_on <= on <= timezone.localdate():
        raise ValidationError({"on": f"撤回日期应在张贴日期 {notice.posted_on} 与今天之间。"})
    hold(notice_lock(notice.roster_id))
    if _rested_on(notice):
        raise ValidationError("已有户按这份公示办理了下一环节，不能撤回。")
    rows = Notice.objects.standing().filter(pk=notice.pk)
    if rows.update(withdrawn_on=on, withdrawn_reason=reason.strip()[:200]) != 1:
        raise ValidationError("这份公示已经撤回，请刷新后查看。")
    record("review.notice.withdraw", notice, actor=actor, summary=f"撤回：{reason.strip()}")


def _rested_on(notice: Notice) -> bool:
    """Whether a case of the list has gone on because this notice had ended."""
    workflow = workflows.get(notice.roster.case_type)
    after = [one.name for one in workflow.transitions if one.after_notice == notice.kind]
    listed = RosterEntry.objects.filter(roster=notice.roster_id).values("case_id")
    steps = Step.objects.filter(case_type=workflow.case_type, case_id__in=listed, transition__in=after)
    return steps.filter(recorded_at__gte=notice.recorded_at).exists()


def code_of(notice: Notice) -> str:
    """The code that stands on the sheet of a notice, for printing it again; it is worked out, never stored."""
    earlier = Notice.objects.filter(roster=notice.roster_id, pk__lt=notice.pk).count()
    return _code(notice.roster_id, earlier)


def _code(roster_id: int, earlier: int) -> str:
    """Sixteen characters without those that are misread on paper; nobody guesses them without the key."""
    digest = keyed_hash("review.notice", f"{roster_id}:{earlier}")
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:16])


def hash_of(code: str) -> str:
    """What is stored of the code on a sheet."""
    return hashlib.sha256(code.encode()).hexdigest()
