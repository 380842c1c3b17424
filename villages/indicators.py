"""What is measured of a village, said once: as ORM expressions that judge one village and a county alike.

Three values throughout. A missing fact makes a measure NULL (unknown), never false. No thresholds, years or places
stand here. Paths start at VillageYear, annotated with `poor_persons` and `leaving_persons` (villages/incidence.py).

Sources: standards.md 3, 3.1 and 8; practice.md "Indicators". Where a province counts by share of households (广西),
the measure is the share; where by presence (四川 五有), a yes or no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Case, Expression, F, Q, Value, When

from poverty.standards.comparisons import Comparison
from poverty.standards.indicators import IndicatorSpec
from villages.incidence import share

MOST_INCOME = Decimal(100_000_000)


@dataclass(frozen=True)
class Indicator:
    """An indicator: what the standard sees (spec), how it is measured, and what a page needs to explain it.

    `facts`: the fields it rests on, whose source and date are shown; `filled_by`: who can fill what is missing.
    """

    spec: IndicatorSpec
    measure: Callable[[], Expression]
    facts: tuple[str, ...]
    filled_by: str

    @property
    def code(self) -> str:
        """Its name in requirements and columns."""
        return self.spec.code

    @property
    def label(self) -> str:
        """The field's word for it."""
        return self.spec.label


def _flag(*whens: When, default: bool | None = None) -> Case:
    return Case(*whens, default=Value(default), output_field=BooleanField(null=True))


def _some(field: str) -> Callable[[], Case]:
    """At least one of something that is counted."""
    return lambda: _flag(
        When(**{f"{field}__gte": 1}, then=Value(True)), When(**{field: 0}, then=Value(False))
    )


def _none(field: str) -> Callable[[], Case]:
    """None left of something that is counted."""
    return lambda: _flag(When(**{field: 0}, then=Value(True)), When(**{f"{field}__gt": 0}, then=Value(False)))


def _answer(field: str) -> Callable[[], Case]:
    return lambda: _flag(When(**{field: True}, then=Value(True)), When(**{field: False}, then=Value(False)))


def _all(*conditions: tuple[Q, Q]) -> Callable[[], Case]:
    """True when each (reached, failed) is reached, false when one has failed, else unknown."""
    reached, failed = Q(), Q(pk__in=[])
    for yes, no in conditions:
        reached &= yes
        failed |= no
    return lambda: _flag(When(failed, then=Value(False)), When(reached, then=Value(True)))


def _yes(field: str) -> tuple[Q, Q]:
    return Q(**{field: True}), Q(**{field: False})


def _share_left(lacking: str, whole: str = "households") -> Callable[[], Expression]:
    """Percent of households that do not lack something."""
    return lambda: share(F(whole) - F(lacking), whole)


def _number(code, label, unit, comparisons, **kwargs) -> IndicatorSpec:
    return IndicatorSpec(code, label, unit, "number", comparisons, comparisons[0], **kwargs)


_AT_LEAST = (Comparison.GE, Comparison.GT)
_VILLAGE = "村级信息员、乡镇专干"

