"""A visit is kept once, whatever becomes of its facts; what two people changed differently waits for a third."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from households.models import (
    Assessment,
    CountyYear,
    MemberSurvey,
    Need,
    Survey,
    Visit,
    VisitAmount,
    VisitFact,
)
from households.services.facts import facts_changed
from households.services.surveys import save_survey
from households.visits.sent import Sent, SentAmount, SentIncome, SentNeed, SentPhoto
from households.visits.services.recording import record_visit, record_visits
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.fields.states import MET, UNMET
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.at_commit import commit_checks
from tests.factories.accounts import make_actor
from tests.factories.households import close_the_year, make_household, make_member, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import fact, make_sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def helper():
    return make_actor(Role.HELPER, VILLAGE_A)


@pytest.fixture
def household(helper):
    make_standard()
    home = make_household(VILLAGE_A, survey={"food_ok": None, "house_area": "60.00"})
    make_pairing(home, helper)
    facts_changed([home.pk], [2018])
    return home


def survey_of(household):
    return Survey.objects.get(household=household, year=2018)


def outcomes(visit=None):
    rows = VisitFact.objects.filter(visit=visit) if visit else VisitFact.objects.all()
    return {row.field: row.outcome for row in rows}


def test_a_visit_writes_what_was_seen_judges_at_once_and_says_what_it_closed(household, helper):
    sent = make_sent(
        household, facts=(fact("food_ok", None, True), fact("work_months", 10, 8, household.head))
    )
    answer = record_visit(sent, actor=helper)
    commit_checks()
    assert (answer.state, answer.before, answer.after) == ("received", "unknown", "met")
    assert answer.closed == ["不愁吃"]
    assert answer.open == []
    survey = survey_of(household)
    assert survey.food_ok is True
    assert survey.visited_on == date(2018, 11, 3)
    assert survey.sources["food_ok"] == {"source": "visit", "on": "2018-11-03"}
    assert MemberSurvey.objects.get(member=household.head).work_months == 8
    visit = Visit.objects.get()
    assert (visit.identity, visit.visitor, visit.area_code) == (sent.identity, helper, VILLAGE_A)
    assert outcomes() == {"food_ok": "written", "work_months": "written"}
    assert Entry.objects.filter(action="households.visit.record", case_id=household.pk).count() == 1


def test_the_same_visit_five_times_is_one_visit_and_one_answer(household, helper):
    sent = make_sent(
        household,
        facts=(fact("food_ok", None, True),),
        amounts=(SentAmount("income", Decimal("1200.00"), "wage_work", "十月工资"),),
    )
    told = [record_visit(sent, actor=helper) for _ in range(5)]
    assert all(one == told[0] for one in told)
    assert (Visit.objects.count(), VisitFact.objects.count(), VisitAmount.objects.count()) == (1, 1, 1)
    assert survey_of(household).version == 2


def test_in_one_batch_the_same_visit_twice_is_one_visit(household, helper):
    sent = make_sent(household)
    first, second = record_visits([sent, sent], actor=helper)
    assert first == second
    assert Visit.objects.count() == 1


def test_another_content_under_the_same_identity_is_refused_and_overwrites_nothing(household, helper):
    identity = uuid4()
    record_visit(make_sent(household, identity=identity, remark="第一次"), actor=helper)
    answer = record_visit(make_sent(household, identity=identity, remark="第二次"), actor=helper)
    assert answer.state == "refused"
    assert "没有覆盖" in answer.errors["identity"][0]
    assert Visit.objects.get().remark == "第一次"


def test_a_fact_that_another_person_changed_differently_waits_and_nothing_is_overwritten(household, helper):
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    save_survey(survey_of(household), {"food_ok": False}, actor=clerk)
    answer = record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    assert answer.state == "inbox"
    assert survey_of(household).food_ok is False
    row = VisitFact.objects.get()
    assert (row.outcome, row.base, row.value, row.standing) == ("conflict", None, True, False)


def test_different_facts_from_two_phones_are_merged(household, helper):
    second = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, second, order=2)
    record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    answer = record_visit(make_sent(household, facts=(fact("clothing_ok", True, False),)), actor=second)
    survey = survey_of(household)
    assert (survey.food_ok, survey.clothing_ok) == (True, False)
    assert (answer.state, answer.after) == ("received", "unmet")
    assert Assessment.objects.get(household=household).clothing == UNMET


def test_the_same_value_on_both_sides_is_no_conflict(household, helper):
    save_survey(survey_of(household), {"food_ok": True}, actor=make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    answer = record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    assert answer.state == "received"
    assert outcomes() == {"food_ok": "same"}


def test_what_the_visitor_found_unchanged_yields_to_a_later_correction(household, helper):
    save_survey(survey_of(household), {"clothing_ok": False}, actor=make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    record_visit(make_sent(household, facts=(fact("clothing_ok", True, True),)), actor=helper)
    assert survey_of(household).clothing_ok is False
    assert VisitFact.objects.get().said == "登记的值后来已改，以登记为准。"


def test_a_fact_carried_over_and_found_as_it_was_takes_the_visit_as_its_source(household, helper):
    Survey.objects.filter(household=household).update(
        sources={"dangerous_grade": {"source": "carried", "on": "2017-12-31"}}
    )
    record_visit(make_sent(household, facts=(fact("dangerous_grade", "b", "b"),)), actor=helper)
    assert survey_of(household).sources["dangerous_grade"] == {"source": "visit", "on": "2018-11-03"}


def test_one_of_several_states_of_health_that_the_list_no_longer_has_is_found_unchanged(household, helper):
    MemberSurvey.objects.filter(member=household.head).update(health_states="chronic,old_illness")
    seen = ["chronic", "old_illness"]
    told = fact("health_states", seen, seen, household.head)
    answer = record_visit(make_sent(household, facts=(told,)), actor=helper)
    assert (answer.state, answer.facts[0]["outcome"]) == ("received", "same")
    told = fact("health_states", ["chronic"], seen, household.head)
    answer = record_visit(make_sent(household, facts=(told,)), actor=helper)
    assert answer.facts[0]["said"] == "请从列表中选择。"


def test_one_refused_fact_refuses_neither_the_visit_nor_the_others(household, helper):
    answer = record_visit(
        make_sent(
            household,
            facts=(
                fact("food_ok", None, True),
                fact("work_months", 10, 14, household.head),
                fact("house_area", "60.00", "70"),
                fact("dangerous_grade", "b", "z"),
            ),
        ),
        actor=helper,
    )
    assert answer.state == "inbox"
    assert outcomes() == {
        "food_ok": "written",
        "work_months": "refused",
        "house_area": "refused",
        "dangerous_grade": "refused",
    }
    said = {one["field"]: one["said"] for one in answer.facts}
    assert said["house_area"] == "走访模板没有问这一项。"
    assert said["work_months"] == "务工时间为0至12个月。"
    assert survey_of(household).food_ok is True


def test_what_no_list_has_any_more_is_found_unchanged_and_not_chosen_anew(household, helper):
    """The register holds an answer of an earlier year's list."""
    Survey.objects.filter(household=household).update(dangerous_grade="e")
    answer = record_visit(make_sent(household, facts=(fact("dangerous_grade", "e", "e"),)), actor=helper)
    assert (answer.state, answer.facts[0]["outcome"]) == ("received", "same")
    assert survey_of(household).dangerous_grade == "e"
    answer = record_visit(make_sent(household, facts=(fact("dangerous_grade", "b", "e"),)), actor=helper)
    assert answer.facts[0]["said"] == "请从列表中选择。"


