"""村级扶贫工作室: villages without one first, the figures of townships; one workroom with its staff and funds."""

from functools import partial
from itertools import groupby

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.accounts import phones
from poverty.areas.names import short_names
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.files.services import link, store
from poverty.web.chosen import chosen
from poverty.web.one_form import acting
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import requires
from villages.models import Village, Workroom, WorkroomFund
from villages.views.fetching import sent, village_for
from villages.views.listing import place_of
from villages.workrooms.forms import EndForm, FundForm, OpenForm, StaffForm, UpdateForm
from villages.workrooms.services.keeping import add_fund, candidates, set_staff, withdraw_fund
from villages.workrooms.services.opening import RIGHT, end_workroom, open_workroom, update_workroom
from villages.workrooms.standing import by_township, counted, standings

CASE = "villages.workroom"
MOST = 1_000  # villages of a table: a county has some hundreds
NONE, BARE, UNFUNDED = "none", "staff", "funds"
_CHOICES = {NONE: "没有工作室", BARE: "没有工作人员", UNFUNDED: "没有本年经费"}
_LACKS = {NONE: "工作室", BARE: "工作人员", UNFUNDED: "本年经费"}


@require_safe
@requires("post.view")
def workrooms(request):
    """Villages of the chosen place, those without a workroom first, then those that lack staff or funds."""
    code, year = place_of(request), chosen(request).year
    seen = Village.objects.visible_to(request.user, "post.view").standing().under(code)
    everyone = request.GET.get("of") == "all"
    if not everyone:
        seen = seen.exclude(status="")
    villages = list(seen.select_related("area").order_by("area_id")[: MOST + 1])
    more = len(villages) > MOST
    found = standings(villages[:MOST], year)
    which = request.GET.get("lack", "")
    shown = [row for row in found if which not in _LACKS or _LACKS[which] in row.lacking]
    shown.sort(key=lambda row: (row.workroom is not None, -len(row.lacking), row.village.area_id))
    # Sums of a part would be read as sums of the place.
    townships = [] if more else by_township(found)
    names = short_names([*(row.village.area_id for row in shown), *(one.code for one in townships)])
    context = {
        "now": chosen(request),
        "today": timezone.localdate(),
        "rows": [(row, names[row.village.area_id]) for row in shown],
        "total": None if more else counted(code, found),
        "townships": [(one, names.get(one.code, one.code)) for one in townships],
        "choices": [
            (key, label, sum(_LACKS[key] in row.lacking for row in found)) for key, label in _CHOICES.items()
        ],
        "lack": which,
        "everyone": everyone,
        "more": more,
        "most": MOST,
        "may_edit": request.user.has_right(RIGHT),
    }
    return render(request, "villages/workrooms/list.html", context)


