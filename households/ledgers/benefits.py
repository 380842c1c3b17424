"""政策享受, 小额信贷, 培训, 就业 and 光伏: what was received, lent, learned, worked and shared."""

from datetime import date

import django_filters as filters
from django.db.models import F, FilteredRelation, Q, Sum, Value
from django.db.models.functions import Coalesce

from households.benefits.entitlement import day_of
from households.benefits.models import Benefit, Loan, SolarShare, Trainee
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT, persons_counted
from households.options.employment_channels import EMPLOYMENT_CHANNELS
from households.options.kinds import GENERAL_RURAL
from households.options.policy_options import BENEFIT_SOURCES, PERIODS, POLICY_GROUPS
from households.options.public_post_types import PUBLIC_POST_TYPES
from households.options.work_options import JOB_KINDS, LOAN_USES, SOLAR_KINDS, TRAINING_RESULTS
from households.options.work_places import WORK_PLACES
from poverty.accounts.options.sectors import SECTORS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Ledger
from poverty.sql.prefix import within

_PLACES = place_columns("household__area")
_HOUSEHOLDS = household_columns("household__")
_ORDER = ("household__area_id", "household_id", "id")


class BenefitFilter(filters.FilterSet):
    """By group of the policy and by where the row comes from."""

    group = filters.ChoiceFilter(
        label="政策类别", choices=POLICY_GROUPS.choices, field_name="policy__group", empty_label="全部"
    )
    source = filters.ChoiceFilter(label="来源", choices=BENEFIT_SOURCES.choices, empty_label="全部")

    class Meta:
        model = Benefit
        fields = ()


def _benefits(user, area_code, year, values):
    return Benefit.objects.visible_to(user, RIGHT).filter(
        within("household__area_id", [area_code]), year=year
    )


BENEFITS = Ledger(
    name="benefits",
    title="政策享受台账",
    columns=(
        *_PLACES,
        *_HOUSEHOLDS,
        Column("member", "享受人", source="member__name"),
        Column("member_no", "人口编号", Kind.CODE, source="member__member_no", width=20),
        Column("group", "政策类别", Kind.OPTION, source="policy__group", options=POLICY_GROUPS),
        Column("policy", "政策名称", source="policy__name", width=24),
        Column("sector", "行业部门", Kind.OPTION, source="policy__sector", options=SECTORS),
        Column("period", "期", Kind.OPTION, options=PERIODS),
        Column("amount", "金额（元）", Kind.MONEY, total=True, signed=True),
        Column("paid_on", "发放日期", Kind.DATE),
        Column("source", "来源", Kind.OPTION, options=BENEFIT_SOURCES),
        Column("batch", "一卡通批次号", width=18),
        Column("document", "依据", width=20),
        Column("note", "说明", width=20),
        Column("reason", "冲销原因", width=20),
    ),
    right=RIGHT,
    rows=_benefits,
    order=_ORDER,
    per="笔",
    filters=BenefitFilter,
    note="按政策年度；冲销另列一笔负数，合计为净额；空白金额为服务类政策",
    full_numbers=False,
)


def _loans(user, area_code, year, values):
    rows = Loan.objects.visible_to(user, RIGHT).standing().filter(within("household__area_id", [area_code]))
    open_then = Q(repaid_on__isnull=True) | Q(repaid_on__gte=date(year, 1, 1))
    paid = Coalesce(Sum("repayments__amount"), Value(0), output_field=Loan._meta.get_field("amount"))
    return rows.filter(open_then, starts_on__lte=date(year, 12, 31)).annotate(
        paid=paid, left=F("amount") - paid
    )


LOANS = Ledger(
    name="loans",
    title="扶贫小额信贷台账",
    columns=(
        *_PLACES,
        *_HOUSEHOLDS,
        Column("member", "借款人", source="member__name"),
        Column("bank", "贷款机构", width=22),
        Column("contract", "合同号", Kind.CODE, width=16),
        Column("amount", "贷款金额（元）", Kind.MONEY, total=True),
        Column("rate", "年利率（%）", Kind.NUMBER),
        Column("subsidy", "贴息比例（%）", Kind.NUMBER),
        Column("use", "用途", Kind.OPTION, options=LOAN_USES),
        Column("starts_on", "放款日期", Kind.DATE),
        Column("due_on", "到期日期", Kind.DATE),
        Column("extended_from", "原到期日期", Kind.DATE),
        Column("paid", "已还本金（元）", Kind.MONEY, total=True),
        Column("left", "未还本金（元）", Kind.MONEY, total=True),
        Column("repaid_on", "还清日期", Kind.DATE),
    ),
    right=RIGHT,
    rows=_loans,
    order=("household__area_id", "household_id", "starts_on", "id"),
    per="笔",
    note="所选年份内未还清或当年还清的贷款；已还、未还截至导出时",
    full_numbers=False,
)