def test_a_person_of_another_household_is_refused_with_the_visit(household, helper):
    other = make_household(VILLAGE_A, "李大山")
    answer = record_visit(make_sent(household, facts=(fact("work_months", 10, 3, other.head),)), actor=helper)
    assert answer.state == "refused"
    assert not Visit.objects.exists()


def test_who_has_left_the_household_keeps_his_facts(household, helper):
    gone = make_member(household, "王远行", until=date(2018, 10, 20))
    answer = record_visit(make_sent(household, facts=(fact("work_months", 10, 3, gone),)), actor=helper)
    assert answer.facts[0]["said"] == "此人现在不在该户。"
    assert MemberSurvey.objects.get(member=gone).work_months == 10


def test_two_visits_written_offline_one_after_the_other_do_not_contradict_each_other(household, helper):
    first = make_sent(household, happened_on=date(2018, 11, 1), facts=(fact("clothing_ok", True, False),))
    second = make_sent(household, happened_on=date(2018, 11, 3), facts=(fact("clothing_ok", True, None),))
    third = make_sent(household, happened_on=date(2018, 11, 3), facts=(fact("food_ok", None, True),))
    answers = record_visits([second, first, third], actor=helper)
    assert [one.state for one in answers] == ["received"] * 3
    survey = survey_of(household)
    assert (survey.clothing_ok, survey.food_ok, survey.visited_on) == (None, True, date(2018, 11, 3))


