"""Groups (村民小组) of the demo county's villages and what reaches them: water, power, broadcasting, road.

That every group has them but a few is invented, and so are the papers; they carry 演示 in their names.
"""

from datetime import date

from households.demo.county_figures import VILLAGES
from poverty.areas.models import Area, Settlement, SettlementFact
from poverty.areas.services import add_settlement, set_fact
from poverty.audit.services import record_rows

ORDINALS = "一二三四五六"
SINCE = date(2016, 11, 1)
PAPERS = {
    "water": ("{village}集中供水工程", "农村饮水安全达标认定表（演示）", date(2016, 10, 20)),
    "power": ("农村电网改造工程", "农村生活用电核查表（演示）", date(2016, 9, 12)),
    "broadcasting": ("广播电视户户通工程", "广播电视通达核查表（演示）", date(2016, 9, 28)),
    "road": ("村组道路硬化工程", "农村公路通达情况核查表（演示）", date(2016, 10, 8)),
}
# (village, group from 0, fact): reached or None for unknown, and what is noted. Everything else is reached.
EXCEPTIONS = {
    ("220503101201", 3, "water"): (False, "自流引水，枯水期水量不足，未纳入集中供水"),
    ("220503200204", 2, "water"): (None, "水源已改，水质检测报告未出"),
    ("220503100207", 1, "water"): (None, "水质检测报告未出"),
    ("220503101202", 2, "road"): (False, "组内道路为砂石路，未硬化"),
    ("220503101200", 3, "broadcasting"): (None, "设备更换中，待广电部门核查"),
}
# Made good in 2018: until then not reached. The second run of the year finds it.
MENDED = ("220503200204", 2, "water")


def groups_of(village: str) -> int:
    """How many groups a village has: three to five, by its households."""
    return min(5, max(3, VILLAGES[village] // 3))


def make_places(actor) -> dict[tuple[str, int], Settlement]:
    """Register the groups of the 19 villages with their dated facts; returns them by village and number."""
    villages = Area.objects.in_bulk(list(VILLAGES))
    made = {
        (code, number): add_settlement(
            villages[code], actor=actor, name=f"{ORDINALS[number]}组", kind=Settlement.Kind.GROUP
        )
        for code in VILLAGES
        for number in range(groups_of(code))
    }
    facts = [
        _fact(settlement, number, fact)
        for (_, number), settlement in made.items()
        for fact in SettlementFact.Fact.values
    ]
    SettlementFact.objects.bulk_create(facts)
    record_rows(
        "settlement.fact",
        [
            {
                "obj": one.settlement,
                "changes": {"reached": [None, one.reached], "document_name": [None, one.document_name]},
                "summary": f"{one.get_fact_display()}，{one.valid_from} 起",
            }
            for one in facts
        ],
        actor=actor,
    )
    return made


def _fact(settlement: Settlement, number: int, fact: str) -> SettlementFact:
    scheme, document, signed = PAPERS[fact]
    reached, note = EXCEPTIONS.get((settlement.village_id, number, fact), (True, ""))
    known = reached is not None
    return SettlementFact(
        settlement=settlement,
        fact=fact,
        reached=reached,
        valid_from=SINCE,
        scheme=scheme.format(village=settlement.village.name) if reached else "",
        document_name=document if known else "",
        document_date=signed if known else None,
        note=note,
    )


def mend_water(places: dict[tuple[str, int], Settlement], actor) -> Settlement:
    """The missing report on one group's water has come; its households are judged again by the next run."""
    village, number, fact = MENDED
    settlement = places[village, number]
    set_fact(
        settlement,
        fact,
        actor=actor,
        reached=True,
        on=date(2018, 8, 20),
        scheme=f"{settlement.village.name}集中供水工程",
        document_name="水质检测报告、饮水安全达标认定表（演示）",
        document_date=date(2018, 8, 15),
    )
    return settlement
