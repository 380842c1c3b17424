"""Lists (名单): the unit of work of appraisal, notice, check and decision (practice.md, Who decides)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from poverty.review.models.people import person
from poverty.review.querysets import RosterEntryQuerySet, RosterQuerySet


class Roster(models.Model):
    """Cases of one place that go through a procedure together; each of them can leave it alone."""

    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    year = models.SmallIntegerField("年度")
    number = models.SmallIntegerField("批次")  # of this procedure in this place and year, from 1
    title = models.CharField("名称", max_length=100)
    made_on = models.DateField("造册日期")
    made_by = person("造册人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = "名单"
        ordering = ["-year", "area_code", "case_type", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_type", "area_code", "year", "number"],
                name="one_roster_of_a_number",
                violation_error_message="这一批次的名单已经有了，请刷新后再办。",
            ),
            models.CheckConstraint(name="roster_number_begins_at_one", condition=Q(number__gte=1)),
        ]

    def __str__(self):
        return self.title

    def audit_case(self):
        return "review.roster", self.pk, self.area_code


class RosterEntry(models.Model):
    """One case on a list. Who leaves stays named, with day and reason: the sheet on the wall named him too."""

    roster = models.ForeignKey(
        Roster, verbose_name="名单", on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField("对象")
    position = models.IntegerField("序号")
    left_on = models.DateField("移出日期", null=True)  # NULL: on the list
    left_at = models.DateTimeField(
        "移出录入时间", null=True, editable=False
    )  # set by the database, with left_on
    left_reason = models.CharField("移出原因", max_length=200, blank=True)
    left_by = person("移出人", null=True)

    objects = RosterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "名单内的对象"
        ordering = ["roster", "position"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "case_id"], name="one_entry_of_a_case_on_a_roster"),
            models.UniqueConstraint(
                fields=["case_type", "case_id"],
                condition=Q(left_on__isnull=True),
                name="one_roster_of_a_case_at_a_time",
                violation_error_message="该对象已在另一份名单上。",
            ),
            models.CheckConstraint(
                name="who_leaves_a_roster_has_day_reason_and_person",
                condition=Q(left_on__isnull=True, left_by__isnull=True, left_reason="")
                | (Q(left_on__isnull=False, left_by__isnull=False) & ~Q(left_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.roster_id} {self.position}"

    def hung_on(self, notice) -> bool:
        """Whether this case stood on the sheet of a notice of its list; of many: `RosterEntryQuerySet.on_sheet`."""
        if self.left_on is None or self.left_on > notice.posted_on:
            return True
        return (
            self.left_on == notice.posted_on
            and self.left_at is not None
            and self.left_at >= notice.recorded_at
        )
