"""Persons: found by number, checked against it, corrected with masked entries in the log."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from households.models import Assessment, Member
from households.services.assess import assess
from households.services.members import remove_member
from households.services.persons import new_person, update_person
from poverty.audit.models import Entry
from poverty.fields.identity import parse_identity, resident_number
from poverty.fields.states import UNKNOWN, UNMET
from poverty.review.models import FactEntry
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.households import make_household, make_member
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

BORN = date(1990, 3, 5)
MAN = resident_number("220503", BORN, 11)


def man(**data):
    return {"name": "王二", "identity": MAN, **data}


class TestNumber:
    def test_it_says_birth_date_and_sex(self, village_clerk):
        person = new_person(man(), actor=village_clerk, area_code=VILLAGE_A)
        person.refresh_from_db()
        assert (person.birth_date, person.sex, person.document_type) == (BORN, "male", "resident_id")
        assert person.identity.reveal() == MAN
        assert bytes(person.identity_hash) == parse_identity(MAN).hash
        assert person.member_no is None
        assert person.pinyin.startswith("wang'er")

    def test_full_width_and_blanks_are_normalised(self, village_clerk):
        typed = " " + "".join(chr(ord(sign) + 0xFEE0) for sign in MAN[:6]) + " " + MAN[6:]
        assert new_person(man(identity=typed), actor=village_clerk).identity.reveal() == MAN

    @pytest.mark.parametrize(
        ("number", "word"),
        [
            (MAN[:17] + ("1" if MAN[17] != "1" else "2"), "校验不对"),
            (MAN[:17], "位数不对"),
            ("990503" + MAN[6:], "省份代码"),
            (MAN[:6] + "19901305" + MAN[14:], "出生日期"),
            ("ABC", "位数不对"),
        ],
    )
    def test_a_faulty_number_is_refused(self, village_clerk, number, word):
        told = refused(new_person, man(identity=number), actor=village_clerk)
        assert word in "".join(told["identity"])
        assert not Member.objects.exists()

    def test_birth_date_and_sex_must_agree(self, village_clerk):
        data = man(birth_date=date(1990, 3, 6), sex="female")
        told = refused(new_person, data, actor=village_clerk)
        assert "与证件号码第7至14位不一致" in told["birth_date"][0]
        assert "与证件号码第17位不一致" in told["sex"][0]

    def test_an_odd_number_is_taken_and_marked(self, village_clerk):
        odd = resident_number("220504", date(1990, 9, 29), 999)
        person = new_person(man(identity=odd), actor=village_clerk)
        assert odd.endswith("99999")
        assert person.identity_faults == ["nines"]

    def test_a_newborn_may_be_without(self, village_clerk):
        with time_machine.travel("2018-11-05 10:00+08:00"):
            baby = {"name": "王小宝", "sex": "male", "birth_date": date(2018, 10, 1)}
            person = new_person(baby, actor=village_clerk)
            assert (person.identity, person.identity_hash) == (None, None)
            told = refused(new_person, {**baby, "birth_date": date(2017, 11, 1)}, actor=village_clerk)
            assert "出生 365 天以后须填证件号码" in told["identity"][0]
            told = refused(new_person, {"name": "王小宝", "sex": "male"}, actor=village_clerk)
            assert "请填写证件号码" in told["identity"][0]
            told = refused(new_person, {**baby, "birth_date": date(2018, 11, 6)}, actor=village_clerk)
            assert told["birth_date"] == ["出生日期在今天之后，请核对。"]

    def test_without_a_name_nobody(self, village_clerk):
        assert refused(new_person, man(name="  "), actor=village_clerk) == {"name": ["请填写姓名。"]}

    def test_phone(self, village_clerk):
        person = new_person(man(phone="138 0013 8000"), actor=village_clerk)
        assert (person.phone.reveal(), person.phone.masked) == ("13800138000", "138******00")
        assert "手机号" in refused(new_person, man(phone="1380013"), actor=village_clerk)["phone"][0]


class TestKnown:
    def test_in_ones_own_village_the_household_is_named(self, village_clerk):
        household = make_household(VILLAGE_A, head="陈大山")
        told = refused(
            new_person, man(name="陈大山", identity=household.head.identity.reveal()), actor=village_clerk
        )
        assert "陈大山户" in told["identity"][0]
        assert household.own_no in told["identity"][0]

    def test_elsewhere_nothing_but_that(self, village_clerk):
        household = make_household(VILLAGE_B, head="陈大山")
        told = refused(
            new_person, man(name="陈大山", identity=household.head.identity.reveal()), actor=village_clerk
        )
        assert told == {"identity": ["此人已在其他地区登记，请与县扶贫办核对后再办。"]}

    def test_who_left_is_the_same_row_again(self, village_clerk):
        household = make_household(VILLAGE_A)
        left = make_member(household, "王二", identity=MAN, birth_date=BORN, relation="sibling")
        remove_member(left.memberships.get(), on=date(2018, 5, 1), reason="moved_out", actor=village_clerk)
        person = new_person(man(phone="13800138000"), actor=village_clerk)
        assert person == left
        assert Member.objects.filter(name="王二").count() == 1
        assert person.phone.reveal() == "13800138000"

    def test_under_another_name_he_is_asked_about_and_not_told(self, village_clerk):
        household = make_household(VILLAGE_B)
        left = make_member(household, "王二", identity=MAN, birth_date=BORN, relation="sibling")
        remove_member(left.memberships.get(), on=date(2018, 5, 1), reason="moved_out", actor=village_clerk)
        told = refused(new_person, man(name="李四"), actor=village_clerk)
        assert "登记的姓名与所填不同" in told["name"][0]
        assert "王二" not in str(told)

    def test_the_dead_do_not_join(self, village_clerk):
        household = make_household(VILLAGE_A)
        dead = make_member(household, "王二", identity=MAN, birth_date=BORN, relation="sibling")
        remove_member(dead.memberships.get(), on=date(2018, 5, 1), reason="death", actor=village_clerk)
        assert "2018-05-01 登记为死亡" in refused(new_person, man(), actor=village_clerk)["identity"][0]


class TestCorrecting:
    def test_a_number_is_logged_masked(self, village_clerk):
        household = make_household(VILLAGE_A)
        person = make_member(household, "王二", identity=MAN, birth_date=BORN, relation="sibling")
        right = resident_number("220503", BORN, 13)
        update_person(person, {"identity": right}, actor=village_clerk, reason="对照户口本更正")
        person.refresh_from_db()
        assert person.identity.reveal() == right
        assert bytes(person.identity_hash) == parse_identity(right).hash
        assert person.version == 2
        entry = Entry.objects.get(action="households.person.update")
        assert entry.changes["identity"] == [
            MAN[:3] + "*" * 13 + MAN[-2:],
            right[:3] + "*" * 13 + right[-2:],
        ]
        assert MAN not in str(entry.changes) + entry.summary
        assert entry.summary == "更正王二的信息：对照户口本更正"

    def test_not_to_the_number_of_another(self, village_clerk):
        household = make_household(VILLAGE_A)
        person = make_member(household, "王二", identity=MAN, birth_date=BORN, relation="sibling")
        taken = household.head.identity.reveal()
        data = {"identity": taken, "birth_date": household.head.birth_date}
        told = refused(update_person, person, data, actor=village_clerk)
        assert told == {"identity": ["该证件号码已登记为另一人，请对照户口本核对。"]}

    def test_a_birth_date_against_the_stored_number_is_refused(self, village_clerk):
        household = make_household(VILLAGE_A)
        person = make_member(household, "王二", identity=MAN, birth_date=BORN, relation="sibling")
        told = refused(update_person, person, {"birth_date": date(1991, 3, 5)}, actor=village_clerk)
        assert "与证件号码" in told["birth_date"][0]

    def test_the_head_s_name_follows(self, village_clerk):
        household = make_household(VILLAGE_A, head="王建国")
        update_person(household.head, {"name": "王建囯"}, actor=village_clerk)
        household.refresh_from_db()
        assert household.head_name == "王建囯"

    def test_it_judges_and_notes_who_entered_it(self, village_clerk):
        make_standard()
        household = make_household(VILLAGE_A)
        child = make_member(
            household,
            "王小明",
            identity=None,
            birth_date=date(1990, 9, 9),
            relation="son",
            facts={"school_status": "not_at_school", "education_level": "primary"},
        )
        update_person(
            child,
            {"birth_date": date(2006, 9, 9), "identity": resident_number("220503", date(2006, 9, 9), 3)},
            actor=village_clerk,
        )
        assert Assessment.objects.get(household=household).education == 0
        assert FactEntry.objects.filter(
            case_type="households.household", case_id=household.pk, user=village_clerk
        ).exists()

    def test_only_with_the_right_there(self, county_reviewer, stranger):
        household = make_household(VILLAGE_A)
        for actor in (county_reviewer, stranger("village_clerk")):
            with pytest.raises(PermissionDenied):
                update_person(household.head, {"name": "某"}, actor=actor)

    def test_nothing_changed_nothing_written(self, village_clerk):
        household = make_household(VILLAGE_A)
        update_person(household.head, {"name": "王建国"}, actor=village_clerk)
        assert not Entry.objects.filter(action="households.person.update").exists()

    def test_a_member_number_belongs_to_one(self, village_clerk):
        household = make_household(VILLAGE_A)
        person = make_member(household, "王二", relation="sibling")
        update_person(household.head, {"member_no": "2205030001"}, actor=village_clerk)
        told = refused(update_person, person, {"member_no": "2205030001"}, actor=village_clerk)
        assert told == {"member_no": ["该人口编号已属于另一人。"]}


def test_what_is_filled_in_when_somebody_comes_back_judges_where_he_counted(village_clerk):
    make_standard()
    left = make_household(VILLAGE_A)
    member = make_member(left, "王小明", until=date(2018, 10, 5), facts={"resident_insurance": False})
    number = member.identity.reveal()
    Member.objects.filter(pk=member.pk).update(household=None, birth_date=None)
    assess(VILLAGE_A[:6], 2018, trigger="command")
    assert left.assessments.get().medical == UNKNOWN  # without a birth date he may be a newborn
    known = new_person({"name": "王小明", "identity": number}, actor=village_clerk, area_code=VILLAGE_A)
    assert known == member
    assert left.assessments.get().medical == UNMET
    assert assess(VILLAGE_A[:6], 2018, trigger="nightly").written == 0
