"""Pages on which field work is entered: who may be named, what is offered, what pressing twice does, who takes back."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from households.duties.diary import diary_of
from households.duties.models import DiaryNote, DutyRecord, HelpAction, Leave
from households.duties.services.helping import add_help
from households.duties.services.leave import answer_leave, apply_leave
from poverty.accounts.models import Posting, Role
from poverty.areas.models import Area
from tests.actors import client_of
from tests.factories.accounts import make_actor, make_posting, make_unit, make_user
from tests.factories.duties import make_visit
from tests.factories.files import make_file
from tests.factories.households import make_household, make_pairing
from tests.factories.posts import make_post
from tests.factories.villages import make_village

pytestmark = pytest.mark.django_db
VILLAGE = "220503100204"
NEXT = "220503100209"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2018-11-22T10:00+08:00", tick=False):
        yield


@pytest.fixture
def village(actors):
    return Area.objects.get(pk=VILLAGE)


@pytest.fixture
def helper(actors):
    return actors["helper"]


def get(user, name, *args, **query):
    return client_of(user).get(reverse(f"households:{name}", args=args), query)


def post(user, name, *args, **sent):
    return client_of(user).post(reverse(f"households:{name}", args=args), sent)


def choices(form, name):
    return [text for value, text in form.fields[name].choices if value]


# --- who went to a village ----------------------------------------------------------------------------------


def visit_of(**fields):
    return {
        "identity": uuid4(),
        "bearer": "leader",
        "village": VILLAGE,
        "happened_on": "2018-11-20",
        "topic": "调研产业",
        **fields,
    }


def test_the_village_says_which_leader_came(actors, village):
    clerk, unit = actors["village_clerk"], make_unit("县委")
    leader = make_post(make_village(VILLAGE), "leader", person=make_user("刘县长", unit=unit)).person
    form = get(clerk, "duty-record-new", "village").context["form"]
    assert choices(form, "person") == ["刘县长　县委"]
    refused = post(clerk, "duty-record-new", "village", **visit_of())
    assert refused.status_code == 422
    assert "请选择到村的联系领导" in refused.content.decode()
    assert "调研产业" in refused.content.decode()
    sent = visit_of(person=leader.pk)
    for _ in range(2):  # pressed twice
        assert post(clerk, "duty-record-new", "village", **sent).status_code == 302
    row = DutyRecord.objects.get()
    assert (row.person, row.unit, row.area_id) == (leader, None, VILLAGE)
    assert "刘县长" in get(clerk, "duty-records").content.decode()


def test_what_a_unit_did_at_home_is_offered_to_the_county_and_the_unit(actors, helper, village):
    own = make_unit("区财政局")
    make_unit("区统计局")
    helper.unit = own
    helper.save()
    county = get(actors["county_reviewer"], "duty-record-new", "study").context["form"]
    assert {"区财政局", "区统计局"} <= set(choices(county, "unit"))
    assert choices(get(helper, "duty-record-new", "study").context["form"], "unit") == ["区财政局"]
    clerk = actors["village_clerk"]
    assert choices(get(clerk, "duty-record-new", "study").context["form"], "unit") == []
    assert set(get(clerk, "duty-records").context["acts"]) == {"village"}
    went = get(clerk, "duty-record-new", "village").context["form"]
    assert {"区财政局", "区统计局"} <= set(choices(went, "unit"))


# --- calls --------------------------------------------------------------------------------------------------


def test_the_village_types_the_call_of_the_second_helper(actors, helper):
    household = make_household(survey=False)
    first, second = make_pairing(household).helper, make_pairing(household, helper, order=2).helper
    clerk = actors["village_clerk"]
    form = get(clerk, "duty-call", household.pk).context["form"]
    assert {one.pk for one in form.fields["person"].queryset} == {first.pk, second.pk}
    assert form.initial["person"] == second.pk
    assert "person" not in get(helper, "duty-call", household.pk).context["form"].fields
    sent = {"identity": uuid4(), "person": second.pk, "happened_on": "2018-11-20", "topic": "问候"}
    for _ in range(2):
        assert post(clerk, "duty-call", household.pk, **sent).status_code == 302
    row = DutyRecord.objects.get()
    assert (row.person, row.bearer, row.recorded_by) == (second, "second_helper", clerk)


def test_taking_back_is_offered_to_whoever_may(actors, helper, village):
    add_help(
        "supplies",
        helper,
        actor=helper,
        village=village,
        happened_on=date(2018, 11, 20),
        item="化肥",
        amount=10,
    )
    row = HelpAction.objects.get()
    other = make_actor(Role.HELPER, VILLAGE)
    assert row.pk in get(helper, "help-actions").context["mine"]
    assert row.pk in get(actors["village_clerk"], "help-actions").context["mine"]
    seen = get(other, "help-actions")
    assert row.pk not in seen.context["mine"]
    assert "撤回" not in seen.content.decode()


def test_the_photo_of_what_a_household_got_is_for_who_sees_that_household(actors, helper):
    pairing = make_pairing(make_household(survey=False), helper)
    photo = make_file(helper)
    add_help(
        "supplies",
        helper,
        actor=helper,
        household=pairing.household,
        happened_on=date(2018, 11, 20),
        item="化肥",
        amount=10,
        scans={"photo": photo},
    )
    link = reverse("files:file", args=[photo.pk])
    for who in (helper, actors["village_clerk"], actors["county_reviewer"]):
        assert link in get(who, "help-actions").content.decode()
    pairing.valid_to = date(2018, 11, 21)
    pairing.save()
    page = get(helper, "help-actions").content.decode()
    assert "化肥" in page
    assert link not in page


# --- days in the village ------------------------------------------------------------------------------------


def test_only_days_that_can_be_told_are_offered(actors, helper, village):
    make_pairing(make_household(survey=False), helper)
    leave = apply_leave(
        helper,
        village,
        actor=helper,
        kind="sick",
        starts_on=date(2018, 11, 5),
        ends_on=date(2018, 11, 6),
        reason="看病",
        late_reason="补办",
    )
    answer_leave(leave, actor=actors["township_officer"], agreed=True)
    november = get(helper, "presence-person", helper.pk).context["form"]
    days = [value[-2:] for value, _ in november.fields["days"].choices]
    assert days == [f"{day:02}" for day in range(1, 23) if day not in (5, 6)]
    # 31 days back is 22 October.
    october = get(helper, "presence-person", helper.pk, month="2018-10").context["form"]
    assert next(value for value, _ in october.fields["days"].choices) == "2018-10-22"
    september = get(helper, "presence-person", helper.pk, month="2018-09")
    assert september.context["form"] is None
    assert "补登期限" in september.content.decode()


# --- leave --------------------------------------------------------------------------------------------------


def test_nobody_is_shown_the_form_for_his_own_leave(actors, village):
    officer = actors["township_officer"]
    leave = apply_leave(
        officer,
        village,
        actor=actors["village_clerk"],
        kind="sick",
        starts_on=date(2018, 11, 26),
        ends_on=date(2018, 11, 26),
        reason="看病",
    )
    assert get(officer, "leave", leave.pk).context["form"] is None
    assert post(officer, "leave", leave.pk, agreed="yes").status_code == 403
    assert Leave.objects.get().state == "applied"
    assert get(actors["county_reviewer"], "leave", leave.pk).context["form"] is not None


# --- whose diary --------------------------------------------------------------------------------------------


def test_a_diary_shows_a_clerk_nothing_of_other_villages(actors, helper):
    clerk = actors["village_clerk"]
    # He sees households of the whole county elsewhere: by name, as officer of a bureau.
    make_posting(clerk, Role.BUREAU_OFFICER, "220503", sector="housing")
    near, far = (
        make_household(head="王建国", survey=False),
        make_household(village=NEXT, head="李远", survey=False),
    )
    for household in (near, far):
        make_pairing(household, helper)
        make_visit(household, helper, date(2018, 11, 9), problems="院墙松动。")
    DiaryNote.objects.create(
        person=helper, month=date(2018, 11, 1), book="diary", text="李远家要联系", recorded_by=helper
    )
    text = diary_of(helper, date(2018, 11, 1), clerk).diary_text
    assert "王建国" in text
    assert "李远" not in text
    # The county holds all his villages: it reads his own words too.
    assert "李远家要联系" in diary_of(helper, date(2018, 11, 1), actors["county_reviewer"]).diary_text


def test_diaries_of_a_month_are_of_who_helped_then(actors, helper):
    household = make_household(survey=False)
    left = make_pairing(household, make_user("已调离"), until=date(2018, 6, 15)).helper
    Posting.objects.filter(user=left).delete()
    make_pairing(household, helper, since=date(2018, 6, 15))
    clerk = actors["village_clerk"]
    assert left in get(clerk, "diaries", month="2018-06").context["page"].rows
    assert left not in get(clerk, "diaries").context["page"].rows
    assert helper in get(clerk, "diaries").context["page"].rows
    assert get(clerk, "diary", left.pk, month="2018-05").status_code == 200


# --- larger places ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["duties", "duty-list", "duty-units", "duties-late", "presence"])
def test_above_a_county_nothing_is_counted(name, django_assert_max_num_queries):
    household = make_household(head="王建国", survey=False)
    make_pairing(household)
    leader = make_actor(Role.LEADER, "22")
    client = client_of(leader)
    client.get(reverse("households:duties"))  # the session
    with django_assert_max_num_queries(14):
        answer = client.get(reverse(f"households:{name}"))
    assert "请先选择一个县" in answer.content.decode()
    assert "王建国" not in answer.content.decode()
    below = client.get(reverse(f"households:{name}"), {"area": "220503"})
    assert below.status_code == 200
    assert "请先选择一个县" not in below.content.decode()
