"""信息采集对照表: bundles of printed sheets of a village, how many came back, printing them."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.disclosure import whole_to
from households.forms.sheets import BundleForm, CodeForm
from households.models import CountyYear, Household, Pairing, SheetBundle, Visit, VisitSheet
from households.sheets.papers import papers_of, written
from households.sheets.people import helpers_of
from households.sheets.querysets import RIGHT
from households.sheets.services import printing
from households.views.reaching import sent
from poverty.accounts.models import User
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names, short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out
from poverty.web.one_form import acting
from poverty.web.paging import keyset_page
from poverty.web.reason_form import ReasonForm
from poverty.web.rights import MissingRight, requires

NEWEST = (("id", "desc"),)
TABS = {"left": "未录入", "typed": "已录入"}
_MOST_VILLAGES = 300


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def sheets(request):
    """Bundles of the person's villages, the newest first; a code read off the paper opens its sheet."""
    form = CodeForm(sent(request))
    if form.is_valid():
        found = VisitSheet.objects.visible_to(request.user).filter(code=form.cleaned_data["code"]).first()
        if found is not None:
            return redirect("households:sheet", found.code)
        form.add_error("code", "没有这个表码的对照表，或不在您的范围；请核对纸上右上角的表码。")
    code = chosen(request).area_code
    rows = SheetBundle.objects.visible_to(request.user).filter(within("area_id", [code]))
    page = keyset_page(
        _counted(rows).select_related("printed_by", "helper"), order=NEWEST, after=request.GET.get("page")
    )
    names = short_names({one.area_id for one in page.rows})
    context = {
        "form": form,
        "page": page,
        "rows": [(one, names.get(one.area_id, one.area_id)) for one in page.rows],
        "villages": _villages(request.user, code),
        "now": chosen(request),
    }
    return render(request, "households/sheets/list.html", context, status=422 if form.errors else 200)


def _counted(rows: QuerySet[SheetBundle]) -> QuerySet[SheetBundle]:
    """With how many sheets were printed and how many came back."""
    return rows.annotate(
        total=Count("sheets"),
        typed=Count(
            "sheets", filter=Q(sheets__visit__isnull=False, sheets__visit__withdrawn_at__isnull=True)
        ),
    )


def _villages(user, code: str) -> list[tuple[str, str]]:
    """(code, name) of the villages below an area where the person prints sheets."""
    scope = user.scope(RIGHT)
    places = Q(within("code", scope.areas))
    if scope.paired:
        own = Household.objects.visible_to(user, RIGHT).order_by().values("area_id")
        places |= Q(code__in=own)
    rows = Area.objects.filter(places, within("code", [code]), level=Level.VILLAGE, valid_to=None)
    codes = list(rows.order_by("code").values_list("code", flat=True)[:_MOST_VILLAGES])
    names = short_names(codes)
    return [(one, names.get(one, one)) for one in codes]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def sheets_new(request, code):
    """Choose what to print of a village; POST makes the sheets and goes to them."""
    user = request.user
    households = _households(user, code)
    whole = user.has_right_at(RIGHT, code)
    years = list(
        CountyYear.objects.filter(area_id=code[:6], state=CountyYear.State.OPEN)
        .order_by("-year")
        .values_list("year", flat=True)
    )
    now = chosen(request)
    picked = _picked(request)
    form = BundleForm(
        sent(request),
        years=years,
        helpers=_helpers(households) if whole else (),
        whole=whole,
        initial={
            "year": now.year if now.year in years else next(iter(years), ""),
            "month": timezone.localdate().month,
        },
    )
    if form.is_valid():
        made = []

        def make():
            values = form.cleaned_data
            made.append(
                printing.make_bundle(
                    code,
                    year=values["year"],
                    month=values["month"],
                    helper_id=values["helper"] if not picked else None,
                    chosen=picked or None,
                    actor=user,
                )
            )

        if carried_out(form, make):
            messages.success(request, f"已制表 {made[0].sheets.count()} 户，请打印。")
            return redirect("households:sheet-bundle", made[0].pk)
    page = keyset_page(
        households.select_related("settlement").order_by(),
        order=(("settlement_id", "asc", "last"), ("id", "asc")),
        after=request.GET.get("page"),
        size=100,
    )
    helpers = helpers_of([one.pk for one in page.rows], timezone.localdate())
    context = {
        "form": form,
        "code": code,
        "place": full_names([code]).get(code, code),
        "years": years,
        "count": households.count(),
        "page": page,
        "rows": [(one, "、".join(helper.name for helper in helpers[one.pk])) for one in page.rows],
        "picked": picked,
        "before": _counted(SheetBundle.objects.visible_to(user).filter(area_id=code).standing())
        .select_related("helper")
        .order_by("-id")[:5],
    }
    return render(request, "households/sheets/new.html", context, status=422 if form.errors else 200)


def _households(user, code: str) -> QuerySet[Household]:
    """Whose sheets may be printed of a village; 404 for a village of others."""
    if len(code) != Level.VILLAGE or not code.isdecimal():
        raise Http404
    rows = printing.households_for(user, code)
    if not user.has_right_at(RIGHT, code) and not rows.exists():
        raise Http404
    get_object_or_404(Area, code=code)
    return rows