def _trainees(user, area_code, year, values):
    rows = (
        Trainee.objects.visible_to(user, RIGHT).standing().filter(within("household__area_id", [area_code]))
    )
    return rows.filter(training__held_from__year=year)


TRAININGS = Ledger(
    name="trainings",
    title="培训台账",
    columns=(
        *_PLACES,
        *_HOUSEHOLDS,
        Column("member", "姓名", source="member__name"),
        Column("course", "培训课程", source="training__course", width=20),
        Column("organiser", "举办单位", source="training__organiser", width=22),
        Column("held_from", "开班日期", Kind.DATE, source="training__held_from"),
        Column("held_to", "结业日期", Kind.DATE, source="training__held_to"),
        Column("hours", "课时", Kind.INTEGER, source="training__hours"),
        Column("result", "培训结果", Kind.OPTION, options=TRAINING_RESULTS),
        Column("certificate", "证书编号", Kind.CODE, width=18),
    ),
    right=RIGHT,
    rows=_trainees,
    order=_ORDER,
    per="人次",
    note="按开班日期在所选年份内；一人参加几个班列几行",
    full_numbers=False,
)


def _workers(user, area_code, year, values):
    """Whoever works by the facts of the year or has a job in it, once for each job."""
    first, last = day_of(year).replace(month=1, day=1), day_of(year)
    condition = Q(member__jobs__withdrawn_at__isnull=True, member__jobs__starts_on__lte=last) & (
        Q(member__jobs__ends_on__isnull=True) | Q(member__jobs__ends_on__gte=first)
    )
    rows = persons_counted(user, area_code, year).exclude(household__kind=GENERAL_RURAL)
    rows = rows.annotate(job=FilteredRelation("member__jobs", condition=condition))
    return rows.filter(
        Q(facts__work_months__gte=1)
        | Q(facts__public_post_type__gt="")
        | Q(facts__public_post_months__gte=1)
        | Q(job__isnull=False)
    )


EMPLOYMENT = Ledger(
    name="employment",
    title="就业台账",
    columns=(
        *_PLACES,
        *household_columns("household__", head="its_head"),
        Column("member", "姓名", source="member__name"),
        Column("work_place", "务工状况", Kind.OPTION, source="facts__work_place", options=WORK_PLACES),
        Column("work_months", "务工时间（月）", Kind.INTEGER, source="facts__work_months"),
        Column("enterprise", "务工企业名称", source="facts__work_enterprise", width=20),
        Column(
            "channel",
            "就业渠道",
            Kind.OPTION,
            source="facts__employment_channel",
            options=EMPLOYMENT_CHANNELS,
        ),
        Column(
            "post", "公益性岗位类型", Kind.OPTION, source="facts__public_post_type", options=PUBLIC_POST_TYPES
        ),
        Column("post_months", "公益性岗位（月数）", Kind.INTEGER, source="facts__public_post_months"),
        Column("job_kind", "登记的就业方式", Kind.OPTION, source="job__kind", options=JOB_KINDS),
        Column("employer", "用人单位", source="job__employer", width=20),
        Column("pay", "月工资（元）", Kind.MONEY, source="job__monthly_pay"),
        Column("starts_on", "上岗日期", Kind.DATE, source="job__starts_on"),
        Column("ends_on", "离岗日期", Kind.DATE, source="job__ends_on"),
    ),
    right=RIGHT,
    rows=_workers,
    order=("household__area_id", "household_id", "id", "job__id"),
    per="条",
    note="务工和公益性岗位取自年度信息；登记了岗位的，一个岗位一行",
    full_numbers=False,
)


def _shares(user, area_code, year, values):
    rows = (
        SolarShare.objects.visible_to(user, RIGHT)
        .standing()
        .filter(within("household__area_id", [area_code]))
    )
    return rows.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=date(year, 1, 1)), valid_from__lte=date(year, 12, 31)
    )


SOLAR = Ledger(
    name="solar",
    title="光伏扶贫受益台账",
    columns=(
        *_PLACES,
        *_HOUSEHOLDS,
        Column("size", "家庭人口数", Kind.INTEGER, source="household__size", total=True),
        Column("kind", "电站类型", Kind.OPTION, source="station__kind", options=SOLAR_KINDS),
        Column("station", "电站名称", source="station__name", width=24),
        Column("capacity", "装机容量（千瓦）", Kind.NUMBER, source="station__capacity"),
        Column("connected_on", "并网日期", Kind.DATE, source="station__connected_on"),
        Column("member", "岗位人员", source="member__name"),
        Column("valid_from", "受益起", Kind.DATE),
        Column("valid_to", "受益止", Kind.DATE),
    ),
    right=RIGHT,
    rows=_shares,
    order=_ORDER,
    per="户次",
    note="所选年份内受益的户；村级和户用两种电站分别登记",
    full_numbers=False,
)
LEDGERS = (BENEFITS, LOANS, TRAININGS, EMPLOYMENT, SOLAR)
