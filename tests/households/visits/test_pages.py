"""The form of a visit without a script: what is known is prefilled, only what differs is written."""

from datetime import date
from hashlib import sha256

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.models import MemberSurvey, Need, Survey, Visit, VisitFact
from households.services.facts import facts_changed
from households.services.surveys import save_survey
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from poverty.files import storage
from poverty.web.questions import ANSWER, digest
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.factories.visits import make_sent, make_template
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


def test_where_the_county_asks_for_a_photo_a_visit_at_the_house_without_one_is_questioned(helper, household):
    client, page = client_of(helper), url("visit-enter", household.pk)
    make_parameter("visit.photo_required", area_code=VILLAGE_A[:6], value="true")
    sent = typed(client.get(page).context["form"], remark="看了房子")
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "县里要求入户走访有照片，这次没有" in text_of(answer)
    assert "看了房子" in text_of(answer)
    assert not Visit.objects.exists()
    # He has looked and there is none: the paper says no more.
    assert client.post(page, {**sent, ANSWER: digest(answer.context["form"])}).status_code == 302
    # A call has none, and a visit with one is not asked about.
    form = client.get(page).context["form"]
    call = typed(form, way="phone", whole_away="on", happened_on="2018-11-02")
    assert client.post(page, call).status_code == 302
    form = client.get(page).context["form"]
    photo = SimpleUploadedFile("1.jpg", jpeg(colour="red"))
    assert client.post(page, {**typed(form, happened_on="2018-11-01"), "photos": [photo]}).status_code == 302
    assert Visit.objects.count() == 3


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
        assert client_of(village_clerk).post(target, {"photos": [photo]}).status_code == 404


def test_a_household_of_another_helper_is_not_there(helper):
    other = make_household(VILLAGE_A)
    assert client_of(helper).get(url("visit-enter", other.pk)).status_code == 404
