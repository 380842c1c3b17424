"""缺项: what a household lacks in a year, who closes it until when; and the table that says who is responsible for what."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.gaps.options import GAP_CAUSES, GAP_OUTCOMES, GAP_SUBJECTS
from households.gaps.querysets_gaps import GapQuerySet, ResponsibilityQuerySet
from households.models.household import Household
from households.options.need_parties import NEED_PARTIES
from poverty.fields.option_field import OptionField
from poverty.fields.states import UNKNOWN, UNMET
from poverty.review.models.people import person

LACKS = [(UNMET, "未达标"), (UNKNOWN, "待核实")]


class GapResponsibility(models.Model):
    """Who closes a kind of gap, and within how many days, from a day on: the latest row of the longest prefix counts.

    `area_code` "" is the whole country, else a province, city or county. `days` NULL: the parameters gap.unmet_days and
    gap.unknown_days. Rows are never changed: another way is another row with its own day (trigger).
    """

    area_code = models.CharField("区划", max_length=6, blank=True, db_collation="C")
    indicator = OptionField("缺项", GAP_SUBJECTS, blank=False)
    state = models.SmallIntegerField("情形", choices=LACKS)
    party = OptionField("由谁补", NEED_PARTIES, blank=False)
    days = models.SmallIntegerField("期限（天）", null=True, blank=True)
    valid_from = models.DateField("起")
    document_name = models.CharField("依据", max_length=200)
    recorded_by = person("录入人", null=True)  # NULL: comes with the system
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = "缺项责任"
        ordering = ["area_code", "indicator", "state", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "indicator", "state", "valid_from"],
                name="one_responsibility_from_a_day",
                violation_error_message="该区划从这一天起已有同一缺项的责任规定。",
            ),
            models.CheckConstraint(
                name="responsibility_of_what_lacks", condition=Q(state__in=[UNMET, UNKNOWN])
            ),
            models.CheckConstraint(
                name="responsibility_within_days", condition=Q(days__isnull=True) | Q(days__range=(1, 366))
            ),
        ]

    def __str__(self):
        return f"{self.get_indicator_display()} {self.get_party_display()}"


class Gap(models.Model):
    """One indicator of a household that is not reached, or that nobody knows, in a year.

    Opened and closed by what judging stores (keeping.py), never by hand; the row that closed stays (trigger), and the same
    lack again is another row. What was unknown and turns out unmet closes the one and opens the other: another thing is to
    be done, by somebody else. `indicator` "visit": nobody was there yet, and what only a visit tells lacks with it.
    `county`: whose year it is. `area_code`: the village of the household now (trigger). `due_on` comes from days, from the
    county's plan of the year, or from a hand (`due_from`), then with its reason.
    """

    class Due(models.TextChoices):
        DAYS = "days", "按规定天数"
        PLAN = "plan", "按倒排工期"
        HAND = "hand", "人工确定"

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="gaps", db_index=False)
    year = models.SmallIntegerField("年度")
    county = models.CharField("县", max_length=6, db_collation="C")
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    indicator = OptionField("缺项", GAP_SUBJECTS, blank=False)
    state = models.SmallIntegerField("情形", choices=LACKS)
    party = OptionField("由谁补", NEED_PARTIES, blank=False)
    opened_on = models.DateField("出现日期")
    due_on = models.DateField("期限")
    due_from = models.CharField("期限来源", max_length=4, choices=Due.choices, default=Due.DAYS)
    reason = models.CharField("调整原因", max_length=200, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="责任人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gaps",
        db_index=False,
    )
    assigned_by = person("指派人", null=True)
    closed_on = models.DateField("补上日期", null=True, blank=True)  # NULL: still lacking
    outcome = OptionField("结果", GAP_OUTCOMES)
    closed_by = OptionField("怎么补上的", GAP_CAUSES)

    objects = GapQuerySet.as_manager()

    class Meta:
        verbose_name = "缺项"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year", "indicator"],
                condition=Q(closed_on__isnull=True),
                name="one_open_gap_of_an_indicator",
            ),
            models.CheckConstraint(name="a_gap_is_of_what_lacks", condition=Q(state__in=[UNMET, UNKNOWN])),
            models.CheckConstraint(
                name="a_gap_is_due_after_it_opened", condition=Q(due_on__gte=F("opened_on"))
            ),
            models.CheckConstraint(
                name="a_closed_gap_says_how",
                condition=Q(closed_on__isnull=True, outcome="")
                | (Q(closed_on__gte=F("opened_on")) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="a_day_set_by_hand_has_its_reason",
                condition=~Q(due_from="hand") | (~Q(reason="") & Q(assigned_by__isnull=False)),
                violation_error_message="人工确定期限的，请写明原因。",
            ),
            models.CheckConstraint(
                name="who_was_assigned_a_gap_was_so_by_somebody",
                condition=Q(assigned_to__isnull=True) | Q(assigned_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-id"], name="gap_by_household"),
            # The list by deadline, of everybody and of one party; the figures by place are read from the index alone.
            models.Index(
                fields=["year", "due_on", "id"], condition=Q(closed_on__isnull=True), name="gap_by_due"
            ),
            models.Index(
                fields=["year", "party", "due_on", "id"],
                condition=Q(closed_on__isnull=True),
                name="gap_by_party",
            ),
            models.Index(
                fields=["year", "area_code", "indicator", "due_on", "state"],
                condition=Q(closed_on__isnull=True),
                name="gap_by_place",
            ),
            models.Index(
                fields=["assigned_to", "due_on"],
                condition=Q(closed_on__isnull=True, assigned_to__isnull=False),
                name="gap_by_person",
            ),
            models.Index(
                fields=["year", "area_code", "closed_on"],
                condition=Q(closed_on__isnull=False),
                name="gap_closed",
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.get_indicator_display()}"

    def audit_case(self):
        return "households.household", self.household_id, self.area_code

    @property
    def is_open(self) -> bool:
        """Whether it still lacks."""
        return self.closed_on is None
