"""Posts of a village (五个一 and more), dated, and what a county asks of its villages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from poverty.accounts.models import Unit
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person as typist
from poverty.sql.constraints import no_overlap, text_key
from poverty.sql.periods import ends_after_it_begins
from villages.models.village import Village
from villages.options.posts import ASKED, BY_UNIT, POSTS, SINGLE
from villages.posts.querysets import TemplateQuerySet, VillagePostQuerySet


class VillagePost(models.Model):
    """A person or a unit holds a post in a village, from a day until a day (exclusive; NULL: still).

    `person` NULL: a unit holds it. `unit` beside a person: who sent him, as of then. `term_until`: until when he or it
    was sent (任期), a promise, no end: the row ends when somebody says so.
    """

    village = models.ForeignKey(
        Village, verbose_name="村", on_delete=models.PROTECT, related_name="posts", db_index=False
    )
    post = OptionField("岗位", POSTS, blank=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="人员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="village_posts",
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="village_posts",
    )
    title = models.CharField("职务", max_length=60, blank=True)  # at his unit, as on the paper
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)
    term_until = models.DateField("任期至", null=True, blank=True)
    document = models.CharField("文件", max_length=200)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    end_document = models.CharField("终止文件", max_length=200, blank=True)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = VillagePostQuerySet.as_manager()

    class Meta:
        verbose_name = "村级帮扶力量"
        ordering = ["village", "post", "valid_from", "id"]
        indexes = [models.Index(fields=["village", "post", "valid_from"], name="posts_of_a_village")]
        constraints = [
            models.CheckConstraint(
                # Equal days: entered by mistake and withdrawn, was never held, overlaps with nothing.
                name="village_post_does_not_end_before_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                violation_error_message="终止时间不能早于开始时间。",
            ),
            models.CheckConstraint(
                name="village_post_term_after_its_beginning",
                condition=Q(term_until__isnull=True) | Q(term_until__gt=models.F("valid_from")),
                violation_error_message="任期须晚于开始时间。",
            ),
            models.CheckConstraint(
                name="village_post_held_by_a_person_or_a_unit",
                condition=Q(post__in=BY_UNIT, person__isnull=True, unit__isnull=False)
                | (~Q(post__in=BY_UNIT) & Q(person__isnull=False)),
                violation_error_message="单位岗位填单位，个人岗位填人员。",
            ),
            models.CheckConstraint(name="village_post_has_its_document", condition=~Q(document="")),
            models.CheckConstraint(
                name="village_post_ends_with_a_reason",
                condition=Q(valid_to__isnull=True) | ~Q(end_reason=""),
                violation_error_message="请写明终止原因。",
            ),
            no_overlap(
                "one_holder_of_a_single_village_post",
                "village",
                text_key("post"),
                condition=Q(post__in=SINGLE),
                message="该村在这段时间已有人（单位）担任此岗位。",
            ),
            no_overlap(
                "a_person_holds_a_village_post_once",
                "village",
                text_key("post"),
                "person",
                condition=Q(person__isnull=False),
                message="该人员在这段时间已担任本村的这个岗位。",
            ),
            no_overlap(
                "a_unit_holds_a_village_post_once",
                "village",
                text_key("post"),
                "unit",
                condition=Q(person__isnull=True, unit__isnull=False),
                message="该单位在这段时间已承担本村的这个岗位。",
            ),
        ]

    def __str__(self):
        return f"{self.village_id} {self.post}"

    @property
    def area_code(self):
        return self.village.area_id

    @property
    def holder(self) -> str:
        """Name of the person or of the unit that holds it."""
        return self.person.name if self.person_id else self.unit.name

    def audit_case(self) -> tuple[str, int, str]:
        """A post is logged with its village."""
        return self.village.audit_case()


class PostTemplate(models.Model):
    """What a county asks of its villages (五个一, 1+3+3, 1321, 5+2 ...), for a time, by its document."""

    class Of(models.TextChoices):
        POOR = "poor", "贫困村（含已出列）"
        OTHER = "other", "其他村"

    area = models.ForeignKey(
        Area,
        verbose_name="县",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    of = models.CharField("适用", max_length=10, choices=Of.choices)
    name = models.CharField("名称", max_length=40)
    term_months = models.SmallIntegerField("任期（月）", null=True, blank=True)  # NULL: no term is set
    document = models.CharField("文件", max_length=200)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "村级帮扶力量配备要求"
        ordering = ["area", "of", "-valid_from"]
        constraints = [
            no_overlap(
                "one_template_of_posts_at_a_time",
                text_key("area"),
                text_key("of"),
                message="这段时间已有一种配备要求，请先终止原来的。",
            ),
            models.CheckConstraint(name="template_ends_after_it_begins", condition=ends_after_it_begins()),
            models.CheckConstraint(
                name="template_names_itself_and_its_document", condition=~Q(name="") & ~Q(document="")
            ),
            models.CheckConstraint(
                name="term_of_a_template_within_reason",
                condition=Q(term_months__isnull=True) | Q(term_months__range=(1, 120)),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def area_code(self):
        return self.area_id


class TemplateRow(models.Model):
    """How many of a post a template asks for."""

    template = models.ForeignKey(PostTemplate, on_delete=models.CASCADE, related_name="rows", db_index=False)
    asked = OptionField("岗位", ASKED, blank=False)
    least = models.SmallIntegerField("至少", default=1)

    class Meta:
        verbose_name = "配备要求项"
        ordering = ["template", "id"]
        constraints = [
            models.UniqueConstraint(fields=["template", "asked"], name="a_template_asks_for_a_post_once"),
            models.CheckConstraint(name="a_template_asks_for_some", condition=Q(least__range=(1, 50))),
        ]

    def __str__(self):
        return f"{self.asked} {self.least}"
