"""The pages of visits: the form without a script, the list, one visit, the inbox, photos to look at."""

from datetime import date
from hashlib import sha256

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.models import Household, MemberSurvey, Need, Survey, Visit, VisitFact, VisitPhoto
from households.services.facts import facts_changed
from households.services.places import move_household
from households.services.surveys import save_survey
from households.today_duties import screen_tasks
from households.visits.services.deciding import withdraw_visit
from households.visits.services.photo_flags import flag_photos
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from poverty.files import storage
from poverty.web.questions import ANSWER, digest
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing, make_year
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


# --- the form ---------------------------------------------------------------------------------------------


def test_the_form_is_prefilled_and_only_what_differs_is_written(helper, household):
    client = client_of(helper)
    page = client.get(url("visit-enter", household.pk))
    form = page.context["form"]
    head = household.head_id
    assert form.initial[f"m{head}-work_months"] == 10
    sent = typed(
        form,
        **{
            "h-food_ok": "true",
            f"m{head}-work_months": "8",
            "remark": "家里收拾得干净",
            "a-check_income": "true",
        },
        **{"need-0-kind": "training", "need-0-text": "想学木工", "need-0-whom": "township"},
        **{"amount-0": "860.5", "amount-0-direction": "expense", "amount-0-note": "买化肥"},
    )
    answer = client.post(url("visit-enter", household.pk), sent)
    visit = Visit.objects.get()
    assert answer.url == url("visit", visit.pk)
    assert {one.field: one.outcome for one in visit.facts.all()} == {
        "food_ok": "written",
        "work_months": "written",
    }
    assert MemberSurvey.objects.get(member=head).work_months == 8
    assert (visit.visitor, visit.recorded_by, visit.answers) == (helper, helper, {"check_income": True})
    assert Need.objects.get().visit == visit
    assert visit.amounts.get().note == "买化肥"
    shown = text_of(client.get(answer.url))
    assert "走访已保存。解决了不愁吃。" in shown
    assert "待核实 → 达标" in shown
    # The button pressed twice is one visit.
    client.post(url("visit-enter", household.pk), sent)
    assert Visit.objects.count() == 1


def test_what_was_looked_at_and_found_unchanged_takes_the_visit_as_its_source(helper, household):
    client = client_of(helper)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    client.post(url("visit-enter", household.pk), typed(form, confirm_rest="on"))
    assert set(VisitFact.objects.values_list("outcome", flat=True)) == {"same"}
    assert Survey.objects.get(household=household).sources["dangerous_grade"]["on"] == "2018-11-03"


def test_the_office_types_a_helpers_paper_for_him(village_clerk, helper, household):
    client = client_of(village_clerk)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    assert {pk for pk, _ in form.fields["visitor"].choices} == {village_clerk.pk, helper.pk}
    assert form["visitor"].value() == village_clerk.pk
    client.post(url("visit-enter", household.pk), typed(form, visitor=str(helper.pk)))
    visit = Visit.objects.get()
    assert (visit.visitor, visit.recorded_by) == (helper, village_clerk)


def test_the_office_types_a_visit_of_before_the_hand_over_and_a_colleague_s(village_clerk, helper, household):
    """The same people as on a sheet: one rule of who may be entered."""
    household.pairings.update(valid_to=date(2018, 11, 1))
    colleague = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    client = client_of(village_clerk)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    choices = dict(form.fields["visitor"].choices)
    assert choices[helper.pk].endswith("（原帮扶责任人，至 2018-11-01）")
    assert colleague.pk in choices
    client.post(url("visit-enter", household.pk), typed(form, visitor=str(helper.pk)))
    assert Visit.objects.get().visitor == helper


def test_a_helper_enters_his_own_visits_only(helper, household):
    second = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, second, order=2)
    client = client_of(helper)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    assert [pk for pk, _ in form.fields["visitor"].choices] == [helper.pk]
    answer = client.post(url("visit-enter", household.pk), typed(form, visitor=str(second.pk)))
    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_somebody_who_changed_the_same_meanwhile_is_not_overwritten(helper, household, village_clerk):
    client = client_of(helper)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    save_survey(Survey.objects.get(household=household), {"food_ok": False}, actor=village_clerk)
    answer = client.post(url("visit-enter", household.pk), typed(form, **{"h-food_ok": "true"}), follow=True)
    assert Survey.objects.get(household=household).food_ok is False
    assert "有 1 项没有写入" in text_of(answer)


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(helper, household):
    client = client_of(helper)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    sent = typed(form, way="phone", remark="打过电话", happened_on="2018-09-01", **{"need-0-text": "修路"})
    answer = client.post(url("visit-enter", household.pk), sent)
    assert answer.status_code == 422
    assert "need-0-kind" in answer.context["form"].errors
    sent |= {"need-0-kind": "infrastructure", "need-0-whom": "township"}
    answer = client.post(url("visit-enter", household.pk), sent)
    assert set(answer.context["form"].errors) == {"way", "late_reason"}
    assert "打过电话" in text_of(answer)
    assert not Visit.objects.exists()
    assert not Need.objects.exists()


