"""Facts of a person for a year: which household is judged, what is carried, what is refused."""

from datetime import date

import pytest
import time_machine

from households.models import Assessment, CountyYear, Household, MemberSurvey
from households.services.assess import judge_households
from households.services.surveys import save_member_survey
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.fields.states import MET, UNKNOWN, UNMET
from tests.factories.accounts import make_actor, make_user
from tests.factories.households import make_household, make_member, make_membership, make_year
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def actor():
    return make_user("赵信息")


@pytest.fixture
def household():
    child = {
        "name": "王小明",
        "birth_date": date(2008, 5, 1),
        "facts": {"school_status": "", "education_level": "", "work_months": None},
    }
    return make_household(members=[child])


def child_of(household):
    return household.members.get(name="王小明")


def result(household):
    return Assessment.objects.get(household=household, year=2018)


def test_school_changes_the_verdict_of_the_household(household, actor):
    make_standard()
    child = child_of(household)
    save_member_survey(child, 2018, {"speaks_mandarin": True}, actor=actor)
    assert (result(household).education, result(household).verdict) == (UNKNOWN, UNKNOWN)
    save_member_survey(child, 2018, {"school_status": "not_at_school"}, actor=actor)
    assert (result(household).education, result(household).verdict) == (UNMET, UNMET)
    save_member_survey(child, 2018, {"school_status": "primary"}, actor=actor)
    assert (result(household).education, result(household).verdict) == (MET, MET)


def test_one_uninsured_member_fails_the_household(household, actor):
    make_standard()
    save_member_survey(child_of(household), 2018, {"resident_insurance": False}, actor=actor)
    assert result(household).medical == UNMET
    save_member_survey(child_of(household), 2018, {"employee_insurance": True}, actor=actor)
    assert result(household).medical == MET


def test_source_version_and_log(household, actor):
    before = Household.objects.get(pk=household.pk).facts_version
    row = save_member_survey(
        child_of(household),
        2018,
        {"school_status": "primary"},
        actor=actor,
        source="bureau",
        happened_on=date(2018, 11, 1),
    )
    row.refresh_from_db()
    assert row.sources["school_status"] == {"source": "bureau", "on": "2018-11-01"}
    assert row.version == 2
    assert Household.objects.get(pk=household.pk).facts_version == before + 1
    entry = Entry.objects.get(action="households.member_survey.save")
    assert (entry.case_id, entry.changes) == (household.pk, {"school_status": ["", "primary"]})
    assert entry.summary.startswith("王小明 2018年度信息")


def test_nothing_new_writes_nothing(household, actor):
    row = save_member_survey(child_of(household), 2018, {"resident_insurance": True}, actor=actor)
    assert row.version == 1
    assert not Entry.objects.filter(action="households.member_survey.save").exists()


def test_the_first_facts_of_a_year_bring_what_lasts(actor):
    household = make_household(
        year=2017, head_facts={"health_states": "disabled", "resident_insurance": True}
    )
    make_year(year=2018)
    row = save_member_survey(household.head, 2018, {"work_months": 8}, actor=actor)
    row.refresh_from_db()
    assert (row.health_states, row.education_level) == ("disabled", "junior_middle")
    assert row.resident_insurance is None
    assert row.sources["health_states"] == {"source": "carried", "on": "2017-12-31"}
    assert row.sources["work_months"] == {"source": "entered", "on": "2018-11-03"}


class TestWhoCounted:
    """The accounting period of 2018 ends on 2018-09-30."""

    def test_who_died_after_the_period_still_counts(self, actor):
        make_standard()
        household = make_household()
        dead = make_member(
            household, "王老汉", until=date(2018, 10, 9), leave_reason="death", birth_date=date(1940, 1, 1)
        )
        dead.household = None
        dead.save()
        save_member_survey(dead, 2018, {"resident_insurance": False}, actor=actor)
        assert result(household).medical == UNMET

    def test_who_moved_after_the_period_counts_where_he_was(self, actor):
        make_standard()
        old, new = make_household(head="张三"), make_household(head="李四")
        mover = make_member(new, "张小妹", since=date(2018, 10, 5))
        make_membership(old, mover, until=date(2018, 10, 5))
        save_member_survey(mover, 2018, {"resident_insurance": False}, actor=actor)
        assert result(old).medical == UNMET
        assert not Assessment.objects.filter(household=new).exists()

    def test_who_moved_between_the_ends_of_two_counties_counts_in_both(self, actor):
        """One county's 2018 ends on 30 September, the other's on 31 December."""
        make_standard(area="22")
        make_year("220502", 2018, period_from=date(2018, 1, 1), period_to=date(2018, 12, 31))
        old, new = make_household(head="张三"), make_household("220502100200", head="李四")
        mover = make_member(new, "张小妹", since=date(2018, 10, 5))
        make_membership(old, mover, until=date(2018, 10, 5))
        save_member_survey(mover, 2018, {"resident_insurance": False}, actor=actor)
        assert (result(old).medical, result(new).medical) == (UNMET, UNMET)
        save_member_survey(mover, 2018, {"resident_insurance": True}, actor=actor)
        assert (result(old).medical, result(new).medical) == (MET, MET)

    def test_a_closed_year_of_the_other_county_keeps_its_result(self, actor):
        make_standard(area="22")
        make_year("220502", 2018, period_from=date(2018, 1, 1), period_to=date(2018, 12, 31))
        old, new = make_household(head="张三"), make_household("220502100200", head="李四")
        mover = make_member(new, "张小妹", since=date(2018, 10, 5))
        make_membership(old, mover, until=date(2018, 10, 5))
        judge_households([old.pk], 2018)
        close_year(
            CountyYear.objects.get(area="220503"),
            actor=make_actor(Role.COUNTY_REVIEWER, "220503"),
            document_name="年度关闭通知",
        )
        save_member_survey(mover, 2018, {"resident_insurance": False}, actor=actor)
        assert (result(old).medical, result(new).medical) == (MET, UNMET)

    def test_who_belongs_nowhere(self, actor):
        person = make_member(None, "赵六", facts=False)
        assert (
            "不在任何户" in refused(save_member_survey, person, 2018, {"work_months": 1}, actor=actor)[""][0]
        )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"work_months": 13}, "work_months", "0至12个月"),
        ({"work_months": -1}, "work_months", "0至12个月"),
        ({"public_post_months": 13}, "public_post_months", "0至12"),
        ({"work_months": "ten"}, "work_months", "填写的内容不对"),
        ({"school_status": "grade_99"}, "school_status", "请从列表中选择"),
        ({"disability_card_year": 2019}, "disability_card_year", "1949至2018"),
        ({"resident_insurance": "perhaps"}, "resident_insurance", "填写的内容不对"),
        ({"disease_name": "长" * 61}, "disease_name", "60"),
        ({"member": 1}, "member", "没有这一项"),
    ],
)
def test_what_cannot_be(household, actor, changes, field, words):
    told = refused(
        save_member_survey, child_of(household), 2018, {"speaks_mandarin": True, **changes}, actor=actor
    )
    assert list(told) == [field]
    assert words in told[field][0]
    assert MemberSurvey.objects.get(member=child_of(household), year=2018).speaks_mandarin is None


def test_a_year_that_is_not_open(household, actor):
    assert (
        "尚未开启"
        in refused(save_member_survey, child_of(household), 2017, {"work_months": 1}, actor=actor)["year"][0]
    )
    make_year(year=2016, state="closed")
    assert (
        "已关闭"
        in refused(save_member_survey, child_of(household), 2016, {"work_months": 1}, actor=actor)["year"][0]
    )
