"""Schools and teachers as they are typed; giving a student a teacher, changing him, what was done."""

from django import forms
from django.utils import timezone

from households.forms.once import OnceForm
from households.models import Member, School, Teacher, TeacherPairing
from households.options.teacher_options import HEADMASTER, TEACHER_ACTS, TEACHER_POSTS
from households.students.querysets import COUNTY
from households.students.services.schools import add_teacher
from poverty.areas.models import Area
from poverty.fields.normalise import compact
from poverty.sql.prefix import within
from poverty.web import questions
from poverty.web.controls import DayField

PLEASE = ("", "请选择")
_POSTS = [(key, TEACHER_POSTS.label(key)) for key in TEACHER_POSTS.keys if key != HEADMASTER]


class SchoolForm(forms.Form):
    """A school, under the name that stands in the facts of the year."""

    area = forms.ChoiceField(label="所在县、乡镇")
    name = forms.CharField(
        label="学校名称",
        max_length=100,
        help_text="与成员年度信息里的“就读学校”同名，才能对上学生；空格、全角半角不论。",
    )

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [PLEASE, *areas]

    def entry(self) -> dict:
        """The keyword arguments of register_school."""
        return {"area": Area.objects.get(pk=self.cleaned_data["area"]), "name": self.cleaned_data["name"]}


class SchoolNameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label="学校名称", max_length=100)


class SchoolCloseForm(forms.Form):
    """Since when a school is no more, and why."""

    on = DayField(label="停办日期", initial=timezone.localdate)
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：并入中心小学、登记错了。")


