"""The duty itself: who owes what to whom, how often, from when on and by which paper."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from households.options.duty_acts import DUTY_ACTS
from households.options.duty_bearers import DUTY_BEARERS
from households.options.regimes import REGIMES
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person as named
from poverty.sql.constraints import no_overlap, text_key
from poverty.sql.periods import ends_after_it_begins

# Periods are those of the calendar: a month, two months, a quarter, ...
LENGTHS = [(1, "每月"), (2, "每两个月"), (3, "每季度"), (4, "每四个月"), (6, "每半年"), (12, "每年")]
BY_THE_MONTH = "驻村按月要求天数，周期只能是每月。"


class Duty(models.Model):
    """One duty in a place from a day on (职责). A change is a new row from its day; what counted before stays.

    Rows of the whole country come with the system (households/duties/national.py) and are not stored; the row of the
    longest area prefix takes the place of all shorter ones with the same key.
    """

    class Per(models.TextChoices):
        HOUSEHOLD = "household", "每户"
        VILLAGE = "village", "每村"
        UNIT = "unit", "每单位"

    class Watched(models.TextChoices):
        ANY = "", "不论"
        YES = "yes", "监测对象（风险未消除）"
        NO = "no", "不是监测对象或风险已消除"

    area_code = models.CharField("区划", max_length=12, db_collation="C", blank=True)
    key = models.SlugField("职责", max_length=40, db_index=False)
    title = models.CharField("名称", max_length=60)
    bearer = OptionField("责任主体", DUTY_BEARERS, blank=False)
    act = OptionField("要求", DUTY_ACTS, blank=False)
    per = models.CharField("对象", max_length=10, choices=Per.choices)
    # Of which households: empty means of whatever status. Those off the poverty register have "".
    statuses = ArrayField(
        models.CharField(max_length=40, blank=True), verbose_name="脱贫属性", default=list, blank=True
    )
    watched = models.CharField("监测", max_length=3, choices=Watched.choices, blank=True, default="")
    regime = OptionField("帮扶时期", REGIMES)  # "": whichever
    every_months = models.SmallIntegerField("周期", choices=LENGTHS)
    times = models.SmallIntegerField("次数")  # within a period; days for 驻村. 0: not asked here
    # Who took over a household with fewer days of the period left owes nothing in it.
    least_days = models.SmallIntegerField("接手后至少剩余天数", default=10)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    document = models.CharField("依据文件", max_length=200)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = named("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "职责"
        ordering = ["key", "area_code", "valid_from"]
        constraints = [
            no_overlap(
                "one_duty_of_a_key_in_an_area_at_a_time",
                text_key("key"),
                text_key("area_code"),
                message="这项职责在这段时间已有规定。",
            ),
            models.CheckConstraint(name="duty_ends_after_it_begins", condition=ends_after_it_begins()),
            models.CheckConstraint(
                name="duty_of_a_calendar_period", condition=Q(every_months__in=(1, 2, 3, 4, 6, 12))
            ),
            models.CheckConstraint(
                # Days in a village are held against what is asked of a month, everywhere.
                name="presence_is_asked_by_the_month",
                condition=~Q(act="presence") | Q(every_months=1),
                violation_error_message=BY_THE_MONTH,
            ),
            models.CheckConstraint(
                name="duty_asks_so_many_times",
                condition=Q(times__range=(0, 31)),
                violation_error_message="次数须在 0 至 31 之间；0 表示不要求。",
            ),
            models.CheckConstraint(
                name="duty_leaves_days_to_a_new_helper",
                condition=Q(least_days__range=(1, 28)),
                violation_error_message="剩余天数须在 1 至 28 之间。",
            ),
            models.CheckConstraint(
                name="duty_has_its_paper",
                condition=~Q(document=""),
                violation_error_message="请填写依据文件。",
            ),
            # The nation's rows are code: a stored one would stand beside them.
            models.CheckConstraint(
                name="duty_of_a_county_or_above",
                condition=Q(area_code__regex=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$"),
                violation_error_message="职责由县级或以上规定。",
            ),
            models.CheckConstraint(
                name="only_households_have_a_status",
                condition=Q(per="household") | Q(statuses=[], watched=""),
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.area_code}"

    @property
    def often(self) -> str:
        """每月1次, 每月20天, 不要求."""
        if not self.times:
            return "不要求"
        return f"{self.get_every_months_display()}{self.times}{'天' if self.act == 'presence' else '次'}"
