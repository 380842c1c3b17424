"""The comparison by the bureaus within a case of monitoring: only the authorised, every bureau, what they said stands."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from households.models import MonitoringCase
from households.monitoring.cases import advance, save_visit, set_comparison
from households.monitoring.village_lists import appraise, post_first_notice
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from poverty.review.services import available
from poverty.review.services.meetings import Said
from tests.factories.monitoring import (
    FIRST_DAY_AFTER,
    MEETING,
    OPENED,
    POSTED,
    VISIT,
    answer_all,
    at,
    compare_all,
    compared,
    opened,
    posted,
    rural,
    scan,
    visited,
)

pytestmark = pytest.mark.django_db


def test_a_visit_without_authorisation_goes_no_further(actors):
    household = rural()
    case = opened(household, actors)
    with at(OPENED + timedelta(days=3)):
        save_visit(
            case,
            {**VISIT, "authorized_on": None, "authorized_by": ""},
            actor=actors["village_clerk"],
            risks=["illness"],
        )
        with pytest.raises(ValidationError, match="承诺授权书"):
            advance(case, "visit", actor=actors["village_clerk"], document_name="入户核实表")
        with pytest.raises(ValidationError):
            set_comparison(case, "vehicles", "nothing", legal_basis="无", actor=actors["county_reviewer"])


def test_raw_sql_compares_nobody_who_did_not_authorise(actors):
    case = opened(rural(), actors)
    with pytest.raises(DatabaseError, match="compared_only_with_authorisation"), transaction.atomic():
        MonitoringCase.objects.filter(pk=case.pk).update(state="compared", category="edge", visited_on=OPENED)


def test_the_comparison_names_the_bureaus_that_have_not_answered(actors):
    case = visited(rural(), actors)
    with at(OPENED + timedelta(days=4)):
        set_comparison(case, "vehicles", "nothing", legal_basis="承诺授权书", actor=actors["county_reviewer"])
        with pytest.raises(ValidationError, match="还没有比对：房产、工商登记"):
            advance(case, "compare", actor=actors["county_reviewer"])


def test_a_bureau_answers_for_its_own_sector_only(actors):
    case = visited(rural(), actors)
    water = actors["bureau_officer"]
    with at(OPENED + timedelta(days=4)):
        set_comparison(case, "water", "nothing", legal_basis="承诺授权书", actor=water)
        with pytest.raises(PermissionDenied):
            set_comparison(case, "vehicles", "nothing", legal_basis="承诺授权书", actor=water)


def test_what_was_compared_stands_from_then_on(actors):
    case = compared(rural(), actors)
    with pytest.raises(DatabaseError, match="past its comparison"), transaction.atomic():
        case.comparisons.update(result="hit", note="名下有车")


def test_a_returned_case_is_compared_anew_and_the_first_answers_stand(actors):
    case = posted(rural(), actors)
    with at(FIRST_DAY_AFTER):
        advance(case, "township_return", actor=actors["township_officer"], comment="合规自付支出没有票据")
        with pytest.raises(ValidationError, match="还没有比对：车辆"):
            advance(case, "compare", actor=actors["county_reviewer"])
        set_comparison(
            case,
            "vehicles",
            "explained",
            note="已过户",
            legal_basis="承诺授权书",
            actor=actors["county_reviewer"],
        )
    said = case.comparisons.filter(subject="vehicles").order_by("round").values_list("round", "result")
    assert list(said) == [(1, "nothing"), (2, "explained")]
    with pytest.raises(DatabaseError, match="another round"), transaction.atomic():
        case.comparisons.filter(round=1).update(note="改过")
    with at(FIRST_DAY_AFTER + timedelta(days=1)):
        assert compare_all(case, actors).state == "compared"


def test_nobody_is_compared_without_his_signed_consent(actors):
    """practice.md, Monitoring: 信息比对 (only the authorised). Given once, it serves on when the case comes back."""
    case = visited(rural(), actors)
    with at(OPENED + timedelta(days=4)):
        answer_all(case, actors)
        with pytest.raises(ValidationError, match="缺少承诺授权书，请先上传。"):
            advance(case, "compare", actor=actors["county_reviewer"])
        scan(actors["village_clerk"], case, "authorization")
        assert advance(case, "compare", actor=actors["county_reviewer"]).state == "compared"
    returned = posted(rural(head="乙"), actors)
    with at(FIRST_DAY_AFTER):
        advance(returned, "township_return", actor=actors["township_officer"], comment="收入没有核实清楚")
        answer_all(returned, actors)
        assert advance(returned, "compare", actor=actors["county_reviewer"]).state == "compared"


def test_a_doubt_of_a_bureau_stops_the_township(actors):
    household = rural()
    case = visited(household, actors)
    with at(OPENED + timedelta(days=4)):
        for one in COMPARISON_SUBJECTS:
            hit = one.key == "vehicles"
            set_comparison(
                case,
                one.key,
                "hit" if hit else "nothing",
                note="名下有货车" if hit else "",
                legal_basis="承诺授权书",
                actor=actors["county_reviewer"],
            )
        scan(actors["village_clerk"], case, "authorization")
        advance(case, "compare", actor=actors["county_reviewer"])
    with at(MEETING["held_on"]):
        appraise(household.area_id, [Said(case.pk, True)], actor=actors["village_clerk"], meeting=MEETING)
    with at(POSTED):
        post_first_notice(
            household.area_id,
            [case.pk],
            purpose="identify",
            actor=actors["village_clerk"],
            notice={"place": "村务公开栏", "contact": "镇扶贫办"},
        )
    case.refresh_from_db()
    with at(FIRST_DAY_AFTER):
        [township] = [
            one
            for one in available(case, actors["township_officer"])
            if one.transition.name == "township_check"
        ]
        assert not township.allowed
        assert "车辆" in township.why_not
        with pytest.raises(ValidationError, match="车辆"):
            advance(case, "township_check", actor=actors["township_officer"])
