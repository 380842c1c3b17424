"""Training of poor labourers, and jobs as far as the facts of the year do not say them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.benefits.models.taken_back import TakenBack, says_why
from households.benefits.querysets import JobQuerySet, TraineeQuerySet, TrainingQuerySet
from households.models.household import Household
from households.models.member import Member
from households.options.public_post_types import PUBLIC_POST_TYPES
from households.options.work_options import JOB_KINDS, TRAINING_RESULTS
from households.options.work_places import WORK_PLACES
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class Training(models.Model):
    """A course (培训班) of a county or township, with its hours."""

    area = models.ForeignKey(
        Area, verbose_name="举办地区", on_delete=models.PROTECT, related_name="+", db_column="area_code"
    )
    course = models.CharField("培训课程", max_length=60)
    organiser = models.CharField("举办单位", max_length=60)
    held_from = models.DateField("开班日期")
    held_to = models.DateField("结业日期")
    hours = models.SmallIntegerField("课时")
    place = models.CharField("地点", max_length=60, blank=True)
    document = models.CharField("依据文件", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "培训班"
        ordering = ["-held_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "course", "held_from"],
                name="one_training_of_a_course_and_day",
                violation_error_message="这一天开班的同名培训班已登记。",
            ),
            models.CheckConstraint(
                name="a_training_ends_after_it_begins",
                condition=Q(held_to__gte=F("held_from")),
                violation_error_message="结业日期不能早于开班日期。",
            ),
            models.CheckConstraint(
                name="a_training_has_hours",
                condition=Q(hours__range=(1, 2000)),
                violation_error_message="课时须在 1 至 2000 之间。",
            ),
        ]

    def __str__(self):
        return self.course

    @property
    def area_code(self) -> str:
        return self.area_id


class Trainee(TakenBack):
    """Who took part, with the result; in which household he was that day."""

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="trainees")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="trainings")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="trainees")
    result = OptionField("培训结果", TRAINING_RESULTS)  # "": still going on
    certificate = models.CharField("证书编号", max_length=60, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = TraineeQuerySet.as_manager()

    class Meta:
        verbose_name = "培训人员"
        ordering = ["training", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "member"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_place_of_a_person_in_a_training",
                violation_error_message="此人已在这个班里。",
            ),
            models.CheckConstraint(
                name="a_certificate_has_its_number",
                condition=~Q(result="certified") | ~Q(certificate=""),
                violation_error_message="取得证书的，请填证书编号。",
            ),
            says_why("a_withdrawn_trainee_says_why"),
        ]

    def __str__(self):
        return f"{self.training_id} {self.member_id}"

    @property
    def area_code(self) -> str:
        return self.household.area_id


class Job(TakenBack):
    """One job of a member from a day until a day, with pay: what the facts of the year (务工状况, 公益性岗位) do not hold.

    Where months and enterprise stand in the facts already they are shown from there; a job prefills from them.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="jobs")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="jobs")
    kind = OptionField("就业方式", JOB_KINDS, blank=False)
    post = OptionField("公益性岗位类型", PUBLIC_POST_TYPES)
    work_place = OptionField("务工地", WORK_PLACES)
    employer = models.CharField("用人单位（企业、车间）", max_length=100, blank=True)
    monthly_pay = models.DecimalField("月工资（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField("上岗日期")
    ends_on = models.DateField("离岗日期", null=True, blank=True)  # the last day; NULL: still
    end_reason = models.CharField("离岗原因", max_length=100, blank=True)
    document = models.CharField("依据（聘用文件、合同）", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "就业"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "starts_on", "employer"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_job_of_a_person_and_day",
                violation_error_message="此人这一天上岗的同一工作已登记。",
            ),
            models.CheckConstraint(
                name="a_job_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="离岗日期不能早于上岗日期。",
            ),
            models.CheckConstraint(
                name="a_public_post_says_its_kind_and_pay",
                condition=(~Q(kind="public_post") & Q(post=""))
                | (Q(kind="public_post", monthly_pay__isnull=False) & ~Q(post="")),
                violation_error_message="公益性岗位须填岗位类型和月工资；其他就业不填岗位类型。",
            ),
            models.CheckConstraint(
                name="a_workshop_job_names_its_workshop",
                condition=~Q(kind="workshop") | ~Q(employer=""),
                violation_error_message="在就业扶贫车间就业的，请填车间名称。",
            ),
            models.CheckConstraint(
                name="pay_is_more_than_nothing",
                condition=Q(monthly_pay__isnull=True) | Q(monthly_pay__gt=0),
                violation_error_message="月工资须大于 0。",
            ),
            says_why("a_withdrawn_job_says_why"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.starts_on}"

    @property
    def area_code(self) -> str:
        return self.household.area_id
