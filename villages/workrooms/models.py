"""The poverty workroom of a village (村级扶贫工作室: place, staff and funds; procedures.md 9, [S3])."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.duties.models.kept import SentOnce, withdrawn_whole
from poverty.fields.sealed import SealedField
from poverty.review.models.people import person as typist
from poverty.sql.constraints import no_overlap
from villages.models.village import Village
from villages.posts.models import VillagePost
from villages.workrooms.querysets import FundQuerySet, StaffQuerySet, WorkroomQuerySet


class Workroom(models.Model):
    """A village has a workroom at a place from a day until a day (exclusive; NULL: still).

    What moves to another place is ended and opened anew; telephone and remark are put right where they stand.
    """

    village = models.ForeignKey(
        Village, verbose_name="村", on_delete=models.PROTECT, related_name="workrooms", db_index=False
    )
    place = models.CharField("地点", max_length=100)
    phone = SealedField("联系电话", kind="phone", null=True, blank=True)  # NULL: none, or not told
    remark = models.CharField("备注", max_length=300, blank=True)
    document = models.CharField("设立文件", max_length=200)
    valid_from = models.DateField("设立日期")
    valid_to = models.DateField("撤销日期", null=True, blank=True)
    end_reason = models.CharField("撤销原因", max_length=200, blank=True)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = WorkroomQuerySet.as_manager()

    class Meta:
        verbose_name = "村级扶贫工作室"
        ordering = ["village", "-valid_from", "-id"]
        constraints = [
            no_overlap(
                "one_workroom_of_a_village_at_a_time", "village", message="该村在这段时间已有工作室。"
            ),
            models.CheckConstraint(
                # Equal days: entered by mistake, never was, overlaps with nothing.
                name="workroom_does_not_end_before_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="撤销日期不能早于设立日期。",
            ),
            models.CheckConstraint(
                name="workroom_ends_with_a_reason",
                condition=Q(valid_to__isnull=True, end_reason="")
                | (Q(valid_to__isnull=False) & ~Q(end_reason="")),
                violation_error_message="请写明撤销原因。",
            ),
            models.CheckConstraint(
                name="workroom_has_its_place_and_document", condition=~Q(place="") & ~Q(document="")
            ),
        ]
        indexes = [models.Index(fields=["village", "valid_from"], name="workroom_of_a_village")]

    def __str__(self):
        return f"{self.village_id} {self.valid_from}"

    @property
    def area_code(self):
        return self.village.area_id

    def audit_case(self) -> tuple[str, int, str]:
        """A workroom is logged with its village."""
        return self.village.audit_case()


class WorkroomStaff(models.Model):
    """Who of a village's standing posts works in its workroom, from a day until a day.

    He does so as long as he also holds the post: whoever is recalled is no staff any more, without a word here.
    """

    workroom = models.ForeignKey(
        Workroom,
        verbose_name="工作室",
        on_delete=models.PROTECT,
        related_name="staff",
        db_index=False,
    )
    post = models.ForeignKey(
        VillagePost, verbose_name="岗位", on_delete=models.PROTECT, related_name="workroom_staff"
    )
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = "工作室工作人员"
        ordering = ["workroom", "valid_from", "id"]
        constraints = [
            no_overlap(
                "a_post_works_in_a_workroom_once", "workroom", "post", message="该人员已是工作室工作人员。"
            ),
            models.CheckConstraint(
                name="workroom_staff_does_not_end_before_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self):
        return f"{self.workroom_id} {self.post_id}"


class WorkroomFund(SentOnce):
    """Money for a workroom in a year, as it was given; yuan. Mistyped, it is withdrawn with its reason."""

    workroom = models.ForeignKey(
        Workroom,
        verbose_name="工作室",
        on_delete=models.PROTECT,
        related_name="funds",
        db_index=False,
    )
    year = models.SmallIntegerField("年度")
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    given_on = models.DateField("安排日期")
    source = models.CharField("资金来源", max_length=100)
    document = models.CharField("文件", max_length=200)

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = "工作室经费"
        ordering = ["-year", "-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="workroom_fund_is_some_money",
                condition=Q(amount__gt=0),
                violation_error_message="金额须大于 0。",
            ),
            models.CheckConstraint(
                name="workroom_fund_year_within_reason", condition=Q(year__range=(2014, 2100))
            ),
            models.CheckConstraint(
                name="workroom_fund_has_source_and_document", condition=~Q(source="") & ~Q(document="")
            ),
            withdrawn_whole("workroom_fund_withdrawn_whole"),
        ]
        indexes = [models.Index(fields=["workroom", "year"], name="workroom_fund_by_year")]

    def __str__(self):
        return f"{self.workroom_id} {self.year}"

    @property
    def area_code(self):
        return self.workroom.area_code

    def audit_case(self) -> tuple[str, int, str]:
        """Logged with the village."""
        return self.workroom.audit_case()
