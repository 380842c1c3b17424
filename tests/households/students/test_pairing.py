"""Student and teacher: one at a time, from a day until a day, what was done within, and what is refused."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.models import SchoolHead, Teacher, TeacherAct, TeacherPairing
from households.students.services.acts import record_act, withdraw_act
from households.students.services.pairing import (
    change_teacher,
    end_teaching,
    hand_over_students,
    pair_student,
    withdraw_teaching,
)
from households.students.services.schools import (
    add_teacher,
    close_school,
    headmaster_on,
    register_school,
    rename_school,
    set_head,
    teacher_left,
    update_teacher,
)
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.errors import ChangedMeanwhile
from tests.actors import COUNTY_A, COUNTY_B, VILLAGE_A
from tests.factories.accounts import make_actor, make_posting
from tests.factories.areas import make_area
from tests.factories.households import everybody_left, make_household
from tests.factories.students import make_school, make_student, make_teacher, make_teacher_act, make_teaching

pytestmark = pytest.mark.django_db
MARCH, MAY, JUNE = date(2018, 3, 1), date(2018, 5, 4), date(2018, 6, 1)


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def student(db):
    return make_student(make_household(VILLAGE_A))


def refused(act, *args, **kwargs) -> dict:
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else {"": caught.value.messages}


class TestPairing:
    def test_a_student_gets_a_teacher_and_the_log_says_who(self, student, township_officer):
        teacher = make_teacher()
        row = pair_student(student, teacher, since=MARCH, goal="不辍学", actor=township_officer)
        assert (row.valid_from, row.valid_to, row.goal) == (MARCH, None, "不辍学")
        entry = Entry.objects.get(action="households.student.pair")
        assert entry.changes == {"结对教师": [None, "刘老师"]}
        assert entry.case_id == student.household_id
        assert student.name not in entry.summary, "of a minor the case and the kind will do"

    def test_one_teacher_at_a_time(self, student, township_officer):
        make_teaching(student)
        told = refused(pair_student, student, make_teacher("何老师"), since=MAY, actor=township_officer)
        assert told == {"teacher": ["该学生的结对教师是刘老师，请用“换教师”。"]}
        with pytest.raises(IntegrityError, match="one_teacher_of_a_student_at_a_time"), transaction.atomic():
            make_teaching(student, make_teacher("孙老师"), since=MAY)

    def test_after_one_ended_the_next_begins_on_that_day_at_the_earliest(self, student, township_officer):
        make_teaching(student, until=JUNE)
        teacher = make_teacher("何老师")
        assert "since" in refused(pair_student, student, teacher, since=MAY, actor=township_officer)
        assert pair_student(student, teacher, since=JUNE, actor=township_officer).valid_from == JUNE

    def test_a_change_has_its_day_and_reason(self, student, township_officer):
        before = make_teaching(student, goal="补数学")
        row = change_teacher(
            before, make_teacher("何老师"), on=JUNE, reason="教师调动", actor=township_officer
        )
        before.refresh_from_db()
        assert (before.valid_to, before.end_reason) == (JUNE, "教师调动")
        assert (row.valid_from, row.teacher.name, row.goal) == (JUNE, "何老师", "补数学")

    def test_several_students_are_handed_over_or_none(self, student, township_officer):
        teacher = make_teacher()
        rows = [make_teaching(student, teacher)]
        rows.append(make_teaching(make_student(student.household, "王小红"), teacher, since=date(2018, 8, 1)))
        told = refused(
            hand_over_students, rows, make_teacher("何老师"), on=JUNE, reason="调动", actor=township_officer
        )
        assert told[""][0].startswith("王小红：终止时间须晚于开始时间")
        assert TeacherPairing.objects.filter(valid_to=None, teacher=teacher).count() == 2
        hand_over_students(
            rows, make_teacher("孙老师"), on=date(2018, 9, 3), reason="调动", actor=township_officer
        )
        assert TeacherPairing.objects.filter(valid_to=None, teacher__name="孙老师").count() == 2

    def test_what_was_wrongly_entered_is_taken_back_and_counts_no_more(self, student, township_officer):
        row = make_teaching(student)
        assert "reason" in refused(withdraw_teaching, row, reason=" ", actor=township_officer)
        withdraw_teaching(row, reason="登错了人", actor=township_officer)
        assert list(TeacherPairing.objects.open_on(MAY)) == []
        with pytest.raises(ChangedMeanwhile):
            end_teaching(row, on=JUNE, reason="毕业", actor=township_officer)
        assert pair_student(student, make_teacher("何老师"), since=MARCH, actor=township_officer).is_open

    def test_who_may_not(self, student, village_clerk, helper, bureau_officer):
        for actor in (village_clerk, helper, bureau_officer):
            with pytest.raises(PermissionDenied):
                pair_student(student, make_teacher(f"刘{actor.pk}"), since=MARCH, actor=actor)

    def test_the_education_bureau_arranges_it_too(self, student):
        officer = make_actor(Role.INSPECTOR)
        officer.postings.all().delete()
        make_posting(officer, Role.BUREAU_OFFICER, COUNTY_A, sector="education")
        assert pair_student(student, make_teacher(), since=MARCH, actor=officer).is_open

    def test_only_of_the_county_who_is_still_there(self, student, township_officer):
        elsewhere = make_teacher(school=make_school("新荣小学", COUNTY_B))
        gone = make_teacher("马老师", left_on=MARCH)
        assert refused(pair_student, student, elsewhere, since=MARCH, actor=township_officer) == {
            "teacher": ["请选本县学校的教师。"]
        }
        assert "teacher" in refused(pair_student, student, gone, since=MARCH, actor=township_officer)
        assert "since" in refused(
            pair_student, student, make_teacher(), since=date(2018, 11, 1), actor=township_officer
        )

    def test_who_left_the_register_is_nobodys_student(self, student, township_officer):
        everybody_left(student.household, JUNE)
        student.refresh_from_db()
        told = refused(pair_student, student, make_teacher(), since=JUNE, actor=township_officer)
        assert told == {"": ["王小明已不在册，不能办理师生结对。"]}

    def test_the_database_knows_who_is_there(self, student, county_reviewer):
        gone = make_teacher("马老师", left_on=MARCH)
        with pytest.raises(IntegrityError, match="has left"), transaction.atomic():
            make_teaching(student, gone)
        row = make_teaching(student)
        with pytest.raises(IntegrityError, match="still has a student"), transaction.atomic():
            Teacher.objects.filter(pk=row.teacher_id).update(left_on=JUNE)
        other = make_school("新荣小学")
        with pytest.raises(IntegrityError, match="of another school"), transaction.atomic():
            SchoolHead.objects.create(
                school=other, teacher=row.teacher, valid_from=MARCH, recorded_by=county_reviewer
            )

    def test_the_database_keeps_what_was_recorded(self, student):
        row = make_teaching(student, until=JUNE)
        rows = TeacherPairing.objects.filter(pk=row.pk)
        with pytest.raises(IntegrityError, match="ended on"), transaction.atomic():
            rows.update(valid_to=MAY)
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            rows.update(valid_from=MAY)
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            rows.delete()


class TestActs:
    def test_what_was_done_is_recorded_once(self, student, village_clerk):
        row, identity = make_teaching(student), uuid4()
        given = {"kind": "home_visit", "happened_on": MAY, "content": "看学习环境", "identity": identity}
        first = record_act(row, actor=village_clerk, **given)
        assert record_act(row, actor=village_clerk, **given) == first
        assert "" in refused(record_act, row, actor=village_clerk, **{**given, "content": "另一件事"})
        assert TeacherAct.objects.count() == 1

    def test_it_lies_within_the_pairing(self, student, township_officer):
        row = make_teaching(student, until=JUNE)
        for day in (date(2018, 2, 1), date(2018, 7, 1), date(2018, 11, 1)):
            told = refused(
                record_act, row, kind="talk", happened_on=day, content="谈心", actor=township_officer
            )
            assert list(told) == ["happened_on"]
        with pytest.raises(IntegrityError, match="outside pairing"), transaction.atomic():
            make_teacher_act(row, on=date(2018, 7, 1))
        assert record_act(row, kind="talk", happened_on=MAY, content="谈心", actor=township_officer).pk

    def test_a_pairing_does_not_end_before_what_was_done_in_it(self, student, township_officer):
        row = make_teaching(student)
        make_teacher_act(row, on=JUNE)
        told = refused(end_teaching, row, on=MAY, reason="毕业", actor=township_officer)
        assert told == {"on": ["2018-06-01 还登记了家访，终止时间不能早于该日。"]}
        with pytest.raises(IntegrityError, match="ends before"), transaction.atomic():
            TeacherPairing.objects.filter(pk=row.pk).update(valid_to=MAY, end_reason="毕业")

    def test_a_mistake_is_taken_back(self, student, village_clerk, helper):
        act = make_teacher_act(make_teaching(student))
        with pytest.raises(PermissionDenied):
            withdraw_act(act, reason="登错", actor=helper)
        withdraw_act(act, reason="登错", actor=village_clerk)
        assert list(TeacherAct.objects.standing()) == []


class TestSchools:
    def test_a_school_and_its_headmaster(self, county_reviewer):
        school = register_school(make_area(COUNTY_A), " 鸭园镇中心小学 ", actor=county_reviewer)
        set_head(school, name="赵校长", since=MARCH, phone="13904350001", actor=county_reviewer)
        assert headmaster_on(school).teacher.get_post_display() == "校长"
        set_head(school, name="钱校长", since=JUNE, actor=county_reviewer)
        assert [(one.teacher.name, one.valid_to) for one in school.heads.order_by("valid_from")] == [
            ("赵校长", JUNE),
            ("钱校长", None),
        ]
        assert headmaster_on(school, MAY).teacher.name == "赵校长"
        assert Teacher.objects.get(name="赵校长").post == "teacher"

    def test_a_changed_telephone_is_in_the_log_masked_also_where_only_hidden_digits_differ(
        self, county_reviewer
    ):
        school = make_school()
        row = add_teacher(school, name="赵老师", post="teacher", phone="13904350001", actor=county_reviewer)
        same = {"name": "赵老师", "post": "teacher"}
        update_teacher(row, phone="13904350001", actor=county_reviewer, **same)
        update_teacher(row, phone="13914350001", actor=county_reviewer, **same)
        set_head(school, name="赵老师", since=MARCH, phone="13924350001", actor=county_reviewer)
        told = Entry.objects.filter(action__in=("households.teacher.update", "households.school.head"))
        first, second, third = [one.changes for one in told.order_by("pk")]
        assert "phone" not in first
        assert [set(one["phone"]) for one in (second, third)] == [{"139******01"}] * 2
        assert Teacher.objects.get().phone.reveal() == "13924350001"

    def test_what_is_refused_of_schools(self, county_reviewer, township_officer):
        school = make_school()
        assert refused(register_school, make_area(COUNTY_A), "鸭园镇中心小学", actor=county_reviewer) == {
            "": ["本县已登记过这个名称的学校。"]
        }
        with pytest.raises(PermissionDenied):
            register_school(make_area(COUNTY_A), "另一所", actor=township_officer)
        set_head(school, name="赵校长", since=JUNE, actor=county_reviewer)
        assert "since" in refused(set_head, school, name="钱校长", since=MAY, actor=county_reviewer)
        assert "name" in refused(
            set_head, school, name="赵校长", since=date(2018, 7, 1), actor=county_reviewer
        )
        assert "phone" in refused(
            add_teacher, school, name="刘老师", post="teacher", phone="12", actor=county_reviewer
        )
        with pytest.raises(IntegrityError, match="headmaster"), transaction.atomic():
            SchoolHead.objects.update(valid_from=MAY)

    def test_a_name_is_kept_in_one_form_and_corrected(self, county_reviewer, township_officer):
        place = make_area(COUNTY_A)
        school = register_school(place, "鸭园镇 中心小学（本部）", actor=county_reviewer)
        assert school.name == "鸭园镇中心小学(本部)"
        assert refused(register_school, place, "鸭园镇中心小学(本部)", actor=county_reviewer)
        with pytest.raises(PermissionDenied):
            rename_school(school, name="鸭园镇小学", actor=township_officer)
        assert "name" in refused(rename_school, school, name="鸭园镇中心小学（本部）", actor=county_reviewer)
        assert rename_school(school, name="鸭园镇小学", actor=county_reviewer).name == "鸭园镇小学"
        entry = Entry.objects.get(action="households.school.rename")
        assert entry.changes == {"name": ["鸭园镇中心小学(本部)", "鸭园镇小学"]}

    def test_a_school_is_closed_when_no_student_is_left(self, student, county_reviewer):
        school = make_school()
        set_head(school, name="赵校长", since=MARCH, actor=county_reviewer)
        row = make_teaching(student, make_teacher(school=school))
        close = {"reason": "并入二中", "actor": county_reviewer}
        assert "1 名结对学生" in refused(close_school, school, on=JUNE, **close)[""][0]
        end_teaching(row, on=MAY, reason="转学", actor=county_reviewer)
        for day in (MARCH, date(2018, 4, 1), date(2018, 11, 1)):
            assert "on" in refused(close_school, school, on=day, **close)
        assert "reason" in refused(close_school, school, on=JUNE, reason=" ", actor=county_reviewer)
        assert close_school(school, on=JUNE, **close).closed_on == JUNE
        assert headmaster_on(school) is None
        assert set(Teacher.objects.filter(school=school).values_list("left_on", flat=True)) == {JUNE}
        assert "停办" in refused(close_school, school, on=JUNE, **close)[""][0]
        assert (
            "停办"
            in refused(add_teacher, school, name="何老师", post="teacher", actor=county_reviewer)[""][0]
        )
        assert register_school(make_area(COUNTY_A), school.name, actor=county_reviewer).pk != school.pk

    def test_who_arranges_a_students_teacher_may_put_him_on_record_at_any_school_of_the_county(
        self, township_officer, village_clerk
    ):
        given = {"name": "刘老师", "post": "teacher", "place": VILLAGE_A}
        assert add_teacher(make_school(), actor=township_officer, **given).pk
        with pytest.raises(PermissionDenied):
            add_teacher(make_school(), actor=village_clerk, **given)
        with pytest.raises(PermissionDenied):
            add_teacher(make_school("新荣小学", COUNTY_B), actor=township_officer, **given)

    def test_a_teachers_telephone_is_sealed_and_masked_in_the_log(self, county_reviewer):
        school = make_school()
        teacher = add_teacher(
            school, name="刘老师", post="teacher", phone="13904351234", actor=county_reviewer
        )
        teacher.refresh_from_db()
        assert str(teacher.phone) != "13904351234"
        assert teacher.phone.reveal() == "13904351234"
        update_teacher(
            teacher, name="刘老师", post="class_teacher", phone="13904355678", actor=county_reviewer
        )
        entry = Entry.objects.get(action="households.teacher.update")
        assert "13904355678" not in str(entry.changes)
        assert entry.changes["post"] == ["教师", "班主任"]
        assert all("*" in told for told in entry.changes["phone"]), "before and after, masked"

    def test_a_teacher_leaves_when_his_students_have_another(self, student, county_reviewer):
        teacher = make_teacher()
        row = make_teaching(student, teacher)
        told = refused(teacher_left, teacher, on=JUNE, actor=county_reviewer)
        assert told == {"": ["刘老师还有 1 名结对学生，请先换教师。"]}
        end_teaching(row, on=JUNE, reason="教师调动", actor=county_reviewer)
        assert "on" in refused(teacher_left, teacher, on=MAY, actor=county_reviewer)
        assert teacher_left(teacher, on=JUNE, actor=county_reviewer).left_on == JUNE
        assert make_teacher("刘老师").pk != teacher.pk, "his name is free again"
