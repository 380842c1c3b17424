"""The household (户): what is true of it now, and dated rows of what was true when."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Replace
from django.db.models.lookups import Exact

from households.options.causes import CAUSES
from households.options.identification_standards import IDENTIFICATION_STANDARDS
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.poor_attributes import POOR_ATTRIBUTES
from households.options.poverty_status import POVERTY_STATUSES
from households.options.regimes import REGIMES
from households.options.risk_removal import RISK_REMOVALS, RISK_STATES
from households.options.sources import SOURCES
from households.querysets import HouseholdQuerySet, PairingQuerySet
from households.querysets_monitoring import MonitoringQuerySet
from poverty.areas.models import Area, Settlement
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.sql.constraints import no_overlap


class Household(models.Model):
    """A household of the register.

    Columns hold the present; what changes has dated rows beside it (HouseholdStatus, HouseholdPlace,
    Headship, Membership, Pairing), written by the same services. Nothing is deleted.
    """

    class State(models.TextChoices):
        """Where the record stands on the register; written only by review.fire."""

        PENDING = "pending", "待登记"
        REGISTERED = "registered", "在册"
        MERGED = "merged", "已并户"
        CLOSED = "closed", "已销户"

    area = models.ForeignKey(
        Area,
        verbose_name="村",
        on_delete=models.PROTECT,
        related_name="households",
        db_column="area_code",
        db_index=False,
    )
    settlement = models.ForeignKey(
        Settlement,
        verbose_name="自然村/村民小组",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="households",
    )
    # 户编号 is given by the national system, sometimes months later. NULL: not given yet; never invented.
    household_no = models.CharField(
        "户编号",
        max_length=30,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": "该户编号已属于另一户。"},
    )
    state = models.CharField("登记状态", max_length=12, choices=State.choices, default=State.PENDING)
    kind = OptionField("户类型", HOUSEHOLD_KINDS, blank=False, default=GENERAL_RURAL)
    status = OptionField("脱贫属性", POVERTY_STATUSES)  # "" for households that were never registered poor
    regime = OptionField("帮扶时期", REGIMES, blank=False)
    poor_attribute = OptionField("贫困户属性", POOR_ATTRIBUTES)
    identification_standard = OptionField("识别标准", IDENTIFICATION_STANDARDS)
    main_cause = OptionField("主要致贫原因", CAUSES)
    other_causes = ArrayField(
        models.CharField(max_length=40), verbose_name="其他致贫原因", default=list, blank=True
    )
    return_cause = OptionField("返贫原因", CAUSES)
    is_military_family = models.BooleanField("是否军烈属", null=True, blank=True)
    is_family_planning_household = models.BooleanField("是否独生子女户/双女户", null=True, blank=True)
    identified_on = models.DateField("首次识别时间", null=True, blank=True)
    planned_exit_year = models.SmallIntegerField("计划脱贫年度", null=True, blank=True)
    exit_year = models.SmallIntegerField("脱贫年度", null=True, blank=True)
    return_year = models.SmallIntegerField("返贫年度", null=True, blank=True)
    address = models.CharField("家庭住址", max_length=200, blank=True)
    phone = SealedField("联系电话", kind="phone", null=True, blank=True)
    phone_hash = models.BinaryField(max_length=32, null=True, editable=False)
    bank_name = models.CharField("开户银行", max_length=60, blank=True)
    bank_account = SealedField("银行卡号/账号", kind="bank", null=True, blank=True)
    bank_account_hash = models.BinaryField(max_length=32, null=True, editable=False)
    # Written by the membership and headship services together with their dated rows.
    head = models.ForeignKey(
        "households.Member",
        verbose_name="户主",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="headed",
        db_index=False,
    )
    head_name = models.CharField("户主姓名", max_length=40, blank=True)
    head_pinyin = models.CharField(max_length=200, blank=True, db_collation="C")
    head_initials = models.CharField(max_length=20, blank=True, db_collation="C")
    size = models.SmallIntegerField("家庭人口数", default=0)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile",
        verbose_name="照片",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Raised by every service that changes what a judgement reads; guards results against older snapshots.
    closed_on = models.DateField("销户日期", null=True, blank=True)
    facts_version = models.BigIntegerField(default=1, editable=False)
    # Raised by every edit of the record itself, for the editor who must not overwrite silently.
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "户"
        ordering = ["area_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="household_stands_in_a_village",
                condition=Exact(Length("area"), 12),
                violation_error_message="户须落在行政村（12位区划代码）。",
            ),
            models.CheckConstraint(
                name="at_most_two_other_causes",
                condition=Q(other_causes__len__lte=2) | Q(other_causes=[]),
                violation_error_message="其他致贫原因最多选两项。",
            ),
            models.CheckConstraint(
                name="other_causes_without_the_main_one",
                condition=Q(main_cause="") | ~Q(other_causes__contains=[F("main_cause")]),
                violation_error_message="其他致贫原因不能与主要致贫原因相同。",
            ),
            models.CheckConstraint(
                name="household_position_on_earth",
                condition=(Q(latitude__isnull=True) & Q(longitude__isnull=True))
                | (Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180))),
                violation_error_message="经纬度超出范围，或只填了一半。",
            ),
            models.CheckConstraint(
                # That a closed household has its day is asked at commit (migration 0003): state and day are
                # written by two statements.
                name="open_household_has_no_closing_day",
                condition=Q(state__in=["merged", "closed"]) | Q(closed_on__isnull=True),
            ),
            models.CheckConstraint(name="household_size_not_negative", condition=Q(size__gte=0)),
        ]
        indexes = [
            # With what lists are narrowed by: households of a place are picked without reading them.
            models.Index(
                fields=["area", "id"],
                include=["state", "kind", "status", "main_cause"],
                name="household_by_place",
            ),
            models.Index(fields=["head_pinyin", "id"], name="household_by_pinyin"),
            models.Index(fields=["head_initials", "area"], name="household_by_initials"),
            # As people type it, without the marks between the syllables (households.search).
            models.Index(
                Replace("head_pinyin", models.Value("'"), models.Value("")),
                "area",
                name="household_by_plain_pinyin",
            ),
            models.Index(fields=["main_cause", "area"], name="household_by_cause"),
            models.Index(fields=["status", "area"], name="household_by_status"),
            models.Index(fields=["kind", "area"], name="household_by_kind"),
            # One account for two households is asked for every household that is checked alone.
            models.Index(
                fields=["bank_account_hash"],
                condition=Q(bank_account_hash__isnull=False),
                name="household_by_account",
            ),
        ]

    def __str__(self):
        return f"{self.head_name or '（无户主）'}户"

    @property
    def area_code(self):
        return self.area_id

    @property
    def own_no(self):
        """Our own number, shown until the national system has given one."""
        return f"{self.area_id[:9]}-{self.pk:06d}"


class HouseholdStatus(models.Model):
    """Kind, status and regime of a household from a day until a day, with where it comes from."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="statuses")
    kind = OptionField("户类型", HOUSEHOLD_KINDS)
    status = OptionField("脱贫属性", POVERTY_STATUSES)
    regime = OptionField("帮扶时期", REGIMES)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    source = OptionField("来源", SOURCES, blank=False)
    reason = models.CharField("原因", max_length=200, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "户状态"
        constraints = [no_overlap("one_status_of_a_household_at_a_time", "household")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_status_display()}"


class HouseholdPlace(models.Model):
    """Where a household was registered from a day until a day."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="places")
    area = models.ForeignKey(
        Area,
        verbose_name="村",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    settlement = models.ForeignKey(
        Settlement, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)

    class Meta:
        verbose_name = "户所在地"
        constraints = [no_overlap("one_place_of_a_household_at_a_time", "household")]

    def __str__(self):
        return f"{self.area_id} {self.valid_from}"


class Pairing(models.Model):
    """Helper and household (结对帮扶), dated. Two helpers at once only where the county allows it: `order` 1 and 2."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="pairings", db_index=False
    )
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="帮扶责任人", on_delete=models.PROTECT, related_name="pairings"
    )
    order = models.SmallIntegerField(
        "第几帮扶人", default=1, choices=[(1, "第一帮扶责任人"), (2, "第二帮扶责任人")]
    )
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)
    goal = models.CharField("帮扶目标", max_length=200, blank=True)
    reason = models.CharField("调整原因", max_length=200, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = "结对"
        indexes = [
            # Who has a helper on a day is read from the index alone.
            models.Index(fields=["household", "valid_from", "valid_to"], name="pairing_by_household"),
        ]
        constraints = [
            models.CheckConstraint(
                name="pairing_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="终止时间须晚于开始时间。",
            ),
            models.CheckConstraint(name="pairing_order_one_or_two", condition=Q(order__in=(1, 2))),
            no_overlap(
                "no_overlap_of_the_same_pair",
                "household",
                "helper",
                message="该帮扶责任人与该户的结对时间重叠。",
            ),
            no_overlap(
                "one_helper_of_an_order_at_a_time",
                "household",
                "order",
                message="该户在这段时间已有同一顺位的帮扶责任人。",
            ),
        ]

    def __str__(self):
        return f"{self.helper} → {self.household}"

    @property
    def area_code(self):
        return self.household.area_id


class Monitoring(models.Model):
    """What makes a household an object of monitoring (监测对象, forms.md 5), dated.

    It comes into being at the end of a MonitoringCase, or from outside with its source. Marked again (再标注) after its
    risk was removed, a household gets a new row; the older one stays as it was.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="monitorings")
    category = OptionField("监测对象类别", MONITORING_CATEGORIES, blank=False)
    identified_on = models.DateField("识别监测时间")
    whole_household_without_labour = models.BooleanField("整户无劳动能力兜底保障户", null=True, blank=True)
    in_resettlement_site = models.BooleanField("居住在易地扶贫搬迁集中安置区", null=True, blank=True)
    resettlement_site = models.CharField("安置区地址", max_length=200, blank=True)
    risks = ArrayField(models.CharField(max_length=40), verbose_name="致贫返贫风险", default=list)
    disaster_note = models.CharField("因自然灾害备注", max_length=200, blank=True)
    income_reference = models.DecimalField(
        "纳入监测对象的人均收入参考范围（元）", max_digits=12, decimal_places=2, null=True
    )
    housing_issue = models.BooleanField("是否住房出现安全问题", null=True)
    dropout_issue = models.BooleanField("是否义务教育阶段失学辍学", null=True)
    water_issue = models.BooleanField("是否饮水出现安全问题", null=True)
    insurance_issue = models.BooleanField("是否有成员未参加基本医疗保险", null=True)
    contact_name = models.CharField("监测联系人", max_length=40, blank=True)
    contact_phone = SealedField("联系方式", kind="phone", null=True)
    removal_method = OptionField("风险消除方式", RISK_REMOVALS)
    removed_on = models.DateField("风险消除时间", null=True)
    # Written by review.fire only; removed_on goes with it (trigger at commit).
    risk_state = OptionField("风险状态", RISK_STATES, blank=False, default="present")
    source = OptionField("来源", SOURCES, blank=False)
    document = models.CharField("文件", max_length=200, blank=True)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = MonitoringQuerySet.as_manager()

    class Meta:
        verbose_name = "监测对象"
        constraints = [
            no_overlap(
                "one_monitoring_of_a_household_at_a_time",
                "household",
                start="identified_on",
                end="removed_on",
            ),
            models.CheckConstraint(
                name="at_most_five_risks",
                condition=Q(risks__len__lte=5) | Q(risks=[]),
                violation_error_message="致贫返贫风险最多五项。",
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.category}"

    @property
    def area_code(self) -> str:
        """The village where the household stands now."""
        return self.household.area_id

    def audit_case(self):
        return "households.monitoring", self.pk, self.area_code
