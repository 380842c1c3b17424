"""For the office: the sheet that goes on the wall, the month's calendar, and who is late."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from poverty.areas.names import full_names, short_names
from poverty.notices import lateness, outside
from poverty.notices.calendar import month_beginning, month_of, neighbours
from poverty.notices.listing import on_paper
from poverty.review.models import Notice, Roster
from poverty.review.services.notices import code_of
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.qr_codes import drawing_of
from poverty.web.rights import MissingRight, requires

PAPERS = {"a4": "A4", "a3": "A3"}
TABS = {
    "posting": "该贴未贴",
    "down": "期满未撤",
    "photo": "没有照片",
    "correction": "该更正未更正",
}
ORDERS = {
    "down": (("last_day", "asc"), ("id", "asc")),
    "photo": (("posted_on", "asc"), ("id", "asc")),
    "correction": (("last_day", "asc"), ("id", "asc")),
}


@require_safe
@requires("notice.post")
@never_cache
def sheet(request, pk: int):
    """The notice as it hangs: list, days, how to object; with the code while it runs and is told on the open web."""
    user, today = request.user, timezone.localdate()
    notice = get_object_or_404(Notice.objects.visible_to(user).select_related("roster", "corrects"), pk=pk)
    if not user.scope("notice.post").covers(notice.area_code):
        raise MissingRight(("notice.post",))
    if notice.withdrawn_on is not None:
        raise Http404
    paper = request.GET.get("paper", "a4")
    listed = on_paper(notice)
    code = ""
    if listed.sheet.on_web and today <= notice.last_day:
        code = code_of(notice)
    address = outside.address_of(notice, code, request.build_absolute_uri("/")) if code else ""
    context = {
        "notice": notice,
        "listed": listed,
        "place": full_names([notice.area_code]).get(notice.area_code, ""),
        "paper": paper if paper in PAPERS else "a4",
        "papers": PAPERS.items(),
        "code": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "names_on_web": bool(code) and outside.names_may_be_read(notice, today),
        "drawing": drawing_of(address) if address else "",
        "site": address.partition("://")[2].split("/")[0],
        "hotline": outside.HOTLINE,
        "changed": notice.corrects_id is None
        and len(listed.lines) != notice.households
        and today <= notice.last_day,
    }
    return render(request, "notices/sheet.html", context)


@require_safe
@requires("household.view")
def calendar(request):
    """The month in the chosen place: what goes up, what hangs, what ends, day by day."""
    now, today = chosen(request), timezone.localdate()
    first = month_beginning(request.GET.get("month"), today)
    rows = Notice.objects.visible_to(request.user).under(now.area_code)
    weeks = month_of(first, rows)
    listed = [row for week in weeks for day in week for row in (*day.posted, *day.ending)]
    names = short_names({row.area_code for row in listed})
    for row in listed:
        row.place_name = names.get(row.area_code, "")
    before, after = neighbours(first)
    context = {
        "now": now,
        "today": today,
        "first": first,
        "weeks": weeks,
        "before": before,
        "after": after,
        "quiet": not any(day.hanging for week in weeks for day in week),
    }
    return render(request, "notices/calendar.html", context)


@require_safe
@requires("household.view")
def late(request):
    """Who is late with notices in the chosen place, by what has not been done."""
    now, today = chosen(request), timezone.localdate()
    what = request.GET.get("what", "posting")
    if what not in TABS:
        what = "posting"
    notices = Notice.objects.visible_to(request.user).under(now.area_code)
    unposted = lateness.unposted(Roster.objects.visible_to(request.user).under(now.area_code), today)
    late_ones = {
        "down": lateness.still_up(notices, today),
        "photo": lateness.without_photo(notices, today),
        "correction": lateness.uncorrected(notices, today),
    }
    counts = {"posting": len(unposted)} | {name: rows.count() for name, rows in late_ones.items()}
    page = (
        keyset_page(late_ones[what], order=ORDERS[what], after=request.GET.get("page"))
        if what in late_ones
        else ()
    )
    names = short_names([*(row.area_code for row in page), *(one.roster.area_code for one in unposted)])
    context = {
        "now": now,
        "today": today,
        "what": what,
        "tabs": [(label, f"?what={name}", counts[name], name == what) for name, label in TABS.items()],
        "page": page,
        "rows": [(row, names.get(row.area_code, "")) for row in page],
        "unposted": [(one, names.get(one.roster.area_code, "")) for one in unposted]
        if what == "posting"
        else [],
    }
    return render(request, "notices/late.html", context)
