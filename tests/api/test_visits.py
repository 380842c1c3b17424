"""Visits from a phone: what it takes along, what it sends, how often it may send it, and what it is told."""

import gzip
import json
from hashlib import sha256
from uuid import uuid4

import pytest
import time_machine
from rest_framework.test import APIClient

from households.models import Household, IncomeItem, Need, Survey, Visit, VisitFact, VisitPhoto
from households.services.facts import facts_changed
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.files.models import FileLink, StoredFile
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.standards import make_standard
from tests.factories.visits import make_template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def household(helper):
    make_standard()
    home = make_household(
        VILLAGE_A, survey={"food_ok": None}, address="二道沟村3组", members=[{"name": "王小花"}]
    )
    make_pairing(home, helper)
    facts_changed([home.pk], [2018])
    return home


@pytest.fixture
def template():
    return make_template()


def visit_of(household, user, **fields):
    return {
        "identity": str(uuid4()),
        "user": user.pk,
        "household": household.pk,
        "year": 2018,
        "template": make_template().pk,
        "happened_on": "2018-11-03",
        **fields,
    }


def photo_of(content, **fields):
    return {
        "identity": str(uuid4()),
        "sha256": sha256(content).hexdigest(),
        "bytes": len(content),
        "taken_at": "2018-11-03T15:40:00+08:00",
        "kind": "house",
        **fields,
    }


def sync(ask, user, *visits):
    answer = ask(user).post("visits/sync", {"visits": list(visits)})
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]


# --- what is taken along ----------------------------------------------------------------------------------


def test_the_pack_holds_ones_own_households_and_what_is_asked_of_them(ask, helper, household, template):
    make_household(VILLAGE_A, "别人的户")
    answer = ask(helper).get("visits/pack")
    told = answer.json()
    assert (told["version"], told["year"], told["today"]) == (1, 2018, "2018-11-03")
    assert told["user"]["id"] == helper.pk
    (one,) = told["households"]
    assert (one["id"], one["head"], one["address"]) == (household.pk, "王建国", "二道沟村3组")
    assert (one["verdict"], one["lacking"]) == ("unknown", {"unmet": [], "unknown": ["不愁吃"]})
    assert one["facts"]["food_ok"] is None
    assert one["facts"]["water_solved"] is True
    people = {member["name"]: member for member in one["members"]}
    assert people["王小花"]["facts"]["work_months"] == 10
    assert people["王小花"]["facts"]["health_states"] == []
    assert one["income"] is None, "the sheet is asked in autumn only"
    assert [block["key"] for block in told["templates"][0]["blocks"]][:2] == ["amounts", "work"]
    assert told["options"]["work_places"][0][0]
    assert "income_items" in told["options"]
    assert Entry.objects.filter(action="households.visit.pack", actor=helper).count() == 1


def test_the_pack_names_no_number_and_no_account(ask, helper, household, template):
    text = ask(helper).get("visits/pack").content.decode()
    assert household.head.identity.reveal() not in text
    assert "identity" not in text
    assert "bank" not in text


def test_in_autumn_the_pack_holds_the_income_sheet(ask, helper, household, template):
    survey = Survey.objects.get(household=household)
    IncomeItem.objects.create(survey=survey, item="wage_work", amount=8000, note="砖厂")
    with time_machine.travel("2018-10-08 10:00 +0800"):
        one = ask(helper).get("visits/pack").json()["households"][0]
    assert one["income"] == {"items": {"wage_work": ["8000.00", "砖厂"]}, "none_groups": ["property"]}


