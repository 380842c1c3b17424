"""Every address of the standards, for each role in the county, each again in another, and for nobody."""

import pytest
from django.urls import reverse

from poverty.accounts.models import Role
from tests.actors import client_of
from tests.factories.standards import make_standard

READERS = {role.value for role in Role} - {"administrator"}
OFFICE = {"county_reviewer"}
# Sees the county's rules when they are published, not while they are drafted.
BELOW_THE_COUNTY = {"helper", "village_clerk", "township_officer"}
# Address -> roles that may enter.
OPEN = {
    "detail": READERS,
    "edit": OFFICE,
    "correct": OFFICE,
    "withdraw": OFFICE,
    "publish": OFFICE,
}


def status(user, name, *args, method="get"):
    return getattr(client_of(user), method)(reverse(f"standards:{name}", args=args)).status_code


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("state", ["draft", "published"])
def test_one_standard(db, actors, strangers, name, state):
    standard = make_standard(status=state)

    for role, user in actors.items():
        if role not in OPEN[name]:
            wanted = (403,)
        elif state == "draft" and role in BELOW_THE_COUNTY:
            wanted = (404,)
        else:
            wanted = (200, 302)
        assert status(user, name, standard.pk) in wanted, role
    for role, user in strangers.items():
        assert status(user, name, standard.pk) == (404 if role in OPEN[name] else 403), role


@pytest.mark.parametrize("name", ["edit", "correct", "withdraw"])
def test_nobody_else_changes_anything(db, actors, strangers, name):
    standard = make_standard(status="draft")

    for role, user in [*actors.items(), *strangers.items()]:
        if user is actors["county_reviewer"]:
            continue
        assert status(user, name, standard.pk, method="post") == (404 if role in OFFICE else 403), role
    standard.refresh_from_db()
    assert standard.status == "draft"


@pytest.mark.parametrize(("name", "allowed"), [("list", READERS), ("where", READERS), ("begin", OFFICE)])
def test_pages_without_a_standard(db, actors, name, allowed):
    for role, user in actors.items():
        assert status(user, name) == (200 if role in allowed else 403), role


def test_where_is_not_shown_for_another_county(db, actors, strangers):
    for user in (actors["leader"], actors["county_reviewer"]):
        response = client_of(user).get(reverse("standards:where"), {"area": "140212", "year": 2018})
        codes = [place.area.code for place in response.context["places"]]
        assert codes
        assert not any(code.startswith("14") for code in codes)


def test_who_is_not_signed_in_is_sent_to_sign_in(db, anonymous):
    standard = make_standard()

    for name, args in (
        ("list", ()),
        ("where", ()),
        ("begin", ()),
        *((name, (standard.pk,)) for name in OPEN),
    ):
        response = client_of(anonymous).get(reverse(f"standards:{name}", args=args))
        assert response.status_code == 302
        assert "next=" in response.url


def test_who_has_no_posting_enters_nowhere(db, nobody):
    standard = make_standard()

    assert status(nobody, "list") == 403
    assert status(nobody, "detail", standard.pk) == 403