def test_a_later_visit_sent_apart_also_follows_the_visitors_own_earlier_one(household, helper):
    record_visit(
        make_sent(household, happened_on=date(2018, 11, 1), facts=(fact("clothing_ok", True, False),)),
        actor=helper,
    )
    answer = record_visit(make_sent(household, facts=(fact("clothing_ok", True, None),)), actor=helper)
    assert answer.state == "received"
    assert survey_of(household).clothing_ok is None


@pytest.mark.parametrize("days", [(1, 3), (3, 1)])
def test_of_one_batch_the_later_visit_stands_whatever_the_reasons_for_coming_late(household, helper, days):
    """One was typed from paper with a reason, one written on the spot without: by the day, not by the words."""
    with time_machine.travel("2018-09-03 09:00 +0800"):
        began = timezone.now()
    paper = {"late_reason": "补录：手机没电", "facts": (fact("clothing_ok", True, False),)}
    spot = {"started_at": began, "facts": (fact("clothing_ok", True, None),)}
    sent = {
        1: make_sent(household, happened_on=date(2018, 9, 1), **paper),
        3: make_sent(household, happened_on=date(2018, 9, 3), **spot),
    }
    answers = record_visits([sent[day] for day in days], actor=helper)
    assert [one.state for one in answers] == ["received"] * 2
    survey = survey_of(household)
    assert survey.clothing_ok is None
    assert survey.late_reason == "手机填写，联网后送到"


def test_the_year_is_opened_by_its_first_visit(helper):
    make_standard()
    home = make_household(VILLAGE_A, survey=False)
    make_pairing(home, helper)
    record_visit(make_sent(home, facts=(fact("food_ok", None, True),)), actor=helper)
    assert survey_of(home).food_ok is True


def test_in_a_closed_year_the_visit_is_kept_and_its_facts_wait(household, helper):
    close_the_year(CountyYear.objects.get())
    answer = record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    assert answer.state == "inbox"
    assert "已关闭" in answer.facts[0]["said"]
    assert survey_of(household).food_ok is None


def test_nobody_records_a_visit_to_a_household_that_never_was_his(helper):
    strange = make_household(VILLAGE_B)
    answer = record_visit(make_sent(strange), actor=helper)
    assert answer.state == "refused"
    assert "household" in answer.errors
    answer = record_visit(make_sent(999_999_999), actor=helper)
    assert answer.errors == record_visit(make_sent(strange), actor=helper).errors
    assert not Visit.objects.exists()


def test_without_the_right_nothing_is_asked(household):
    with pytest.raises(PermissionDenied):
        record_visit(make_sent(household), actor=make_actor(Role.BUREAU_OFFICER, VILLAGE_A))


def test_after_the_hand_over_a_late_phone_is_taken_over_for_some_days(household, helper):
    household.pairings.update(valid_to=date(2018, 10, 30))
    answer = record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    assert answer.state == "received"
    assert survey_of(household).food_ok is True


