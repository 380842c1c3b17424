"""What the national system last showed, and what is still to be typed there (待录国网清单)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from households.models.household import Household
from households.models.member import Member
from households.options.sources import SOURCES
from households.querysets import NationalGapQuerySet
from poverty.fields.option_field import OptionField
from poverty.ledgers.models import Import


class NationalRecord(models.Model):
    """The last values of a household or a person that an import showed.

    `values` by field: "phone" for what belongs to no year, "2018.wage_income" for facts of one; option keys, numbers
    as text, and of personal numbers only their keyed hash. `origins` names the import of each.
    """

    household = models.OneToOneField(Household, null=True, on_delete=models.PROTECT, related_name="national")
    member = models.OneToOneField(Member, null=True, on_delete=models.PROTECT, related_name="national")
    values = models.JSONField(default=dict)
    origins = models.JSONField(default=dict)

    class Meta:
        verbose_name = "国网末次值"
        constraints = [
            models.CheckConstraint(
                name="national_record_of_a_household_or_a_person",
                condition=Q(household__isnull=False, member__isnull=True)
                | Q(household__isnull=True, member__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.household_id or self.member_id}"


class NationalGap(models.Model):
    """One field where ours and the last national export differ: what is to be typed into the national system.

    待录, then 已录 when somebody says so; closed by itself when the next import shows our value, or when ours becomes
    the national one. `ours` and `theirs` are as stored (option keys); of personal numbers they are masks.
    """

    class State(models.TextChoices):
        PENDING = "pending", "待录"
        TYPED = "typed", "已录"
        CLOSED = "closed", "已一致"

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="national_gaps", db_index=False
    )
    member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="national_gaps", db_index=False
    )  # NULL: a field of the household
    kind = models.CharField("导入表", max_length=40)  # whose column `field` is
    field = models.CharField("字段", max_length=60)  # key of the column
    year = models.SmallIntegerField("年度", default=0)  # 0: belongs to no year
    ours = models.CharField("本系统", max_length=200, blank=True)
    theirs = models.CharField("国网", max_length=200, blank=True)  # "": empty there
    since = models.DateField("自何时不同", null=True)  # the day of our value; NULL: not known
    source = OptionField("本系统来源", SOURCES)
    imported = models.ForeignKey(
        Import, verbose_name="导入", on_delete=models.PROTECT, related_name="+", db_index=False
    )  # the last that showed the difference
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    found_at = models.DateTimeField("列出时间", auto_now_add=True)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入国网的人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    typed_at = models.DateTimeField("录入国网时间", null=True)
    closed_at = models.DateTimeField("一致时间", null=True)

    objects = NationalGapQuerySet.as_manager()

    class Meta:
        verbose_name = "待录国网"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "member", "field", "year"],
                condition=~Q(state="closed"),
                nulls_distinct=False,
                name="one_open_gap_of_a_field",
            ),
            models.CheckConstraint(
                name="typed_gap_says_when_and_by_whom",
                condition=~Q(state="typed") | Q(typed_at__isnull=False, typed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "id"], name="national_gap_by_household"),
            models.Index(
                fields=["state", "household"], name="national_gap_by_state", condition=~Q(state="closed")
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.field}"
