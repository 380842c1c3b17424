"""倒排工期: the day of the county's meeting, and what it means for every village."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from households.exits.backplan import back_plan, village_plans
from households.models import ExitCase
from households.views.exits.reaching import VIEW
from poverty.web.chosen import chosen
from poverty.web.controls import DayField
from poverty.web.rights import requires

FIRST_YEAR, LAST_YEAR = 2014, 2100  # as the exit years (households.models.exits)


class MeetingDayForm(forms.Form):
    """The day of the leading group's meeting."""

    meeting = DayField(label="领导小组会议日期", future=True)

    def clean_meeting(self):
        """Far from any year of the register nothing can be counted back from."""
        day = self.cleaned_data["meeting"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(f"请填 {FIRST_YEAR} 年至 {LAST_YEAR} 年的日期。")
        return day


@require_safe
@requires(VIEW)
def exit_backplan(request):
    """Count back from a meeting's day; without one nothing is counted."""
    now = chosen(request)
    form = MeetingDayForm(request.GET if "meeting" in request.GET else None)
    plan, villages = None, []
    if form.is_bound and form.is_valid():
        meeting_on = form.cleaned_data["meeting"]
        plan = back_plan(meeting_on, now.area_code)
        cases = ExitCase.objects.visible_to(request.user, VIEW).under(now.area_code).filter(year=now.year)
        villages = village_plans(cases, meeting_on, timezone.localdate())
    context = {
        "now": now,
        "form": form,
        "plan": plan,
        "villages": villages,
        "late": sum(one.cases for village in villages for one in village.late),
    }
    return render(
        request,
        "households/exits/backplan.html",
        context,
        status=422 if form.is_bound and form.errors else 200,
    )
