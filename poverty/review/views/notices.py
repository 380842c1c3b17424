"""Notices: the calendar of what hangs where, posting a list, correcting it, taking it down."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas.names import short_names
from poverty.review.forms import CorrectionForm, DayForm, NoticeForm, ReasonForm
from poverty.review.models import Notice, Objection, RosterEntry
from poverty.review.services.notices import (
    kinds_posted_by,
    post_correction,
    post_notice,
    posts_here,
    take_down,
    withdraw_notice,
)
from poverty.review.views.reaching import may_at, named_entries, roster_for, sent, try_service
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

SOON = timedelta(days=30)
BY_END = (("last_day", "asc"), ("id", "asc"))
NEWEST = (("posted_on", "desc"), ("id", "desc"))


@require_safe
@requires("household.view")
def calendar(request):
    """What hangs in the chosen place, by the day on which it ends; `?all=1`: whatever hung in the chosen year."""
    now, today = chosen(request), timezone.localdate()
    everything = request.GET.get("all") == "1"
    rows = Notice.objects.visible_to(request.user).under(now.area_code).select_related("roster")
    rows = rows.filter(posted_on__year=now.year) if everything else rows.running_on(today)
    page = keyset_page(rows, order=NEWEST if everything else BY_END, after=request.GET.get("page"))
    open_ones = Objection.objects.open().filter(notice__in=[row.pk for row in page])
    waiting: dict[int, int] = {}
    for notice_id in open_ones.values_list("notice_id", flat=True):
        waiting[notice_id] = waiting.get(notice_id, 0) + 1
    names = short_names(row.area_code for row in page)
    context = {
        "now": now,
        "today": today,
        "everything": everything,
        "page": page,
        "rows": [
            (row, names.get(row.area_code, ""), _day_of(row, today), waiting.get(row.pk, 0)) for row in page
        ],
    }
    return render(request, "review/notices/calendar.html", context)


def _day_of(notice: Notice, today) -> int | None:
    """Which day of the notice today is, from 1; None before and after."""
    if notice.withdrawn_on or not notice.posted_on <= today <= notice.last_day:
        return None
    return (today - notice.posted_on).days + 1


@require_http_methods(["GET", "HEAD", "POST"])
@requires("notice.post")
def notice_post(request, roster: int):
    """Post a list: the days are counted here, day 1 is the day of posting."""
    found = roster_for(request.user, roster, "notice.post")
    kinds = kinds_posted_by(request.user, found)
    if not kinds:
        raise MissingRight(("notice.post",))
    form = NoticeForm(sent(request), kinds=kinds, initial=_initial(found, kinds))
    before = RosterEntry.objects.standing().filter(roster=found).count()
    posted = try_service(form, lambda data: post_notice(found, actor=request.user, **data))
    if request.method == "POST" and posted:
        notice, _ = posted
        if parted := before - notice.households:
            messages.warning(
                request, f"{parted} 户还没有办到这一步、已暂缓或有异议，没有上这份公示，已另列名单。"
            )
        messages.success(
            request,
            f"已登记，公示到 {notice.last_day}，{notice.last_day + timedelta(days=1)} 起可办理下一环节。请上传张贴照片。",
        )
        return redirect("review:notice", notice.pk)
    context = {"form": form, "roster": found}
    return render(request, "review/notices/post.html", context, status=422 if form.errors else 200)


def _initial(roster, kinds: list[str]) -> dict:
    """What a first notice says, unless told otherwise; the next of these kinds that this list has not had."""
    had = set(Notice.objects.standing().filter(roster=roster).values_list("kind", flat=True))
    order = (Notice.Kind.FIRST, Notice.Kind.SECOND, Notice.Kind.ANNOUNCEMENT)
    allowed = [one for one in order if one in kinds]
    kind = next((one for one in allowed if one not in had), allowed[-1])
    last = Notice.objects.filter(roster=roster).order_by("-pk").first()
    initial = {"kind": kind, "posted_on": timezone.localdate(), "title": f"{roster.title}{kind.label}"[:100]}
    if last is not None:
        initial |= {"place": last.place, "contact": last.contact, "publisher": last.publisher}
    return initial


@require_safe
@requires("household.view")
def notice_page(request, pk: int):
    """One notice: its days, its list as it hung, the photo of the wall, objections."""
    user = request.user
    notice = get_object_or_404(
        Notice.objects.visible_to(user).select_related("roster", "recorded_by", "corrects"), pk=pk
    )
    today = timezone.localdate()
    entries = named_entries(notice.roster, user)
    context = {
        "notice": notice,
        "place": short_names([notice.area_code]).get(notice.area_code, ""),
        "entries": [(one, line) for one, line in entries if one.hung_on(notice)],
        "objections": Objection.objects.visible_to(user).filter(notice=notice).order_by("pk"),
        "corrections": notice.corrections.order_by("pk"),
        "day": _day_of(notice, today),
        "opens": notice.last_day + timedelta(days=1),
        "ended": today > notice.last_day,
        "may_print": may_at(user, "notice.post", notice.area_code) and notice.withdrawn_on is None,
        "may_post": _posts(user, notice) and notice.withdrawn_on is None,
        "may_object": may_at(user, "objection.enter", notice.area_code) and notice.withdrawn_on is None,
    }
    return render(request, "review/notices/page.html", context)


def _posts(user, notice: Notice) -> bool:
    """Whether it is his notice to correct and to take back: the village does not take back what the county posted."""
    kind = notice.corrects.kind if notice.corrects else notice.kind
    return posts_here(user, notice.roster.case_type, kind, notice.area_code)


def _notice_for(user, pk: int, may=_posts) -> Notice:
    rows = Notice.objects.visible_to(user).select_related("roster", "corrects")
    notice = get_object_or_404(rows, pk=pk)
    if not may(user, notice):
        raise MissingRight(("notice.post",))
    return notice


def _hangs_here(user, notice: Notice) -> bool:
    """Whoever posts notices in the place takes sheets off the wall there, whoever had them hung."""
    return may_at(user, "notice.post", notice.area_code)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("notice.post")
def notice_correct(request, pk: int):
    """Post 更正公告 after somebody left the list; the others' days count on."""
    notice = _notice_for(request.user, pk)
    form = CorrectionForm(sent(request), initial={"posted_on": timezone.localdate()})
    posted = try_service(form, lambda data: post_correction(notice, actor=request.user, **data))
    if request.method == "POST" and posted:
        messages.success(request, "已登记更正公告，请上传张贴照片。")
        return redirect("review:notice", posted[0].pk)
    return _asked(
        request, form, notice, "张贴更正公告", "名单按移出后的样子重新张贴，其余各户的公示天数连续计算。"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("notice.post")
def notice_down(request, pk: int):
    """Note when the sheet was taken off the wall."""
    notice = _notice_for(request.user, pk, _hangs_here)
    form = DayForm(sent(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and try_service(
        form, lambda data: take_down(notice, actor=request.user, **data)
    ):
        messages.success(request, "已记录撤下日期。")
        return redirect("review:notice", pk)
    return _asked(request, form, notice, "记录撤下", f"公示到 {notice.last_day}，当天或以后才能撤下。")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("notice.post")
def notice_withdraw(request, pk: int):
    """Take back a notice that should not have hung: it counts as never posted."""
    notice = _notice_for(request.user, pk)
    form = ReasonForm(sent(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and try_service(
        form, lambda data: withdraw_notice(notice, actor=request.user, **data)
    ):
        messages.success(request, "已撤回，须重新公示。")
        return redirect("review:notice", pk)
    return _asked(
        request, form, notice, "撤回公示", "撤回的公示不算数，名单须重新公示。贴错、漏贴才需要撤回。"
    )


def _asked(request, form, notice: Notice, action: str, explained: str):
    context = {"form": form, "notice": notice, "action": action, "explained": explained}
    return render(request, "review/notices/ask.html", context, status=422 if form.errors else 200)
