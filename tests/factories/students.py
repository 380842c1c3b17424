"""Schools, teachers and students for tests, written straight to the tables (services are tested on their own)."""

from datetime import date

from households.models import School, Teacher, TeacherAct, TeacherPairing
from poverty.fields.normalise import compact
from tests.factories.accounts import make_user
from tests.factories.areas import make_area
from tests.factories.households import make_member

AT_PRIMARY = {"school_status": "primary", "school_name": "鸭园镇中心小学", "education_level": ""}


def make_school(name="鸭园镇中心小学", area="220503"):
    """A school of a county; the same one again for the same name."""
    known = School.objects.filter(name=compact(name), area=area, closed_on=None).first()
    return known or School.objects.create(
        area=make_area(area), name=compact(name), recorded_by=make_user("周录入")
    )


def make_teacher(name="刘老师", *, school=None, **fields):
    """A class teacher."""
    school = school or make_school()
    values = {"post": "class_teacher", "phone": "13904350001", **fields}
    return Teacher.objects.create(school=school, name=name, recorded_by=make_user("周录入"), **values)


def make_student(household, name="王小明", *, born=date(2008, 3, 1), **facts):
    """A child of ten at primary school in 2018, unless the facts say otherwise."""
    return make_member(household, name, birth_date=born, facts={**AT_PRIMARY, **facts})


def make_teaching(member, teacher=None, *, since=date(2018, 3, 1), until=None, **fields):
    """A teacher of a student from a day; an end has a reason."""
    if until:
        fields = {"end_reason": "教师调动", **fields}
    return TeacherPairing.objects.create(
        member=member,
        teacher=teacher or make_teacher(),
        valid_from=since,
        valid_to=until,
        recorded_by=make_user("周录入"),
        **fields,
    )


def make_teacher_act(pairing, *, on=date(2018, 5, 4), **fields):
    """A home visit."""
    values = {"kind": "home_visit", "content": "到家看学习环境", **fields}
    return TeacherAct.objects.create(
        pairing=pairing, happened_on=on, recorded_by=make_user("周录入"), **values
    )
