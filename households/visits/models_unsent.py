"""What phones say is still on them: visits that a person has begun or finished and the server has not received."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.visits.querysets_unsent import UnsentQuerySet
from poverty.review.models.people import person


class UnsentVisits(models.Model):
    """How many visits one phone of a person last said to hold, of which day the oldest is, and when it said so.

    Counts and a day, nothing of any household. `visits` includes `drafts` (still being filled in) and `troubled`
    (refused, to be mended by him). A phone that has none left stays with 0. `given_up_at`: somebody wrote why nothing
    will come from it any more (lost, broken); whatever it says afterwards counts again.
    """

    visitor = person("走访人")
    phone = models.UUIDField("手机")  # made by the browser, says nothing about it
    device = models.CharField("机型", max_length=60, blank=True)
    visits = models.SmallIntegerField("未发送")
    drafts = models.SmallIntegerField("其中填写中", default=0)
    troubled = models.SmallIntegerField("其中需处理", default=0)
    oldest_on = models.DateField("最早的走访日期", null=True, blank=True)  # NULL: none
    said_at = models.DateTimeField("最近一次联系", db_default=Now())
    given_up_at = models.DateTimeField("不再等待", null=True, blank=True)
    given_up_by = person("确认人", null=True, blank=True)
    given_up_why = models.CharField("不再等待的原因", max_length=200, blank=True)

    objects = UnsentQuerySet.as_manager()

    class Meta:
        verbose_name = "手机未发送的走访"
        verbose_name_plural = verbose_name
        ordering = ["oldest_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["visitor", "phone"], name="one_report_of_a_phone"),
            models.CheckConstraint(
                condition=Q(drafts__gte=0)
                & Q(troubled__gte=0)
                & Q(visits__gte=F("drafts") + F("troubled"))
                & (Q(visits=0, oldest_on__isnull=True) | Q(visits__gt=0, oldest_on__isnull=False)),
                name="unsent_visits_add_up",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True, given_up_by__isnull=True, given_up_why="")
                | (Q(given_up_at__isnull=False, given_up_by__isnull=False) & ~Q(given_up_why="")),
                name="given_up_by_somebody_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["oldest_on", "id"], condition=Q(visits__gt=0), name="unsent_oldest_first")
        ]

    def __str__(self):
        return f"{self.visitor.name}的手机，未发送 {self.visits} 次"

    def audit_case(self):
        return "households.unsentvisits", self.pk, self.visitor.area_code
