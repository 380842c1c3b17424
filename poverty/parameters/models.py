"""Values that differ by place and date (lines, ages, days, limits), each with the document it comes from."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression, Value
from django.db.models.functions import Now

from poverty.parameters.definitions import DEFINITIONS
from poverty.parameters.querysets import ParameterQuerySet
from poverty.sql.constraints import no_overlap, text_key
from poverty.sql.periods import ends_after_it_begins


class Parameter(models.Model):
    """What a parameter is worth in an area (and all below it) from a day until a day.

    A row is never edited: a later value ends it (valid_to), a correction replaces it (replaced_at,
    replaced_by). Only rows that are not replaced are in force.
    """

    code = models.CharField("参数", max_length=60, db_collation="C")
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")  # "": the whole nation
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)  # first day no longer in force; NULL: open
    value = models.CharField("值", max_length=200)  # canonical text, see values.parse
    unit = models.CharField("单位", max_length=20, blank=True)
    document_name = models.CharField("依据文件", max_length=200)
    document_date = models.DateField("文件日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    source_confirmed = models.BooleanField("来源已核对", default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,  # NULL: shipped with the system (reference.py)
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    replaced_at = models.DateTimeField("更正时间", null=True, editable=False)  # NULL: stands
    replaced_by = models.ForeignKey(
        "self",
        verbose_name="更正为",
        null=True,
        on_delete=models.PROTECT,
        related_name="replaces",
        db_index=False,
        editable=False,
    )

    objects = ParameterQuerySet.as_manager()

    class Meta:
        verbose_name = "参数"
        ordering = ["code", "area_code", "-valid_from"]
        constraints = [
            no_overlap(
                "one_value_of_a_parameter_in_an_area_on_a_day",
                # Halved, so that the upper bound of the range cannot overflow.
                CombinedExpression(text_key("code"), "/", Value(2)),
                CombinedExpression(text_key("area_code"), "/", Value(2)),
                condition=Q(replaced_at__isnull=True),
                message="该区划在这段时间已有此参数的值。",
            ),
            models.CheckConstraint(
                name="parameter_ends_after_it_begins",
                condition=ends_after_it_begins(),
                violation_error_message="止期须晚于起期。",
            ),
            models.CheckConstraint(
                name="parameter_has_a_document",
                condition=~Q(document_name=""),
                violation_error_message="请填写依据文件。",
            ),
            models.CheckConstraint(
                name="parameter_is_replaced_with_its_time",
                condition=Q(replaced_by__isnull=True) | Q(replaced_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                F("code"),
                F("area_code"),
                F("valid_from"),
                name="parameter_in_force",
                condition=Q(replaced_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.code} {self.area_code or '全国'} {self.valid_from}"

    @property
    def definition(self):
        """The Definition of this code, or None for a code that the system no longer knows."""
        return DEFINITIONS.get(self.code)

    @property
    def typed(self):
        """The value in the Python type of its kind (int, Decimal, bool, (month, day) or str)."""
        return self.definition.parse(self.value) if self.definition else self.value

    @property
    def shown(self):
        """The value as people read it, without its unit."""
        return self.definition.show(self.typed) if self.definition else self.value
