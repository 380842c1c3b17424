"""Findings over the API: read what one sees, answer where one may."""

import pytest

from households.models import Household
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.checks import finding_of

pytestmark = pytest.mark.django_db
PHONE = "household.phone_missing"


@pytest.fixture
def finding(household):
    """王建国户 has a telephone number, but no hash of one: the list finds none."""
    return finding_of(household, PHONE)


def test_the_list_tells_what_a_check_says(ask, finding, village_clerk):
    [row] = ask(village_clerk).rows("findings/", code=PHONE, year=2018)
    assert row == {
        "id": finding.pk,
        "code": PHONE,
        "message": "没有填联系电话。",
        "severity": "warning",
        "subject": "household",
        "household": finding.household_id,
        "member": None,
        "area_code": VILLAGE_A,
        "year": 2018,
        "found_at": row["found_at"],
        "answer": None,
        "limited": False,
    }


def test_filters(ask, finding, village_clerk):
    asker = ask(village_clerk)
    assert asker.rows("findings/", severity="warning", year=2018)
    assert {row["severity"] for row in asker.rows("findings/", severity="error", year=2018)} <= {"error"}
    assert asker.rows("findings/", household=finding.household_id, code=PHONE)
    assert asker.rows("findings/", state="answered", year=2018) == []
    assert asker.rows("findings/", area="220503100205", year=2018) == []
    assert asker.get("findings/", code="nonsense").status_code == 400


def test_answering(ask, finding, village_clerk):
    asker = ask(village_clerk)
    refused = asker.post(f"findings/{finding.pk}/answer/", {"kind": "not_true"})
    assert refused.status_code == 422
    answered = asker.post(f"findings/{finding.pk}/answer/", {"kind": "not_true", "note": "本户没有电话"})
    assert answered.status_code == 200, answered.content.decode()
    assert answered.json()["answer"]["kind"] == "not_true"
    assert answered.json()["answer"]["answered_by"] == village_clerk.name
    assert asker.rows("findings/", state="not_true", year=2018)[0]["id"] == finding.pk


def test_what_is_gone_needs_no_answer(ask, finding, village_clerk):
    Household.objects.filter(pk=finding.household_id).update(phone_hash=b"\x05" * 32)
    answered = ask(village_clerk).post(f"findings/{finding.pk}/answer/", {"kind": "corrected"})
    assert answered.status_code == 204
    assert ask(village_clerk).get(f"findings/{finding.pk}/").status_code == 404


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.AUDITOR, Role.LEADER])
def test_who_reads_does_not_answer(ask, finding, role):
    asker = ask(make_actor(role, VILLAGE_A))
    assert asker.get(f"findings/{finding.pk}/").status_code == 200
    assert asker.post(f"findings/{finding.pk}/answer/", {"kind": "corrected"}).status_code == 403


def test_strangers_and_bureaus_see_nothing(ask, finding, stranger, bureau_officer):
    for user in (stranger(Role.VILLAGE_CLERK), bureau_officer):
        assert ask(user).rows("findings/", year=2018) == []
        assert ask(user).get(f"findings/{finding.pk}/").status_code == 404
