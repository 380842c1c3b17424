"""What 四个好 asks of a household, by area and year, and what was ticked of a household in a year."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import In

from households.goods.querysets import GoodsEntryQuerySet, GoodsTemplateQuerySet
from households.models.household import Household
from poverty.review.models.people import person


class GoodsTemplate(models.Model):
    """The items of an area from a year on. Never altered (trigger): a further version of the same year stands above it.

    `items`: [{"key", "good", "label", "read"}]; `read` names what it is read from (READ), "" is ticked at an entry.
    The key of a ticked item follows from its words, so that the same words keep their answers.
    """

    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")  # "": the whole country
    year_from = models.SmallIntegerField("从哪个年度起")
    items = models.JSONField("项目")
    document = models.CharField("文件", max_length=200)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = GoodsTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "四个好项目"
        ordering = ["area_code", "-year_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="goods_template_of_a_county_or_above",
                condition=In(Length("area_code"), [0, 2, 4, 6]),
            ),
            models.CheckConstraint(
                name="goods_template_year_within_reason", condition=Q(year_from__range=(2014, 2100))
            ),
            models.CheckConstraint(
                name="goods_template_has_its_document",
                condition=~Q(document=""),
                violation_error_message="请填文件名称。",
            ),
        ]

    def __str__(self):
        return f"{self.area_code} {self.year_from}"

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("households.goodstemplate", self.pk, self.area_code)


class GoodsEntry(models.Model):
    """What somebody ticked of a household for a year: true, false; what is missing is not known.

    A later entry of the year takes the place of an earlier one, which stays (trigger).
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="goods_entries", db_index=False
    )
    year = models.SmallIntegerField("年度")
    happened_on = models.DateField("日期")
    answers = models.JSONField("勾选")
    remark = models.CharField("说明", max_length=200, blank=True)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)
    is_current = models.BooleanField("有效", default=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = GoodsEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "四个好"
        ordering = ["-id"]
        indexes = [models.Index(fields=["household", "year", "-id"], name="goods_of_a_household")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                condition=Q(is_current=True),
                name="one_current_entry_of_the_goods_a_year",
            ),
            models.CheckConstraint(name="goods_year_within_reason", condition=Q(year__range=(2014, 2100))),
            models.CheckConstraint(
                name="goods_were_seen_in_their_year", condition=Q(happened_on__year=F("year"))
            ),
        ]

    def __str__(self):
        return f"{self.household_id} {self.year}"

    @property
    def area_code(self) -> str:
        return self.household.area_id