def test_the_pack_is_compressed_and_asked_for_once(ask, helper, household, template):
    client = APIClient()
    client.force_login(helper)
    first = client.get("/api/v1/visits/pack", headers={"accept-encoding": "gzip, br"})
    assert first["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(first.content))["households"]
    again = client.get("/api/v1/visits/pack", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Household.objects.filter(pk=household.pk).update(address="搬到村头")
    changed = client.get("/api/v1/visits/pack", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_thirty_households_cost_as_many_queries_as_two_and_under_100_kb(
    ask, helper, household, template, django_assert_max_num_queries
):
    for number in range(29):
        home = make_household(VILLAGE_A, f"户主{number}", members=[{}, {}])
        make_pairing(home, helper)
    client = APIClient()
    client.force_login(helper)
    with django_assert_max_num_queries(40):
        answer = client.get("/api/v1/visits/pack", headers={"accept-encoding": "gzip"})
    assert len(json.loads(gzip.decompress(answer.content))["households"]) == 30
    assert len(answer.content) < 100_000


def test_a_clerk_takes_along_what_he_chooses_of_his_village(ask, village_clerk, household, template):
    other = make_household(VILLAGE_B)
    told = ask(village_clerk).get("visits/pack", households=f"{household.pk},{other.pk}").json()
    assert [one["id"] for one in told["households"]] == [household.pk]
    assert ask(village_clerk).get("visits/pack").json()["households"] == []
    assert ask(village_clerk).get("visits/pack", households="1,x").status_code == 400
    many = ",".join(str(number) for number in range(61))
    assert ask(village_clerk).get("visits/pack", households=many).status_code == 400


def test_a_year_not_begun_is_told_as_it_will_be_taken_over(ask, helper, template):
    make_standard()
    home = make_household(VILLAGE_A, year=2017)
    make_pairing(home, helper)
    make_year(year=2018)
    one = ask(helper).get("visits/pack").json()["households"][0]
    assert one["facts"]["dangerous_grade"] == "b"
    assert one["facts"]["food_ok"] is None


# --- what is sent -----------------------------------------------------------------------------------------


def test_a_whole_visit(ask, helper, household):
    child = household.members.get(name="王小花")
    content = jpeg()
    sent = visit_of(
        household,
        helper,
        started_at="2018-11-03T15:30:00+08:00",
        ended_at="2018-11-03T15:58:00+08:00",
        answers={"check_income": True, "see_attitude": False, "see_attitude_note": "想学木工"},
        facts=[
            {"member": None, "field": "food_ok", "base": None, "value": True},
            {"member": child.pk, "field": "health_states", "base": [], "value": ["healthy"]},
            {"member": child.pk, "field": "resident_insurance", "base": True, "value": True},
        ],
        amounts=[{"direction": "expense", "item": "", "amount": "860.50", "note": "买化肥"}],
        needs=[{"identity": str(uuid4()), "kind": "training", "text": "想学木工", "whom": "township"}],
        remark="家里收拾得干净",
        promise={"text": "联系木工培训", "on": "2018-12-01"},
        signature={"name": "王建国", "relation": "户主", "signed": True, "reason": ""},
        position={"latitude": 41.7723456789, "longitude": 126.04, "accuracy": 12.6},
        photos=[photo_of(content)],
        device="Android 8",
        sent_at="2018-11-03T15:59:00+08:00",
    )
    (told,) = sync(ask, helper, sent)
    assert told["state"] == "waiting_photos"
    assert told["missing_photos"] == [sent["photos"][0]["identity"]]
    assert told["verdict"] == {"before": "unknown", "after": "met"}
    assert (told["closed"], told["open"], told["errors"]) == (["不愁吃"], [], {})
    assert {one["outcome"] for one in told["facts"]} == {"written", "same"}
    visit = Visit.objects.get()
    assert (str(visit.latitude), visit.accuracy, visit.signer_name) == ("41.772346", 13, "王建国")
    assert visit.answers["see_attitude_note"] == "想学木工"
    assert Need.objects.get().whom == "township"
    assert ask(helper).get(f"visits/{sent['identity']}").json() == told


def test_the_same_batch_five_times_is_kept_once(ask, helper, household):
    batch = [
        visit_of(
            household, helper, facts=[{"member": None, "field": "food_ok", "base": None, "value": True}]
        ),
        visit_of(household, helper, happened_on="2018-11-02", remark="先来看过"),
    ]
    answers = [sync(ask, helper, *batch) for _ in range(5)]
    assert all(one == answers[0] for one in answers)
    assert Visit.objects.count() == 2
    # Only the time of sending differs: the same visit.
    assert (
        sync(ask, helper, *[{**one, "sent_at": "2018-11-03T16:30:00+08:00"} for one in batch]) == answers[0]
    )


def test_each_of_a_batch_is_answered_on_its_own(ask, helper, household):
    strange = make_household(VILLAGE_B)
    found = sync(
        ask,
        helper,
        visit_of(household, helper),
        visit_of(household, helper, way="phone"),
        visit_of(strange, helper),
        visit_of(household, helper, happened_on="昨天"),
        "走访",
        {"identity": 5},
        visit_of(household, helper, surprise=1),
    )
    assert [one["state"] for one in found] == ["received", *["refused"] * 6]
    assert list(found[1]["errors"]) == ["way"]
    assert list(found[2]["errors"]) == ["household"]
    assert list(found[3]["errors"]) == ["happened_on"]
    assert "user" in found[5]["errors"]
    assert list(found[6]["errors"]) == ["surprise"]
    assert Visit.objects.count() == 1


def test_a_visit_of_somebody_else_is_never_taken_over(ask, helper, household):
    other = make_actor(Role.HELPER, VILLAGE_A)
    (told,) = sync(ask, helper, visit_of(household, other))
    assert told["errors"] == {"user": [f"这是{other.name[0]}××的走访，请由本人登录后发送。"]}
    assert not Visit.objects.exists()


def test_the_same_field_from_two_phones_waits_for_a_person(ask, helper, household):
    second = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, second, order=2)
    facts = [{"member": None, "field": "food_ok", "base": None, "value": True}]
    sync(ask, helper, visit_of(household, helper, facts=facts))
    (told,) = sync(ask, second, visit_of(household, second, facts=[{**facts[0], "value": False}]))
    assert told["state"] == "inbox"
    assert told["facts"] == [
        {
            "member": None,
            "field": "food_ok",
            "outcome": "conflict",
            "said": "别人在您填写期间也改了这一项，等待核对。",
        }
    ]
    assert VisitFact.objects.undecided().count() == 1


def test_the_income_sheet_comes_as_the_pack_told_it(ask, helper, household):
    Survey.objects.filter(household=household).update(wage_income=None, property_income=None)
    seen = {"items": {}, "none_groups": []}
    sheet = {"items": {"wage_work": ["8000.00", "砖厂"]}, "none_groups": ["property"], "base": seen}
    (told,) = sync(ask, helper, visit_of(household, helper, income=sheet))
    assert {one["field"]: one["outcome"] for one in told["facts"]} == {
        "item.wage_work": "written",
        "none.property": "written",
    }
    assert Survey.objects.get(household=household).wage_income == 8000
    wrong = {**sheet, "items": {"lottery": ["1.00", ""]}}
    (told,) = sync(ask, helper, visit_of(household, helper, income=wrong))
    assert told["errors"] == {"income.items.lottery": ["没有这个收入项目。"]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"visits": {}},
        {"visits": "x"},
        {"visits": [], "more": 1},
        {"visits": [{}] * 51},
    ],
)
def test_a_batch_that_is_none_is_refused_whole(ask, helper, body):
    answer = ask(helper).post("visits/sync", body)
    assert answer.status_code == 422
    assert answer.json()["fields"]["visits"]


