"""Papers of an exit, filled from the data: sheets of one household, and those of a list (procedures.md 2.1, forms)."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from households.exits.posted import on_sheet
from households.explain import explain
from households.models import BureauConfirmation, ExitCase, ExitCheck, ExitSignature, IncomeItem
from households.options.income_items import INCOME_GROUPS, items_for
from households.services.exits.locking import CASE
from households.views.exits.reaching import VIEW, case_for, village_url
from poverty.areas.models import Area
from poverty.areas.names import full_names
from poverty.review.models import Meeting, MeetingItem, Notice, Roster, RosterEntry
from poverty.review.rounds import beginnings
from poverty.review.services import steps_of
from poverty.web.rights import requires

CASE_SHEETS = {"income": "收入测算表", "check": "贫困户退出验收表", "confirmation": "贫困户退出确认书"}
LIST_SHEETS = {
    "appraisal": "民主评议记录",
    "first": "拟退出贫困户公示名单",
    "second": "拟退出贫困户第二次公示名单",
    "announcement": "贫困户退出公告",
}


@require_safe
@requires(VIEW)
def exit_print(request, pk: int, sheet: str):
    """A sheet of one household: 收入测算表, 验收表, 退出确认书."""
    if sheet not in CASE_SHEETS:
        raise Http404
    case = case_for(request.user, pk)
    explanation = explain(case.household, case.year)
    context = {
        "title": CASE_SHEETS[sheet],
        "part": f"households/exits/_sheet_{sheet}.html",
        "case": case,
        "household": case.household,
        "place": full_names([case.area_code]).get(case.area_code, ""),
        "explanation": explanation,
        "groups": _groups(case, explanation.survey),
        "bureaus": {
            one.bureau: one
            for one in BureauConfirmation.objects.filter(case=case, round=case.round).order_by("pk")
        },
        "checks": ExitCheck.objects.filter(case=case, round=case.round).order_by("pk"),
        "signature": ExitSignature.objects.filter(case=case, round=case.round).order_by("-pk").first(),
        "steps": {one.transition: one for one in steps_of(CASE, case.pk) if one.round == case.round},
        "back": case.pk,
    }
    return render(request, "households/exits/print.html", context)


def _groups(case: ExitCase, survey) -> list[tuple[str, object, list]]:
    """The income sheet: each group with its total and its items that have an amount; total None: not answered."""
    if survey is None:
        return []
    amounts = dict(IncomeItem.objects.filter(survey=survey).values_list("item", "amount"))
    totals = {
        "wage": survey.wage_income,
        "production": survey.production_income,
        "property": survey.property_income,
        "transfer": survey.transfer_income,
        "expense": survey.production_expense,
    }
    return [
        (
            INCOME_GROUPS.label(group),
            total,
            [(one.label, amounts[one.key]) for one in items_for(case.year, group) if one.key in amounts],
        )
        for group, total in totals.items()
    ]


@require_safe
@requires(VIEW)
def exit_print_list(request, pk: int, sheet: str):
    """A sheet of a list: 民主评议记录, 公示名单, 公告."""
    roster = Roster.objects.filter(pk=pk, case_type=CASE).first()
    if sheet not in LIST_SHEETS or roster is None:
        raise Http404
    seen = ExitCase.objects.visible_to(request.user, VIEW).select_related("household__settlement")
    entries = list(RosterEntry.objects.filter(roster=roster).order_by("position"))
    by_pk = {one.pk: one for one in seen.filter(pk__in=[entry.case_id for entry in entries])}
    if not by_pk:
        raise Http404
    notice = Notice.objects.standing().filter(roster=roster, kind=sheet).first()
    if sheet == "appraisal":
        standing = entries
    else:
        reached = on_sheet(sheet, entries, notice)
        standing = [entry for entry in entries if entry.case_id in reached]
    items = MeetingItem.objects.filter(
        case_type=CASE, case_id__in=by_pk, meeting__kind=Meeting.Kind.VILLAGE
    ).select_related("meeting")
    said = {one.case_id: one for one in items.order_by("meeting__held_on", "pk")}
    meeting = next((one.meeting for one in said.values()), None)
    rows = [by_pk[entry.case_id] for entry in standing if entry.case_id in by_pk]
    # The number by which somebody objects: the place on the list, which stays when others leave.
    numbers = {entry.case_id: entry.position for entry in standing}
    for one in rows:
        one.list_number = numbers[one.pk]
    names = dict(
        Area.objects.filter(
            code__in=[roster.area_code[:6], roster.area_code[:9], roster.area_code]
        ).values_list("level", "name")
    )
    context = {
        "title": LIST_SHEETS[sheet],
        "part": f"households/exits/_list_{'appraisal' if sheet == 'appraisal' else 'notice'}.html",
        "sheet": sheet,
        "roster": roster,
        "place": full_names([roster.area_code]).get(roster.area_code, ""),
        "county": names.get(6, ""),
        "township": names.get(9, ""),
        "village": names.get(12, ""),
        "rows": [(one, said.get(one.pk)) for one in rows],
        "persons": sum(one.household.size for one in rows),
        "meeting": meeting,
        "decision": _decision(rows),
        "notice": notice,
        "back_url": village_url(roster.area_code, roster.year),
    }
    return render(request, "households/exits/print.html", context)


def _decision(rows: list[ExitCase]) -> Meeting | None:
    """The closed meeting of the leading group that last agreed to one of these cases in its open round."""
    ids = [one.pk for one in rows]
    began = beginnings(CASE, ids)
    items = MeetingItem.objects.filter(
        case_type=CASE,
        case_id__in=ids,
        agreed=True,
        meeting__kind=Meeting.Kind.LEADING_GROUP,
        meeting__closed_at__isnull=False,
    ).select_related("meeting")
    for item in items.order_by("-meeting__held_on", "-pk"):
        of_round = began.get(item.case_id)
        if of_round is None or of_round.precedes(item.meeting.held_on, item.meeting.recorded_at):
            return item.meeting
    return None
