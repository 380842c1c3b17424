"""Samples and what was looked at before a list was decided (issue: review desk)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from poverty.review.models.people import person


class Draw(models.Model):
    """A sample drawn from the clean rest of a list; the seed draws the same one again."""

    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    transition = models.CharField("办理事项", max_length=40)
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    seed = models.BigIntegerField("随机种子")
    population = models.IntegerField("总数")
    size = models.IntegerField("抽取数")
    drawn_by = person("抽取人")
    drawn_at = models.DateTimeField("抽取时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "抽样"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_sample_is_part_of_its_list", condition=Q(size__gte=1) & Q(size__lte=F("population"))
            )
        ]

    def __str__(self):
        return f"{self.drawn_at} {self.size}/{self.population}"


class DrawnCase(models.Model):
    """One case of the list that a sample was drawn from, and whether it was drawn."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="cases", db_index=False)
    case_id = models.BigIntegerField("对象")
    drawn = models.BooleanField("抽中")

    class Meta:
        verbose_name = "抽样名单"
        constraints = [
            models.UniqueConstraint(fields=["draw", "case_id"], name="one_row_of_a_case_in_a_draw")
        ]

    def __str__(self):
        return f"{self.draw_id} {self.case_id}"


class Look(models.Model):
    """Somebody had a case open on the desk, from when and for how long (seconds, as his browser told)."""

    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField("对象")
    user = person("查看人")
    opened_at = models.DateTimeField("打开时间", db_default=Now(), editable=False)
    seconds = models.IntegerField("查看时长", default=0)

    class Meta:
        verbose_name = "查看"
        constraints = [
            models.CheckConstraint(
                name="a_look_has_a_length", condition=Q(seconds__gte=0, seconds__lte=86_400)
            )
        ]
        indexes = [models.Index(fields=["case_type", "case_id", "user"], name="look_by_case")]

    def __str__(self):
        return f"{self.case_type} {self.case_id} {self.user_id}"
