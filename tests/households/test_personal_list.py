"""Full numbers of a page of the list at once: by right and place, with a purpose, one entry in the log."""

import pytest
from django.urls import reverse

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor, make_posting
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
URL = "/households/numbers/"
PURPOSE = {"purpose": "insurance"}


def entries():
    return Entry.objects.filter(action="personal.reveal")


def numbers_of(*households):
    return {one.identity.reveal() for household in households for one in household.members.all()}


def shown(response):
    return {member.identity.reveal() for _, _, members in response.context["homes"] for member in members}


@pytest.fixture
def homes():
    return [
        make_household(VILLAGE_A, "王建国", members=[{"name": "王小雨"}]),
        make_household(VILLAGE_A, "李秀英"),
    ]


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK, VILLAGE_A)


def test_the_list_leads_there_with_its_filters(homes, clerk):
    assert reverse("households:reveal-list") == URL
    text = client_of(clerk).get("/households/?q=李&sort=name").content.decode()
    assert "查看本页完整证件号" in text
    assert f'href="{URL}?q=%E6%9D%8E&amp;sort=name"' in text
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(homes[0], helper)
    assert "查看本页完整证件号" not in client_of(helper).get("/households/").content.decode()


def test_asking_shows_nothing_and_logs_nothing(homes, clerk):
    response = client_of(clerk).get(URL)
    assert response.context["count"] == 2
    assert "查看用途" in response.content.decode()
    assert not [number for number in numbers_of(*homes) if number in response.content.decode()]
    assert not entries().exists()


def test_one_purpose_shows_the_page_and_is_logged_once(homes, clerk):
    client = client_of(clerk)
    response = client.post(URL, PURPOSE)
    assert shown(response) == numbers_of(*homes)
    assert len(shown(response)) == 3
    assert all(number in response.content.decode() for number in numbers_of(*homes))
    assert "no-store" in response["Cache-Control"]
    [entry] = entries()
    assert (entry.actor, entry.purpose) == (clerk, "办理参保登记")
    assert entry.summary.endswith("户名单一页，2户")
    assert not [number for number in numbers_of(*homes) if number in str(entry.changes) + entry.summary]
    assert shown(client.post(URL, {})) == numbers_of(*homes)
    assert entries().count() == 1


def test_another_page_is_another_purpose(homes, clerk):
    client = client_of(clerk)
    client.post(URL, PURPOSE)
    assert client.post(f"{URL}?q=李秀英", {}).status_code == 422
    assert shown(client.post(f"{URL}?q=李秀英", {"purpose": "school"})) == numbers_of(homes[1])
    assert sorted(entries().values_list("purpose", flat=True)) == ["办理参保登记", "学籍和教育资助核对"]
    assert not entries().filter(summary__contains="李").exists()


@pytest.mark.parametrize("typed", [{}, {"purpose": "nosy"}, {"purpose": "other", "words": " "}])
def test_without_a_purpose_nothing(homes, clerk, typed):
    response = client_of(clerk).post(URL, typed)
    assert response.status_code == 422
    assert "homes" not in response.context
    assert not entries().exists()


def test_at_most_a_page(clerk):
    for number in range(52):
        make_household(VILLAGE_A, f"王{number}", survey=False)
    client = client_of(clerk)
    assert len(client.post(URL, PURPOSE).context["homes"]) == 50
    after = client.get("/households/").context["page"].next_token
    assert len(client.post(f"{URL}?page={after}", PURPOSE).context["homes"]) == 2
    assert entries().count() == 2


def test_households_of_the_page_without_the_right_are_left_out(homes):
    make_household("220503100205", "赵六")
    actor = make_actor(Role.LEADER, VILLAGE_A[:6])
    make_posting(actor, Role.VILLAGE_CLERK, VILLAGE_A)
    response = client_of(actor).post(f"{URL}?area=220503", PURPOSE)
    assert response.context["left_out"] == 1
    assert shown(response) == numbers_of(*homes)


def test_an_empty_page_asks_nothing(clerk):
    response = client_of(clerk).post(URL, PURPOSE)
    assert "本页没有可以查看的户" in response.content.decode()
    assert not entries().exists()
