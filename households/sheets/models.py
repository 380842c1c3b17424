"""A printed comparison sheet (信息采集对照表) as it left the printer, and whether it came back."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from households.models.household import Household
from households.sheets.querysets import SheetBundleQuerySet, VisitSheetQuerySet
from households.visits.models import Visit, VisitTemplate
from poverty.areas.models import Area
from poverty.review.models.people import person


def first_of_visits(month: int, printed_on: date) -> date:
    """The first day of the month for whose visits sheets are printed: that month of the calendar which is nearest to
    the day of the print. `SheetBundle.year` is of the facts: those of a year are still collected in January after it.
    """

    def away(first: date) -> tuple[int, int]:
        months = (first.year - printed_on.year) * 12 + first.month - printed_on.month
        return abs(months), -months

    return min((date(printed_on.year + more, month, 1) for more in (-1, 0, 1)), key=away)


class SheetBundle(models.Model):
    """The sheets of one village printed together for the visits of one month: all of it, a helper's, or some.

    Frozen once printed (trigger), but for the code of its village, which goes along with the place; a bundle that is
    not used is withdrawn with its reason, its sheets that came back stay.
    """

    class Scope(models.TextChoices):
        VILLAGE = "village", "全村"
        HELPER = "helper", "一名帮扶责任人的户"
        CHOSEN = "chosen", "选定的户"

    area = models.ForeignKey(
        Area,
        verbose_name="村",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    template = models.ForeignKey(
        VisitTemplate,
        verbose_name="走访模板",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    year = models.SmallIntegerField("年度")  # whose facts the sheets confirm and change
    month = models.SmallIntegerField("走访月份")
    scope = models.CharField("范围", max_length=10, choices=Scope.choices, default=Scope.VILLAGE)
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="帮扶责任人",
        null=True,  # NULL: not of one helper
        on_delete=models.PROTECT,
        related_name="+",
    )
    printed_by = person("制表人")
    printed_at = models.DateTimeField("制表时间", db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField("作废时间", null=True)
    withdrawn_by = person("作废人", null=True)
    withdrawn_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = SheetBundleQuerySet.as_manager()

    class Meta:
        verbose_name = "对照表"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="sheets_are_of_a_month", condition=Q(month__range=(1, 12))),
            models.CheckConstraint(
                name="sheets_of_a_helper_name_him",
                condition=Q(scope="helper", helper__isnull=False)
                | (~Q(scope="helper") & Q(helper__isnull=True)),
            ),
            models.CheckConstraint(
                name="withdrawn_sheets_say_who_and_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                violation_error_message="作废须写原因。",
            ),
        ]
        indexes = [models.Index(fields=["area", "year", "month"], name="sheets_of_a_village")]

    def __str__(self):
        return f"{self.year}年{self.month}月对照表"

    @property
    def area_code(self):
        return self.area_id

    @property
    def visited_from(self) -> date:
        """The first day of the month of the visits."""
        return first_of_visits(self.month, timezone.localdate(self.printed_at))

    def audit_case(self):
        return "households.sheetbundle", self.pk, self.area_id


class VisitSheet(models.Model):
    """One household's sheet: what was printed on it, the code that leads back to it, and the visit typed from it.

    `shown` holds what stood on the paper, so that "unchanged" means unchanged against the paper and a value that
    somebody changed meanwhile is a conflict: {"household": facts, "members": [[member id, facts], ...]}, facts being
    {field: [register's value when printed, value printed, year it is of]}. Values as in a visit (blocks of
    households/visits): booleans, texts, lists, null.
    """

    bundle = models.ForeignKey(SheetBundle, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    number = models.SmallIntegerField("序号")  # in the order of the print
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="sheets")
    code = models.CharField("表码", max_length=8, unique=True, db_collation="C")
    identity = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    shown = models.JSONField(default=dict)
    visit = models.OneToOneField(
        Visit,
        null=True,  # NULL: not come back yet
        on_delete=models.PROTECT,
        related_name="sheet",
    )

    objects = VisitSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "户对照表"
        ordering = ["bundle_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "number"], name="one_sheet_of_a_number"),
            models.UniqueConstraint(
                fields=["bundle", "household"], name="one_sheet_of_a_household_in_a_bundle"
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def area_code(self):
        return self.household.area_id

    @property
    def is_typed(self) -> bool:
        """Whether a visit that still stands was typed from it."""
        return self.visit is not None and self.visit.withdrawn_at is None

    @property
    def visit_identity(self) -> uuid.UUID:
        """The identity of the visit that is typed from this paper: sent twice it is one visit; typed again after the
        first was withdrawn it is another.
        """
        if self.visit_id is None:
            return self.identity
        return uuid.uuid5(self.identity, str(self.visit_id))

    def audit_case(self):
        return "households.household", self.household_id, self.household.area_id
