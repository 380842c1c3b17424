"""The county review desk: a list decided after its sample, and what had been opened before."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from households.models.exits import ExitCase
from households.options.desk_options import CASE_EXCEPTIONS
from poverty.review.models import Draw
from poverty.review.models.people import person


class DeskDecision(models.Model):
    """A list of exits that one person decided at once, after he had opened what was drawn from it. Append-only.

    PostgreSQL refuses it as long as a drawn case has not been opened by him since the drawing (migration).
    """

    draw = models.OneToOneField(Draw, primary_key=True, on_delete=models.PROTECT, related_name="decision")
    decided_by = person("办理人")
    decided_at = models.DateTimeField("办理时间", db_default=Now(), editable=False)
    happened_on = models.DateField("审核日期")
    households = models.IntegerField("办理户数")
    left_out = models.IntegerField("未办理户数", default=0)  # drawn from, but no longer clean or waiting

    class Meta:
        verbose_name = "名单审核"
        constraints = [
            models.CheckConstraint(
                name="a_list_decision_decides_somebody", condition=Q(households__gte=1, left_out__gte=0)
            )
        ]

    def __str__(self):
        return f"{self.draw_id} {self.households}"


class DeskOpened(models.Model):
    """A case that had been opened before the list was decided: drawn, or an exception; for how long. Append-only."""

    decision = models.ForeignKey(
        DeskDecision, on_delete=models.PROTECT, related_name="opened", db_index=False
    )
    case = models.ForeignKey(ExitCase, on_delete=models.PROTECT, related_name="+", db_index=False)
    drawn = models.BooleanField("抽中")
    exceptions = ArrayField(
        models.CharField(max_length=20), verbose_name="异常", default=list, blank=True
    )  # what stood out at that time; empty: nothing
    times = models.IntegerField("打开次数")
    seconds = models.IntegerField("查看时长")

    class Meta:
        verbose_name = "名单审核前的查看"
        constraints = [
            models.UniqueConstraint(fields=["decision", "case"], name="opened_once_before_a_list_decision"),
            models.CheckConstraint(
                name="opened_because_drawn_or_standing_out",
                condition=(Q(drawn=True) | Q(exceptions__len__gte=1))
                & Q(exceptions__contained_by=list(CASE_EXCEPTIONS)),
            ),
            models.CheckConstraint(name="opened_at_least_once", condition=Q(times__gte=1, seconds__gte=0)),
        ]

    def __str__(self):
        return f"{self.decision_id} {self.case_id}"
