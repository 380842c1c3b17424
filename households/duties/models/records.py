"""Duties done that are no visit to a household: unit study, joint meetings, visits to a village, telephone calls."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from households.duties.models.kept import SentOnce, withdrawn_whole
from households.duties.querysets import DutyRecordQuerySet
from households.models.household import Household
from households.options.duty_acts import RECORDED_ACTS
from households.options.duty_bearers import DUTY_BEARERS
from poverty.accounts.models import Unit
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person as named


class DutyRecord(SentOnce):
    """One act on one day (履职记录), with its proof linked as files.

    `unit` and `household`: about whom, as the act wants it (constraints). `area`: the village where it was, or the
    unit's place for what a unit does at home. `person` who did it, NULL for a unit as such; a leader is always named
    (trigger).
    """

    bearer = OptionField("责任主体", DUTY_BEARERS, blank=False)
    act = OptionField("事项", RECORDED_ACTS, blank=False)
    area = models.ForeignKey(
        Area,
        verbose_name="地点所在区划",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duty_records",
        db_index=False,
    )
    household = models.ForeignKey(
        Household,
        verbose_name="户",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duty_records",
        db_index=False,
    )
    person = named("履职人", null=True, blank=True)
    people = models.CharField("参加人员", max_length=200, blank=True)
    happened_on = models.DateField("日期")
    topic = models.CharField("主题", max_length=100)
    content = models.TextField("内容", max_length=2000, blank=True)

    objects = DutyRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "履职记录"
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_duty_record_is_about_somebody",
                condition=Q(act__in=("study", "meeting"), unit__isnull=False, household__isnull=True)
                | (Q(act="village", household__isnull=True) & (Q(unit__isnull=False) | Q(bearer="leader")))
                | Q(act="call", household__isnull=False, person__isnull=False, unit__isnull=True),
                violation_error_message="请选择单位、村或户。",
            ),
            models.CheckConstraint(
                name="a_duty_record_has_its_bearer",
                condition=Q(act__in=("study", "meeting"), bearer="unit")
                | Q(act="village", bearer__in=("unit_head", "unit_team", "leader"))
                | Q(act="call", bearer__in=("helper", "second_helper")),
                violation_error_message="责任主体与事项不符。",
            ),
            models.CheckConstraint(
                name="who_went_to_a_village_was_in_one",
                condition=~Q(act="village") | Exact(Length("area"), 12),
            ),
            models.CheckConstraint(
                name="a_duty_record_says_what_it_was_about",
                condition=~Q(topic=""),
                violation_error_message="请填写主题。",
            ),
            withdrawn_whole("duty_record_withdrawn_whole"),
        ]
        indexes = [
            models.Index(fields=["unit", "act", "happened_on"], name="duty_record_by_unit"),
            models.Index(fields=["household", "happened_on"], name="duty_record_by_household"),
            models.Index(fields=["area", "act", "happened_on"], name="duty_record_by_area"),
            models.Index(fields=["person", "happened_on"], name="duty_record_by_person"),
        ]

    def __str__(self):
        return f"{self.get_act_display()} {self.happened_on}"

    @property
    def area_code(self) -> str:
        return self.area_id