def test_long_after_the_hand_over_the_visit_is_kept_and_waits_whole(household, helper):
    household.pairings.update(valid_to=date(2018, 10, 26))
    answer = record_visit(
        make_sent(
            household,
            facts=(fact("food_ok", None, True),),
            income=SentIncome(items={"wage_work": (Decimal("8000.00"), "")}),
        ),
        actor=helper,
    )
    assert answer.state == "inbox"
    assert outcomes() == {"food_ok": "held", "item.wage_work": "held"}
    visit = Visit.objects.get()
    assert "不再是您的结对户" in visit.held
    assert VisitFact.objects.get(field="item.wage_work").value == ["8000.00", ""]
    survey = survey_of(household)
    assert (survey.food_ok, survey.visited_on) == (None, date(2018, 9, 20))
    assert not Visit.objects.counted().exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"happened_on": date(2018, 11, 4)}, "happened_on"),
        ({"happened_on": date(2018, 10, 1)}, "late_reason"),
        ({"way": "phone"}, "way"),
        ({"signed": True}, "signature.name"),
        ({"signed": False}, "signature.reason"),
        ({"template": 0}, "template"),
        ({"year": 2020}, "year"),
        ({"answers": {"nobody_asked": 1}}, "answers"),
        ({"latitude": Decimal("41.7")}, "position"),
        ({"ended_at": datetime(9999, 12, 31, 12, tzinfo=UTC)}, "ended_at"),
        ({"started_at": datetime(9, 12, 31, 12, tzinfo=UTC)}, "started_at"),
        ({"photos": (SentPhoto(uuid4(), "a" * 64, 9, datetime(1, 1, 2, tzinfo=UTC)),)}, "photos"),
    ],
)
def test_what_cannot_be_kept_is_said_by_field(household, helper, changes, field):
    sent = replace(make_sent(household), **changes)
    answer = record_visit(sent, actor=helper)
    assert answer.state == "refused"
    assert list(answer.errors) == [field]
    assert not Visit.objects.exists()


def test_a_call_counts_for_a_household_that_is_away(household, helper):
    answer = record_visit(make_sent(household, way="phone", whole_away=True), actor=helper)
    assert answer.state == "received"
    assert survey_of(household).visited_on == date(2018, 11, 3)


def test_a_visit_long_ago_gives_its_reason_or_was_written_on_the_spot(household, helper):
    with time_machine.travel("2018-10-01 09:00 +0800"):
        began = timezone.now()
    day = {"happened_on": date(2018, 10, 1), "facts": (fact("food_ok", None, True),)}
    assert record_visit(make_sent(household, started_at=began, **day), actor=helper).state == "received"
    assert survey_of(household).late_reason == "手机填写，联网后送到"
    assert (
        record_visit(make_sent(household, late_reason="纸质表后补", **day), actor=helper).state == "received"
    )


def test_a_need_told_on_a_visit_is_taken_in_once(household, helper):
    need = SentNeed(uuid4(), "employment", "想在县里找活", "village")
    sent = make_sent(household, needs=(need,))
    record_visit(sent, actor=helper)
    record_visit(sent, actor=helper)
    row = Need.objects.get()
    assert (row.identity, row.visit, row.raised_on) == (need.identity, Visit.objects.get(), date(2018, 11, 3))


def test_a_need_that_cannot_be_taken_in_waits_with_its_visit(household, helper):
    need = SentNeed(uuid4(), "employment", "想在县里找活", "nobody")
    answer = record_visit(make_sent(household, needs=(need,)), actor=helper)
    assert answer.state == "inbox"
    assert answer.facts[0]["said"] == "请选择由谁答复。"
    assert not Need.objects.exists()


def test_photos_are_announced_and_waited_for(household, helper):
    photo = SentPhoto(uuid4(), "a" * 64, 300_000, kind="house")
    sent = make_sent(household, photos=(photo,))
    answer = record_visit(sent, actor=helper)
    assert (answer.state, answer.missing_photos) == ("waiting_photos", [photo.identity])
    other = record_visit(make_sent(household, photos=(photo,)), actor=helper)
    assert other.state == "refused"
    assert "photos" in other.errors


