"""A household comes onto the register: opened by the village, confirmed by the township, or taken over."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from households.models import Household, Member
from households.services.assess import assess
from households.services.changes import (
    confirm_changes,
    propose_change,
    refuse_registration,
    withdraw_change,
)
from households.services.places import move_household
from households.services.positions import set_photo, set_position
from households.services.registration import (
    discard_household,
    register_household,
    take_over_household,
    update_record,
)
from households.services.surveys import start_survey
from poverty.audit.models import Entry
from poverty.fields.identity import resident_number
from poverty.fields.states import UNKNOWN
from poverty.review.models import Step
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area, make_settlement
from tests.factories.files import make_upload, pdf
from tests.factories.households import make_household, make_survey, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

ON = date(2018, 11, 1)
HEAD = {"name": "赵新户", "identity": resident_number("220503", date(1970, 3, 8), 11)}
WIFE = {
    "name": "孙丽",
    "identity": resident_number("220503", date(1972, 5, 9), 12),
    "relation": "spouse",
}


def opened(actor, village=VILLAGE_A, **changes):
    values = {
        "head": HEAD,
        "members": [WIFE],
        "actor": actor,
        "happened_on": ON,
        "document_name": "户口本",
        **changes,
    }
    return register_household(make_area(village), **values)


class TestOpening:
    def test_a_record_waits_for_the_township(self, village_clerk, township_officer):
        household = opened(village_clerk)
        household.refresh_from_db()
        assert (household.state, household.size, household.head_name) == ("pending", 2, "赵新户")
        assert household.household_no is None
        assert household.places.get().valid_from == ON
        assert household.statuses.get().status == ""
        change = propose_change(
            "register",
            household,
            actor=village_clerk,
            happened_on=ON,
            reason="整户迁入",
            document_name="户口本",
        )
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        assert outcome.done
        household.refresh_from_db()
        assert household.state == "registered"
        steps = Step.objects.of_case("households.household", household.pk)
        assert [step.transition for step in steps] == ["open_record", "register"]

    def test_only_in_a_village_of_ones_own(self, village_clerk):
        with pytest.raises(PermissionDenied):
            opened(village_clerk, VILLAGE_B)
        assert not Household.objects.exists()

    def test_a_township_is_no_village(self, village_clerk):
        told = refused(opened, village_clerk, VILLAGE_A[:9])
        assert told == {"area": ["请选行政村：户登记在村（12位区划代码）。"]}

    def test_a_group_of_another_village_is_refused(self, village_clerk):
        strange = make_settlement(make_area("220503200200"))
        assert "不在" in refused(opened, village_clerk, settlement=strange)["settlement"][0]

    def test_nothing_stays_when_a_member_is_wrong(self, village_clerk):
        told = refused(opened, village_clerk, members=[{**WIFE, "relation": "son"}])
        assert "性别是女，不能是“之子”" in told["member_1.relation"][0]
        told = refused(opened, village_clerk, members=[WIFE, {**WIFE, "identity": "123"}])
        assert "位数不对" in told["member_2.identity"][0]
        told = refused(opened, village_clerk, members=[WIFE, {**HEAD, "relation": "sibling"}])
        assert "赵新户户" in told["member_2.identity"][0]
        assert not Household.objects.exists()
        assert not Member.objects.exists()

    def test_a_day_in_the_future_or_in_a_closed_year_is_refused(self, village_clerk):
        assert "今天之后" in refused(opened, village_clerk, happened_on=date(2099, 1, 1))["happened_on"][0]
        make_year(year=2019, state="closed")
        assert "2019年度已关闭" in refused(opened, village_clerk)["happened_on"][0]

    def test_an_empty_household_is_not_registered(self, village_clerk, township_officer):
        household = make_household(head=None, state="pending", survey=False, status="")
        told = refused(
            propose_change,
            "register",
            household,
            actor=village_clerk,
            happened_on=ON,
            reason="登记",
            document_name="户口本",
        )
        assert told == {"": ["该户没有在册成员，不能登记空户。"]}

    def test_the_officer_who_entered_its_facts_does_not_confirm_it(self, village_clerk, township_officer):
        household = opened(village_clerk)
        change = propose_change(
            "register",
            household,
            actor=village_clerk,
            happened_on=ON,
            reason="整户迁入",
            document_name="户口本",
        )
        update = {"address": "三组12号"}
        update_record(household, update, actor=township_officer)
        (outcome,) = confirm_changes([change.pk], actor=township_officer)
        assert not outcome.done
        assert "不能再审核" in outcome.problem
        household.refresh_from_db()
        assert household.state == "pending"


def proposed(household, clerk):
    return propose_change(
        "register",
        household,
        actor=clerk,
        happened_on=ON,
        reason="整户迁入",
        document_name="户口本",
    )


def test_facts_entered_while_pending_are_judged_with_the_registration(village_clerk, township_officer):
    make_standard(year=ON.year)
    make_year(VILLAGE_A[:6], ON.year)
    household = opened(village_clerk, happened_on=date(2018, 9, 1))
    start_survey(household, ON.year, actor=village_clerk)
    assert not household.assessments.exists()
    [outcome] = confirm_changes([proposed(household, village_clerk).pk], actor=township_officer)
    assert outcome.done
    assert household.assessments.get().verdict == UNKNOWN
    assert assess(VILLAGE_A[:6], ON.year, trigger="nightly").written == 0


class TestDiscarding:
    def test_its_proposal_goes_back(self, village_clerk, township_officer):
        household = opened(village_clerk)
        change = proposed(household, village_clerk)
        refuse_registration(household, actor=township_officer, comment="长期不在本村居住")
        change.refresh_from_db()
        household.refresh_from_db()
        assert (household.state, change.state) == ("closed", "returned")

    def test_its_people_are_free_again(self, village_clerk, township_officer):
        household = opened(village_clerk)
        discard_household(household, actor=township_officer, comment="长期不在本村居住")
        household.refresh_from_db()
        assert (household.state, household.size) == ("closed", 0)
        assert household.closed_on is not None
        again = opened(village_clerk)
        assert again.head.memberships.count() == 2

    def test_with_a_reason(self, village_clerk, township_officer):
        household = opened(village_clerk)
        told = refused(discard_household, household, actor=township_officer, comment=" ")
        assert "comment" in told

    def test_a_withdrawn_proposal_leaves_the_record_pending(self, village_clerk):
        household = opened(village_clerk)
        change = propose_change(
            "register",
            household,
            actor=village_clerk,
            happened_on=ON,
            reason="整户迁入",
            document_name="户口本",
        )
        withdraw_change(change, actor=village_clerk)
        household.refresh_from_db()
        assert household.state == "pending"


class TestTakingOver:
    def test_by_the_county_with_status_and_source(self, county_reviewer):
        household = take_over_household(
            make_area(VILLAGE_A),
            head=HEAD,
            members=[WIFE],
            kind="registered_poor",
            status="not_exited",
            actor=county_reviewer,
            happened_on=date(2014, 6, 1),
            document_name="国网导出表2018-01",
            record_data={"household_no": "2205030001", "main_cause": "illness"},
        )
        household.refresh_from_db()
        assert (household.state, household.status) == ("registered", "not_exited")
        assert (household.household_no, household.identified_on) == ("2205030001", date(2014, 6, 1))

    def test_not_by_the_village(self, village_clerk):
        with pytest.raises(PermissionDenied):
            take_over_household(
                make_area(VILLAGE_A),
                head=HEAD,
                kind="registered_poor",
                actor=village_clerk,
                happened_on=ON,
                document_name="表",
            )


class TestRecord:
    def test_numbers_are_sealed_and_logged_masked(self, village_clerk):
        household = make_household(VILLAGE_A)
        update_record(
            household,
            {"phone": "13800138000", "bank_account": "6228480000000000018", "bank_name": "农信社"},
            actor=village_clerk,
        )
        household.refresh_from_db()
        assert household.phone.reveal() == "13800138000"
        assert household.bank_account.masked.endswith("18")
        entry = Entry.objects.get(action="households.household.update")
        assert entry.changes["phone"] == [None, "138******00"]
        assert "622848" not in str(entry.changes)

    def test_one_number_belongs_to_one_household(self, village_clerk):
        first, second = make_household(VILLAGE_A), make_household(VILLAGE_A, head="陈大山")
        update_record(first, {"household_no": "2205030001"}, actor=village_clerk)
        told = refused(update_record, second, {"household_no": "2205030001"}, actor=village_clerk)
        assert told == {"household_no": ["该户编号已属于另一户。"]}

    def test_the_main_cause_is_not_another_cause_too(self, village_clerk):
        household = make_household(VILLAGE_A, main_cause="illness")
        told = refused(update_record, household, {"other_causes": ["illness"]}, actor=village_clerk)
        assert "不能与主要致贫原因相同" in str(told)

    def test_only_in_place(self, stranger):
        with pytest.raises(PermissionDenied):
            update_record(make_household(VILLAGE_A), {"address": "x"}, actor=stranger("village_clerk"))


class TestPlace:
    def test_facts_of_open_years_follow(self, township_officer):
        household = make_household(VILLAGE_A)
        make_survey(household, 2019)
        group = make_settlement(make_area("220503100200"))
        move_household(
            household,
            group.village,
            group,
            on=date(2018, 12, 1),
            reason="易地搬迁",
            document="搬迁协议",
            actor=township_officer,
        )
        household.refresh_from_db()
        assert (household.area_id, household.settlement) == ("220503100200", group)
        places = household.places.order_by("valid_from").values_list("area_id", "valid_from", "valid_to")
        assert list(places) == [
            (VILLAGE_A, date(2016, 1, 1), date(2018, 12, 1)),
            ("220503100200", date(2018, 12, 1), None),
        ]
        # 2018 ended on 30 September: its facts stay where they were.
        surveys = dict(household.surveys.values_list("year", "area_id"))
        assert surveys == {2018: VILLAGE_A, 2019: "220503100200"}

    def test_not_over_the_county_s_border(self, township_officer):
        household = make_household(VILLAGE_A)
        values = {"on": ON, "reason": "x", "document": "x", "actor": township_officer}
        told = refused(move_household, household, make_area(VILLAGE_B), None, **values)
        assert "不在本县" in told["area"][0]
        told = refused(move_household, household, household.area, None, **values)
        assert "没有变动" in told["settlement"][0]


class TestPosition:
    def test_is_written_and_logged(self, village_clerk):
        household = make_household(VILLAGE_A)
        set_position(household, 41.7, 126.0, actor=village_clerk)
        household.refresh_from_db()
        assert (float(household.latitude), float(household.longitude)) == (41.7, 126.0)
        assert Entry.objects.get(action="households.position.set").summary == "标注位置"

    @pytest.mark.parametrize(
        ("latitude", "longitude", "field", "word"),
        [
            (126.0, 41.7, "latitude", "填反"),
            (0.0, 126.0, "latitude", "3 至 54"),
            (41.7, 0.0, "longitude", "73 至 136"),
            (41.7, None, "longitude", "一起填写"),
        ],
    )
    def test_what_cannot_be_is_refused(self, village_clerk, latitude, longitude, field, word):
        household = make_household(VILLAGE_A)
        assert word in refused(set_position, household, latitude, longitude, actor=village_clerk)[field][0]

    def test_a_photo_is_kept_and_shown(self, village_clerk, settings, tmp_path):
        settings.FILES_ROOT = tmp_path
        household = make_household(VILLAGE_A)
        file = set_photo(household, make_upload(), actor=village_clerk)
        household.refresh_from_db()
        assert household.photo == file
        assert refused(set_photo, household, make_upload(pdf(), "a.pdf"), actor=village_clerk)

    def test_not_by_strangers(self, stranger):
        with pytest.raises(PermissionDenied):
            set_position(make_household(VILLAGE_A), 41.7, 126.0, actor=stranger("village_clerk"))
