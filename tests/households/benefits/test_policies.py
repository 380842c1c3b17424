"""The catalogue: drafted by one, published by another, frozen, corrected by a new version."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.benefits.catalogue import CATALOGUE
from households.benefits.in_force import policies_in_force, policy_in_force
from households.benefits.services import policies as services
from households.models import Policy
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.benefits import DOCUMENT, VALUES, make_draft, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafter():
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


@pytest.fixture
def publisher():
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


def test_who_drafted_does_not_publish(drafter, publisher):
    draft = make_draft(by=drafter)
    with pytest.raises(ValidationError, match="另一人发布"):
        services.publish_policies([draft], actor=drafter)
    services.publish_policies([draft], actor=publisher)
    assert policy_in_force("yulu", VILLAGE_A, 2018).pk == draft.pk
    assert policy_in_force("yulu", VILLAGE_A, 2015) is None


def test_who_altered_does_not_publish_either(drafter, publisher):
    draft = make_draft(by=drafter)
    services.update_policy(draft, actor=publisher, values={"amount": Decimal("1600")})
    with pytest.raises(ValidationError, match="另一人发布"):
        services.publish_policies([draft], actor=publisher)


def test_published_is_frozen_in_the_database():
    policy = make_policy()
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(amount=Decimal("9999"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).delete()


def test_a_correction_takes_the_place_of_its_version(drafter, publisher):
    policy = make_policy()
    draft = services.correct_policy(policy, actor=drafter, reason="标准提高")
    services.update_policy(draft, actor=drafter, values={"amount": Decimal("1800")})
    services.publish_policies([draft], actor=publisher)
    assert policy_in_force("yulu", VILLAGE_A, 2018).amount == Decimal("1800.00")
    policy.refresh_from_db()
    assert policy.status == "superseded"


def test_a_second_policy_of_the_same_years_is_no_correction(drafter, publisher):
    make_policy()
    with pytest.raises(ValidationError, match="在那个版本上更正"):
        services.publish_policies([make_draft(by=drafter)], actor=publisher)


def test_without_its_document_or_its_place_in_the_income_nothing_is_published(drafter, publisher):
    for changes, words in (
        ({"document_number": ""}, "文号"),
        ({"income_item": "", "not_counted": ""}, "计入哪个收入项目"),
    ):
        with pytest.raises(ValidationError, match=words):
            services.publish_policies([make_draft(by=drafter, **changes)], actor=publisher)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": None}, "amount"),
        ({"rule": "difference"}, "line"),
        ({"rule": "per_unit"}, "unit"),
        ({"year_from": 1999}, "year_from"),
        ({"year_to": 2015}, "year_to"),
        ({"income_item": "expense_planting"}, "income_item"),
        ({"entitled": [{"key": "__import__"}]}, "entitled"),
        ({"entitled": [{"key": "school", "stages": ["nowhere"]}]}, "entitled"),
        ({"entitled": [{"key": "age", "from": 60, "to": 20}]}, "entitled"),
        ({"terms": [{"period": "spring", "check_by": "13-40", "pay_by": ""}]}, "terms"),
        ({"document_date": date(2999, 1, 1)}, "document_date"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(changes, field):
    with pytest.raises(ValidationError) as caught:
        make_draft(**changes)
    assert field in caught.value.message_dict


def test_a_township_makes_no_policies():
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    with pytest.raises(PermissionDenied):
        services.draft_policy(actor=officer, area_code=COUNTY_A, code="x", values=VALUES)


def test_the_reference_catalogue_becomes_drafts_under_one_document(drafter, publisher):
    codes = [one.code for one in CATALOGUE]
    assert len(codes) == len(set(codes)) == 48
    taken = services.draft_from_catalogue(
        codes, actor=drafter, area_code=COUNTY_A, year_from=2016, **DOCUMENT
    )
    assert taken == 48
    assert policies_in_force(VILLAGE_A, 2018) == []
    services.publish_policies(Policy.objects.drafts(), actor=publisher)
    assert len(policies_in_force(VILLAGE_A, 2018)) == 48
    assert (
        services.draft_from_catalogue(codes, actor=drafter, area_code=COUNTY_A, year_from=2016, **DOCUMENT)
        == 0
    )


def test_every_policy_of_the_reference_says_where_it_is_known_from():
    assert [one.code for one in CATALOGUE if not one.values["source"]] == []
    pays = [one for one in CATALOGUE if one.values["rule"] != "service"]
    assert [
        one.code for one in pays if bool(one.values["income_item"]) == bool(one.values["not_counted"])
    ] == []


class TestPages:
    def test_a_draft_with_a_condition_is_published_by_the_other(self, drafter, publisher):
        first, second = client_of(drafter), client_of(publisher)
        answer = first.post(
            "/households/policies/new/?area=220503",
            {
                "code": "heating",
                "name": "取暖补贴",
                "group": "living",
                "sector": "civil_affairs",
                "level": "household",
                "content": "每户每年200元",
                "year_from": "2018",
                "frequency": "year",
                "rule": "fixed",
                "amount": "200",
                "income_item": "transfer_heating",
                "document_name": "取暖补贴办法",
                "document_number": "二民发〔2018〕3号",
                "document_date": "2018-01-05",
            },
        )
        draft = Policy.objects.get(code="heating")
        assert answer.status_code == 302
        first.post(f"/households/policies/{draft.pk}/conditions/dibao/", {})
        draft.refresh_from_db()
        assert draft.entitled == [{"key": "dibao"}]
        assert "有成员享受低保" in second.get(f"/households/policies/{draft.pk}/").content.decode()
        second.post("/households/policies/publish/", {"policy": draft.pk})
        draft.refresh_from_db()
        assert draft.status == "published"

    def test_what_is_wrong_comes_back_with_what_was_typed(self, drafter):
        answer = client_of(drafter).post(
            "/households/policies/new/",
            {"code": "x", "name": "取暖补贴", "rule": "fixed", "level": "household"},
        )
        assert answer.status_code == 422
        assert "取暖补贴" in answer.content.decode()
