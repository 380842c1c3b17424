"""光伏扶贫: stations of villages and of households, two kinds with two income items, and who has a share from when."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact

from households.benefits.models.taken_back import TakenBack, says_why
from households.benefits.querysets import SolarShareQuerySet, SolarStationQuerySet
from households.models.household import Household
from households.models.member import Member
from households.options.work_options import SOLAR_KINDS
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person
from poverty.sql.constraints import no_overlap


class SolarStation(TakenBack):
    """A station. A village's belongs to the village and mainly pays posts; a household's pays its household
    (practice.md, Money). What it pays a year stands in Benefit, under a policy with the item of its kind.

    Never altered (trigger) but by getting its day on the grid, by correcting that day with the reason
    (StationCorrection), or being taken back as wrongly entered.
    """

    kind = OptionField("电站类型", SOLAR_KINDS, blank=False)
    area = models.ForeignKey(
        Area, verbose_name="所在村", on_delete=models.PROTECT, related_name="+", db_column="area_code"
    )
    name = models.CharField("电站名称", max_length=60)
    capacity = models.DecimalField("装机容量（千瓦）", max_digits=10, decimal_places=2)
    connected_on = models.DateField("并网日期", null=True, blank=True)  # NULL: not on the grid yet
    # The owner of a household's station; NULL: the village.
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="solar_stations"
    )
    document = models.CharField("依据文件", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = SolarStationQuerySet.as_manager()

    class Meta:
        verbose_name = "光伏电站"
        ordering = ["area", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_station_of_a_name_in_a_village",
                violation_error_message="该村已有同名的电站。",
            ),
            models.CheckConstraint(
                name="a_household_station_has_its_household",
                condition=Q(kind="household", household__isnull=False)
                | Q(kind="village", household__isnull=True),
                violation_error_message="户用电站须选所属的户；村级电站属于村。",
            ),
            models.CheckConstraint(name="a_station_stands_in_a_village", condition=Exact(Length("area"), 12)),
            models.CheckConstraint(
                name="a_station_has_capacity",
                condition=Q(capacity__gt=0),
                violation_error_message="装机容量须大于 0。",
            ),
            says_why("a_withdrawn_station_says_why"),
        ]

    def __str__(self):
        return self.name

    @property
    def area_code(self) -> str:
        return self.area_id


class StationCorrection(models.Model):
    """A day on the grid that was recorded wrongly, and the right one, with the reason. Append-only (trigger); a
    station's day changes by such a row of the same moment only (trigger).
    """

    station = models.ForeignKey(SolarStation, on_delete=models.PROTECT, related_name="corrections")
    was = models.DateField("原并网日期")
    now = models.DateField("更正后的并网日期")
    reason = models.CharField("更正原因", max_length=200)
    recorded_by = person("更正人")
    recorded_at = models.DateTimeField("更正时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "并网日期更正"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_station_correction_says_why_and_changes_something",
                condition=~Q(was=F("now")) & ~Q(reason=""),
                violation_error_message="更正须写明原因，日期须与原来的不同。",
            ),
        ]

    def __str__(self):
        return f"{self.was} {self.now}"


class SolarShare(TakenBack):
    """Who benefits from a station, from a day until a day; of a village's station the person who holds its post."""

    station = models.ForeignKey(SolarStation, on_delete=models.PROTECT, related_name="shares")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="solar_shares")
    # Who holds the post that a village's station pays. NULL: the household as such.
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    valid_from = models.DateField("受益起")
    valid_to = models.DateField("受益止", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = SolarShareQuerySet.as_manager()

    class Meta:
        verbose_name = "光伏受益"
        ordering = ["station", "id"]
        constraints = [
            no_overlap(
                "one_share_of_a_household_in_a_station_at_a_time",
                "station",
                "household",
                condition=Q(withdrawn_at__isnull=True),
                message="该户在这段时间已是这个电站的受益户。",
            ),
            models.CheckConstraint(
                name="a_share_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="受益止须晚于受益起。",
            ),
            says_why("a_withdrawn_share_says_why"),
        ]

    def __str__(self):
        return f"{self.station_id} {self.household_id}"

    @property
    def area_code(self) -> str:
        return self.household.area_id
