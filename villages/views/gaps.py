"""差什么补什么: one row per village and requirement that is not reached, or not known, with who can make it good."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from poverty.accounts.options.sectors import SECTORS
from poverty.areas.names import short_names
from poverty.fields.states import UNMET
from poverty.sql.prefix import within
from poverty.web import chosen
from poverty.web.rights import requires
from villages.gaps import gaps_of
from villages.models import VillageAssessment
from villages.views.listing import place_of

MOST = 200


@require_safe
@requires("village.view")
def gaps(request):
    """What the villages of an area lack in a year, by village; of those on the list unless all are asked for."""
    code, year = place_of(request), chosen.chosen(request).year
    everyone = request.GET.get("all") == "yes"
    sector = request.GET.get("sector", "")
    rows = VillageAssessment.objects.visible_to(request.user).filter(
        within("village__area_id", [code]), year=year
    )
    if not everyone:
        rows = rows.filter(village__status="listed")
    found = [one for one in gaps_of(rows) if not sector or one.sector == sector]
    shown = found[:MOST]
    names = short_names(one.village.area_id for one in shown)
    context = {
        "year": year,
        "rows": [(one, names[one.village.area_id], _who(one.sector)) for one in shown],
        "total": len(found),
        "unmet": sum(one.state == UNMET for one in found),
        "villages": len({one.village.pk for one in found}),
        "all": everyone,
        "sector": sector,
        "sectors": sorted({one.sector for one in gaps_of(rows) if one.sector}, key=SECTORS.keys.index),
        "labels": SECTORS,
    }
    return render(request, "villages/gaps.html", context)


def _who(sector: str) -> str:
    return SECTORS.label(sector) if sector else "村、乡镇"
