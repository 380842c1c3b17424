"""The policy catalogue (政策目录): what an area grants in which years, to whom, how much and until when."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, IntegerRangeField
from django.db import models
from django.db.models import BigIntegerField, F, Func, Q, Value
from django.db.models.functions import Coalesce

from households.benefits.querysets import PolicyQuerySet
from households.options.income_items import INCOME_ITEMS
from households.options.policy_options import (
    AMOUNT_RULES,
    FREQUENCIES,
    LINES,
    MONTHS,
    POLICY_GROUPS,
    POLICY_LEVELS,
    TERMS,
)
from poverty.accounts.options.sectors import SECTORS
from poverty.fields.option_field import OptionField
from poverty.sql.constraints import text_key
from poverty.standards.statuses import Status

FIRST_YEAR, LAST_YEAR = 2014, 2100
FOREVER = 9999


def _int8(expression) -> Func:
    return Func(
        expression, expression, Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )


class Policy(models.Model):
    """One policy of an area for some years, in one version.

    `code` names the policy through all versions and places; area_code "" is the whole country. In a place and year the
    published row with the longest area code holds. `entitled`: conditions over the register that must all hold
    (conditions.py), [{"key": "dibao", ...parameters}]; empty: every household (or member) on the poverty register.
    Published it is frozen (trigger); a correction is a new version that replaces it. Money is decided here: who drafted
    or altered it does not publish it.
    """

    code = models.SlugField("政策代号", max_length=40, db_index=False)
    area_code = models.CharField("适用地区", max_length=12, blank=True, db_collation="C")
    year_from = models.SmallIntegerField("起始年度")
    year_to = models.SmallIntegerField("截止年度", null=True, blank=True)  # inclusive; NULL: still
    name = models.CharField("政策名称", max_length=60)
    sector = OptionField("行业部门", SECTORS, blank=False)
    level = OptionField("享受单位", POLICY_LEVELS, blank=False)
    group = OptionField("类别", POLICY_GROUPS, blank=False)
    content = models.CharField("政策内容", max_length=500)
    entitled = models.JSONField("享受条件", default=list, blank=True)
    frequency = OptionField("发放方式", FREQUENCIES, blank=False)
    terms = models.JSONField(
        "各期期限", default=list, blank=True
    )  # [{"period","check_by":"06-10","pay_by":"06-30"}]
    rule = OptionField("金额规则", AMOUNT_RULES, blank=False)
    # Yuan a time (fixed), a unit (per_unit), at most (up_to, difference); NULL: none.
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    share = models.DecimalField("差额比例（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    line = OptionField("对照标准线", LINES)
    income_item = OptionField("计入的收入项目", INCOME_ITEMS)
    not_counted = models.CharField("不计入收入的原因", max_length=200, blank=True)
    document_name = models.CharField("文件名称", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    document_date = models.DateField("发文日期", null=True, blank=True)
    source = models.CharField("来源说明", max_length=200, blank=True)
    version = models.SmallIntegerField("版本", default=1)
    corrects = models.ForeignKey(
        "self", verbose_name="更正的版本", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="起草人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Ids of all who drafted or altered it: none of them may publish it.
    makers = ArrayField(BigIntegerField(), verbose_name="经手人", default=list)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发布人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    published_at = models.DateTimeField("发布时间", null=True)
    edited_at = models.DateTimeField("修改时间", auto_now=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "政策"
        ordering = ["group", "code", "-version", "-id"]
        constraints = [
            ExclusionConstraint(
                name="one_published_policy_of_a_place_at_a_time",
                expressions=[
                    (_int8(text_key("code")), "&&"),
                    (_int8(text_key("area_code")), "&&"),
                    (
                        Func(
                            F("year_from"),
                            Coalesce(F("year_to"), Value(FOREVER)),
                            Value("[]"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        "&&",
                    ),
                ],
                condition=Q(status=Status.PUBLISHED),
                violation_error_message="该地区这些年度已有同一政策在执行，请在现行政策上更正。",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(status=Status.DRAFT),
                name="one_open_correction_of_a_policy",
                violation_error_message="该政策已有一份更正草稿，请在那份草稿上修改。",
            ),
            models.CheckConstraint(
                name="policy_years_run_forward",
                condition=Q(year_from__range=(FIRST_YEAR, LAST_YEAR))
                & (Q(year_to__isnull=True) | Q(year_to__range=(F("year_from"), LAST_YEAR))),
                violation_error_message=f"年度须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，截止不能早于起始。",
            ),
            models.CheckConstraint(
                name="policy_amount_fits_its_rule",
                condition=Q(rule__in=["service", "actual"], amount__isnull=True)
                | Q(rule__in=["fixed", "per_unit", "up_to"], amount__gt=0)
                | (Q(rule="difference", share__gt=0, share__lte=100) & ~Q(line="")),
                violation_error_message="定额、按单位、限额的须填金额；按差额的须填标准线和比例；据实和服务类不填金额。",
            ),
            models.CheckConstraint(
                name="policy_per_unit_names_its_unit",
                condition=~Q(rule="per_unit") | ~Q(unit=""),
                violation_error_message="按单位计算的，请填计量单位。",
            ),
            models.CheckConstraint(
                name="policy_money_counts_or_says_why_not",
                condition=Q(income_item="") | Q(not_counted=""),
                violation_error_message="计入收入项目和不计入的原因只填一个。",
            ),
            models.CheckConstraint(
                name="published_policy_is_complete",
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | (
                    Q(published_by__isnull=False, published_at__isnull=False, document_date__isnull=False)
                    & ~Q(document_name="")
                    & ~Q(document_number="")
                    & (Q(rule="service") | ~Q(income_item="") | ~Q(not_counted=""))
                ),
                violation_error_message="发布的政策须有文件名称、文号、发文日期；发钱的须说明计入哪个收入项目，或为什么不计入。",
            ),
            models.CheckConstraint(
                name="policy_is_published_by_someone_who_did_not_draft_it",
                condition=Q(published_by__isnull=True)
                | (
                    ~Q(published_by=F("drafted_by"))
                    & ~Q(
                        makers__contains=Func(
                            F("published_by"),
                            function="ARRAY",
                            template="%(function)s[%(expressions)s]",
                            output_field=ArrayField(BigIntegerField()),
                        )
                    )
                ),
                violation_error_message="起草或修改过政策的人不能发布，请由另一人发布。",
            ),
        ]
        indexes = [models.Index(fields=["status", "area_code"], name="policy_by_place")]

    def __str__(self):
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether it can still be altered."""
        return self.status == Status.DRAFT

    @property
    def pays(self) -> bool:
        """Whether money is paid, and not only a service given."""
        return self.rule != "service"

    @property
    def years(self) -> str:
        """2016年起, or 2016—2018年."""
        return f"{self.year_from}年起" if self.year_to is None else f"{self.year_from}—{self.year_to}年"

    def periods(self) -> tuple[str, ...]:
        """The 期 of a year in which it is received; ("",) where there is one."""
        if self.frequency == "term":
            return tuple(TERMS.keys)
        if self.frequency == "month":
            return tuple(MONTHS.keys)
        return ("",)

    def audit_case(self):
        return "households.policy", self.pk, self.area_code
