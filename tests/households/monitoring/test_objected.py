"""An objection that comes in, or is answered, after the county has approved: the approval is taken back, or what took
effect by it.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from households.models import Monitoring, MonitoringCase
from households.monitoring.cases import REMOVE, open_case
from households.monitoring.clues import answer_clue
from households.monitoring.village_lists import announce, on_lists
from poverty.review.models import Notice, Objection, RosterEntry, Step
from poverty.review.services import fire
from poverty.review.services.objections import receive_objection, settle_objection
from tests.factories.monitoring import (
    ANNOUNCEMENT,
    FIRST_DAY_AFTER,
    POSTED,
    approved,
    at,
    finish,
    make_clue,
    rural,
)

pytestmark = pytest.mark.django_db
ANNOUNCED = FIRST_DAY_AFTER + timedelta(days=2)
LETTER = {"channel": "paper", "about": "不符合条件", "text": "家里有小汽车"}


def at_once():
    """What the database asks at commit is asked now: each of these things happens in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def letter(case, actors, *, on, kind=Notice.Kind.FIRST, **late):
    """A letter about a case, received on a day within the notice, entered when it is found."""
    at_once()
    notice = Notice.objects.get(kind=kind)
    return receive_objection(
        notice, actor=actors["village_clerk"], case_id=case.pk, received_on=on, **LETTER, **late
    )


def uphold(objection, actors, by="county_reviewer"):
    return settle_objection(
        objection, upheld=True, answer="核查属实", actor=actors[by], document_name="核查报告"
    )


def hang(case, actors):
    announce(
        on_lists([case.pk])[case.pk].roster,
        actor=actors["county_reviewer"],
        notice=ANNOUNCEMENT,
        document_name="公告第3号",
    )


def test_the_county_takes_its_approval_back_and_the_others_go_on(actors):
    case = approved(rural(), actors)
    with at(ANNOUNCED):
        hang(case, actors)
        assert uphold(letter(case, actors, on=ANNOUNCED, kind=Notice.Kind.ANNOUNCEMENT), actors)
    case.refresh_from_db()
    assert case.state == "refused"
    assert not RosterEntry.objects.standing().filter(case_id=case.pk).exists()
    assert not Monitoring.objects.exists()
    step = Step.objects.of_case("households.monitoringcase", case.pk).last()
    assert (step.transition, step.lane, step.document_name) == ("revoke_approval", "decide", "核查报告")
    # Nothing stands in the way of a new pass.
    with at(ANNOUNCED):
        assert open_case(case.household, reason="又有困难", actor=actors["village_clerk"]).state == "opened"


def test_a_letter_of_the_days_of_the_first_notice_that_is_found_after_the_approval(actors):
    case = approved(rural(), actors)
    with at(ANNOUNCED):
        found = letter(case, actors, on=POSTED, late_reason="信件夹在村委会账册里")
        with pytest.raises(ValidationError, match="请由上级答复"):
            uphold(found, actors, by="township_officer")
        assert uphold(found, actors)
    case.refresh_from_db()
    assert case.state == "refused"


def test_recorded_it_is_taken_back_by_a_procedure_of_its_own_first(actors):
    case = finish(approved(rural(), actors), actors)
    with at(ANNOUNCED):
        found = letter(case, actors, on=POSTED, late_reason="信件夹在村委会账册里")
        with pytest.raises(ValidationError, match="请先登记线索或启动风险消除"):
            uphold(found, actors)
        assert Objection.objects.get().is_open
        make_clue(case.household, actors["village_clerk"], source="petition")
        assert uphold(found, actors) is False
    case.refresh_from_db()
    assert case.state == MonitoringCase.State.RECORDED
    assert Objection.objects.get().state == "upheld"


def test_a_sign_of_risk_or_an_answered_clue_takes_nothing_back(actors):
    case = finish(approved(rural(), actors), actors)
    clerk = actors["village_clerk"]
    with at(ANNOUNCED):
        make_clue(case.household, clerk, source="bureau")
        answered = make_clue(case.household, clerk, source="petition", kind="other")
        answer_clue(answered, "known", answer="已在监测", actor=clerk)
        found = letter(case, actors, on=POSTED, late_reason="信件夹在村委会账册里")
        with pytest.raises(ValidationError, match="请先登记线索或启动风险消除"):
            uphold(found, actors)
        make_clue(case.household, clerk, source="petition", kind="other")
        assert uphold(found, actors) is False


def test_a_removal_that_was_dropped_takes_nothing_back(actors):
    case = finish(approved(rural(), actors), actors)
    later = ANNOUNCED + timedelta(days=200)
    clerk = actors["village_clerk"]
    with at(later):
        removal = open_case(case.household, REMOVE, reason="收入稳定", actor=clerk)
        found = letter(case, actors, on=POSTED, late_reason="信件夹在村委会账册里")
        fire("drop", removal, actor=clerk, comment="核实后不办理")
        with pytest.raises(ValidationError, match="请先登记线索或启动风险消除"):
            uphold(found, actors)
        open_case(case.household, REMOVE, reason="核查属实", actor=clerk)
        assert uphold(found, actors) is False


def test_after_the_days_of_the_notice_a_letter_is_a_clue(actors):
    case = approved(rural(), actors)
    with at(ANNOUNCED), pytest.raises(ValidationError) as raised:
        letter(case, actors, on=FIRST_DAY_AFTER)
    assert "请按线索登记" in raised.value.message_dict["received_on"][0]
