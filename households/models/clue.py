"""线索: a sign that somebody may fall into or back into poverty. None is ever lost; each gets an answer."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.models.household import Household
from households.options.clue_kinds import CLUE_KINDS
from households.options.clue_sources import CLUE_SOURCES, OWN_JUDGING
from households.querysets_monitoring import ClueQuerySet
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.review.models.people import person


class Clue(models.Model):
    """One clue. What was received never changes and no clue is deleted (trigger); its state moves by review.fire only.

    `household` NULL: whom it means is not found yet; `about` then says it as it was told. `basis` holds the figures
    on which judging raised it, as texts, {} for the others.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "待核实"
        CASE = "case", "已转入识别"
        NO_RISK = "no_risk", "核实无风险"
        HELPED = "helped", "已由现行政策解决"
        KNOWN = "known", "已是监测对象或已在办理"

    household = models.ForeignKey(
        Household, verbose_name="户", null=True, blank=True, on_delete=models.PROTECT, related_name="clues"
    )
    case = models.ForeignKey(
        "households.MonitoringCase",
        verbose_name="监测事项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clues",
    )
    round = models.ForeignKey(
        "households.MonitoringRound",
        verbose_name="排查",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clues",
    )
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    source = OptionField("来源", CLUE_SOURCES, blank=False)
    kind = OptionField("内容", CLUE_KINDS, blank=False)
    about = models.CharField("所指的户", max_length=60, blank=True)
    text = models.CharField("情况说明", max_length=1000, blank=True)
    informant = models.CharField("反映人", max_length=60, blank=True)  # "": not said
    informant_phone = SealedField("反映人电话", kind="phone", null=True, blank=True)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("办结期限")
    year = models.SmallIntegerField("年度", null=True, blank=True)  # of the judging that raised it
    basis = models.JSONField("判定依据", default=dict, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RECEIVED)
    answer = models.CharField("核实结果", max_length=1000, blank=True)
    answered_on = models.DateField("办结日期", null=True, blank=True)
    recorded_by = person("录入人", null=True)  # NULL: raised by judging
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = ClueQuerySet.as_manager()

    class Meta:
        verbose_name = "线索"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(state="received", household__isnull=False),
                name="one_open_clue_of_a_kind",
                violation_error_message="该户已有同样内容的线索等待核实，请在那条线索上补充。",
            ),
            models.CheckConstraint(
                name="a_clue_names_somebody",
                condition=Q(household__isnull=False) | ~Q(about=""),
                violation_error_message="请选择户；查不到户的，写明所指的是谁家。",
            ),
            models.CheckConstraint(
                name="a_settled_clue_has_its_answer",
                condition=Q(state="received") | (~Q(answer="") & Q(answered_on__isnull=False)),
                violation_error_message="请写明核实结果。",
            ),
            models.CheckConstraint(
                name="a_clue_is_due_after_it_came",
                condition=Q(due_on__gte=F("received_on"))
                & (Q(answered_on__isnull=True) | Q(answered_on__gte=F("received_on"))),
            ),
            models.CheckConstraint(
                name="only_judging_raises_clues_by_itself",
                condition=Q(
                    source=OWN_JUDGING, recorded_by__isnull=True, year__isnull=False, household__isnull=False
                )
                | (~Q(source=OWN_JUDGING) & Q(recorded_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_clue_under_a_case_names_it",
                condition=~Q(state="case") | Q(case__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_code", "due_on", "id"], condition=Q(state="received"), name="clue_waiting"
            ),
            models.Index(fields=["area_code", "-received_on", "-id"], name="clue_by_place"),
        ]

    def __str__(self):
        return f"{self.received_on} {self.get_kind_display()}"

    def audit_case(self):
        return "households.clue", self.pk, self.area_code

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == self.State.RECEIVED
