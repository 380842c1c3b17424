"""Policies and benefits for tests, by the services themselves: nothing comes into these tables another way."""

from datetime import date
from decimal import Decimal

from households.benefits.models import Policy
from households.benefits.services.benefits import Given, record_benefit
from households.benefits.services.policies import draft_policy, publish_policies
from poverty.accounts.models import Role
from tests.factories.accounts import make_actor

COUNTY = "220503"
DOCUMENT = {
    "document_name": "二道江区扶贫政策汇编",
    "document_number": "二扶发〔2017〕8号",
    "document_date": date(2017, 1, 10),
}
VALUES = {
    "name": "雨露计划",
    "sector": "poverty_office",
    "level": "member",
    "group": "education",
    "content": "每生每年3000元，春秋两季各1500元。",
    "entitled": [{"key": "school", "stages": ["vocational"]}],
    "year_from": 2016,
    "frequency": "term",
    "terms": [
        {"period": "spring", "check_by": "06-10", "pay_by": "06-30"},
        {"period": "autumn", "check_by": "12-10", "pay_by": "12-31"},
    ],
    "rule": "fixed",
    "amount": Decimal("1500.00"),
    "income_item": "transfer_education",
    **DOCUMENT,
}
# A household's yearly policy, as it is needed most often.
SOLAR = {
    **VALUES,
    "name": "户用光伏",
    "level": "household",
    "group": "solar",
    "content": "户用电站发电收益归户。",
    "entitled": [{"key": "solar", "kinds": ["household"]}],
    "frequency": "year",
    "terms": [],
    "rule": "actual",
    "amount": None,
    "income_item": "property_solar",
}


def make_draft(code="yulu", area=COUNTY, *, base=VALUES, by=None, **changes) -> Policy:
    """A draft of a county's policy; `changes` of VALUES."""
    actor = by or make_actor(Role.COUNTY_REVIEWER, f"{area}100204")
    return draft_policy(actor=actor, area_code=area, code=code, values={**base, **changes})


def make_policy(code="yulu", area=COUNTY, *, base=VALUES, **changes) -> Policy:
    """A published policy of a county, drafted by one reviewer and published by another."""
    draft = make_draft(code, area, base=base, **changes)
    publish_policies([draft], actor=make_actor(Role.COUNTY_REVIEWER, f"{area}100204"))
    return Policy.objects.get(pk=draft.pk)


def make_benefit(policy, household, member=None, *, by=None, **given):
    """Recorded by a township's officer: 2018, paid on 20 June, as the rule says unless told otherwise."""
    actor = by or make_actor(Role.TOWNSHIP_OFFICER, household.area_id)
    values = {
        "year": 2018,
        "period": policy.periods()[0],
        "amount": None,
        "paid_on": date(2018, 6, 20),
        **given,
    }
    return record_benefit(Given(policy, household, member, **values), actor=actor)
