"""The village of the register: what is true of it now, and dated rows of what was true when."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.sql.constraints import no_overlap
from poverty.sql.periods import ends_after_it_begins
from villages.options.attributes import DEVELOPMENTS, TERRAINS, VILLAGE_KINDS
from villages.options.list_levels import LIST_LEVELS
from villages.options.statuses import VILLAGE_STATUSES
from villages.querysets import OfVillageQuerySet, VillageQuerySet


def _degrees(label: str, low: int, high: int):
    message = f"{label}须在 {low} 至 {high} 之间。"
    return models.DecimalField(
        label,
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(low, message), MaxValueValidator(high, message)],
    )


class Village(models.Model):
    """The case file of an administrative village (行政村); the place itself is an Area.

    Columns hold the present; the list of poor villages (VillageListing) and the attributes (VillageAttributes)
    have dated rows beside them, written by the same services.
    """

    area = models.OneToOneField(
        Area, verbose_name="行政村", on_delete=models.PROTECT, related_name="village", db_column="area_code"
    )
    status = OptionField("出列状态", VILLAGE_STATUSES)  # "": not on the list of poor villages
    list_level = OptionField("名单级别", LIST_LEVELS)
    exit_year = models.SmallIntegerField("出列年度", null=True, blank=True)
    exited_on = models.DateField("出列日期", null=True, blank=True)

    kind = OptionField("村属性", VILLAGE_KINDS)
    development = OptionField("发展方向属性", DEVELOPMENTS)
    terrain = OptionField("地形地貌属性", TERRAINS)
    leader_name = models.CharField("村负责人", max_length=40, blank=True)
    leader_position = models.CharField("职务", max_length=40, blank=True)
    leader_phone = SealedField("联系电话", kind="phone", null=True, blank=True)
    latitude = _degrees("纬度", 3, 54)
    longitude = _degrees("经度", 73, 136)
    # NULL: 有效标志 是. Merged into another village or abolished: what it was stays readable.
    ended_on = models.DateField("撤并日期", null=True, blank=True)
    # Raised by every edit of the record itself, for the editor who must not overwrite silently.
    version = models.IntegerField(default=1, editable=False)

    objects = VillageQuerySet.as_manager()

    class Meta:
        verbose_name = "村"
        ordering = ["area_id"]
        constraints = [
            models.CheckConstraint(
                name="village_bears_a_code_of_a_village", condition=Exact(Length("area"), 12)
            ),
            models.CheckConstraint(
                name="village_on_a_list_has_its_level",
                condition=Q(status="") | ~Q(list_level=""),
                violation_error_message="列入名单的村须写明名单级别。",
            ),
            models.CheckConstraint(
                name="an_exited_village_has_its_exit",
                condition=~Q(status="exited") | Q(exit_year__isnull=False, exited_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["status", "area"], name="village_by_status")]

    def __str__(self):
        return self.area.name if "area" in self._state.fields_cache else self.area_id

    @property
    def area_code(self):
        return self.area_id

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("villages.village", self.pk, self.area_id)


class VillageListing(models.Model):
    """A village stood on the list of poor villages (贫困村名单) from a day until a day, by which papers."""

    village = models.ForeignKey(
        Village, verbose_name="村", on_delete=models.PROTECT, related_name="listings", db_index=False
    )
    level = OptionField("名单级别", LIST_LEVELS, blank=False)
    valid_from = models.DateField("列入日期")
    valid_to = models.DateField("出列日期", null=True, blank=True)  # NULL: still on it
    document_name = models.CharField("列入依据", max_length=200)
    exit_document_name = models.CharField("出列依据", max_length=200, blank=True)

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = "贫困村名单"
        ordering = ["village", "valid_from"]
        indexes = [models.Index(fields=["village", "valid_from"], name="listing_of_a_village")]
        constraints = [
            no_overlap(
                "village_stands_on_one_list_at_a_time", "village", message="该村在这段时间已在名单上。"
            ),
            models.CheckConstraint(
                name="village_listing_ends_after_it_begins", condition=ends_after_it_begins()
            ),
            models.CheckConstraint(
                name="village_leaves_the_list_by_a_document",
                condition=Q(valid_to__isnull=True) | ~Q(exit_document_name=""),
            ),
        ]

    def __str__(self):
        return f"{self.village_id} {self.valid_from}"


class VillageAttributes(models.Model):
    """The attributes of a village from a day until a day (村属性, 发展方向, 地形地貌)."""

    village = models.ForeignKey(
        Village, verbose_name="村", on_delete=models.PROTECT, related_name="attributes", db_index=False
    )
    kind = OptionField("村属性", VILLAGE_KINDS)
    development = OptionField("发展方向属性", DEVELOPMENTS)
    terrain = OptionField("地形地貌属性", TERRAINS)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    document_name = models.CharField("依据", max_length=200, blank=True)

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = "村属性"
        ordering = ["village", "valid_from"]
        indexes = [models.Index(fields=["village", "valid_from"], name="attributes_of_a_village")]
        constraints = [
            no_overlap("village_has_one_set_of_attributes_at_a_time", "village"),
            models.CheckConstraint(
                name="village_attributes_end_after_they_begin", condition=ends_after_it_begins()
            ),
        ]

    def __str__(self):
        return f"{self.village_id} {self.valid_from}"
