"""Members (家庭成员): the person, and the dated rows that tie a person to a household."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from households.models.household import Household
from households.options.document_types import DOCUMENT_TYPES
from households.options.ethnic_groups import ETHNIC_GROUPS
from households.options.join_reasons import JOIN_REASONS
from households.options.leave_reasons import LEAVE_REASONS
from households.options.relations import RELATIONS
from households.options.sexes import SEXES
from households.querysets import MemberQuerySet, MembershipQuerySet
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.sql.constraints import no_overlap


class Member(models.Model):
    """A person of the register: only what does not change. Facts of a year stand in MemberSurvey.

    One person is one row in the whole system (unique hash of the identity number); where he belongs
    is told by dated memberships. birth_date and sex come from the number where there is one.
    """

    household = models.ForeignKey(
        Household,
        verbose_name="所在户",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
    )  # now; NULL: in no household
    # 人口编号 is given by the national system. NULL: not given yet; never invented.
    member_no = models.CharField(
        "人口编号",
        max_length=30,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": "该人口编号已属于另一人。"},
    )
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField(max_length=200, blank=True, db_collation="C")
    sex = OptionField("性别", SEXES)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    ethnic_group = OptionField("民族", ETHNIC_GROUPS)
    document_type = OptionField("证件类型", DOCUMENT_TYPES, blank=False, default="resident_id")
    identity = SealedField("证件号码", kind="identity", null=True, blank=True)
    identity_hash = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    identity_last4_hash = models.BinaryField(max_length=32, null=True, editable=False)
    identity_faults = ArrayField(models.CharField(max_length=30), default=list, editable=False)
    phone = SealedField("联系电话", kind="phone", null=True, blank=True)
    phone_hash = models.BinaryField(max_length=32, null=True, editable=False)
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭成员"
        ordering = ["id"]
        indexes = [
            # With the household beside the key, a search reads no row of this table.
            models.Index(fields=["identity_last4_hash"], include=["household"], name="member_by_last4"),
            models.Index(
                fields=["name"],
                opclasses=["varchar_pattern_ops"],  # serves the beginning of a name in any locale
                include=["household"],
                name="member_by_name_prefix",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def area_code(self):
        return self.household.area_id if self.household_id else ""


class Membership(models.Model):
    """A person belongs to a household from a day until a day (exclusive; NULL: still)."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    relation = OptionField("与户主关系", RELATIONS, blank=False)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    join_reason = OptionField("增加原因", JOIN_REASONS, blank=False)
    join_document = models.CharField("增加依据", max_length=200, blank=True)
    leave_reason = OptionField("减少原因", LEAVE_REASONS)
    leave_document = models.CharField("减少依据", max_length=200, blank=True)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "在户期间"
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="减少日期不能早于增加日期。",
            ),
            models.CheckConstraint(
                name="membership_ends_with_a_reason",
                condition=Q(valid_to__isnull=True, leave_reason="")
                | (Q(valid_to__isnull=False) & ~Q(leave_reason="")),
                violation_error_message="减少成员须写明原因。",
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(valid_to__isnull=True),
                name="one_open_membership_of_a_person",
                violation_error_message="此人已在册于另一户。",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(valid_to__isnull=True, relation="head"),
                name="one_head_of_a_household",
                violation_error_message="该户已有户主，不能有两个户主。",
            ),
            no_overlap("one_household_of_a_person_at_a_time", "member", message="此人同一时间只能在一户。"),
        ]

    def __str__(self):
        return f"{self.member} {self.get_relation_display()}"


class Headship(models.Model):
    """Who was head (户主) of a household from a day until a day."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="headships")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="headships", db_index=False)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "户主任期"
        constraints = [no_overlap("one_head_at_a_time", "household", message="该户这段时间已有户主。")]

    def __str__(self):
        return f"{self.member} {self.valid_from}"
