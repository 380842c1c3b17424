"""Every address x the ten roles in place, the ten roles of another county, and nobody.

The expectation is worked out from what the view declares (`poverty.web.rights`) and the rights of the roles:

- nobody signed in: sent to the sign-in page, or 401 from the API; a public address opens;
- without the right: 403, wherever;
- with the right, in place: neither 403 nor 404 nor a failure;
- with the right, from another county: 404 for an address that names something.

What is refused to read is refused to write: both GET and POST are tried. An address that declares nothing,
has no name, or takes arguments that nobody registered (tests/url_samples.py) fails.
"""

from copy import deepcopy
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from poverty.accounts.rights import RIGHTS
from poverty.accounts.rights_table import may_enter, render, walk
from poverty.accounts.roles import Role
from poverty.web.rights import PUBLIC, SIGNED_IN, rights_of
from tests.actors import VILLAGE_A, VILLAGE_B, client_of, make_actors
from tests.url_samples import Place, Sample, registered

ENTRIES = [(pattern, name, entry) for pattern, name, entry in walk(get_resolver().url_patterns)]
# One row per name: a format suffix of the API is the same view once more.
VIEWS = {name: entry for _, name, entry in ENTRIES}
SAMPLES = registered()


def takes_arguments(name) -> bool:
    """Whether the address cannot be written without arguments."""
    return all(parameters for _, parameters in _ways_to_write(name))


def _ways_to_write(name) -> list[tuple[str, list[str]]]:
    """(template, parameter names) of every pattern of a view name."""
    resolver = get_resolver()
    *namespaces, last = name.split(":")
    for namespace in namespaces:
        resolver = resolver.namespace_dict[namespace][1]
    return [possibility for group in resolver.reverse_dict.getlist(last) for possibility in group[0]]


# --- the declarations -------------------------------------------------------------------------------------


def test_every_address_has_a_name():
    assert [pattern for pattern, name, _ in ENTRIES if not name or name.endswith(":")] == []


def test_every_view_declares_who_may_enter():
    assert [name for _, name, entry in ENTRIES if rights_of(entry.callback) is None] == []


def test_every_declared_right_exists():
    asked = {code for entry in VIEWS.values() for code in rights_of(entry.callback) or ()}
    assert asked - set(RIGHTS) - set(PUBLIC) - set(SIGNED_IN) == set()


def test_samples_are_registered_for_addresses_that_exist():
    assert set(SAMPLES) - set(VIEWS) == set()


def test_the_written_table_is_up_to_date():
    call_command("rights_table", check=True)


def test_an_outdated_table_is_noticed(tmp_path, monkeypatch):
    outdated = tmp_path / "rights.md"
    outdated.write_text(render().replace("●", ""))
    monkeypatch.setattr("poverty.accounts.management.commands.rights_table.PATH", outdated)
    with pytest.raises(CommandError, match="not up to date"):
        call_command("rights_table", check=True)


# --- the table --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everybody(django_db_setup, django_db_blocker):
    """Both counties with their ten people each, and everybody's session: made once, taken back at the end.

    Each test stands in a savepoint inside this transaction, and gets copies of what is held here.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        places = [Place(village, make_actors(village)) for village in (VILLAGE_A, VILLAGE_B)]
        yield places, {user.pk: _sign_in(user) for place in places for user in place.actors.values()}
        transaction.set_rollback(True)


def _sign_in(user) -> str:
    """The key of a session that outlasts all of these tests."""
    session = client_of(user).session
    session.set_expiry(timedelta(days=1))
    session.save()
    return session.session_key


@pytest.fixture
def here(everybody, db):
    """County A with its ten people."""
    return deepcopy(everybody[0][0])


@pytest.fixture
def there(everybody, db):
    """County B with its ten people."""
    return deepcopy(everybody[0][1])


@pytest.fixture
def browser_of(everybody):
    """browser_of(user): a browser in which this person (None: nobody) is signed in."""

    def browser(user):
        client = Client(raise_request_exception=False)
        if user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = everybody[1][user.pk]
        return client

    return browser


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_who_gets_what(name, here, there, browser_of):
    if takes_arguments(name) and name not in SAMPLES:
        pytest.fail(f"Register sample arguments of {name} in tests/urls_<app>.py.", pytrace=False)
    sample = SAMPLES[name](here) if name in SAMPLES else Sample()
    url = reverse(name, kwargs=sample.kwargs)
    if sample.query:
        url += "?" + urlencode(sample.query)
    rights = rights_of(VIEWS[name].callback)
    found, wanted = {}, {}
    for who, user, expected in _rows(sample, rights, here, there, names_something=name in SAMPLES):
        wanted[who] = expected
        found[who] = _outcome(url, browser_of(user), expected)
    assert found == wanted


def _rows(sample, rights, here, there, *, names_something):
    """(who, user, expected outcome) for all twenty-one."""
    yield "nobody", None, "open" if rights == PUBLIC else "sign in"
    for role in Role:
        yield f"{role} here", here.actor(role), _expected(role, sample, rights)
        elsewhere = _expected(role, sample, rights)
        # Out of place comes first: 403 would say that it exists, also to who could not act on it anyway.
        of_a_place = names_something and not sample.everywhere
        if of_a_place and rights != PUBLIC and may_enter(role, rights):
            elsewhere = "not found"
        yield f"{role} elsewhere", there.actor(role), elsewhere


def _expected(role, sample, rights):
    if not may_enter(role, rights) or role.value in sample.refused_to:
        return "forbidden"
    return "not found" if role.value in sample.hidden_from else "open"


def _outcome(url, client, expected):
    """What GET and POST come to, PUT where there is neither; one word when they agree or one is not offered (405)."""
    words = {}
    for method in ("get", "post", "put"):
        if words and (method == "put" or (method == "post" and expected == "open")):
            continue  # who may, may: what an empty form does is each page's own test
        with transaction.atomic():
            response = getattr(client, method)(url)
            transaction.set_rollback(True)
        if response.status_code != 405:
            words[method] = _word(response)
    return next(iter(set(words.values()))) if len(set(words.values())) == 1 else words


def _word(response):
    status = response.status_code
    if status == 401 or (status == 302 and response.url.startswith("/sign-in/?next=")):
        return "sign in"
    words = {403: "forbidden", 404: "not found"}
    return words.get(status) or ("open" if status < 500 else f"failed {status}")
