"""责任双签 of the demo county: units with the township, leaders with the county; some have not signed."""

from datetime import date

from django.db import transaction

from households.demo.county_figures import COUNTY
from households.helping.demo import SIGNED, YEAR, keep, sheet
from households.models import Responsibility
from households.options.responsibility_kinds import DOUBLE
from poverty.areas.models import Area
from villages.demo.people import people_of
from villages.models import VillagePost

_LEADERS, _UNITS = ("leader", "coleader"), ("unit", "partner")
TARGETS = "帮助联系的村按期出列、联系的户稳定脱贫；单位每季度研究、主要负责人每两个月、班子成员每月到村一次。"
WITHOUT = 7  # the seventh unit and the seventh leader have no paper yet
_UNSIGNED_OF = 11


@transaction.atomic
def tell_of_papers() -> str:
    """Register what units and leaders have signed for 2018; twice does nothing."""
    if Responsibility.objects.filter(kind=DOUBLE).exists():
        return "责任双签已在，没有再载入。"
    actor = people_of(COUNTY).second
    rows = VillagePost.objects.filter(post__in=(*_LEADERS, *_UNITS)).select_related(
        "person", "unit", "village__area"
    )
    areas = {one.code: one for one in Area.objects.under(COUNTY)}
    scans, papers = {}, []
    for posts, of in ((_LEADERS, None), (_UNITS, 9)):
        held = [row for row in rows.order_by("pk") if row.post in posts]
        for number, row in enumerate(held, 1):
            if number == WITHOUT:
                continue
            area = areas[row.village.area_id[:of] if of else COUNTY]
            paper = Responsibility(
                kind=DOUBLE,
                year=YEAR,
                area=area,
                person=row.person,
                unit=row.unit,
                other_side=f"{area.name}人民政府",
                targets=TARGETS,
                period_from=date(YEAR, 1, 1),
                period_to=date(YEAR, 12, 31),
                recorded_by=actor,
            )
            if number % _UNSIGNED_OF:
                if area.code not in scans:
                    scans[area.code] = sheet(actor, area.code, f"{YEAR} double {area.code}")
                paper.signed_on = paper.other_signed_on = SIGNED
                paper.scan = scans[area.code]
            papers.append(paper)
    keep(papers, actor)
    signed = sum(one.is_signed for one in papers)
    return f"{YEAR}年度责任双签 {len(papers)} 份，双方已签 {signed} 份"
