"""光伏扶贫: stations of two kinds, who benefits, and what they were paid in the year."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.benefits.models import Benefit, SolarShare, SolarStation
from households.benefits.querysets import VIEW
from households.benefits.services import solar as services
from households.forms.benefits.work import EndForm, ShareForm, StationForm
from households.models import Household
from households.options.work_options import SOLAR_ITEMS, SOLAR_KINDS, VILLAGE_STATION
from households.views.benefits.reaching import asking, attempt, one_of, tabs
from households.views.benefits.work import done
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

_RECORD = "benefit.record"


@require_safe
@requires(VIEW)
def solar(request):
    """Stations of the place by kind, with capacity, households and persons that benefit, and yuan of the year."""
    now, today = chosen(request), timezone.localdate()
    rows = SolarStation.objects.visible_to(request.user).filter(within("area_id", [now.area_code]))
    shares = SolarShare.objects.visible_to(request.user).open_on(today).filter(station__in=rows.values("pk"))
    figures = []
    for key, label in SOLAR_KINDS.choices:
        own = shares.filter(station__kind=key)
        homes = Household.objects.filter(
            pk__in=own.values("household")
        )  # each once, with however many shares
        people = homes.aggregate(homes=Count("pk"), persons=Sum("size", default=0))
        paid = (
            Benefit.objects.visible_to(request.user)
            .standing()
            .filter(
                within("household__area_id", [now.area_code]),
                year=now.year,
                policy__income_item=SOLAR_ITEMS[key],
            )
        )
        figures.append(
            {
                "key": key,
                "label": label,
                "stations": rows.filter(kind=key).count(),
                "capacity": rows.filter(kind=key).aggregate(found=Sum("capacity"))["found"] or 0,
                **people,
                "paid": paid.aggregate(found=Sum("amount"))["found"] or 0,
            }
        )
    found = rows.annotate(homes=Count("shares", filter=Q(shares__in=shares.values("pk")))).select_related(
        "household"
    )
    page = keyset_page(
        found, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=50
    )
    places = short_names(one.area_id for one in page.rows)
    context = {
        "tabs": tabs(request, "solar"),
        "now": now,
        "figures": figures,
        "page": page,
        "lines": [(one, places.get(one.area_id, "")) for one in page.rows],
        "may_record": services.may_keep(request.user, now.area_code),
    }
    return render(request, "households/benefits/solar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_new(request):
    """Record a station."""
    form = StationForm(sent(request), actor=request.user, area_code=chosen(request).area_code)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        area = Area.objects.get(pk=given.pop("area"))
        try:
            row = attempt(form, lambda: services.open_station(area, actor=request.user, **given))
        except PermissionDenied as error:
            raise MissingRight((_RECORD,)) from error
        if row is not None:
            messages.success(request, "已登记。")
            return redirect("households:solar-station", row.pk)
    help_text = "村级电站归村集体，收益主要用于公益性岗位和小型公益事业；户用电站的收益归户。两种分别计入不同的收入项目。"
    return asking(
        request,
        form,
        title="登记光伏电站",
        button="登记",
        back=reverse("households:solar"),
        back_label="光伏",
        help=help_text,
    )


def _station(request, pk: int) -> SolarStation:
    return one_of(SolarStation.objects.visible_to(request.user).select_related("area", "household"), pk)


@require_safe
@requires(VIEW)
def solar_station(request, pk: int):
    """A station with who benefits and what each was paid in the year."""
    row = _station(request, pk)
    may = services.may_keep(request.user, row.area_id)
    form = ShareForm(actor=request.user, station=row) if may and row.kind == VILLAGE_STATION else None
    return _station_page(request, row, form, may=may)


@require_POST
@requires(_RECORD)
def solar_share(request, pk: int):
    """Give a household a share in a village's station."""
    row = _station(request, pk)
    form = ShareForm(request.POST, actor=request.user, station=row)
    if form.is_valid():
        given = form.cleaned_data

        def add():
            share = {"since": given["since"], "member": given["member"], "note": given["note"]}
            services.add_share(row, given["household"], actor=request.user, **share)

        if done(form, add):
            messages.success(request, "已登记受益户。")
            return redirect("households:solar-station", pk)
    return _station_page(request, row, form, may=True, status=422)


def _station_page(request, row: SolarStation, form, *, may: bool, status: int = 200):
    now = chosen(request)
    paid = (
        Benefit.objects.visible_to(request.user)
        .standing()
        .filter(household=OuterRef("household"), year=now.year, policy__income_item=SOLAR_ITEMS[row.kind])
        .order_by()
        .values("household")
        .annotate(found=Sum("amount"))
        .values("found")
    )
    shares = (
        SolarShare.objects.visible_to(request.user)
        .filter(station=row)
        .select_related("household", "member")
        .annotate(paid=Subquery(paid, output_field=DecimalField()))
        .order_by("valid_to", "pk")
    )
    context = {"station": row, "now": now, "shares": shares, "form": form, "may": may}
    return render(request, "households/benefits/station.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_end(request, pk: int):
    """End a share."""
    rows = SolarShare.objects.visible_to(request.user) & SolarShare.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("station", "household"), pk)
    form = EndForm(sent(request))
    back = reverse("households:solar-station", args=[row.station_id])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if done(
            form,
            lambda: services.end_share(row, until=given["ends_on"], note=given["reason"], actor=request.user),
        ):
            return redirect(back)
    title = f"结束受益：{row.household.head_name}户"
    return asking(request, form, title=title, button="结束受益", back=back, back_label=row.station.name)