@require_safe
@requires("post.view")
def workroom(request, pk: int):
    """One workroom: place, who works there, money by year, photos."""
    row = workroom_for(request.user, pk)
    place = row.village.area_id
    funds = list(
        row.funds.select_related("recorded_by", "withdrawn_by").order_by("-year", "-given_on", "-pk")
    )
    standing = set(row.staff.standing().values_list("pk", flat=True))
    context = {
        "row": row,
        "place": short_names([place])[place],
        "phone": phones.seen_phone(request.user, row.phone, place),
        "staff": [
            (one, one.pk in standing)
            for one in row.staff.select_related("post__person__unit", "post__unit").order_by(
                "-valid_from", "pk"
            )
        ],
        "years": [
            (year, rows, sum(one.amount for one in rows if one.withdrawn_at is None))
            for year, rows in ((key, list(group)) for key, group in groupby(funds, lambda one: one.year))
        ],
        "photos": FileLink.objects.visible_to(request.user, CASE).of(CASE, row.pk),
        "may_edit": row.valid_to is None
        and row.village.ended_on is None
        and request.user.has_right_at(RIGHT, place),
        "may_withdraw": request.user.has_right_at(RIGHT, place),
    }
    return render(request, "villages/workrooms/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def workroom_new(request, pk: int):
    """Open the workroom of a village."""
    village = village_for(request.user, pk, RIGHT)
    return acting(
        request,
        OpenForm(sent(request), request.FILES or None, initial={"on": timezone.localdate()}),
        partial(_opened, village, actor=request.user),
        right=RIGHT,
        back=f"{reverse('villages:detail', args=[pk])}?tab=posts",
        then=lambda row: reverse("villages:workroom-staff", args=[row.pk]),
        told="工作室已登记，请选工作人员。",
        title=f"{village.area.name}：登记扶贫工作室",
        button="登记",
    )


def _opened(village: Village, *, photo, actor, **data) -> Workroom:
    row = open_workroom(village, actor=actor, **data)
    if photo is not None:
        try:
            file = store(photo, actor=actor, area_code=village.area_id, kind=Kind.PHOTO)
        except ValidationError as error:
            raise ValidationError({"photo": error.messages}) from error
        link(file, (CASE, row.pk, village.area_id), role="photo", actor=actor, just_stored=True)
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def workroom_edit(request, pk: int):
    """Put telephone and remark right."""
    row = workroom_for(request.user, pk, RIGHT)
    whole = request.user.has_right_at(phones.RIGHT, row.village.area_id)
    return _about(
        request,
        row,
        UpdateForm(sent(request), workroom=row, whole=whole),
        partial(update_workroom, row),
        told="已保存。",
        title="工作室联系电话和备注",
        button="保存",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def workroom_staff(request, pk: int):
    """Choose who works in the workroom from a day on."""
    row = workroom_for(request.user, pk, RIGHT)
    people = candidates(row)
    now = set(row.staff.standing().values_list("post__person", flat=True))
    initial = {"on": timezone.localdate(), "posts": [one.pk for one in people if one.person_id in now]}
    form = StaffForm(sent(request), candidates=people, initial=initial)
    return _about(
        request,
        row,
        form,
        partial(set_staff, row),
        told=lambda _: f"工作人员 {len(form.cleaned_data['posts'])} 人。",
        title="工作室工作人员",
        button="保存",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def workroom_fund(request, pk: int):
    """Note money of a year."""
    row = workroom_for(request.user, pk, RIGHT)
    today = timezone.localdate()
    return _about(
        request,
        row,
        FundForm(sent(request), workroom=row, initial={"year": today.year, "given_on": today}),
        partial(add_fund, row),
        told="经费已登记。",
        title="登记工作室经费",
        button="登记",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def workroom_end(request, pk: int):
    """End a workroom on a day."""
    row = workroom_for(request.user, pk, RIGHT)
    return _about(
        request,
        row,
        EndForm(sent(request), initial={"on": timezone.localdate()}),
        partial(end_workroom, row),
        told="工作室已撤销，记录仍可查阅。",
        title="撤销扶贫工作室",
        button="撤销",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def workroom_fund_withdraw(request, pk: int):
    """Take back money that was mistyped."""
    seen = WorkroomFund.objects.visible_to(request.user, RIGHT).standing()
    row = get_object_or_404(seen.select_related("workroom__village"), pk=pk)
    return _about(
        request,
        row.workroom,
        ReasonForm(sent(request), label="撤回原因"),
        partial(withdraw_fund, row),
        told="已撤回。",
        title=f"撤回{row.year}年度经费 {row.amount:,.2f} 元",
        button="撤回",
        danger=True,
    )


def workroom_for(user, pk: int, right: str = "post.view") -> Workroom:
    """A workroom that the person may see, or change, or 404."""
    rows = Workroom.objects.visible_to(user, right)
    return get_object_or_404(rows.select_related("village__area", "recorded_by"), pk=pk)


def _about(request, row: Workroom, form, act, **page):
    """The page of an act on a workroom or money of it; done, back to the workroom."""
    back = reverse("villages:workroom", args=[row.pk])
    return acting(request, form, partial(act, actor=request.user), right=RIGHT, back=back, **page)
