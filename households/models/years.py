"""The years of a county: opened, worked in, closed. A closed year never changes."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from households.querysets import CountyYearQuerySet
from poverty.areas.models import Area
from poverty.sql.constraints import no_overlap, text_key


class CountyYear(models.Model):
    """A year of a county with its accounting period (核算期), dates inclusive.

    Facts and results can be written only while it is open (trigger on their tables).
    """

    class State(models.TextChoices):
        OPEN = "open", "已开启"
        CLOSED = "closed", "已关闭"

    area = models.ForeignKey(
        Area,
        verbose_name="县",
        on_delete=models.PROTECT,
        related_name="years",
        db_column="area_code",
        db_index=False,
    )
    year = models.SmallIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    period_from = models.DateField("核算期起")
    period_to = models.DateField("核算期止")  # inclusive; who is a member on this day counts
    document = models.CharField("依据文件", max_length=200, blank=True)

    objects = CountyYearQuerySet.as_manager()

    class Meta:
        verbose_name = "县年度"
        ordering = ["-year", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year"],
                name="one_year_of_a_county",
                violation_error_message="该县本年度已开启。",
            ),
            models.CheckConstraint(
                name="county_year_belongs_to_a_county",
                condition=Exact(Length("area"), 6),
                violation_error_message="年度按县开启（6位区划代码）。",
            ),
            models.CheckConstraint(
                name="accounting_period_runs_forward",
                condition=Q(period_to__gt=F("period_from")),
                violation_error_message="核算期止须晚于核算期起。",
            ),
            no_overlap(
                "accounting_periods_of_a_county_apart",
                text_key("area"),
                start="period_from",
                end="period_to",
                bounds="[]",
                message="核算期与该县另一年度重叠。",
            ),
        ]

    def __str__(self):
        return f"{self.area_id} {self.year}年度"

    @property
    def area_code(self):
        return self.area_id
