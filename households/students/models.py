"""Schools with their headmaster, teachers, who of them helps which student from when, and what was done."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Length, Now
from django.db.models.lookups import In

from households.benefits.models.taken_back import TakenBack, says_why
from households.models.member import Member
from households.options.teacher_options import TEACHER_ACTS, TEACHER_POSTS
from households.students.querysets import SchoolQuerySet, TeacherActQuerySet, TeacherPairingQuerySet
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.review.models.people import person
from poverty.sql.constraints import no_overlap


class School(models.Model):
    """A school whose teachers help students. Found by the name that stands in the facts of the year (就读学校)."""

    area = models.ForeignKey(
        Area,
        verbose_name="所在县、乡镇",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    # One normal form (half width, no blanks), in which the names of the facts are compared: `compact`.
    name = models.CharField("学校名称", max_length=100)
    closed_on = models.DateField("停办日期", null=True, blank=True)  # NULL: still there
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = "学校"
        ordering = ["area", "id"]
        indexes = [models.Index(fields=["area"], name="school_by_area")]
        constraints = [
            models.UniqueConstraint(
                Left("area", 6),
                "name",
                condition=Q(closed_on__isnull=True),
                name="one_school_of_a_name_in_a_county",
                violation_error_message="本县已登记过这个名称的学校。",
            ),
            models.CheckConstraint(
                name="a_school_belongs_to_a_county_or_township", condition=In(Length("area"), [6, 9])
            ),
            models.CheckConstraint(name="a_school_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return self.name

    @property
    def area_code(self) -> str:
        return self.area_id

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("households.school", self.pk, self.area_id)


class Teacher(models.Model):
    """A teacher of a school: no account, no posting. Who has left the school gets no further students."""

    school = models.ForeignKey(School, verbose_name="学校", on_delete=models.PROTECT, related_name="teachers")
    name = models.CharField("姓名", max_length=40)
    post = OptionField("职务", TEACHER_POSTS, blank=False)
    phone = SealedField("联系电话", kind="phone", null=True, blank=True)
    left_on = models.DateField("离开学校日期", null=True, blank=True)  # NULL: still there
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "教师"
        ordering = ["school", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "name"],
                condition=Q(left_on__isnull=True),
                name="one_teacher_of_a_name_in_a_school",
                violation_error_message="该校已登记过同名的教师；确是同名的，请在姓名后注明区别。",
            ),
            models.CheckConstraint(name="a_teacher_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return self.name


class SchoolHead(models.Model):
    """Who answers for a school as its headmaster (责任校长, 校长负责制), dated."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="heads", db_index=False)
    teacher = models.ForeignKey(Teacher, verbose_name="校长", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)  # NULL: still
    document = models.CharField("文件", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "责任校长"
        ordering = ["school", "-valid_from"]
        constraints = [
            no_overlap(
                "one_headmaster_of_a_school_at_a_time", "school", message="该校在这段时间已有责任校长。"
            ),
            models.CheckConstraint(
                name="a_headmaster_ends_after_he_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="新任校长须晚于现任校长开始。",
            ),
        ]

    def __str__(self):
        return f"{self.school_id} {self.teacher_id}"


class TeacherPairing(TakenBack):
    """Student and teacher (一对一), dated: one teacher of a student at a time. It goes with the student, into whichever
    household he belongs.
    """

    member = models.ForeignKey(
        Member, verbose_name="学生", on_delete=models.PROTECT, related_name="teachers", db_index=False
    )
    teacher = models.ForeignKey(
        Teacher, verbose_name="结对教师", on_delete=models.PROTECT, related_name="pairings"
    )
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)  # NULL: still
    goal = models.CharField("帮扶目标", max_length=200, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = TeacherPairingQuerySet.as_manager()

    class Meta:
        verbose_name = "师生结对"
        ordering = ["member", "-valid_from", "-id"]
        indexes = [
            models.Index(fields=["member", "valid_from", "valid_to"], name="teacher_pairing_by_member")
        ]
        constraints = [
            no_overlap(
                "one_teacher_of_a_student_at_a_time",
                "member",
                condition=Q(withdrawn_at__isnull=True),
                message="该学生在这段时间已有结对教师，请用“换教师”。",
            ),
            models.CheckConstraint(
                name="teacher_pairing_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="终止时间须晚于开始时间。",
            ),
            models.CheckConstraint(
                name="an_ended_teacher_pairing_says_why",
                condition=Q(valid_to__isnull=True, end_reason="")
                | (Q(valid_to__isnull=False) & ~Q(end_reason="")),
            ),
            says_why("a_withdrawn_teacher_pairing_says_why"),
        ]

    def __str__(self):
        return f"{self.member_id} {self.teacher_id}"

    @property
    def is_open(self) -> bool:
        """In force, without an end."""
        return self.valid_to is None and self.withdrawn_at is None


class TeacherAct(TakenBack):
    """What a teacher did for his student on a day: 家访, 辅导, 谈心, 控辍保学 and so on, and what came of it."""

    pairing = models.ForeignKey(TeacherPairing, on_delete=models.PROTECT, related_name="acts", db_index=False)
    kind = OptionField("方式", TEACHER_ACTS, blank=False)
    happened_on = models.DateField("日期")
    content = models.CharField("内容", max_length=500)
    result = models.CharField("效果", max_length=200, blank=True)
    # Made by the page that asks for it: a form sent twice writes once. NULL: made by no page.
    identity = models.UUIDField("页面编号", null=True, blank=True, unique=True, editable=False)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = TeacherActQuerySet.as_manager()

    class Meta:
        verbose_name = "师生结对活动"
        ordering = ["-happened_on", "-id"]
        indexes = [models.Index(fields=["pairing", "-happened_on"], name="teacher_act_by_pairing")]
        constraints = [
            models.CheckConstraint(name="a_teacher_act_says_what", condition=~Q(content="")),
            says_why("a_withdrawn_teacher_act_says_why"),
        ]

    def __str__(self):
        return f"{self.pairing_id} {self.happened_on}"
