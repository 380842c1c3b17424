"""The leading group's decision on the lists that the county office has reviewed: one meeting, one document."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from households.exits.stopped import stopped
from households.forms.exits.papers import DecisionForm
from households.forms.exits.rows import FailForm
from households.models import ExitCase
from households.options.exit_options import REVIEWED
from households.services.exits.county import hold_decision
from households.services.exits.locking import CASE
from households.views.exits.choosing import Row, fault_of, rows_of
from households.views.exits.reaching import attempt
from poverty.areas.names import short_names
from poverty.files.kinds import Kind
from poverty.files.services import store
from poverty.review.models import Roster, RosterEntry
from poverty.web.chosen import chosen
from poverty.web.rights import requires

_RIGHT = "register.decide"
MOST = 1_500  # households on one page, by whole lists: two fields each, a form takes 5,000


@dataclass
class _List:
    """A list with its households that wait for the decision; `shown`: their keys, joined, for one hidden field."""

    roster: Roster
    place: str
    rows: list[Row]

    @property
    def shown(self) -> str:
        return ",".join(str(row.case.pk) for row in self.rows)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RIGHT)
def exit_decide(request):
    """Enter the meeting and what it decided: households are ticked, who was not agreed to gets the reason."""
    now = chosen(request)
    posted = request.method == "POST"
    lists, more = _lists(request, now)
    rows = [row for one in lists for row in one.rows]
    ticked = [row for row in rows if row.ticked]
    form = DecisionForm(request.POST, request.FILES) if posted else DecisionForm()
    if posted:
        valid = [form.is_valid(), *[row.form.is_valid() for row in ticked]]
        if fault := fault_of(request, rows):
            form.add_error(None, fault)
        elif all(valid):
            refused = {row.case.pk: why for row in ticked if (why := row.form.cleaned_data["reason"].strip())}
            taken = [one.roster for one in lists if any(row.ticked for row in one.rows)]
            done = attempt(
                form, _RIGHT, lambda: _decided(taken, refused, ticked, form, request.user), request.user
            )
            if done:
                messages.success(
                    request, f"领导小组已审定 {done[1]} 户，未同意 {len(refused)} 户。下一步：公告。"
                )
                return redirect("households:exits")
    context = {
        "now": now,
        "lists": lists,
        "form": form,
        "rows": rows,
        "forms": [row.form for row in ticked],
        "more": more,
    }
    return render(request, "households/exits/decide.html", context, status=422 if posted else 200)


def _decided(rosters: list[Roster], refused: dict[int, str], rows: list[Row], form, user):
    meeting = dict(form.cleaned_data)
    minutes = meeting.pop("minutes")
    with transaction.atomic():  # a decision that is refused leaves no file behind
        if minutes is not None:
            minutes = store(minutes, actor=user, area_code=rosters[0].area_code[:6], kind=Kind.SCAN)
        keys = [row.case.pk for row in rows]
        return hold_decision(rosters, refused, actor=user, case_ids=keys, minutes=minutes, **meeting)


def _lists(request, now) -> tuple[list[_List], bool]:
    """The lists of the chosen place and year with reviewed cases, as many as go on a page; whether there are more."""
    seen = ExitCase.objects.visible_to(request.user, _RIGHT).under(now.area_code)
    cases = seen.filter(year=now.year, state=REVIEWED)
    entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=cases.values("pk"))
    listed: dict[int, list[int]] = defaultdict(list)
    for roster, case in entries.order_by("position").values_list("roster_id", "case_id"):
        listed[roster].append(case)
    taken, count, more = [], 0, False
    for roster in Roster.objects.filter(pk__in=listed).order_by("area_code", "number"):
        if taken and count + len(listed[roster.pk]) > MOST:
            more = True
            break
        taken.append(roster)
        count += len(listed[roster.pk])
    keys = [pk for roster in taken for pk in listed[roster.pk]]
    by_pk = {one.pk: one for one in cases.filter(pk__in=keys).select_related("household__settlement")}
    why = stopped("exit-decide", ExitCase.objects.filter(pk__in=keys))
    names = short_names(one.area_code for one in taken)
    return [
        _List(
            one,
            names.get(one.area_code, one.area_code),
            rows_of(request, [by_pk[pk] for pk in listed[one.pk] if pk in by_pk], FailForm, why),
        )
        for one in taken
    ], more