_NONSENSE = [None, 5, -1, 10**30, True, "x" * 3000, [], [[]], {}, {"a": 1}, "2018-13-45", "\u202e", 1.5]


@pytest.mark.parametrize(
    "field",
    [
        "identity", "user", "household", "year", "template", "happened_on", "started_at", "way", "whole_away",
        "answers", "facts", "amounts", "income", "needs", "remark", "promise", "signature", "position", "photos",
    ],
)  # fmt: skip
def test_nonsense_in_any_place_is_answered_and_breaks_nothing(ask, helper, household, field):
    for value in _NONSENSE:
        answer = ask(helper).post("visits/sync", {"visits": [{**visit_of(household, helper), field: value}]})
        assert answer.status_code in (200, 400), (field, value, answer.content[:300])


@pytest.mark.parametrize("value", _NONSENSE)
def test_nonsense_as_a_fact_is_answered_and_breaks_nothing(ask, helper, household, value):
    for name in ("food_ok", "dangerous_grade", "housing_document", "water_source"):
        fact = {"member": None, "field": name, "base": value, "value": value}
        sync(ask, helper, visit_of(household, helper, facts=[fact]))
    for name in ("work_months", "health_states", "school_name", "resident_insurance"):
        fact = {"member": household.head_id, "field": name, "base": None, "value": value}
        sync(ask, helper, visit_of(household, helper, facts=[fact]))


