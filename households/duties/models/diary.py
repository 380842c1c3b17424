"""What a helper gives on the spot, and what he adds in his own words to what is written from the records."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from households.duties.models.kept import SentOnce, withdrawn_whole
from households.duties.querysets import HelpActionQuerySet
from households.models.household import Household
from households.options.help_kinds import HELP_KINDS
from poverty.accounts.models import Unit
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person as named


class HelpAction(SentOnce):
    """节日慰问, 送医送药, 发放农资: what was given on a day, how much, to a household or to a village as a whole.

    What a household receives by a policy (政策享受) is no help action. `amount` in yuan, NULL: not valued in money.
    """

    kind = OptionField("类别", HELP_KINDS, blank=False)
    area = models.ForeignKey(
        Area,
        verbose_name="村",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    household = models.ForeignKey(
        Household,
        verbose_name="户",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="help_actions",
        db_index=False,
    )  # NULL: for the village
    person = named("帮扶人")
    unit = models.ForeignKey(
        Unit,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    happened_on = models.DateField("日期")
    item = models.CharField("物品或事项", max_length=60)
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=2, null=True, blank=True)
    measure = models.CharField("计量单位", max_length=10, blank=True)
    amount = models.DecimalField("折合金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = HelpActionQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶活动"
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_help_action_says_what",
                condition=~Q(item=""),
                violation_error_message="请填写物品或事项。",
            ),
            models.CheckConstraint(
                name="a_help_action_says_how_much",
                # NULL > 0 is neither true nor false, and a check refuses only what is false.
                condition=Q(quantity__isnull=False, quantity__gt=0) | Q(amount__isnull=False, amount__gt=0),
                violation_error_message="请填写数量或金额。",
            ),
            models.CheckConstraint(
                name="a_quantity_is_of_something",
                condition=(Q(quantity__isnull=True, measure=""))
                | (Q(quantity__isnull=False, quantity__gt=0) & ~Q(measure="")),
                violation_error_message="填了数量的，请填计量单位（袋、盒、元等）。",
            ),
            models.CheckConstraint(
                name="a_help_action_costs_nothing_or_something",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
            ),
            models.CheckConstraint(name="help_in_a_village", condition=Exact(Length("area"), 12)),
            withdrawn_whole("help_action_withdrawn_whole"),
        ]
        indexes = [
            models.Index(fields=["area", "happened_on"], name="help_action_by_village"),
            models.Index(fields=["person", "happened_on"], name="help_action_by_person"),
            models.Index(
                fields=["household", "happened_on"],
                condition=Q(household__isnull=False),
                name="help_action_by_household",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_on}"

    @property
    def area_code(self) -> str:
        return self.area_id


class DiaryNote(SentOnce):
    """What a person adds in his own words to his diary, his village record or his summary of a month."""

    class Book(models.TextChoices):
        DIARY = "diary", "民情日记"
        PRESENCE = "presence", "驻村工作记录"
        SUMMARY = "summary", "月工作小结"

    person = named("人员")
    month = models.DateField("月份")  # its first day
    book = models.CharField("写入", max_length=10, choices=Book.choices)
    day = models.DateField("日期", null=True, blank=True)  # NULL: about the month
    text = models.TextField("内容", max_length=1000)

    class Meta:
        verbose_name = "日记补记"
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(name="a_note_belongs_to_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="a_note_says_something", condition=~Q(text=""), violation_error_message="请填写内容。"
            ),
            withdrawn_whole("diary_note_withdrawn_whole"),
        ]
        indexes = [models.Index(fields=["person", "month"], name="diary_note_by_person")]

    def __str__(self):
        return f"{self.get_book_display()} {self.month}"
