"""A household on its way onto the poverty register, or off it because it should not be there."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.entries.querysets import EntryCaseQuerySet, EntryRefusalQuerySet
from households.models.household import Household
from households.options.causes import CAUSES
from households.options.clearance_grounds import CLEARANCE_GROUNDS
from households.options.entry_bureaus import ENTRY_BUREAUS
from poverty.fields.option_field import OptionField

# Identification and 返贫 belong to the regime of 建档立卡; from 2021 households are monitored instead.
LAST_DAY = date(2020, 12, 31)


def _person(label: str, **kwargs):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        **kwargs,
    )


class EntryCase(models.Model):
    """One household's way through application, comparison, appraisal, notices and decision.

    `state` is written by review.fire only; a trigger lets it go along the procedure and nowhere else. The case lies
    where its household does. What the household said of itself stands here as it was said; NULL: not said.
    """

    class Kind(models.TextChoices):
        IDENTIFICATION = "identification", "新识别"
        RETURN = "return", "返贫"
        CLEARANCE = "clearance", "户清退"

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        COMPARED = "compared", "已比对"
        APPRAISED = "appraised", "评议通过"
        CHECKED = "checked", "乡镇已审核"
        REVIEWED = "reviewed", "县已审核"
        DECIDED = "decided", "已审定"
        ANNOUNCED = "announced", "已公告"
        DONE = "done", "已办结"
        REFUSED = "refused", "不予通过"
        WITHDRAWN = "withdrawn", "已撤回"

    class By(models.TextChoices):
        HOUSEHOLD = "household", "农户申请"
        VILLAGE = "village", "村提出"

    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.APPLIED)
    round = models.SmallIntegerField("轮次", default=1)
    # Meeting items up to this one were said of an earlier round.
    said_before = models.BigIntegerField(default=0)
    # Who was appraised, written by a trigger with the appraisal and cleared by a return. NULL: not appraised yet.
    base_members = ArrayField(
        models.BigIntegerField(), null=True, blank=True, editable=False
    )  # persons, ascending
    base_head_id = models.BigIntegerField(null=True, editable=False)
    applied_by = models.CharField("提出方式", max_length=12, choices=By.choices)
    applicant = models.CharField("申请人", max_length=60)
    applied_on = models.DateField("申请日期")
    reason = models.CharField("理由", max_length=500)
    cause = OptionField("致贫（返贫）原因", CAUSES)
    ground = OptionField("清退情形", CLEARANCE_GROUNDS)
    authorised_on = models.DateField("授权核对日期", null=True, blank=True)  # NULL: no authorisation signed
    size = models.SmallIntegerField("家庭人口数")  # on the day of application
    stated_income = models.DecimalField(
        "自报人均纯收入（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    house_safe = models.BooleanField("住房是否安全", null=True, blank=True)
    at_school = models.BooleanField("义务教育是否有保障", null=True, blank=True)
    insured = models.BooleanField("是否全部参加医保", null=True, blank=True)
    water_safe = models.BooleanField("饮水是否安全", null=True, blank=True)
    decided_on = models.DateField(
        "审定日期", null=True, blank=True
    )  # of the leading group; NULL: not decided
    document = models.CharField("审定文号", max_length=200, blank=True)
    created_by = _person("录入人")
    created_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = EntryCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "识别和清退"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="identified_while_there_is_a_register",
                condition=Q(kind="clearance") | Q(applied_on__range=(date(2014, 1, 1), LAST_DAY)),
                violation_error_message="2014年至2020年期间才能申请识别或返贫；2021年起按防止返贫监测办理。",
            ),
            models.CheckConstraint(
                name="decided_while_there_is_a_register",
                condition=Q(kind="clearance") | Q(decided_on__isnull=True) | Q(decided_on__lte=LAST_DAY),
                violation_error_message="识别和返贫须在 2020 年底以前审定；2021年起按防止返贫监测办理。",
            ),
            models.CheckConstraint(
                name="a_clearance_has_its_ground",
                condition=(Q(kind="clearance") & ~Q(ground="") & Q(cause=""))
                | (~Q(kind="clearance") & Q(ground="") & ~Q(cause="")),
                violation_error_message="清退须选清退情形，识别和返贫须选致贫（返贫）原因。",
            ),
            models.CheckConstraint(
                name="an_application_says_who_and_why",
                condition=~Q(applicant="") & ~Q(reason=""),
                violation_error_message="请填写申请人和理由。",
            ),
            models.CheckConstraint(
                name="a_decision_has_day_and_number",
                condition=Q(decided_on__isnull=True, document="")
                | (Q(decided_on__isnull=False) & ~Q(document="")),
            ),
            models.CheckConstraint(name="entry_round_begins_at_one", condition=Q(round__gte=1)),
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=["done", "refused", "withdrawn"]),
                name="one_open_entry_of_a_household",
                violation_error_message="该户已有一件识别、返贫或清退在办理中。",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="entry_by_state"),
            models.Index(fields=["household", "id"], name="entry_by_household"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.household_id}"

    @property
    def area_code(self):
        return self.household.area_id

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.state not in ENDED


ENDED = ("done", "refused", "withdrawn")


class EntryComparison(models.Model):
    """What one bureau answered about a case in a round (信息比对)."""

    class Result(models.TextChoices):
        CLEAR = "clear", "未发现"
        HIT = "hit", "有反馈"
        NOT_COMPARED = "not_compared", "未能比对"

    case = models.ForeignKey(EntryCase, on_delete=models.PROTECT, related_name="comparisons", db_index=False)
    round = models.SmallIntegerField("轮次")
    bureau = OptionField("部门", ENTRY_BUREAUS, blank=False)
    result = models.CharField("结果", max_length=16, choices=Result.choices)
    note = models.CharField("反馈内容和核实情况", max_length=200, blank=True)
    compared_on = models.DateField("比对日期")
    document = models.CharField("比对依据", max_length=200)
    recorded_by = _person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "信息比对"
        ordering = ["case", "round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "bureau"], name="one_answer_of_a_bureau"),
            models.CheckConstraint(
                name="what_was_found_is_told",
                condition=Q(result="clear") | ~Q(note=""),
                violation_error_message="有反馈或未能比对的，请写明情况。",
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.bureau}"


class EntryRefusal(models.Model):
    """告知书: the paper that a refused household gets, with the figures, the line, the clause, and how to object.

    Written with the refusal itself; only its delivery is added later, once (trigger).
    """

    class Receipt(models.TextChoices):
        SIGNED = "signed", "签收"
        REFUSED = "refused", "拒签"

    case = models.OneToOneField(EntryCase, primary_key=True, on_delete=models.PROTECT, related_name="refusal")
    county = models.CharField("县", max_length=6, db_collation="C")
    year = models.SmallIntegerField("年度")
    number = models.IntegerField("编号")  # running in the county and year
    refused_on = models.DateField("作出日期")
    stage = models.CharField("环节", max_length=20, choices=EntryCase.State.choices)  # where the case stood
    reason = models.CharField("原因", max_length=500)
    income = models.DecimalField(
        "核定人均纯收入（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    line = models.DecimalField("对照标准（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    clause = models.CharField("依据文件和条款", max_length=200)
    contact = models.CharField("申诉受理单位和电话", max_length=100)
    # What was measured: the judged year (NULL: none) and the state by indicator, as it stood on that day.
    facts_year = models.SmallIntegerField("判定年度", null=True, blank=True)
    states = models.JSONField("各项保障", default=dict, blank=True)
    objection_days = models.SmallIntegerField("申诉期限（天）")  # from the day of delivery
    issued_by = models.CharField("作出单位", max_length=60)
    recorded_by = _person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    delivered_on = models.DateField("送达日期", null=True, blank=True)  # NULL: not delivered yet
    receiver = models.CharField("签收人", max_length=60, blank=True)
    relation = models.CharField("与户主关系", max_length=20, blank=True)
    receipt = models.CharField("送达情况", max_length=10, choices=Receipt.choices, blank=True)
    receipt_note = models.CharField("拒签原因和见证人", max_length=200, blank=True)
    delivered_by = models.CharField("送达人", max_length=60, blank=True)
    delivery_recorded_by = _person("送达录入人", null=True)

    objects = EntryRefusalQuerySet.as_manager()

    class Meta:
        verbose_name = "告知书"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "year", "number"],
                name="one_refusal_of_a_number",
                violation_error_message="告知书编号重复，请再提交一次。",
            ),
            models.CheckConstraint(
                name="a_refusal_has_reason_and_clause",
                condition=~Q(reason="") & ~Q(clause="") & ~Q(contact="") & Q(objection_days__gte=1),
                violation_error_message="不予通过须写明原因、依据条款和申诉受理单位。",
            ),
            models.CheckConstraint(
                name="an_income_has_its_line",
                condition=Q(income__isnull=True) | Q(line__isnull=False),
                violation_error_message="填了核定收入的，须填对照标准。",
            ),
            models.CheckConstraint(
                name="a_delivery_is_told_whole",
                condition=Q(
                    delivered_on__isnull=True,
                    receiver="",
                    relation="",
                    receipt="",
                    delivered_by="",
                    delivery_recorded_by__isnull=True,
                )
                | (
                    Q(delivered_on__gte=F("refused_on"), delivery_recorded_by__isnull=False)
                    & ~Q(receiver="")
                    & ~Q(receipt="")
                    & ~Q(delivered_by="")
                ),
                violation_error_message="请写明送达日期、签收人、送达情况和送达人。",
            ),
            models.CheckConstraint(
                name="a_refused_receipt_is_explained",
                condition=~Q(receipt="refused") | ~Q(receipt_note=""),
                violation_error_message="拒签的，请写明原因和见证人。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "refused_on"],
                condition=Q(delivered_on__isnull=True),
                name="refusal_to_deliver",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """告知〔2018〕3号."""
        return f"告知〔{self.year}〕{self.number}号"
