"""光伏扶贫: stations of two kinds, who benefits, and what they were paid in the year."""

from functools import partial

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.benefits.models import Benefit, SolarShare, SolarStation
from households.benefits.querysets import VIEW
from households.benefits.services import solar as services
from households.benefits.services.solar_correcting import correct_connection
from households.benefits.services.taking_back import withdraw_share, withdraw_station
from households.forms.benefits.policies import ReasonForm
from households.forms.benefits.work import (
    ConnectForm,
    CorrectConnectionForm,
    EndForm,
    ShareForm,
    StationForm,
)
from households.models import Household
from households.options.work_options import SOLAR_ITEMS, SOLAR_KINDS, VILLAGE_STATION
from households.views.benefits.reaching import one_of, tabs
from households.views.reaching import sent
from poverty.areas.models import Area
from poverty.areas.names import short_names
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.one_form import acted, acting
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import MissingRight, requires

_RECORD = "benefit.record"


@require_safe
@requires(VIEW)
def solar(request):
    """Stations of the place by kind, with capacity, households and persons that benefit, and yuan of the year."""
    now, today = chosen(request), timezone.localdate()
    rows = SolarStation.objects.visible_to(request.user).standing()
    rows = rows.filter(within("area_id", [now.area_code]))
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
                "item": SOLAR_ITEMS[key],
                "stations": rows.filter(kind=key).count(),
                "capacity": rows.filter(kind=key).aggregate(found=Sum("capacity"))["found"] or 0,
                **people,
                "paid": paid.aggregate(found=Sum("amount"))["found"] or 0,
            }
        )
    kind = request.GET.get("kind", "")
    listed = rows.filter(kind=kind) if kind in SOLAR_KINDS else rows
    found = listed.annotate(homes=Count("shares", filter=Q(shares__in=shares.values("pk")))).select_related(
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
        "kinds": [("全部", "?", None, kind not in SOLAR_KINDS)]
        + [(label, f"?kind={key}", None, key == kind) for key, label in SOLAR_KINDS.choices],
        "page": page,
        "lines": [(one, places.get(one.area_id, "")) for one in page.rows],
        "may_record": services.may_keep(request.user, now.area_code),
    }
    return render(request, "households/benefits/solar.html", context)


