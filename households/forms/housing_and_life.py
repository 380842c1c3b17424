"""The living and production conditions of a household, in the order in which a cadre asks on the spot."""

from collections.abc import Mapping

from households.forms.facts import FactsForm, Section
from households.models import Survey
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.housing_safety import APPRAISED, HOUSING_SAFETY
from poverty.web import questions

FOOD = ("food_ok", "clothing_ok")
HOUSING = (
    "is_dangerous_house",
    "dangerous_grade",
    "housing_safety",
    "housing_guarantee",
    "housing_document",
    "housing_document_date",
    "rebuilt_year",
)
HOUSE = ("house_area", "house_structure", "built_year", "has_sanitary_toilet", "fuel_type")
WATER_BY_TWO = ("water_difficult", "water_safe")
WATER_BY_ONE = ("water_solved",)
WATER = (*WATER_BY_TWO, *WATER_BY_ONE)
POWER = ("has_power", "has_broadcasting", "road_reached")
ROAD = ("has_production_power", "road_type", "road_distance_km")
LAND = (
    "cultivated_land",
    "irrigated_land",
    "forest_land",
    "returned_forest_land",
    "orchard_land",
    "pasture_land",
    "water_surface",
)
INDUSTRY = ("has_industry", "in_cooperative", "led_by_enterprise", "led_by_entrepreneur", "industry_support")
RELOCATION = (
    "is_relocated",
    "relocation_method",
    "resettlement_method",
    "resettlement_place",
    "relocation_difficulty",
)
INHERITED = (*WATER, *POWER)

# What a household may answer differently from its natural village -> (words for yes, for no).
_WORDS = {
    "water_solved": ("已解决", "未解决"),
    "water_safe": ("安全", "不安全"),
    "water_difficult": ("困难", "不困难"),
    "has_power": ("已通", "未通"),
    "has_broadcasting": ("已通", "未通"),
    "road_reached": ("已通", "未通"),
}
_LABELS = {"road_reached": "是否通路"}

_KINDS_OF_SAFE = "".join(f"{kind.label}：{kind.document}。" for kind in HOUSING_SAFETY)
_GRADES = "".join(f"{grade.label}{grade.meaning}；" for grade in DANGEROUS_GRADES).rstrip("；") + "。"
_HELP = {
    "food_ok": "主食够吃，能吃上肉、蛋、奶或豆制品。入户看到的才算数。",
    "clothing_ok": "四季有换洗衣服，有被褥。入户看到的才算数。",
    "is_dangerous_house": "选“是”以后，只有改造安全或保障安全（附依据）才能解除。",
    "dangerous_grade": f"按鉴定（认定）表填，没有鉴定的不填。{_GRADES}",
    "housing_safety": f"三种住房安全各有依据。{_KINDS_OF_SAFE}",
    "housing_guarantee": "保障安全的选一种。",
    "housing_document": "改造安全、保障安全必填：文件名称或编号。",
    "rebuilt_year": "例如 2017。",
    "built_year": "例如 1998。",
    "water_solved": "水量、水质、方便程度、保证率四项都达到。",
    "water_difficult": "取水往返超过20分钟，或一年缺水较久，算困难。",
    "irrigated_land": "不大于耕地面积。",
    "road_distance_km": "从家门口到村主干路。",
    "has_industry": "有稳定收益的种植、养殖、加工、经营等。",
    "industry_support": "例如：种植、养殖、光伏、电商。",
}


class LivingForm(FactsForm):
    """Food, housing, water, power, roads, land, industry, relocation. `two_flags`: water is judged by the two old
    questions (before 2018). `supplies`: what the natural village has, in words by fact (water, power, ...).
    """

    class Meta(FactsForm.Meta):
        model = Survey
        fields = (
            *FOOD,
            *HOUSING,
            *HOUSE,
            *WATER,
            "water_source",
            *POWER,
            *ROAD,
            *LAND,
            *INDUSTRY,
            *RELOCATION,
        )

    def __init__(
        self, *args, two_flags: bool, supplies: Mapping[str, str] | None = None, names=None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.supplies = supplies or {}
        unasked = set(WATER_BY_ONE if two_flags else WATER_BY_TWO)
        for name in [*self.fact_names]:
            if name in unasked or (names is not None and name not in names):
                del self.fields[name]
        for name, text in _HELP.items():
            if name in self.fields:
                self.fields[name].help_text = text
        for name, text in _LABELS.items():
            if name in self.fields:
                self.fields[name].label = text
        for name, (yes, no) in _WORDS.items():
            if name in self.fields:
                self.fields[name].widget.choices = [("true", yes), ("false", no), ("unknown", "随自然村")]

    @property
    def fact_names(self) -> list[str]:
        """The facts that this year and this person are asked."""
        return [name for name in self._meta.fields if name in self.fields]

    def sections(self) -> list[Section]:
        """The blocks in the order of asking; a block without fields is left out."""
        water = self.supplies.get("water")
        found = [
            self.section("吃穿", "food", FOOD, help="以入户走访为准；没有走访的，判定为待核实。"),
            self.section("住房安全", "housing", HOUSING),
            self.section("住房情况", "house", HOUSE),
            self.section(
                "饮水", "water", (*WATER, "water_source"), inherited=WATER, notes=[water] if water else ()
            ),
            self.section(
                "用电、广播电视、通路",
                "supplies",
                (*POWER, *ROAD),
                inherited=POWER,
                notes=[
                    self.supplies[fact] for fact in ("power", "broadcasting", "road") if self._noted(fact)
                ],
            ),
            self.section("产业", "industry", INDUSTRY),
            self.section("土地", "land", LAND, help="单位：亩。没有的填 0，不知道的留空。"),
            self.section("易地搬迁", "relocation", RELOCATION, folded=not self._moved()),
        ]
        return [one for one in found if one.facts]

    def _noted(self, fact: str) -> bool:
        names = {"power": "has_power", "broadcasting": "has_broadcasting", "road": "road_reached"}
        return fact in self.supplies and names[fact] in self.fields

    def _moved(self) -> bool:
        return bool(self.instance.is_relocated) or bool(self.last and self.last.is_relocated)

    def clean(self):
        """Grade and flag that contradict each other are asked about; they would be judged 待核实."""
        told = self.cleaned_data.get("dangerous_grade")  # taken out by super() where it is refused
        cleaned = super().clean()
        grade = DANGEROUS_GRADES.get(told or "")
        flag = cleaned.get("is_dangerous_house")
        appraised = cleaned.get("housing_safety") == APPRAISED
        if appraised and grade and not grade.is_safe and "dangerous_grade" in self.errors:
            self.errors["dangerous_grade"] = self.error_class(
                [
                    f"{grade.label}是危房，不能认定为“鉴定安全”（A级或B级才安全）。已改造验收的，住房安全认定方式选"
                    "“改造安全”；已租住、赡养等的选“保障安全”；都没有的不选，判为未达标。"
                ]
            )
        if grade and flag is not None and grade.is_safe == flag and not cleaned.get("housing_safety"):
            questions.ask(
                self,
                "dangerous_grade",
                f"鉴定为{grade.label}，危房户却选了“{'是' if flag else '否'}”，互相矛盾，住房安全将判为待核实。",
            )
        return cleaned

    def changed_by(self, name: str) -> str:
        """Who changed it last, from the log of the household."""
        return self.who_changed(
            self.instance.household_id,
            "households.survey.save",
            name,
            f"{self.instance.year}年度信息",
        )