@pytest.mark.parametrize("base", ["", "x", "[]", "{"])
def test_a_page_without_what_was_seen_is_refused(helper, household, base):
    client = client_of(helper)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    answer = client.post(url("visit-enter", household.pk), typed(form, base=base))
    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_a_year_that_was_opened_while_somebody_typed_takes_nothing_of_the_old_page(helper, household):
    """In January 2019 facts are of 2018 until the county opens 2019: what the page shows is of another year then."""
    with time_machine.travel("2019-01-10 16:00 +0800", tick=True):
        client = client_of(helper)
        form = client.get(url("visit-enter", household.pk)).context["form"]
        sent = typed(form, remark="家里收拾得干净", **{"h-food_ok": "true"})
        make_year(year=2019)
        answer = client.post(url("visit-enter", household.pk), sent)
        assert answer.status_code == 422
        assert "年度已变，请重新打开再填。" in text_of(answer)
        assert "家里收拾得干净" in text_of(answer)
        assert not Visit.objects.exists()
        again = client.get(url("visit-enter", household.pk)).context["form"]
        client.post(url("visit-enter", household.pk), typed(again))
    assert Visit.objects.get().year == 2019


def test_photos_come_with_the_form_and_what_is_none_is_refused_before_anything_is_kept(helper, household):
    client = client_of(helper)
    form = client.get(url("visit-enter", household.pk)).context["form"]
    fake = SimpleUploadedFile("假.jpg", b"MZ not a photo", content_type="image/jpeg")
    answer = client.post(url("visit-enter", household.pk), {**typed(form), "photos": [fake]})
    assert answer.status_code == 422
    assert not Visit.objects.exists()
    photos = [SimpleUploadedFile(f"{n}.jpg", jpeg(colour=c)) for n, c in enumerate(("red", "blue"))]
    answer = client.post(url("visit-enter", household.pk), {**typed(form), "photos": photos})
    visit = Visit.objects.get()
    assert (visit.photos_expected, visit.photos_arrived) == (2, 2)
    assert answer.url == url("visit", visit.pk)


def test_a_second_visit_of_the_same_person_on_the_same_day_is_asked_about(village_clerk, helper, household):
    """The helper's phone has sent it; the clerk has his paper of the same visit in hand."""
    record_visit(make_sent(household, device="小米"), actor=helper)
    client, page = client_of(village_clerk), url("visit-enter", household.pk)
    shown = client.get(page)
    assert f"这户已有走访：2018-11-03 {helper.name}（手机）" in text_of(shown)
    sent = typed(shown.context["form"], visitor=str(helper.pk), remark="看了房子")
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert (
        f"这户已有 2018-11-03 {helper.name}（手机） 的走访" in answer.context["form"].questions["happened_on"]
    )
    assert "看了房子" in text_of(answer)
    assert Visit.objects.count() == 1
    # Another person of that day, another day of that person: nothing to ask.
    for other in ({"visitor": str(village_clerk.pk)}, {"happened_on": "2018-11-02"}):
        form = client.get(page).context["form"]
        assert client.post(page, {**typed(form, visitor=str(helper.pk)), **other}).status_code == 302
    assert client.post(page, {**sent, ANSWER: digest(answer.context["form"])}).status_code == 302
    assert Visit.objects.count() == 4


class TestPhotosThatWereNotKept:
    """The visit is saved, the photo finds no place on the disk; afterwards there is room again."""

    @pytest.fixture
    def visit(self, helper, household):
        client = client_of(helper)
        form = client.get(url("visit-enter", household.pk)).context["form"]
        content = jpeg(colour="red")
        place = storage.path_of(sha256(content).hexdigest()).parent
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")  # a file stands where the photo's folder would
        sent = {**typed(form), "photos": [SimpleUploadedFile("房屋.jpg", content)]}
        answer = client.post(url("visit-enter", household.pk), sent, follow=True)
        place.unlink()
        made = Visit.objects.get()
        assert answer.redirect_chain == [(url("visit", made.pk), 302)]
        assert "照片“房屋.jpg”没有存下" in text_of(answer)
        return made

    def test_the_page_takes_it_afterwards(self, helper, village_clerk, visit):
        client, target = client_of(helper), url("visit-photos-add", visit.pk)
        page = url("visit", visit.pk)
        assert "其余没有存下，请选登记时选的照片补传" in text_of(client.get(page))
        assert "由录入人补传" in text_of(client_of(village_clerk).get(page))
        other = client.post(
            target, {"photos": [SimpleUploadedFile("2.jpg", jpeg(colour="blue"))]}, follow=True
        )
        assert "2.jpg：不是这次走访还缺的照片" in text_of(other)
        fake = client.post(target, {"photos": [SimpleUploadedFile("3.jpg", b"MZ")]}, follow=True)
        assert fake.status_code == 200
        visit.refresh_from_db()
        assert visit.photos_arrived == 0
        client.post(target, {"photos": [SimpleUploadedFile("房屋.jpg", jpeg(colour="red"))]})
        visit.refresh_from_db()
        assert visit.is_complete
        assert target not in text_of(client.get(page))

    def test_nobody_else_adds_it(self, village_clerk, visit):
        photo = SimpleUploadedFile("房屋.jpg", jpeg(colour="red"))
        target = url("visit-photos-add", visit.pk)
        assert client_of(village_clerk).post(target, {"photos": [photo]}).status_code == 403


def test_a_household_of_another_helper_is_not_there(helper):
    other = make_household(VILLAGE_A)
    assert client_of(helper).get(url("visit-enter", other.pk)).status_code == 404


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
