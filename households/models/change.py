"""Register changes (动态调整): what the village proposes, the township confirms, and the county decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from households.models.household import Household
from households.models.member import Member
from households.options.change_kinds import CHANGE_KINDS
from households.querysets import RegisterChangeQuerySet
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField


class RegisterChange(models.Model):
    """One proposed change of the register. It takes effect when the last level it needs has agreed.

    `details` holds what the kind needs (ids, option keys, dates), never personal data: a new person is
    stored as a Member without household, encrypted as all members are.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待乡镇确认"
        CONFIRMED = "confirmed", "待县审核"
        EFFECTIVE = "effective", "已生效"
        RETURNED = "returned", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = OptionField("变动类型", CHANGE_KINDS, blank=False)
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="changes"
    )
    member = models.ForeignKey(
        Member, verbose_name="成员", null=True, on_delete=models.PROTECT, related_name="changes"
    )
    target = models.ForeignKey(
        Household, verbose_name="对方户", null=True, on_delete=models.PROTECT, related_name="changes_into"
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_column="area_code", db_index=False
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PROPOSED)
    happened_on = models.DateField("发生日期")
    reason = models.CharField("原因", max_length=200)
    document_name = models.CharField("依据", max_length=200)  # 户口本, 结婚证, 死亡证明 ...
    scan = models.ForeignKey(
        "files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    details = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    effective_at = models.DateTimeField(null=True)

    objects = RegisterChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "变动"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind", "member"],
                nulls_distinct=False,
                condition=Q(state__in=["proposed", "confirmed"]),
                name="one_open_change_of_a_kind",
                violation_error_message="该户已有一项同类变动在办理中。",
            )
        ]
        indexes = [
            models.Index(fields=["state", "area", "id"], name="register_change_queue"),
            # 变更台账: the changes of a year in the order of their days; the place is asked without leaving the index.
            models.Index(fields=["happened_on", "id", "area"], name="register_change_by_day"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.household}"

    @property
    def area_code(self):
        return self.area_id
