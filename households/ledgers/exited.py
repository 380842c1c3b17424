"""已脱贫人口名单 (forms.md 7.3): one row per person of a household that has exited.

Columns whose part of the register exists. (from memory): a person is identified when his household is, and who came
later on the day he came; 是否解决安全饮用水 says what was judged where the household follows its natural village.
"""

from datetime import date

from django.db.models import FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from households.ledgers.filters import ExitedPersonFilter
from households.ledgers.rows import RIGHT, persons_counted
from households.models import Monitoring
from households.options.causes import CAUSES
from households.options.education_levels import EDUCATION_LEVELS
from households.options.ethnic_groups import ETHNIC_GROUPS
from households.options.health_states import HEALTH_STATES
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.labour_skills import LABOUR_SKILLS
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.poverty_status import POVERTY_STATUSES
from households.options.relations import RELATIONS
from households.options.school_status import SCHOOL_STATUSES
from poverty.fields.states import MET, UNMET
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import AS_OF, SERIAL, Derived, Ledger

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)


def _rows(user, area_code, year, values):
    latest = (
        Monitoring.objects.filter(household=OuterRef("household"))
        .order_by("-identified_on", "-pk")
        .values(found=JSONObject(category="category", since="identified_on", until="removed_on"))
    )
    return (
        persons_counted(user, area_code, year)
        .filter(household__status__in=_EXITED)
        .annotate(
            survey=FilteredRelation("household__surveys", condition=Q(household__surveys__year=year)),
            monitored=Subquery(latest[:1]),
        )
    )


def _of_monitoring(key: str) -> Derived:
    def of(found):
        text = found[key] if found else None
        return date.fromisoformat(text) if text and key != "category" else text

    return Derived(("monitored",), of)


def _identified(household_on: date | None, since: date) -> date | None:
    return None if household_on is None else max(household_on, since)


def _water(own: bool | None, state: int | None) -> bool | None:
    return {MET: True, UNMET: False}.get(state) if own is None else own


EXITED = Ledger(
    name="exited",
    title="已脱贫人口名单",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=8),
        Column(
            "data_on",
            "数据日期",
            Kind.DATE,
            source=Derived(("period_end", AS_OF), lambda period_end, as_of: period_end or as_of),
        ),
        Column("county", "县(市、区、旗)", source="household__area__parent__parent__name", width=14),
        Column("township", "乡(镇)", source="household__area__parent__name", width=14),
        Column("village", "行政村", source="household__area__name", width=14),
        Column("settlement", "自然村", source="household__settlement__name", width=14),
        Column("household_no", "户编号", Kind.CODE, source="household__household_no", width=20),
        Column("member_no", "人编号", Kind.CODE, source="member__member_no", width=20),
        Column("name", "姓名", source="member__name"),
        Column("identity", "证件号码", Kind.IDENTITY, source="member__identity", width=22),
        Column("size", "人数", Kind.INTEGER, source="its_size", width=8),
        Column("relation", "与户主关系", Kind.OPTION, options=RELATIONS),
        Column("ethnic_group", "民族", Kind.OPTION, source="member__ethnic_group", options=ETHNIC_GROUPS),
        Column(
            "education_level",
            "文化程度",
            Kind.OPTION,
            source="facts__education_level",
            options=EDUCATION_LEVELS,
        ),
        Column(
            "school_status", "在校生状况", Kind.OPTION, source="facts__school_status", options=SCHOOL_STATUSES
        ),
        Column(
            "health", "健康状况", Kind.OPTIONS, source="facts__health_states", options=HEALTH_STATES, width=16
        ),
        Column("labour_skill", "劳动技能", Kind.OPTION, source="facts__labour_skill", options=LABOUR_SKILLS),
        Column("work_months", "务工时间（月）", Kind.INTEGER, source="facts__work_months"),
        Column(
            "serious_illness_insurance",
            "是否参加大病保险",
            Kind.YES_NO,
            source="facts__serious_illness_insurance",
        ),
        Column(
            "main_cause", "致贫原因1", Kind.OPTION, source="household__main_cause", options=CAUSES, width=16
        ),
        Column("dangerous_house", "危房户", Kind.YES_NO, source="survey__is_dangerous_house"),
        Column(
            "water_solved",
            "是否解决安全饮用水",
            Kind.YES_NO,
            source=Derived(("survey__water_solved", "result__water"), _water),
        ),
        Column("net_income_per_head", "人均纯收入", Kind.MONEY, source="result__net_income_per_head"),
        Column("phone", "户联系电话", Kind.PHONE, source="household__phone"),
        Column("member_phone", "人联系电话", Kind.PHONE, source="member__phone"),
        Column("identified_on", "首次识别时间", Kind.DATE, source="household__identified_on"),
        Column(
            "member_identified_on",
            "人员识别时间",
            Kind.DATE,
            source=Derived(("household__identified_on", "valid_from"), _identified),
        ),
        Column("kind", "户类型", Kind.OPTION, source="household__kind", options=HOUSEHOLD_KINDS, width=16),
        Column(
            "monitoring",
            "易返贫致贫户(监测对象)类型",
            Kind.OPTION,
            source=_of_monitoring("category"),
            options=MONITORING_CATEGORIES,
            width=18,
        ),
        Column(
            "risk_removed",
            "风险是否消除",
            Kind.YES_NO,
            source=Derived(("monitored",), lambda found: found["until"] is not None if found else None),
        ),
        Column("risk_since", "风险识别时间", Kind.DATE, source=_of_monitoring("since")),
        Column("risk_until", "风险消除时间", Kind.DATE, source=_of_monitoring("until")),
    ),
    right=RIGHT,
    rows=_rows,
    order=("household__area_id", "household_id", "rank", "id"),
    per="人",
    filters=ExitedPersonFilter,
    unit="金额单位：元",
    note="脱贫属性截至时为已脱贫的户的成员，数据日期为列成员的那一天；年度项目为所选年度；空白为没有填写",
)
