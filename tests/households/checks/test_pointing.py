"""What a finding points to is there: refused by the database, whoever writes, and however many rows at once."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from households.models import Finding, FindingAnswer
from tests.factories.checks import finding_of
from tests.factories.households import make_member
from tests.households.checks.cases import Case

pytestmark = pytest.mark.django_db
PHONE = "household.phone_missing"


@pytest.fixture
def household():
    return Case(PHONE, "hit", household={"phone_hash": None}).build()


def made(household_id, member_id=None, code="id.missing"):
    return Finding(
        code=code,
        household_id=household_id,
        member_id=member_id,
        year=2018,
        area_code="220503100204",
        found_at=timezone.now(),
    )


def answer_to(finding, clerk):
    return FindingAnswer.objects.create(
        finding=finding, kind="corrected", answered_by=clerk, answered_at=timezone.now()
    )


def refused(write, words):
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        write()


def test_a_household_or_person_that_is_not_there(household):
    person = make_member(household, "李在册", relation="other")
    refused(lambda: made(987654321).save(), "no such household 987654321")
    refused(lambda: made(household.pk, 987654321).save(), "no such member 987654321")
    rows = [made(household.pk, person.pk), made(987654321, code="id.length")]
    refused(lambda: Finding.objects.bulk_create(rows), "no such household")
    Finding.objects.bulk_create(rows[:1])
    assert list(Finding.objects.values_list("household", "member")) == [(household.pk, person.pk)]


def test_an_answer_is_one_to_this_finding(household, village_clerk):
    finding = finding_of(household, PHONE)
    other = made(household.pk)
    other.save()
    elsewhere = answer_to(other, village_clerk)
    row = Finding.objects.filter(pk=finding.pk)
    refused(lambda: row.update(answer_id=987654321), "no such answer")
    refused(lambda: row.update(answer=elsewhere), "no such answer")
    own = answer_to(finding, village_clerk)
    row.update(answer=own)
    assert row.get().answer == own


def test_an_answer_that_counts_is_not_deleted(household, village_clerk):
    finding = finding_of(household, PHONE)
    earlier, counts = answer_to(finding, village_clerk), answer_to(finding, village_clerk)
    Finding.objects.filter(pk=finding.pk).update(answer=counts)

    def delete(answer):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM households_findinganswer WHERE id = %s", [answer.pk])

    refused(lambda: delete(counts), "counts")
    delete(earlier)
    assert list(FindingAnswer.objects.all()) == [counts]