def _helpers(households: QuerySet[Household]) -> list[tuple[int, str]]:
    pairings = Pairing.objects.open_on(timezone.localdate()).filter(household__in=households.values("pk"))
    rows = User.objects.filter(pk__in=pairings.values("helper_id")).order_by("name", "pk")
    return list(rows.values_list("pk", "name"))


def _picked(request) -> list[int]:
    typed = request.POST.getlist("household") if request.method == "POST" else ()
    return sorted({int(one) for one in typed if one.isdecimal() and len(one) < 18})


@require_safe
@requires(RIGHT)
def sheet_bundle(request, pk):
    """The sheets of a bundle: which came back, typed by whom, which are left."""
    bundle = _bundle(request.user, pk)
    show = request.GET.get("show", "left")
    if show not in TABS:
        raise Http404
    rows = _sheets(request.user, bundle)
    sets = {"left": rows.left(), "typed": rows.typed()}
    begins = bundle.visited_from
    month = Visit.objects.counted().filter(
        household=OuterRef("household"), happened_on__year=begins.year, happened_on__month=begins.month
    )
    page = keyset_page(
        sets[show]
        .annotate(visited=Exists(month))
        .select_related("household__settlement", "visit__visitor", "visit__recorded_by"),
        order=(("number", "asc"),),
        after=request.GET.get("page"),
    )
    helpers = helpers_of([one.household_id for one in page.rows], timezone.localdate())
    counts = {key: one.count() for key, one in sets.items()}
    address = reverse("households:sheet-bundle", args=[pk])
    context = {
        **_head(bundle),
        "form": CodeForm(),
        "page": page,
        "show": show,
        "rows": [
            (one, written(one.code), "、".join(helper.name for helper in helpers[one.household_id]))
            for one in page.rows
        ],
        "tabs": [(label, f"{address}?show={key}", counts[key], key == show) for key, label in TABS.items()],
        "left": counts["left"],
        "typed": counts["typed"],
        "total": sum(counts.values()),
        "may_withdraw": _may_withdraw(request.user, bundle),
    }
    return render(request, "households/sheets/bundle.html", context)


@require_POST
@requires(RIGHT)
@never_cache
def sheets_print(request, pk):
    """The sheets for the printer, by POST: printing is written to the log. `which`: all, or those left, or one code."""
    bundle = _bundle(request.user, pk)
    rows = _sheets(request.user, bundle)
    if request.POST.get("which") == "left":
        rows = rows.left()
    if code := request.POST.get("code"):
        rows = rows.filter(code=code)
    rows = list(rows.select_related("household__settlement").order_by("number"))
    if not rows:
        messages.info(request, "没有要打印的对照表。")
        return redirect("households:sheet-bundle", pk)
    try:
        printing.note_print(bundle, len(rows), actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("households:sheet-bundle", pk)
    papers = papers_of(bundle, rows, request.build_absolute_uri("/"))
    return render(request, "households/sheets/print.html", {**_head(bundle), "papers": papers})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def sheets_withdraw(request, pk):
    """Say that a bundle is not used, with the reason."""
    bundle = _bundle(request.user, pk)
    if not _may_withdraw(request.user, bundle):
        if bundle.withdrawn_at is None:
            raise MissingRight((RIGHT,))
        messages.info(request, "这批对照表已作废。")
        return redirect("households:sheet-bundle", pk)
    return acting(
        request,
        ReasonForm(sent(request), label="作废原因", help_text="例如：印错月份。已录入的不受影响。"),
        partial(printing.withdraw_bundle, bundle, actor=request.user),
        right=RIGHT,
        back=reverse("households:sheet-bundle", args=[pk]),
        told="已作废；已录入的走访不受影响。",
        template="households/sheets/withdraw.html",
        **_head(bundle),
    )


@require_safe
@requires(RIGHT)
def sheets_next(request, pk):
    """Go to the next sheet that is left, after a number where one is given, else from the beginning."""
    bundle = _bundle(request.user, pk)
    left = _sheets(request.user, bundle).left().order_by("number")
    after = request.GET.get("after", "")
    number = int(after) if after.isdecimal() and len(after) < 6 else 0
    found = left.filter(number__gt=number).first() or left.first()
    if found is None or bundle.withdrawn_at is not None:
        if found is None:
            messages.success(request, "这批对照表已全部录完。")
        return redirect("households:sheet-bundle", pk)
    return redirect("households:sheet", found.code)


def _bundle(user, pk: int) -> SheetBundle:
    rows = SheetBundle.objects.visible_to(user).select_related(
        "template", "helper", "printed_by", "withdrawn_by"
    )
    return get_object_or_404(rows, pk=pk)


def _sheets(user, bundle: SheetBundle) -> QuerySet[VisitSheet]:
    """The sheets of a bundle that the person types and sees whole."""
    whole = Household.objects.filter(whole_to(user)).values("pk")
    return VisitSheet.objects.visible_to(user).filter(bundle=bundle, household__in=whole)


def _head(bundle: SheetBundle) -> dict:
    place = bundle.area_id
    return {"bundle": bundle, "village": full_names([place], below=place[:6]).get(place, place)}


def _may_withdraw(user, bundle: SheetBundle) -> bool:
    mine = bundle.printed_by_id == user.pk
    return bundle.withdrawn_at is None and (mine or user.has_right_at(RIGHT, bundle.area_id))
