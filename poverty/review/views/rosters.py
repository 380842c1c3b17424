"""Lists: which there are, who stands on one, and what hangs on it. The page of a list is where work begins."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas.names import short_names
from poverty.audit.naming import case_type as named_type
from poverty.review.forms import ReasonForm
from poverty.review.models import Meeting, Objection, Roster, RosterEntry
from poverty.review.services.notices import kinds_posted_by
from poverty.review.services.rosters import by_hand, leave_by_hand
from poverty.review.views.meetings import kinds_for
from poverty.review.views.reaching import named_entries, roster_for, sent, try_service
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

NEWEST = (("id", "desc"),)


@require_safe
@requires("household.view")
def roster_list(request):
    """The lists of the chosen place and year, the newest first."""
    now = chosen(request)
    rows = Roster.objects.visible_to(request.user).under(now.area_code).filter(year=now.year)
    rows = rows.annotate(
        standing=Count("entries", filter=Q(entries__left_on__isnull=True)),
        left=Count("entries", filter=Q(entries__left_on__isnull=False)),
    )
    page = keyset_page(rows, order=NEWEST, after=request.GET.get("page"))
    names = short_names(row.area_code for row in page)
    context = {
        "now": now,
        "page": page,
        "rows": [(row, named_type(row.case_type).label, names.get(row.area_code, "")) for row in page],
    }
    return render(request, "review/rosters/list.html", context)


@require_safe
@requires("household.view")
def roster_page(request, pk: int):
    """One list: its households, meetings, notices and objections, and what may be done with it."""
    user = request.user
    roster = get_object_or_404(Roster.objects.visible_to(user).select_related("made_by"), pk=pk)
    ids = RosterEntry.objects.filter(roster=roster).values("case_id")
    meetings = (
        Meeting.objects.visible_to(user)
        .filter(items__case_type=roster.case_type, items__case_id__in=ids, held_on__gte=roster.made_on)
        .distinct()
        .order_by("held_on", "pk")
    )
    context = {
        "roster": roster,
        "kind": named_type(roster.case_type).label,
        "place": short_names([roster.area_code]).get(roster.area_code, ""),
        "entries": named_entries(roster, user),
        "meetings": meetings,
        "notices": roster.notices.order_by("posted_on", "pk"),
        "objections": Objection.objects.visible_to(user).filter(notice__roster=roster).order_by("pk"),
        "today": timezone.localdate(),
        "kinds": kinds_for(user, roster.area_code),
        "may_post": bool(kinds_posted_by(user, roster)),
        "by_hand": by_hand(roster, user),
    }
    return render(request, "review/rosters/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("notice.post")
def roster_leave(request, pk: int, case_id: int):
    """Take one case off its list, with day and reason; the others go on."""
    roster = roster_for(request.user, pk, "notice.post")
    entry = get_object_or_404(
        RosterEntry.objects.standing().select_related("roster"), roster=roster, case_id=case_id
    )
    form = ReasonForm(sent(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and try_service(
        form, lambda data: leave_by_hand(entry, actor=request.user, **data)
    ):
        messages.success(request, "已移出名单。已张贴的公示需要更正的，请张贴更正公告。")
        return redirect("review:roster", pk)
    name = next((line.name for one, line in named_entries(roster, request.user) if one.pk == entry.pk), "")
    context = {"form": form, "roster": roster, "name": name}
    return render(request, "review/rosters/leave.html", context, status=422 if form.errors else 200)
