"""履职记录: what units and leaders did, calls to households, help on the spot; taking a record back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.disclosure import whole_to
from households.duties import forces
from households.duties.diary import given
from households.duties.models import DiaryNote, DutyRecord, HelpAction, Presence
from households.duties.services.access import keeps_for_others, may_take_back, offices
from households.duties.services.helping import add_help
from households.duties.services.records import add_call, add_record, withdraw
from households.forms.duties import CallForm, HelpForm, UnitRecordForm
from households.models import Household, Pairing
from households.options.duty_acts import RECORDED_ACTS, VILLAGE
from households.options.help_kinds import HELP_KINDS
from households.views.duties.reaching import RECENT, VIEW, people_in_view, villages_to_record
from households.views.reaching import household_for, sent
from poverty.accounts.models import Unit, User
from poverty.areas.names import short_names
from poverty.areas.querysets import codes_above
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.files.services import store
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import MissingRight, requires

NEWEST = (("happened_on", "desc"), ("id", "desc"))
ACTS = {"study": "专题研究", "meeting": "工作对接", "village": "到村调研"}
# What can be taken back, by the word in its address.
KEPT = {"record": DutyRecord, "presence": Presence, "help": HelpAction, "note": DiaryNote}


def files_of(user, rows, case_type: str) -> dict[int, list]:
    """The proofs of records that a person sees, by key."""
    found: dict[int, list] = {}
    links = FileLink.objects.visible_to(user, case_type).filter(
        case_type=case_type, case_id__in=[one.pk for one in rows]
    )
    for link in links.select_related("file").order_by("pk"):
        found.setdefault(link.case_id, []).append(link)
    return found


def stored(form, kinds: dict[str, str], area_code: str, actor) -> dict:
    """The uploads of a form, stored, by role; what a file is refused for stands at its field."""
    found = {}
    for name, kind in kinds.items():
        upload = form.cleaned_data.get(name)
        if upload is None:
            continue
        try:
            found[name] = store(upload, actor=actor, area_code=area_code, kind=kind)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
    return found


def _there(request, rows):
    code = chosen(request).area_code
    # What a unit of the county did at home stands at the county: it is shown below it too.
    return rows.filter(within("area", [code]) | Q(area__in=codes_above(code))) if code else rows


@require_safe
@requires(VIEW)
def duty_records(request):
    """Records in the chosen place, the newest first, by ?act=."""
    act = request.GET.get("act", "")
    rows = _there(request, DutyRecord.objects.visible_to(request.user).standing())
    if act in dict(RECORDED_ACTS.choices):
        rows = rows.filter(act=act)
    rows = rows.select_related("unit", "person", "household", "area")
    page = keyset_page(rows, order=NEWEST, after=request.GET.get("page"), size=50)
    seen = _seen(request.user, page.rows)
    files = files_of(request.user, page.rows, "households.dutyrecord")
    places = short_names({one.area_id for one in page.rows})
    base = reverse("households:duty-records")
    tabs = [("全部", base, None, act not in dict(RECORDED_ACTS.choices))]
    tabs += [(label, f"{base}?act={key}", None, key == act) for key, label in RECORDED_ACTS.choices]
    context = {
        "now": chosen(request),
        "tabs": tabs,
        "page": page,
        "lines": [
            (one, places.get(one.area_id, ""), one.household_id in seen, files.get(one.pk, []))
            for one in page.rows
        ],
        "mine": {one.pk for one in page.rows if may_take_back(request.user, one)},
        "acts": _acts(request.user),
    }
    return render(request, "households/duties/records.html", context)


def _acts(user) -> dict[str, str]:
    """What a person may enter: of study and meetings nothing where he could not name a unit."""
    if not user.has_right("duty.record"):
        return {}
    return {key: label for key, label in ACTS.items() if key == VILLAGE or _units(user, key).exists()}


def _seen(user, rows) -> set[int]:
    """Which of the households in these rows the person may see whole."""
    ids = [one.household_id for one in rows if one.household_id]
    return set(
        Household.objects.visible_to(user).filter(whole_to(user), pk__in=ids).values_list("pk", flat=True)
    )


def _units(user, act: str):
    """Units that a person may record for: his own, and those of his places."""
    codes = offices(user)
    found = Unit.objects.filter(is_active=True).filter(within("area", codes)) | Unit.objects.filter(
        pk=user.unit_id
    )
    if act == VILLAGE:
        # A village or township types what units of its county did there; not what they did at home.
        found |= Unit.objects.filter(is_active=True, area__in={code[:6] for code in codes if len(code) > 6})
    return found.order_by("name")


def _going(user, villages):
    """Who may be told to have gone to a village: its leaders, and people of its units and of one's own."""
    today = timezone.localdate()
    codes = villages.order_by().values("code")
    units = forces.units_of_villages(today).filter(village__area__in=codes).values("unit")
    leaders = forces.leaders(today - RECENT, today).filter(village__area__in=codes).values("person")
    people = User.objects.filter(Q(pk__in=leaders) | Q(unit__in=units) | Q(unit=user.unit_id or 0))
    return people.select_related("unit").order_by("unit__name", "pinyin", "id")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("duty.record")
