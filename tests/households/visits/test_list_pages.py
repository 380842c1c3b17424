"""The pages of visits: the list and its counts, one visit, the inbox, photos to look at."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.models import Household, Survey, Visit, VisitFact, VisitPhoto
from households.services.facts import facts_changed
from households.services.places import move_household
from households.services.surveys import save_survey
from households.today_duties import screen_tasks
from households.visits.services.deciding import withdraw_visit
from households.visits.services.photo_flags import flag_photos
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import fact, make_sent, make_template
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def household(helper):
    make_standard()
    make_template()
    home = make_household(VILLAGE_A, survey={"food_ok": None}, members=[{"name": "王小花"}])
    make_pairing(home, helper)
    facts_changed([home.pk], [2018])
    return home


def url(name, *args):
    return reverse(f"households:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


# --- lists and pages --------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_place_visitor_way_and_days(township_officer, helper, household):
    record_visit(make_sent(household, remark="看了房子", problems="屋顶漏雨"), actor=helper)
    record_visit(
        make_sent(household, way="phone", whole_away=True, happened_on=date(2018, 11, 1)), actor=helper
    )
    client = client_of(township_officer)
    assert len(client.get(url("visits")).context["page"].rows) == 2
    for query, number in (
        ("way=phone", 1),
        ("first=2018-11-02", 1),
        ("last=2018-10-31", 0),
        ("state=problems", 1),
        ("state=inbox", 0),
        (f"q={helper.name[:1]}", 2),
        ("q=没有这人", 0),
        (f"area={VILLAGE_A}", 2),
    ):
        assert len(client.get(f"{url('visits')}?{query}").context["page"].rows) == number, query
    assert "屋顶漏雨" in text_of(client.get(url("visits")))
    strange = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_B)
    assert client_of(strange).get(url("visits")).context["page"].rows == []


def test_visits_and_what_waits_are_counted_where_the_household_stands_now(
    county_reviewer, village_clerk, helper, household
):
    conflict(household, helper, village_clerk)
    there = make_area("220503100205")
    move_household(
        household,
        there,
        None,
        on=date(2018, 11, 2),
        reason="搬迁",
        document="协议",
        actor=make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A[:9]),
    )
    client = client_of(county_reviewer)
    for area, number in ((VILLAGE_A, 0), (there.pk, 1)):
        found = client.get(f"{url('visits')}?area={area}").context["page"].rows
        assert len(found) == number, area
        homes = Household.objects.visible_to(county_reviewer).under(area)
        tasks = {one.label: one for one in screen_tasks(homes, county_reviewer, area)}
        task = tasks["与登记不一致、待核对的走访"]
        assert task.count == number, area
        assert len(client.get(task.url).context["page"].rows) == number, area


def test_the_household_page_lists_its_visits(helper, household):
    record_visit(make_sent(household, remark="看了房子"), actor=helper)
    shown = text_of(client_of(helper).get(f"{url('detail', household.pk)}?tab=visits"))
    assert "看了房子" in shown
    assert url("visit-enter", household.pk) in shown


def conflict(household, helper, clerk):
    save_survey(Survey.objects.get(household=household), {"food_ok": False}, actor=clerk)
    record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    return VisitFact.objects.get()


def test_the_inbox_shows_both_values_with_who_and_when_and_one_press_decides(
    village_clerk, helper, household
):
    row = conflict(household, helper, village_clerk)
    client = client_of(village_clerk)
    page = client.get(url("visit-inbox"))
    (one,) = page.context["open"]
    assert (one.value, one.now, one.last.who) == ("是", "否", village_clerk.name)
    answer = client.post(url("visit-fact", row.pk), {"take": "yes", "seen": one.seen}, follow=True)
    assert "已采用走访的值" in text_of(answer)
    assert Survey.objects.get(household=household).food_ok is True
    assert answer.context["open"] == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("household", 1, "1"),
        ("save", "x", "x"),
        ("housing_safety", ["a", "b"], "a、b"),
        ("food_ok", [], "（未填）"),
    ],
)
def test_a_refused_fact_of_whatever_shape_is_shown_and_kept_out(
    village_clerk, helper, household, field, value, words
):
    record_visit(make_sent(household, facts=(fact(field, value, value),)), actor=helper)
    row, client = VisitFact.objects.get(), client_of(village_clerk)
    assert row.outcome == "refused"
    inbox = client.get(url("visit-inbox"))
    assert inbox.status_code == 200
    [one] = inbox.context["open"]
    assert one.value == words
    assert client.get(url("visit", row.visit_id)).status_code == 200
    assert client.get(url("visit-fact", row.pk)).status_code == 200
    body = {"take": "no", "seen": one.seen}
    assert client.post(url("visit-fact", row.pk), body).status_code == 302
    row.refresh_from_db()
    assert row.outcome == "kept"


@pytest.mark.parametrize(
    "body", [{}, {"take": "perhaps"}, {"take": "yes", "seen": "{"}, {"take": "yes", "seen": "true"}]
)
def test_a_decision_without_sense_or_on_an_old_value_is_refused(village_clerk, helper, household, body):
    row = conflict(household, helper, village_clerk)
    answer = client_of(village_clerk).post(url("visit-fact", row.pk), body)
    assert answer.status_code == 422
    assert VisitFact.objects.undecided().count() == 1


def test_a_held_visit_is_taken_by_the_village(village_clerk, helper, household):
    household.pairings.update(valid_to=date(2018, 10, 1))
    record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    visit = Visit.objects.get()
    client = client_of(village_clerk)
    assert "不再是您的结对户" in text_of(client.get(url("visit-inbox")))
    client.post(url("visit-settle", visit.pk), {"take": "yes"})
    assert Survey.objects.get(household=household).food_ok is True
    assert "已采用" in text_of(client.get(url("visit", visit.pk)))


def test_a_visit_is_withdrawn_by_who_made_it(helper, household):
    record_visit(make_sent(household), actor=helper)
    visit = Visit.objects.get()
    client = client_of(helper)
    assert client.post(url("visit-withdraw", visit.pk), {"reason": ""}).status_code == 422
    answer = client.post(url("visit-withdraw", visit.pk), {"reason": "记错户"}, follow=True)
    assert "不再计入" in text_of(answer)


def test_a_flagged_photo_is_looked_at_beside_the_one_it_is_like(village_clerk, helper, household):
    client = client_of(helper)
    other = make_household(VILLAGE_A, "李大山")
    make_pairing(other, helper)
    for home in (household, other):
        form = client.get(url("visit-enter", home.pk)).context["form"]
        photo = SimpleUploadedFile("1.jpg", jpeg((800, 600)))
        client.post(url("visit-enter", home.pk), {**typed(form), "photos": [photo]})
        flag_photos()
    photo = VisitPhoto.objects.get(visit__household=other)
    clerk = client_of(village_clerk)
    assert "与另一户的照片相同" in text_of(clerk.get(url("visit-photos")))
    shown = text_of(clerk.get(url("visit-photo", photo.pk)))
    assert "王建国户" in shown
    assert clerk.post(url("visit-photo", photo.pk), {"remark": ""}).status_code == 422
    clerk.post(url("visit-photo", photo.pk), {"remark": "同一张照片，已请重拍"})
    photo.refresh_from_db()
    assert photo.looked_remark == "同一张照片，已请重拍"
    assert client.get(url("visit-photos")).status_code == 403


def test_ones_own_visit_is_shown_without_buttons_and_with_the_reason(
    village_clerk, township_officer, household
):
    save_survey(Survey.objects.get(household=household), {"food_ok": False}, actor=township_officer)
    record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=village_clerk)
    row = VisitFact.objects.get()
    own, other = client_of(village_clerk), client_of(township_officer)
    for address in (url("visit-inbox"), url("visit-fact", row.pk)):
        shown = text_of(own.get(address))
        assert "由别人核对" in shown
        assert "采用走访的值" not in shown
        assert "采用走访的值" in text_of(other.get(address))
    answer = own.post(url("visit-fact", row.pk), {"take": "yes", "seen": "false"})
    assert answer.status_code == 422
    assert "由别人核对" in text_of(answer)
    assert other.post(url("visit-fact", row.pk), {"take": "yes", "seen": "false"}).status_code == 302


def test_ones_own_photos_are_looked_at_by_another(village_clerk, township_officer, household):
    client, officer = client_of(village_clerk), client_of(township_officer)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    photo = SimpleUploadedFile("1.jpg", jpeg((64, 48)))
    client.post(url("visit-enter", household.pk), {**typed(form), "photos": [photo]})
    flag_photos()
    photo = VisitPhoto.objects.get()
    for address in (url("visit-photos"), url("visit-photo", photo.pk), url("visit", photo.visit_id)):
        assert "由别人复核" in text_of(client.get(address)), address
        assert "由别人复核" not in text_of(officer.get(address)), address
    assert client.post(url("visit-photo", photo.pk), {"remark": "已核实"}).status_code == 422
    assert officer.post(url("visit-photo", photo.pk), {"remark": "已核实"}).status_code == 302


class TestCounts:
    """The buttons above the list say what the pages behind them hold, in the chosen place."""

    @staticmethod
    def said(client, area=""):
        context = client.get(url("visits") + (f"?area={area}" if area else "")).context
        return context["open"], context["flagged"], context["unsigned"]

    def test_a_held_visit_counts_once_however_much_it_says(self, township_officer, helper, household):
        household.pairings.update(valid_to=date(2018, 10, 1))
        facts = (fact("food_ok", None, True), fact("clothing_ok", None, False))
        record_visit(make_sent(household, facts=facts), actor=helper)
        client = client_of(township_officer)
        assert self.said(client) == (1, 0, 0)
        inbox = client.get(url("visit-inbox"))
        assert (len(inbox.context["held"]), inbox.context["open"]) == (1, [])

    def test_another_village_is_not_counted_where_one_is_chosen(
        self, township_officer, village_clerk, helper, household
    ):
        other = make_area("220503100205")
        away = make_household(other.pk)
        make_pairing(away, helper)
        for home in (household, away):
            save_survey(Survey.objects.get(household=home), {"food_ok": False}, actor=township_officer)
            sent = make_sent(home, facts=(fact("food_ok", None, True),), signed=False, refusal_reason="外出")
            record_visit(sent, actor=helper)
        client = client_of(township_officer)
        assert self.said(client) == (2, 0, 2)
        assert self.said(client, VILLAGE_A) == (1, 0, 1)
        page = client.get(f"{url('visits')}?area={VILLAGE_A}")
        inbox = f"{url('visit-inbox')}?area={VILLAGE_A}"
        assert f'href="{inbox}"' in text_of(page)
        assert len(client.get(inbox).context["open"]) == 1
        unsigned = client.get(url("visits") + page.context["unsigned_url"])
        assert len(unsigned.context["page"].rows) == 1

    def test_photos_of_a_withdrawn_visit_wait_no_more(self, village_clerk, helper, household):
        client = client_of(helper)
        form = client.get(url("visit-enter", household.pk)).context["form"]
        photo = SimpleUploadedFile("1.jpg", jpeg((64, 48)))
        client.post(url("visit-enter", household.pk), {**typed(form), "photos": [photo]})
        flag_photos()
        clerk = client_of(village_clerk)
        assert self.said(clerk) == (0, 1, 0)
        assert len(clerk.get(url("visit-photos")).context["page"].rows) == 1
        withdraw_visit(Visit.objects.get(), "记错户", actor=helper)
        assert self.said(clerk) == (0, 0, 0)
        assert clerk.get(url("visit-photos")).context["page"].rows == []
