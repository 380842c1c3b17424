"""What this app tells the log and its own registries, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.areas.names import short_names
from poverty.areas.services.settlements import SettlementBearer
from poverty.audit import actions, field_words, naming

naming.register_place_names(short_names)
naming.register_case_type("areas.area", "区划", "areas:area")
naming.register_case_type(
    "areas.settlement", "自然村/村民小组", "areas:settlement", also=("areas.settlementfact",)
)
field_words.register("area.", {"document": "依据"})
actions.register(
    {
        "area.import": "导入区划",
        "area.rename": "区划更名",
        "area.change": "区划变更",
        "settlement.add": "登记自然村/村民小组",
        "settlement.change": "修改自然村/村民小组",
        "settlement.close": "撤销自然村/村民小组",
        "settlement.fact": "登记共用设施",
    }
)

bearers.register(SettlementBearer())
bearers.exempt("areas.areaname", "area", "a former name belongs to the code that bore it")
bearers.exempt("areas.areachange", "old", "the change itself")
bearers.exempt("areas.areachange", "new", "the change itself")
bearers.exempt("areas.area", "parent", "children get codes of their own")
bearers.exempt("areas.stagedarea", "area", "a temporary table")
bearers.exempt("areas.stagedarea", "parent", "a temporary table")
bearers.exempt("audit.entry", "area_code", "the log keeps the code of its day")