def test_a_visit_that_the_system_could_not_keep_is_asked_for_again_the_others_are_kept(household, helper):
    """A rule of the database that nothing asks about before: nobody at the phone can put it right."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE households_visit ADD CONSTRAINT never CHECK (remark <> '不行')")
    answers = record_visits([make_sent(household, remark="不行"), make_sent(household)], actor=helper)
    assert [one.state for one in answers] == ["later", "received"]
    assert "稍后再送" in answers[0].errors[""][0]
    assert Visit.objects.count() == 1


def test_a_fault_that_nobody_thought_of_holds_back_its_own_visit_only(household, helper, caplog):
    """Not even a rule of the database: what it says may hold what was said, and stays out of the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF NEW.remark = '不行' THEN RAISE EXCEPTION '坏了：%', NEW.remark; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER never BEFORE INSERT ON households_visit FOR EACH ROW EXECUTE FUNCTION never()"
        )
    # No run of digits in it that the log would mask for a number of a person.
    named = UUID("abcdefab-cdef-4abc-8def-abcdefabcdef")
    answers = record_visits(
        [make_sent(household), make_sent(household, identity=named, remark="不行"), make_sent(household)],
        actor=helper,
    )
    assert [one.state for one in answers] == ["received", "later", "received"]
    assert "稍后再送" in answers[1].errors[""][0]
    assert Visit.objects.count() == 2
    assert str(named) in caplog.text
    assert "不行" not in caplog.text


def test_what_was_not_said_takes_no_part_in_what_tells_two_visits_apart(household):
    """So that a visit that was received before there was a field is known again after it."""

    @dataclass(frozen=True)
    class Photo(SentPhoto):
        angle: int | None = None

    @dataclass(frozen=True)
    class Later(Sent):
        weather: str = ""

    photo = (uuid4(), "a" * 64, 300_000)
    sent = make_sent(household, photos=(SentPhoto(*photo),))
    again = Later(**vars(sent) | {"photos": (Photo(*photo),)})
    assert again.digest == sent.digest
    assert replace(again, weather="雪").digest != sent.digest
    assert replace(sent, whole_away=True).digest != sent.digest


def test_twenty_visits_cost_little_more_than_two(household, helper, django_assert_max_num_queries):
    homes = [household]
    for number in range(19):
        home = make_household(VILLAGE_A, f"户主{number}", survey={"food_ok": None})
        make_pairing(home, helper)
        homes.append(home)
    sent = [
        make_sent(home, facts=(fact("food_ok", None, True), fact("work_months", 10, 9, home.head)))
        for home in homes
    ]
    with django_assert_max_num_queries(70):
        answers = record_visits(sent, actor=helper)
    assert {one.state for one in answers} == {"received"}
    assert Assessment.objects.filter(verdict=MET).count() == 20


def test_a_visit_stays_as_it_was_made(household, helper):
    record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    for change in (
        lambda: Visit.objects.update(remark="改了"),
        lambda: Visit.objects.all().delete(),
        lambda: VisitFact.objects.update(value=False),
        lambda: Visit.objects.update(happened_on=date(2018, 11, 3) - timedelta(days=1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


class TestYear:
    """A year's facts are collected until the year is closed, as on the pages."""

    def test_a_visit_after_the_year_updates_it_while_it_is_open(self, helper, household):
        with time_machine.travel("2020-03-02 10:00 +0800", tick=True):
            told = record_visit(
                make_sent(household, happened_on=date(2020, 3, 2), facts=(fact("food_ok", None, True),)),
                actor=helper,
            )
        assert told.state == "received"
        survey = Survey.objects.get(household=household, year=2018)
        assert (survey.food_ok, survey.visited_on) == (True, date(2020, 3, 2))

    def test_one_long_before_it_says_nothing_of_it(self, helper, household):
        told = record_visit(make_sent(household, happened_on=date(2016, 12, 31)), actor=helper)
        assert told.state == "refused"
        assert "不属于2018年度" in told.errors["year"][0]
        assert not Visit.objects.exists()