@require_safe
@requires(VIEW)
def solar_homes(request, kind: str):
    """The households that benefit from stations of a kind today."""
    if kind not in SOLAR_KINDS:
        raise Http404
    now = chosen(request)
    stations = SolarStation.objects.visible_to(request.user).standing()
    stations = stations.filter(within("area_id", [now.area_code]), kind=kind)
    shares = SolarShare.objects.visible_to(request.user).open_on(timezone.localdate())
    rows = Household.objects.filter(
        pk__in=shares.filter(station__in=stations.values("pk")).values("household")
    )
    page = keyset_page(
        rows, order=(("area_id", "asc"), ("id", "asc")), after=request.GET.get("page"), size=50
    )
    count, exact = count_up_to(rows, 10_000)
    places = short_names(one.area_id for one in page.rows)
    context = {
        "now": now,
        "title": f"{SOLAR_KINDS.label(kind)}受益户",
        "lists": [
            (label, reverse("households:solar-homes", args=[key]), None, key == kind)
            for key, label in SOLAR_KINDS.choices
        ],
        "page": page,
        "count": count,
        "exact": exact,
        "lines": [(one, places.get(one.area_id, ""), "", "") for one in page.rows],
        "back": reverse("households:solar"),
        "back_label": "光伏",
    }
    return render(request, "households/benefits/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_new(request):
    """Record a station."""

    def record(area, **given):
        return services.open_station(Area.objects.get(pk=area), actor=request.user, **given)

    help_text = "村级电站归村集体，收益主要用于公益性岗位和小型公益事业；户用电站的收益归户。两种分别计入不同的收入项目。"
    return acting(
        request,
        StationForm(sent(request), actor=request.user, area_code=chosen(request).area_code),
        record,
        right=_RECORD,
        back=reverse("households:solar"),
        then=lambda row: reverse("households:solar-station", args=[row.pk]),
        told="已登记。",
        title="登记光伏电站",
        button="登记",
        back_label="光伏",
        help=help_text,
    )


def _station(request, pk: int) -> SolarStation:
    rows = SolarStation.objects.visible_to(request.user)
    return one_of(rows.select_related("area", "household", "withdrawn_by"), pk)


@require_safe
@requires(VIEW)
def solar_station(request, pk: int):
    """A station with who benefits and what each was paid in the year."""
    row = _station(request, pk)
    may = row.withdrawn_at is None and services.may_keep(request.user, row.area_id)
    form = ShareForm(actor=request.user, station=row) if may and row.kind == VILLAGE_STATION else None
    return _station_page(request, row, form, may=may)


@require_POST
@requires(_RECORD)
def solar_share(request, pk: int):
    """Give a household a share in a village's station."""
    row = _station(request, pk)
    form = ShareForm(request.POST, actor=request.user, station=row)

    def add(household, since, member, note, **_):
        return services.add_share(row, household, since=since, member=member, note=note, actor=request.user)

    answer = acted(
        request,
        form,
        add,
        right=_RECORD,
        then=reverse("households:solar-station", args=[pk]),
        told="已登记受益户。",
    )
    return answer or _station_page(request, row, form, may=True, status=422)


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
        .select_related("household", "member", "withdrawn_by")
        .annotate(paid=Subquery(paid, output_field=DecimalField()))
        .order_by("withdrawn_at", "valid_to", "pk")
    )
    context = {
        "station": row,
        "now": now,
        "shares": shares,
        "corrections": row.corrections.select_related("recorded_by"),
        "form": form,
        "may": may,
    }
    return render(request, "households/benefits/station.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_end(request, pk: int):
    """End a share."""
    rows = SolarShare.objects.visible_to(request.user) & SolarShare.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("station", "household"), pk)
    return acting(
        request,
        EndForm(sent(request)),
        lambda ends_on, reason: services.end_share(row, until=ends_on, note=reason, actor=request.user),
        right=_RECORD,
        back=reverse("households:solar-station", args=[row.station_id]),
        title=f"结束受益：{row.household.head_name}户",
        button="结束受益",
        back_label=row.station.name,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_unshare(request, pk: int):
    """Take a share back that was recorded by mistake."""
    rows = SolarShare.objects.visible_to(request.user) & SolarShare.objects.visible_to(request.user, _RECORD)
    row = one_of(rows.select_related("station", "household"), pk)
    act = partial(withdraw_share, row, actor=request.user)
    return acting(
        request,
        ReasonForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:solar-station", args=[row.station_id]),
        told="已撤销。",
        title=f"撤销受益户登记：{row.household.head_name}户",
        button="撤销",
        back_label=row.station.name,
        help="登记错了的才撤销，记录保留；不再受益的请结束受益。已登记的发放记录不受影响。",
        danger=True,
    )


def _kept(request, pk: int) -> SolarStation:
    row = _station(request, pk)
    if not services.may_keep(request.user, row.area_id):
        raise MissingRight((_RECORD,))
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_connect(request, pk: int):
    """Since when a station is on the grid."""
    row = _kept(request, pk)
    act = partial(services.connect_station, row, actor=request.user)
    help_text = "户用电站从这一天起登记本户受益。登记错了的，以后可以更正并写明原因。"
    title = f"登记并网日期：{row.name}"
    return acting(
        request,
        ConnectForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:solar-station", args=[pk]),
        told="已登记并网日期。",
        title=title,
        button="登记",
        back_label=row.name,
        help=help_text,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_correct(request, pk: int):
    """Correct the day on the grid that was recorded wrongly."""
    row = _kept(request, pk)
    if row.connected_on is None or row.withdrawn_at is not None:
        return redirect("households:solar-station", pk)
    return acting(
        request,
        CorrectConnectionForm(sent(request), station=row),
        partial(correct_connection, row, actor=request.user),
        right=_RECORD,
        back=reverse("households:solar-station", args=[pk]),
        told="已更正并网日期。",
        title=f"更正并网日期：{row.name}",
        button="更正",
        back_label=row.name,
        help=f"现登记为 {row.connected_on:%Y-%m-%d}。原来的日期和更正原因都保留；户用电站本户的受益起日期跟着改。"
        "与已登记的受益户、发放记录或收入项目对不上的，不能更正，会写明是哪些。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(_RECORD)
def solar_withdraw(request, pk: int):
    """Take a station back that was recorded wrongly, with its shares."""
    row = _kept(request, pk)
    act = partial(withdraw_station, row, actor=request.user)
    shares = row.shares.standing().count()
    along = f"它的 {shares} 条受益户登记一并撤销。" if shares else ""
    return acting(
        request,
        ReasonForm(sent(request)),
        act,
        right=_RECORD,
        back=reverse("households:solar-station", args=[pk]),
        told="已撤销。",
        title=f"撤销电站登记：{row.name}",
        button="撤销",
        back_label=row.name,
        help=f"登记错了的才撤销，记录保留，可以用同样的名称重新登记。{along}",
        danger=True,
    )
