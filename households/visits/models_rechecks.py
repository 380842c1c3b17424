"""The joint re-check (联合复核) of a visit after which the household did not sign."""

from django.db import models
from django.db.models.functions import Now

from households.options.visits import RECHECK_RESULTS
from households.visits.models import Visit
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class VisitRecheck(models.Model):
    """Who went again together, when, and what they found. Once per visit, by somebody who neither made nor recorded it;
    nothing of it changes (triggers).
    """

    visit = models.OneToOneField(Visit, verbose_name="走访", on_delete=models.PROTECT, related_name="recheck")
    happened_on = models.DateField("复核日期")
    people = models.CharField("参加复核的人", max_length=200)
    result = OptionField("复核结果", RECHECK_RESULTS, blank=False)
    remark = models.CharField("复核情况", max_length=500)
    recorded_by = person("登记人")
    recorded_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "没有签字的联合复核"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.visit_id} {self.happened_on}"

    def audit_case(self):
        return self.visit.audit_case()