def duty_record_new(request, act: str):
    """Enter a study, a meeting or a visit to a village."""
    if act not in ACTS:
        raise Http404
    villages = villages_to_record(request.user)
    form = UnitRecordForm(
        sent(request),
        request.FILES or None,
        act=act,
        units=_units(request.user, act),
        villages=villages,
        people=_going(request.user, villages),
        initial={"unit": request.user.unit_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _recorded(act, form, request.user)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已登记。")
            return redirect(f"{reverse('households:duty-records')}?act={act}")
    context = {
        "form": form,
        "title": f"登记{ACTS[act]}",
        "back": reverse("households:duty-records"),
        "back_label": "履职记录",
        "wide": "content",
        "multipart": True,
    }
    return form_page(request, context)


@transaction.atomic
def _recorded(act: str, form: UnitRecordForm, actor) -> DutyRecord:
    data = form.cleaned_data
    village, unit = data.get("village"), data.get("unit")
    place = village.pk if village else unit.area_id
    return add_record(
        act,
        actor=actor,
        unit=unit,
        bearer=data.get("bearer", "unit"),
        village=village,
        person=data.get("person"),
        identity=data["identity"],
        happened_on=data["happened_on"],
        topic=data["topic"],
        people=data["people"],
        content=data["content"],
        scans=stored(form, {"proof": Kind.SCAN, "photo": Kind.PHOTO}, place, actor),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("duty.record")
def duty_call(request, pk: int):
    """Enter a telephone call to a household, by its helper."""
    user, household = request.user, household_for(request.user, pk, "household.view")
    helpers = None
    if keeps_for_others(user, household.area_id):
        helpers = User.objects.filter(pairings__household=household).select_related("unit").distinct()
    form = CallForm(sent(request), people=helpers, initial=_caller(user, household))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            add_call(household, data.pop("person", user), actor=user, **data)
        except PermissionDenied as error:
            raise MissingRight(("duty.record",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已登记电话联系。")
            return redirect("households:duty-records")
    context = {
        "form": form,
        "title": f"登记电话联系：{household.head_name or '（无户主）'}户",
        "back": reverse("households:detail", args=[pk]),
        "back_label": "户页面",
        "wide": "content",
        "help": "第二帮扶责任人的电话联系算作联系；第一帮扶责任人的走访以入户为准，整户外出的按走访登记。",
    }
    return form_page(request, context)


def _caller(user, household) -> dict:
    """Who is offered first: oneself, else the second helper of today, whose duty it is."""
    today = Pairing.objects.open_on(timezone.localdate()).filter(household=household).order_by("-order")
    helpers = [one.helper_id for one in today]
    return {"person": user.pk if user.pk in helpers else next(iter(helpers), None)}


@require_safe
@requires(VIEW)
def help_actions(request):
    """Help given in the chosen place, the newest first, by ?kind=."""
    kind, code = request.GET.get("kind", ""), chosen(request).area_code
    rows = HelpAction.objects.visible_to(request.user).standing()
    rows = rows.filter(within("area", [code]) | Q(person=request.user.pk)) if code else rows
    kinds = dict(HELP_KINDS.choices)
    if kind in kinds:
        rows = rows.filter(kind=kind)
    page = keyset_page(
        rows.select_related("person", "unit", "household"),
        order=NEWEST,
        after=request.GET.get("page"),
        size=50,
    )
    seen = _seen(request.user, page.rows)
    files = files_of(request.user, page.rows, "households.helpaction")
    places = short_names({one.area_id for one in page.rows})
    base = reverse("households:help-actions")
    context = {
        "now": chosen(request),
        "tabs": [("全部", base, None, kind not in kinds)]
        + [(label, f"{base}?kind={key}", None, key == kind) for key, label in HELP_KINDS.choices],
        "page": page,
        "lines": [
            (one, places.get(one.area_id, ""), given(one), one.household_id in seen, files.get(one.pk, []))
            for one in page.rows
        ],
        "mine": {one.pk for one in page.rows if may_take_back(request.user, one)},
        "may_record": request.user.has_right("duty.record"),
    }
    return render(request, "households/duties/help.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("duty.record")
def help_new(request):
    """Enter what was given to a household or a village."""
    user = request.user
    form = HelpForm(
        sent(request),
        request.FILES or None,
        actor=user,
        villages=villages_to_record(user),
        people=_people(user),
        initial={"person": user.pk},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _helped(form, user)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已登记帮扶活动。")
            return redirect("households:help-actions")
    context = {
        "form": form,
        "title": "登记帮扶活动",
        "back": reverse("households:help-actions"),
        "back_label": "帮扶活动",
        "help": "节日慰问、送医送药、发放农资等。政策补贴和发放到户的资金在政策享受里登记，这里不重复。",
        "multipart": True,
    }
    return form_page(request, context)


def _people(user):
    if not user.scope("duty.record").areas or all(p.role == "helper" for p in user.postings_today):
        return User.objects.filter(pk=user.pk).select_related("unit")
    recent = people_in_view(user, first=timezone.localdate() - RECENT)
    return recent.select_related("unit").order_by("pinyin", "id")


@transaction.atomic
def _helped(form: HelpForm, actor) -> HelpAction:
    data = dict(form.cleaned_data)
    data.pop("photo")
    place = data["household"].area_id if data["household"] else data["village"].pk
    return add_help(
        data.pop("kind"),
        data.pop("person"),
        actor=actor,
        scans=stored(form, {"photo": Kind.PHOTO}, place, actor),
        **data,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("duty.record")
def field_work_withdraw(request, what: str, pk: int):
    """Take a record back, with the reason."""
    model = KEPT.get(what)
    if model is None:
        raise Http404
    rows = (
        model.objects.filter(person=request.user)
        if model is DiaryNote
        else model.objects.visible_to(request.user)
    )
    row = get_object_or_404(rows, pk=pk)
    form = ReasonForm(sent(request), label="撤回原因")
    back = _back(row)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(row, actor=request.user, **form.cleaned_data)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已撤回，记录保留，不再计入。")
            return redirect(back)
    context = {
        "form": form,
        "title": f"撤回{row._meta.verbose_name}",
        "back": back,
        "back_label": "返回",
        "help": f"{row}。撤回后记录仍保留，注明撤回原因，不再计入完成情况。",
        "danger": True,
        "button": "撤回",
    }
    return form_page(request, context)


def _back(row) -> str:
    if isinstance(row, DutyRecord):
        return reverse("households:duty-records")
    if isinstance(row, HelpAction):
        return reverse("households:help-actions")
    month = row.day if isinstance(row, Presence) else row.month
    name = "households:presence-person" if isinstance(row, Presence) else "households:diary"
    return f"{reverse(name, args=[row.person_id])}?month={month:%Y-%m}"


def form_page(request, context: dict):
    """The page of one form."""
    status = 422 if request.method == "POST" else 200
    return render(
        request, "households/duties/form.html", {"today": timezone.localdate(), **context}, status=status
    )