_MEASURED = (
    Indicator(
        _number(
            "incidence",
            "贫困发生率",
            "%",
            (Comparison.LT, Comparison.LE),
            help="未脱贫和返贫人口除以农业户籍人口，四舍五入到 0.01%。",
        ),
        lambda: share(F("poor_persons"), "agricultural_population"),
        ("agricultural_population",),
        _VILLAGE,
    ),
    Indicator(
        _number(
            "collective_income",
            "村集体经济收入",
            "元",
            _AT_LEAST,
            sector="agriculture",
            maximum=MOST_INCOME,
            help="本年实际到账的村级集体经济收入。",
        ),
        lambda: F("collective_income"),
        ("collective_income",),
        "农业农村部门、村级信息员",
    ),
    Indicator(
        IndicatorSpec(
            "collective_economy", "有集体经济", sector="agriculture", help="村集体经济收入大于 0。"
        ),
        lambda: _flag(
            When(collective_income__gt=0, then=Value(True)), When(collective_income=0, then=Value(False))
        ),
        ("collective_income",),
        "农业农村部门、村级信息员",
    ),
    Indicator(
        _number("farm_income", "农民人均纯收入", "元/人·年", _AT_LEAST, sector="agriculture"),
        lambda: F("farm_income"),
        ("farm_income",),
        "农业农村部门、村级信息员",
    ),
    Indicator(
        IndicatorSpec("industry", "特色产业", sector="agriculture", help="村里至少有一项特色产业。"),
        _answer("has_industry"),
        ("has_industry",),
        "农业农村部门、村级信息员",
    ),
    Indicator(
        IndicatorSpec("cooperative", "农民专业合作社", sector="agriculture"),
        _some("cooperatives"),
        ("cooperatives",),
        "农业农村部门、村级信息员",
    ),
    Indicator(
        IndicatorSpec("paved_road", "通硬化路", sector="transport", help="到乡镇通沥青（水泥）路。"),
        _answer("paved_to_township"),
        ("paved_to_township",),
        "交通部门",
    ),
    Indicator(
        _number("road_width", "通村路路面宽度", "米", _AT_LEAST, sector="transport", maximum=Decimal(30)),
        lambda: F("surface_width"),
        ("surface_width",),
        "交通部门",
    ),
    Indicator(
        IndicatorSpec(
            "settlement_roads", "自然村通硬化路", sector="transport", help="没有未通硬化路的自然村。"
        ),
        _none("unconnected_settlements"),
        ("unconnected_settlements",),
        "交通部门",
    ),
    Indicator(
        IndicatorSpec("bus", "通客运班车", sector="transport"), _answer("has_bus"), ("has_bus",), "交通部门"
    ),
    Indicator(
        _number("water", "安全饮水", "%", _AT_LEAST, sector="water", help="已实现饮水安全的户占总户数。"),
        _share_left("unsafe_water_households"),
        ("unsafe_water_households", "households"),
        "水利部门",
    ),
    Indicator(
        _number("power", "生活用电", "%", _AT_LEAST, sector="power", help="已通生活用电的户占总户数。"),
        _share_left("unpowered_households"),
        ("unpowered_households", "households"),
        "电力部门",
    ),
    Indicator(
        IndicatorSpec("production_power", "生产用电", sector="power", help="没有未通生产用电的自然村。"),
        _none("no_production_power_settlements"),
        ("no_production_power_settlements",),
        "电力部门",
    ),
    Indicator(
        _number("housing", "住房保障", "%", _AT_LEAST, sector="housing", help="没有危房的户占总户数。"),
        _share_left("dangerous_households"),
        ("dangerous_households", "households"),
        "住建部门",
    ),
    Indicator(
        _number(
            "medical", "基本医疗保险", "%", _AT_LEAST, sector="medical_insurance", help="参保人数占总人口数。"
        ),
        lambda: share(F("medical_insured"), "population"),
        ("medical_insured", "population"),
        "医保部门",
    ),
    Indicator(
        IndicatorSpec("education", "义务教育", sector="education", help="没有因贫辍学的学生。"),
        _none("poverty_dropouts"),
        ("poverty_dropouts",),
        "教育部门",
    ),
    Indicator(IndicatorSpec("clinic", "卫生室", sector="health"), _some("clinics"), ("clinics",), "卫健部门"),
    Indicator(
        IndicatorSpec("doctor", "合格村医", sector="health", help="至少一名执业（助理）医师。"),
        _some("doctors"),
        ("doctors",),
        "卫健部门",
    ),
    Indicator(
        IndicatorSpec("culture_room", "文化室", sector="culture"),
        _some("culture_rooms"),
        ("culture_rooms",),
        "文化部门",
    ),
    Indicator(
        _number(
            "broadcasting", "广播电视", "%", _AT_LEAST, sector="broadcasting", help="通广播电视的户占总户数。"
        ),
        lambda: share(F("broadcasting_households"), "households"),
        ("broadcasting_households", "households"),
        "广电部门",
    ),
    Indicator(
        IndicatorSpec("network", "通信网络", sector="telecom"),
        _answer("has_network"),
        ("has_network",),
        "通信部门",
    ),
    Indicator(
        IndicatorSpec("public_services", "公共服务设施", help="有活动场所、公示栏和卫生室。"),
        _all(
            _yes("has_office"),
            _yes("has_notice_board"),
            (Q(clinics__gte=1), Q(clinics=0)),
        ),
        ("has_office", "has_notice_board", "clinics"),
        _VILLAGE,
    ),
    Indicator(
        IndicatorSpec("service_center", "便民服务中心"),
        _answer("has_service_center"),
        ("has_service_center",),
        _VILLAGE,
    ),
    Indicator(
        IndicatorSpec("kindergarten", "幼儿园", sector="education"),
        _answer("has_kindergarten"),
        ("has_kindergarten",),
        "教育部门",
    ),
    Indicator(
        IndicatorSpec("committee", "村“两委”班子", sector="organization"),
        _answer("has_good_committee"),
        ("has_good_committee",),
        "组织部门、乡镇专干",
    ),
)

INDICATORS: dict[str, Indicator] = {one.code: one for one in _MEASURED}

# Not measured but summed: where a standard asks for a score, its weighted rows count for it (villages/judging.py).
SCORE = _number(
    "score",
    "综合得分",
    "分",
    _AT_LEAST,
    maximum=Decimal(100),
    help="有权重的各项按权重计分，达到的项得满分，折合百分制；一票否决和没有权重的项须另行全部达到。",
)
SPECS: tuple[IndicatorSpec, ...] = (*(one.spec for one in _MEASURED), SCORE)


def label_of(code: str) -> str:
    """The field's word for an indicator."""
    return SCORE.label if code == SCORE.code else INDICATORS[code].label