class HeadForm(forms.Form):
    """Who is headmaster from a day on."""

    name = forms.CharField(label="校长姓名", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    since = DayField(label="开始时间", help_text="有现任校长的，现任到这一天为止。")
    document = forms.CharField(label="文件", max_length=200, required=False)


class TeacherForm(forms.Form):
    """A teacher of a school."""

    name = forms.CharField(label="教师姓名", max_length=40)
    post = forms.ChoiceField(label="职务", choices=_POSTS, widget=forms.RadioSelect, initial="class_teacher")
    phone = forms.CharField(label="联系电话", max_length=20, required=False)


class TeacherEditForm(TeacherForm):
    """The same of one on record; his telephone is shown masked and typed only where it changes."""

    def __init__(self, *args, teacher: Teacher, **kwargs):
        super().__init__(*args, **kwargs)
        if teacher.post == HEADMASTER:
            self.fields["post"].choices = [(HEADMASTER, TEACHER_POSTS.label(HEADMASTER))]
        if teacher.phone is not None:
            self.fields["phone"].help_text = f"现为 {teacher.phone}；不改的不填。"


class LeftForm(forms.Form):
    """Since when a teacher is gone."""

    on = DayField(label="离开学校日期", initial=timezone.localdate)


class TeacherChoice(forms.Form):
    """A teacher by school and name; who is not on record yet is put there, after a question. `place`: of the students."""

    school = forms.ModelChoiceField(label="学校", queryset=School.objects.none(), empty_label="请选择")
    name = forms.CharField(label="教师姓名", max_length=40)
    post = forms.ChoiceField(
        label="职务",
        choices=[PLEASE, *_POSTS],
        required=False,
        help_text="还没有登记的教师填；已登记的以登记为准。",
    )
    phone = forms.CharField(label="联系电话", max_length=20, required=False, help_text="还没有登记的教师填。")

    def __init__(self, *args, actor, place: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor, self.place, self.teacher = actor, place, None
        rows = School.objects.visible_to(actor).open().filter(within("area_id", [place[:COUNTY]]))
        self.fields["school"].queryset = rows.order_by("name", "id")

    def clean(self):
        """Finds the teacher meant."""
        cleaned = super().clean()
        school, name = cleaned.get("school"), compact(cleaned.get("name", ""))
        if school is None or not name:
            return cleaned
        self.teacher = school.teachers.filter(name=name, left_on=None).first()
        if self.teacher is None and not cleaned.get("post"):
            self.add_error("post", f"{school.name}还没有登记{name}，请选职务。")
        elif self.teacher is None:
            questions.ask(self, "name", f"{school.name}还没有登记{name}，保存时一并登记，请核对姓名。")
        elif others := self.teacher.pairings.standing().filter(valid_to=None).count():
            questions.ask(self, "name", f"{name}已有 {others} 名结对学生，要求一对一，请核对。")
        return cleaned

    def chosen(self) -> Teacher:
        """The teacher, put on record where he is new. Raises as add_teacher."""
        given = self.cleaned_data
        return self.teacher or add_teacher(
            given["school"],
            name=given["name"],
            post=given["post"],
            phone=given["phone"],
            actor=self.actor,
            place=self.place,
        )


class PairForm(TeacherChoice):
    """Who helps a student from a day on."""

    since = DayField(label="开始时间", initial=timezone.localdate)
    goal = forms.CharField(
        label="帮扶目标", max_length=200, required=False, help_text="例如：不辍学，数学补到及格。"
    )
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, *args, member: Member, school_name: str, answered: bool, is_student: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.member, self.school_name = member, school_name
        self.answered, self.is_student = answered, is_student
        known = (
            self.fields["school"].queryset.filter(name=compact(school_name)).first() if school_name else None
        )
        self.initial.setdefault("school", known and known.pk)

    def clean(self):
        """What does not go with the facts of the year is asked about."""
        cleaned = super().clean()
        school = cleaned.get("school")
        if school and not self.answered:
            questions.ask(self, "since", "年度信息里此人的在校情况没有填写，请核对。")
        elif school and not self.is_student:
            questions.ask(self, "since", "按年度信息此人不是在校学生，也不是应在校未在校，请核对。")
        elif school and self.school_name and school.name != compact(self.school_name):
            questions.ask(self, "school", f"年度信息里的就读学校是{self.school_name}，请核对。")
        return cleaned

    def entry(self) -> dict:
        """The keyword arguments of pair_student."""
        given = self.cleaned_data
        return {"teacher": self.chosen()} | {key: given[key] for key in ("since", "goal", "document")}


class ChangeForm(TeacherChoice):
    """Who takes a student over, from which day, and why."""

    on = DayField(label="交接日期", help_text="从这一天起由接任的教师结对。", initial=timezone.localdate)
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：升学、转学、教师调动。")
    document = forms.CharField(label="文件", max_length=200, required=False)

    def entry(self) -> dict:
        """The keyword arguments of change_teacher."""
        given = self.cleaned_data
        return {"teacher": self.chosen()} | {key: given[key] for key in ("on", "reason", "document")}


class HandOverForm(ChangeForm):
    """The same for several students of one teacher."""

    pairings = forms.ModelMultipleChoiceField(
        label="换教师的学生",
        queryset=TeacherPairing.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "勾选的学生里有的已换教师或终止，请按现在的名单重新勾选。"},
    )

    def __init__(self, *args, pairings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pairings"].queryset = pairings
        self.fields["pairings"].label_from_instance = lambda row: (
            f"{row.member.name}（{row.member.household.head_name}户，{row.valid_from}起）"
        )
        self.order_fields(["pairings", "school", "name", "post", "phone", "on", "reason", "document"])


class EndForm(forms.Form):
    """From which day a pairing holds no longer, and why."""

    on = DayField(label="终止时间", initial=timezone.localdate)
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：毕业、升学到外县、户籍迁出。")


class ActForm(OnceForm):
    """What a teacher did for his student."""

    kind = forms.ChoiceField(label="方式", choices=TEACHER_ACTS.choices, widget=forms.RadioSelect)
    happened_on = DayField(label="日期", initial=timezone.localdate)
    content = forms.CharField(label="内容", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    result = forms.CharField(
        label="效果", max_length=200, required=False, help_text="例如：已返校；期中数学 72 分。"
    )