def test_who_may_not_record_visits_gets_nothing(ask, household):
    for role in (Role.BUREAU_OFFICER, Role.LEADER, Role.COUNTY_REVIEWER):
        person = make_actor(role, VILLAGE_A)
        assert ask(person).get("visits/pack").status_code == 403
        assert ask(person).post("visits/sync", {"visits": []}).status_code == 403
    assert ask().post("visits/sync", {"visits": []}).status_code == 401


# --- photos -----------------------------------------------------------------------------------------------


def put(user, visit, photo, content, content_type="image/jpeg"):
    client = APIClient()
    client.force_login(user)
    return client.generic("PUT", f"/api/v1/visits/{visit}/photos/{photo}", content, content_type=content_type)


@pytest.fixture
def announced(ask, helper, household, files_root):
    content = jpeg()
    sent = visit_of(household, helper, photos=[photo_of(content)])
    sync(ask, helper, sent)
    return sent["identity"], sent["photos"][0]["identity"], content


def test_a_photo_arrives_once_and_the_visit_is_complete(ask, helper, announced):
    visit, photo, content = announced
    for _ in range(2):
        answer = put(helper, visit, photo, content)
        assert (answer.status_code, answer.json()) == (200, {"state": "received"})
    row = VisitPhoto.objects.get()
    assert row.file.sha256 == row.sha256
    assert Visit.objects.get().photos_arrived == 1
    assert StoredFile.objects.count() == FileLink.objects.count() == 1


def test_other_bytes_than_announced_are_refused_before_and_after(helper, announced):
    visit, photo, content = announced
    for _ in range(2):
        answer = put(helper, visit, photo, jpeg(size=(50, 40)))
        assert answer.status_code == 422
        assert "不一致" in answer.json()["message"]
        put(helper, visit, photo, content)
    cut = put(helper, visit, photo, content[: len(content) // 2])
    assert cut.status_code == 422


def test_a_photo_that_was_cut_on_its_way_is_told_from_one_that_is_none(ask, helper, household, announced):
    visit, photo, content = announced
    for cut in (content[: len(content) // 2], content[:5], b""):
        answer = put(helper, visit, photo, cut)
        assert (answer.status_code, answer.json()["code"]) == (422, "another_photo")
    torn = content[: len(content) // 2]
    sent = visit_of(household, helper, photos=[photo_of(torn)])
    sync(ask, helper, sent)
    answer = put(helper, sent["identity"], sent["photos"][0]["identity"], torn)
    assert (answer.status_code, answer.json()["code"]) == (422, "damaged")


def test_what_is_no_photo_is_refused_by_its_content(ask, helper, household, files_root):
    content = b"%PDF-1.4 not a photo"
    sent = visit_of(household, helper, photos=[photo_of(content)])
    sync(ask, helper, sent)
    answer = put(helper, sent["identity"], sent["photos"][0]["identity"], content)
    assert answer.status_code == 422
    assert not StoredFile.objects.exists()
    empty = put(helper, sent["identity"], sent["photos"][0]["identity"], b"")
    assert empty.status_code == 422


def test_nobody_else_sends_a_photo_of_a_visit(helper, announced, village_clerk):
    visit, photo, content = announced
    assert put(village_clerk, visit, photo, content).status_code == 404
    assert put(make_actor(Role.HELPER, VILLAGE_A), visit, photo, content).status_code == 404
    assert put(helper, uuid4(), photo, content).status_code == 404


# --- who is signed in -------------------------------------------------------------------------------------


def test_the_session_tells_who_with_the_token_for_changes(helper):
    client = APIClient(enforce_csrf_checks=True)
    assert client.get("/api/v1/session").status_code == 401
    client.force_login(helper)
    told = client.get("/api/v1/session").json()
    assert told["user"] == {"id": helper.pk, "name": helper.name}
    assert told["expires_at"]
    refused = client.post("/api/v1/visits/sync", {"visits": []}, format="json")
    assert refused.status_code == 403
    sent = client.post(
        "/api/v1/visits/sync", {"visits": []}, format="json", headers={"x-csrftoken": told["csrf"]}
    )
    assert (sent.status_code, sent.json()) == (200, {"results": []})
