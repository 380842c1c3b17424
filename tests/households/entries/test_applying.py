"""Applying to come onto the register or off it, and the comparison: when, for whom, and what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.applying import apply
from households.entries.services.comparing import Answer
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories import entries as make
from tests.factories.households import make_household
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["identification", "return"])
@pytest.mark.parametrize("on", [date(2013, 12, 31), date(2021, 1, 1), date(2026, 11, 1)])
def test_outside_the_regime_of_registration_nobody_applies(cast, kind, on):
    told = refused(make.make_case, cast, kind, applied_on=on)
    assert told["applied_on"] == ["2014年至2020年期间才能申请识别或返贫；其他时间按防止返贫监测办理。"]
    assert not EntryCase.objects.exists()


def test_the_last_day_of_the_register_still_counts(cast):
    assert make.make_case(cast, "return", applied_on=date(2020, 12, 31)).state == "applied"


def test_what_was_applied_for_in_2020_cannot_be_decided_in_2021(cast):
    case = make.make_case(cast, applied_on=date(2020, 12, 1), authorised_on=date(2020, 12, 1))
    make.answered(cast, case, compared_on=date(2020, 12, 2))
    made = lists.appraise(VILLAGE_A, [make.said(case)], make.sitting(date(2020, 12, 3)), actor=cast.clerk)
    make.papered(cast, made)
    make.posted(cast, make.roster_of(case), "first", date(2020, 12, 4))
    lists.pass_on("check", [case.pk], make.decision(cast.officer, date(2020, 12, 11)))
    make.posted(cast, make.roster_of(case), "second", date(2020, 12, 12))
    lists.pass_on("review", [case.pk], make.decision(cast.reviewer, date(2020, 12, 30)))
    told = refused(make.decided, cast, [case], on=date(2021, 1, 4))
    assert "2020 年底以前审定" in told["held_on"][0]


def test_a_clearance_may_come_after_2020(cast):
    assert make.make_case(cast, "clearance", applied_on=date(2022, 3, 1), authorised_on=None).pk


@pytest.mark.parametrize(
    ("kind", "household", "words"),
    [
        ("identification", lambda: make_household(VILLAGE_A), "已在建档立卡范围"),
        ("return", lambda: make_household(VILLAGE_A), "只有已脱贫的户"),
        ("clearance", lambda: make.ordinary(VILLAGE_A), "不在建档立卡范围"),
    ],
)
def test_the_status_must_fit_what_is_asked(cast, kind, household, words):
    with pytest.raises(ValidationError, match=words):
        make.make_case(cast, kind, household())


def test_one_open_case_of_a_household(cast):
    case = make.make_case(cast)
    with pytest.raises(ValidationError, match="已有一件"):
        make.make_case(cast, household=case.household)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reason": "  "}, "reason"),
        ({"applicant": ""}, "applicant"),
        ({"cause": ""}, "cause"),
        ({"authorised_on": date(2099, 1, 1)}, "authorised_on"),
        ({"applied_on": date(2018, 5, 3), "late_reason": ""}, "late_reason"),
        ({"document_name": ""}, "document_name"),
    ],
)
def test_what_an_application_must_say(cast, fields, name):
    assert name in refused(make.make_case, cast, **fields)
    assert not EntryCase.objects.exists()


def test_a_clearance_needs_its_ground(cast):
    assert "ground" in refused(make.make_case, cast, "clearance", ground="")


def test_a_clerk_of_another_village_may_not_apply(cast):
    other = make.Cast(VILLAGE_B)
    with pytest.raises(PermissionDenied):
        apply(
            "identification",
            make.ordinary(VILLAGE_A),
            actor=other.clerk,
            applied_by="household",
            applicant="赵有福",
            applied_on=make.APPLIED,
            reason="患病",
            cause="illness",
            document_name="申请书",
            late_reason=make.LATE,
        )


def test_without_authorisation_nothing_is_compared(cast):
    case = make.make_case(cast, authorised_on=None)
    with pytest.raises(ValidationError, match="没有签授权书"):
        make.answered(cast, case)


def test_the_comparison_waits_for_every_bureau(cast):
    case = make.make_case(cast)
    assert make.answered(cast, case, make.CLEAR[:3]) is False
    case.refresh_from_db()
    assert case.state == "applied"
    assert make.answered(cast, case, make.CLEAR[3:]) is True
    case.refresh_from_db()
    assert case.state == "compared"


def test_what_a_bureau_found_is_explained(cast):
    case = make.make_case(cast)
    told = refused(make.answered, cast, case, [Answer("vehicles", "hit")])
    assert told == {"note_vehicles": ["请写明反馈内容和核实情况。"]}


def test_the_township_of_another_county_may_not_compare(cast):
    case, other = make.make_case(cast), make.Cast(VILLAGE_B)
    cast.officer = other.officer
    with pytest.raises(PermissionDenied):
        make.answered(cast, case)
