"""村册 (村有册) and 乡簿 (乡有簿) of the four-level archive (forms.md 7.4): a row per household, a row per village."""

from decimal import Decimal

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery, Sum, TextField
from django.db.models.functions import Cast, JSONObject

from households.lacking import lacking
from households.ledgers.filters import HouseholdLedgerFilter
from households.ledgers.places import place_columns
from households.ledgers.rows import RIGHT, helper_names, households_of
from households.models import INDICATOR_COLUMNS, Assessment, Household
from households.options.causes import CAUSES
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from poverty.areas.models import Area, Level
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import SERIAL, Derived, Ledger
from poverty.sql.prefix import within

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
_POOR = POVERTY_STATUSES.keys_where(lambda status: status.is_poor)


def register_rows(user, area_code, year, right: str = RIGHT):
    """Households as the village register lists them."""
    return households_of(user, area_code, year, right).annotate(helpers=helper_names())


def _lacks(visited_on, *states: int | None) -> str:
    found = lacking(
        Assessment(**dict(zip(INDICATOR_COLUMNS, states, strict=True))), visited=visited_on is not None
    )
    words = [f"{one}（未达标）" for one in found.unmet] + [f"{one}（待核实）" for one in found.unknown]
    return "、".join(words)


VILLAGE_REGISTER = Ledger(
    name="village_register",
    title="村册",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=6),
        *place_columns(),
        Column("settlement", "自然村", source="settlement__name", width=12),
        Column("household_no", "户编号", Kind.CODE, width=20),
        Column("head_name", "户主姓名", width=10),
        Column("head_identity", "户主证件号码", Kind.IDENTITY, source="head__identity", width=22),
        Column("size", "人口", Kind.INTEGER, total=True, width=6),
        Column("kind", "户类型", Kind.OPTION, options=HOUSEHOLD_KINDS, width=14),
        Column("status", "脱贫属性", Kind.OPTION, options=POVERTY_STATUSES, width=10),
        Column("main_cause", "主要致贫原因", Kind.OPTION, options=CAUSES, width=14),
        Column("identified_on", "识别时间", Kind.DATE),
        Column("exit_year", "脱贫年度", Kind.YEAR, width=8),
        Column("helpers", "帮扶责任人", source=Derived(("helpers",), "、".join)),
        Column("net_income_per_head", "人均纯收入", Kind.MONEY, source="result__net_income_per_head"),
        Column("verdict", "达标情况", Kind.STATE, source="result__verdict", width=10),
        Column(
            "lacks",
            "缺什么",
            source=Derived(
                ("survey__visited_on", *(f"result__{code}" for code in INDICATOR_COLUMNS)), _lacks
            ),
            width=28,
        ),
    ),
    right=RIGHT,
    rows=lambda user, area_code, year, values: register_rows(user, area_code, year),
    order=("area_id", "id"),
    per="户",
    filters=HouseholdLedgerFilter,
    unit="金额单位：元",
    note="户、户主、人口为截至时在册情况，收入和达标情况为所选年度；空白为没有填写",
)


def book_rows(user, area_code, year, right: str = RIGHT):
    """Villages as the township book lists them, with the figures of their households."""
    households = (
        Household.objects.visible_to(user, right)
        .on_register()
        .registered_poor()
        .filter(area=OuterRef("pk"))
        .annotate(result=FilteredRelation("assessments", condition=Q(assessments__year=year)))
        .order_by()
        .values("area")
    )
    exited, poor = Q(status__in=_EXITED), Q(status__in=_POOR)
    figures = households.annotate(
        found=JSONObject(
            households=Count("pk"),
            persons=Sum("size"),
            exited=Count("pk", filter=exited),
            exited_persons=Sum("size", filter=exited, default=0),
            poor=Count("pk", filter=poor),
            poor_persons=Sum("size", filter=poor, default=0),
            met=Count("pk", filter=Q(result__verdict=MET)),
            unmet=Count("pk", filter=Q(result__verdict=UNMET)),
            unknown=Count("pk", filter=Q(result__verdict=UNKNOWN)),
            # As text: a JSON number would pass through floating point.
            income=Cast(Sum(F("result__net_income_per_head") * F("result__members")), TextField()),
            heads=Sum("result__members", filter=Q(result__net_income_per_head__isnull=False)),
        )
    ).values("found")
    places = Area.objects.filter(within("code", user.scope(right).areas), level=Level.VILLAGE, valid_to=None)
    return places.under(area_code).annotate(found=Subquery(figures))


def _figure(key: str) -> Derived:
    return Derived(("found",), lambda found: found[key] if found else 0)


def _per_head(found) -> Decimal | None:
    return Decimal(found["income"]) / found["heads"] if found and found["heads"] else None


def _not_judged(found) -> int:
    return found["households"] - found["met"] - found["unmet"] - found["unknown"] if found else 0


def _number(key: str, heading: str, group: str = "") -> Column:
    return Column(key, heading, Kind.INTEGER, _figure(key), group=group, total=True, width=9)


TOWNSHIP_BOOK = Ledger(
    name="township_book",
    title="乡簿",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=6),
        Column("township", "乡（镇）", source="parent__name", width=14),
        Column("village", "行政村", source="name", width=14),
        _number("households", "户数", "建档立卡"),
        _number("persons", "人数", "建档立卡"),
        _number("exited", "脱贫户数", "已脱贫"),
        _number("exited_persons", "脱贫人数", "已脱贫"),
        _number("poor", "未脱贫户数", "未脱贫（含返贫）"),
        _number("poor_persons", "未脱贫人数", "未脱贫（含返贫）"),
        _number("met", "达标", "判定（户）"),
        _number("unmet", "未达标", "判定（户）"),
        _number("unknown", "待核实", "判定（户）"),
        Column(
            "not_judged",
            "未判定",
            Kind.INTEGER,
            Derived(("found",), _not_judged),
            group="判定（户）",
            total=True,
            width=9,
        ),
        Column("income", "人均纯收入", Kind.MONEY, Derived(("found",), _per_head), width=14),
    ),
    right=RIGHT,
    rows=lambda user, area_code, year, values: book_rows(user, area_code, year),
    order=("code",),
    per="村",
    unit="单位：户、人、元",
    note="一村一行；户、人为截至时在册的建档立卡户，判定和收入为所选年度",
    full_numbers=False,
)
