"""帮扶责任人 from a workbook: people put on record, pairings, takeovers that are asked about, errors by row and column."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.models import Household, Pairing
from poverty.accounts.models import Posting, Role, User
from poverty.audit.models import Entry
from poverty.ledgers.models import Import
from poverty.ledgers.services.exporting import export_to
from poverty.ledgers.services.importing import apply_import, check_import, choose_rows
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor, make_unit, make_user
from tests.factories.households import make_household, make_pairing
from tests.factories.incoming import number_of, read, reviewer, workbook
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db
LI, QIAN = number_of(date(1975, 3, 8), 1), number_of(date(1980, 6, 1), 3)
AS_OF = date(2018, 9, 1)


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def actor():
    return reviewer()


@pytest.fixture
def forestry():
    return make_unit("二道江区林业局", kind="helping_unit")


@pytest.fixture
def household(forestry):
    return make_household(VILLAGE_A, household_no="H1")


def row(**cells):
    return {
        "户编号": "H1",
        "户主姓名": "王建国",
        "姓名": "李强",
        "证件号码": LI,
        "单位名称": "二道江区林业局",
        "派出单位职务": "科员",
        "开始时间": "2018-03-01",
        **cells,
    }


def checked(tmp_path, actor, *rows, area=COUNTY_A):
    path = workbook(tmp_path / "helpers.xlsx", rows)
    return read(path, kind="helpers", actor=actor, area=area, as_of=AS_OF)


def faults(imported):
    return [(fault["c"], fault["k"]) for one in imported.rows.order_by("number") for fault in one.faults]


def outcomes(imported):
    return list(imported.rows.order_by("number").values_list("outcome", flat=True))


def test_a_helper_who_is_not_on_record_is_put_there_without_account(tmp_path, actor, household, forestry):
    imported = checked(tmp_path, actor, row(联系电话="13804351234", 技术特长="种植", 是否驻村队员="是"))
    assert (outcomes(imported), faults(imported), imported.year) == (["new"], [], None)
    assert not Pairing.objects.exists()
    imported = apply_import(imported, actor=actor)
    pairing = Pairing.objects.get()
    person = pairing.helper
    assert (pairing.household, pairing.order, pairing.valid_from, pairing.valid_to) == (
        household,
        1,
        date(2018, 3, 1),
        None,
    )
    assert (person.name, person.unit, person.position, person.is_active, person.username) == (
        "李强",
        forestry,
        "科员",
        False,
        None,
    )
    assert (person.identity.reveal(), person.phone.reveal(), person.skills) == (
        LI,
        "13804351234",
        ["planting"],
    )
    posting = Posting.objects.get(user=person)
    assert (posting.role, posting.area_id, posting.valid_from) == (Role.HELPER, VILLAGE_A, date(2018, 3, 1))
    assert imported.applied == {
        "登记人员": 1,
        "补填人员信息": 0,
        "安排任职": 1,
        "终止结对": 0,
        "新增结对": 1,
    }
    assert Entry.objects.filter(action="households.pairing.pair", case_id=household.pk).count() == 1


def test_brought_in_again_nothing_changes(tmp_path, actor, household):
    apply_import(checked(tmp_path, actor, row()), actor=actor)
    again = checked(tmp_path, actor, row())
    assert outcomes(again) == ["unchanged"]
    again = apply_import(again, actor=actor)
    assert (Pairing.objects.count(), set(again.applied.values())) == (1, {0})
    assert User.objects.filter(name="李强").count() == 1


def test_ending_somebody_elses_pairing_is_asked_first(tmp_path, actor, household):
    before = make_pairing(household, make_actor(Role.HELPER), since=date(2017, 1, 1))
    imported = checked(tmp_path, actor, row())
    assert (faults(imported), outcomes(imported)) == ([("name", "takes_over")], ["wrong"])
    assert "该户现由帮扶责任人帮扶" in imported.rows.get().row_faults[0]["m"]
    untouched = apply_import(check_import(imported, actor=actor), actor=actor)
    assert (untouched.applied["终止结对"], Pairing.objects.get().valid_to) == (0, None)
    imported = checked(tmp_path, actor, row())
    choose_rows(imported, "takes_over", True, actor=actor)
    assert outcomes(imported) == ["changed"]
    apply_import(imported, actor=actor)
    before.refresh_from_db()
    assert (before.valid_to, before.reason) == (date(2018, 3, 1), "由李强接任")
    assert Pairing.objects.get(valid_to=None).helper.name == "李强"


def test_without_a_day_the_list_counts_from_its_own(tmp_path, actor, household):
    apply_import(checked(tmp_path, actor, row(开始时间=None)), actor=actor)
    assert Pairing.objects.get().valid_from == AS_OF


def test_one_helper_of_two_households_is_one_person_and_far_ends_are_open(tmp_path, actor, household):
    make_household(VILLAGE_A, head="陈大山", household_no="H2")
    rows = (row(终止时间="2099-12-31"), row(户编号="H2", 户主姓名="陈大山", 证件号码=None))
    imported = checked(tmp_path, actor, *rows)
    apply_import(
        checked(tmp_path, actor, row(终止时间="2099-12-31"), row(户编号="H2", 户主姓名="陈大山")), actor=actor
    )
    assert ("identity", "identity_missing") in faults(imported)
    assert Pairing.objects.filter(valid_to=None).count() == 2
    assert User.objects.filter(name="李强").count() == 1


def test_a_household_without_a_number_is_found_by_village_and_head(tmp_path, actor, forestry):
    make_household(VILLAGE_A, head="赵老三")
    told = row(户编号=None, 户主姓名="赵老三", 乡="鸭园镇", 村="二道沟村")
    apply_import(checked(tmp_path, actor, told), actor=actor)
    assert Pairing.objects.get().household.head_name == "赵老三"
    make_household(VILLAGE_A, head="赵老三")
    assert faults(checked(tmp_path, actor, told)) == [("head_name", "head_unclear")]


class TestRefusedByRowAndColumn:
    @pytest.mark.parametrize(
        ("cells", "found"),
        [
            ({"户编号": "H9"}, ("household_no", "household_unknown")),
            ({"户编号": None}, ("household_no", "household_missing")),
            ({"单位名称": "没有的局"}, ("unit", "unit_unknown")),
            ({"开始时间": "2018-10-11"}, ("since", "since_to_come")),
            ({"开始时间": "2010-01-01"}, ("since", "before_register")),
            ({"开始时间": "三月"}, ("since", "date")),
            ({"终止时间": "2018-02-01"}, ("until", "until_before")),
            ({"户主姓名": "别人"}, ("head_name", "head_differs")),
            ({"姓名": None}, ("name", "missing")),
        ],
    )
    def test_a_cell(self, tmp_path, actor, household, cells, found):
        imported = checked(tmp_path, actor, row(**cells))
        assert found[0] in [column for column, _ in faults(imported)]
        assert outcomes(imported) == ["wrong"]
        apply_import(imported, actor=actor)
        assert not Pairing.objects.exists()

    def test_who_is_a_registered_poor_person(self, tmp_path, actor, household):
        poor = make_household(VILLAGE_A, head="陈大山").head
        imported = checked(tmp_path, actor, row(姓名="陈大山", 证件号码=poor.identity.reveal()))
        assert ("name", "helper_is_poor") in faults(imported)

    def test_who_has_an_account_and_no_posting_as_helper(self, tmp_path, actor, household, forestry):
        make_user("李强", unit=forestry)
        imported = checked(tmp_path, actor, row(证件号码=None))
        assert ("name", "not_posted") in faults(imported)

    def test_a_second_helper_where_the_county_has_none(self, tmp_path, actor, household):
        both = (row(), row(姓名="钱进", 证件号码=QIAN))
        assert faults(checked(tmp_path, actor, *both)) == [("order", "second")]
        make_parameter("pairing.second_allowed", COUNTY_A, date(2016, 1, 1), "1")
        imported = checked(tmp_path, actor, *both)
        assert faults(imported) == []
        apply_import(imported, actor=actor)
        assert list(Pairing.objects.order_by("order").values_list("order", "helper__name")) == [
            (1, "李强"),
            (2, "钱进"),
        ]

    def test_the_same_twice_and_days_that_overlap(self, tmp_path, actor, household):
        assert ("", "pair_twice") in faults(checked(tmp_path, actor, row(), row()))
        make_pairing(household, make_actor(Role.HELPER), since=date(2017, 1, 1), until=date(2018, 6, 1))
        assert ("since", "overlaps") in faults(checked(tmp_path, actor, row()))

    def test_a_household_of_another_township_or_county(self, tmp_path, actor, household, stranger):
        make_household("220503101201", head="孙老四", household_no="H3")
        imported = checked(tmp_path, actor, row(户编号="H3", 户主姓名="孙老四"), area="220503100")
        assert faults(imported) == [("household_no", "household_outside")]
        make_household("140212100201", head="外县户", household_no="H4")
        imported = checked(tmp_path, actor, row(户编号="H4", 户主姓名="外县户"))
        assert faults(imported) == [("household_no", "household_unknown")]

    def test_a_file_without_its_needed_columns(self, tmp_path, actor, household):
        path = workbook(tmp_path / "bare.xlsx", [{"户编号": "H1", "联系电话": "13804351234"}])
        imported = read(path, kind="helpers", actor=actor, as_of=AS_OF)
        assert imported.state == Import.State.FAILED
        assert "姓名" in imported.message


def test_changed_meanwhile_nothing_is_written(tmp_path, actor, household):
    imported = checked(tmp_path, actor, row())
    make_pairing(household, make_actor(Role.HELPER), since=date(2018, 1, 1))
    with pytest.raises(ValidationError, match="结对情况在核对以后有变化"):
        apply_import(imported, actor=actor)
    assert Pairing.objects.count() == 1


def test_what_a_person_on_record_lacks_is_filled_nothing_is_written_over(
    tmp_path, actor, household, forestry
):
    person = make_user("李强", unit=forestry, position="主任")
    User.objects.filter(pk=person.pk).update(username=None, is_active=False)
    apply_import(checked(tmp_path, actor, row(学历="大学本科")), actor=actor)
    person.refresh_from_db()
    assert (person.position, person.education, person.identity.reveal()) == ("主任", "bachelor", LI)
    assert Pairing.objects.get().helper == person


def test_handed_over_twice_in_one_file(tmp_path, actor, household):
    rows = (row(终止时间="2018-06-01"), row(姓名="钱进", 证件号码=QIAN, 开始时间="2018-06-01"))
    imported = checked(tmp_path, actor, *rows)
    assert faults(imported) == []
    apply_import(imported, actor=actor)
    assert list(Pairing.objects.order_by("valid_from").values_list("helper__name", "valid_to")) == [
        ("李强", date(2018, 6, 1)),
        ("钱进", None),
    ]
    assert outcomes(checked(tmp_path, actor, *rows)) == ["unchanged", "unchanged"]


def test_the_ledger_comes_in_again_as_it_went_out(tmp_path, actor, household):
    apply_import(checked(tmp_path, actor, row(联系电话="13804351234")), actor=actor)
    path = tmp_path / "ledger.xlsx"
    export_to(path, "helping", area_code=COUNTY_A, actor=actor, full_numbers=True, purpose="核对", filters={})
    imported = read(path, kind="helpers", actor=actor, as_of=AS_OF)
    assert (outcomes(imported), faults(imported), imported.unknown) == (["unchanged"], [], [])


def test_the_page_says_what_accepting_does(tmp_path, actor, household):
    make_pairing(household, make_actor(Role.HELPER), since=date(2017, 1, 1))
    imported = checked(tmp_path, actor, row())
    page = client_of(actor).get(reverse("ledgers:import", args=[imported.pk])).content.decode()
    assert "核对无误，照表导入" in page
    assert Household.objects.get(pk=household.pk).pairings.count() == 1
