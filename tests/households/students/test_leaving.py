"""Who leaves the register has no teacher any more, and a household that is closed nobody who answers for its move."""

from datetime import date

import pytest

from households.models import RelocationCharge, TeacherPairing
from households.relocation.forms import cadres_around
from households.services.closing import close_household
from households.services.members import clear_member, move_member, remove_member, return_member
from households.services.splitting import merge_households
from households.students.services.pairing import pair_student
from households.students.services.schools import teacher_left
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_user
from tests.factories.households import make_household
from tests.factories.relocation import make_charge, make_moving
from tests.factories.students import make_student, make_teacher, make_teacher_act, make_teaching

pytestmark = pytest.mark.django_db
MARCH, JUNE, ON = date(2018, 3, 1), date(2018, 6, 1), date(2018, 10, 5)


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def home(db):
    return make_household(VILLAGE_A)


def only_pairing() -> TeacherPairing:
    return TeacherPairing.objects.get()


def test_who_moves_away_has_no_teacher_from_that_day_and_the_teacher_may_leave(
    home, village_clerk, county_reviewer
):
    pupil = make_student(home)
    teacher = make_teaching(pupil).teacher
    remove_member(pupil.memberships.get(), on=ON, reason="moved_out", actor=village_clerk)
    row = only_pairing()
    assert (row.valid_to, row.end_reason) == (ON, "迁出")
    entry = Entry.objects.get(action="households.student.end")
    assert (entry.case_id, entry.changes) == (home.pk, {"结对教师": ["刘老师", None]})
    assert "王小明" not in entry.summary
    assert teacher_left(teacher, on=ON, actor=county_reviewer).left_on == ON


def test_who_comes_back_gets_a_teacher_anew(home, village_clerk, township_officer):
    pupil = make_student(home)
    make_teaching(pupil)
    remove_member(pupil.memberships.get(), on=JUNE, reason="moved_out", actor=village_clerk)
    return_member(home, pupil, "son", on=ON, reason="moved_back", actor=village_clerk)
    pupil.refresh_from_db()
    assert not TeacherPairing.objects.open_on(ON).exists()
    assert pair_student(pupil, make_teacher("何老师"), since=ON, actor=township_officer).is_open


def test_not_before_it_began_nor_before_what_was_done_last(home, county_reviewer):
    late, busy = make_student(home, "后来的"), make_student(home, "常去的")
    first = make_teaching(late, since=ON)
    second = make_teaching(busy, make_teacher("何老师"))
    make_teacher_act(second, on=date(2018, 9, 3))
    for pupil in (late, busy):
        clear_member(pupil.memberships.get(), on=JUNE, document="清退决定", actor=county_reviewer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (date(2018, 10, 6), date(2018, 9, 3))


def test_who_stays_in_the_county_keeps_his_teacher(home, village_clerk, county_reviewer):
    pupil, target = make_student(home), make_household(VILLAGE_A, head="陈大山")
    make_teaching(pupil)
    move_member(pupil.memberships.get(), target, "nephew", on=JUNE, actor=village_clerk)
    assert only_pairing().is_open
    relations = {target.head_id: "sibling", pupil.pk: "nephew"}
    target.refresh_from_db()
    known = {row.member_id: relations[row.member_id] for row in target.memberships.filter(valid_to=None)}
    merge_households(target, home, relations=known, on=ON, document="户口本", actor=county_reviewer)
    assert only_pairing().is_open


def test_a_closed_household_has_neither_teachers_nor_cadres(county_reviewer):
    home = make_moving()
    pupil, cadre = make_student(home), make_user("李支书")
    make_teaching(pupil)
    make_charge(home, cadre)
    reasons = dict.fromkeys((home.head_id, pupil.pk), "moved_out")
    close_household(home, on=ON, leave_reasons=reasons, document="销户决定", actor=county_reviewer)
    assert only_pairing().valid_to == ON
    charge = RelocationCharge.objects.get()
    assert (charge.valid_to, charge.end_reason) == (ON, "整户消亡")
    assert cadre not in cadres_around(VILLAGE_A)
    entry = Entry.objects.get(action="households.relocation.end")
    assert entry.changes == {"包扶干部": ["李支书", None]}


def test_a_merged_household_has_nobody_who_answers_for_its_move(home, county_reviewer):
    source = make_moving(head="陈大山")
    make_charge(source, since=ON)
    relations = {source.head_id: "sibling"}
    merge_households(source, home, relations=relations, on=ON, document="户口本", actor=county_reviewer)
    assert RelocationCharge.objects.get().valid_to == date(2018, 10, 6), "the day after it began"
