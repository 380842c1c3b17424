"""The pages of monitoring as people use them: from a clue to the county's approval, each by whom it is for."""

import pytest
from django.urls import reverse

from households.models import Clue, MonitoringCase, MonitoringRound, RoundVisit
from households.monitoring.clues import answer_clue
from households.monitoring.rounds import close_round
from poverty.audit.models import Entry
from poverty.review.models import Meeting, Notice
from poverty.review.services.objections import receive_objection
from tests.actors import client_of
from tests.factories.accounts import make_actor
from tests.factories.monitoring import (
    APPRAISED,
    COMPARED,
    FIRST_DAY_AFTER,
    OPENED,
    POSTED,
    VISIT,
    VISITED,
    appraised,
    at,
    compared,
    make_clue,
    make_watched,
    opened,
    posted,
    rural,
    visited,
)
from tests.households.monitoring.test_rounds import DAY, start

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"households:{name}", args=args)


def test_a_clue_is_taken_in_and_becomes_a_case(actors):
    household = rural(household_no="2205030001")
    clerk = client_of(actors["village_clerk"])
    with at(OPENED):
        response = clerk.post(
            url("clue-new"),
            {
                "source": "hotline",
                "kind": "illness",
                "household": "2205030001",
                "text": "来电反映住院",
                "received_on": OPENED.isoformat(),
            },
        )
        clue = Clue.objects.get()
        assert response.url == url("clue", clue.pk)
        assert clue.household == household
        response = clerk.post(url("clue-case", clue.pk))
    case = MonitoringCase.objects.get()
    assert response.url == url("monitoring-visit", case.pk)


def test_a_clue_without_its_words_keeps_what_was_typed(actors):
    rural(household_no="2205030001")
    with at(OPENED):
        response = client_of(actors["village_clerk"]).post(
            url("clue-new"),
            {"source": "hotline", "kind": "illness", "household": "2205030001", "received_on": "2024-03-01"},
        )
    assert response.status_code == 422
    assert "2205030001" in response.content.decode()
    assert not Clue.objects.exists()


def test_who_is_on_no_register_is_named_in_words(actors):
    with at(OPENED):
        client_of(actors["village_clerk"]).post(
            url("clue-new"),
            {
                "source": "petition",
                "kind": "other",
                "about": "二组租住户",
                "area": "220503100204",
                "text": "来信反映困难",
                "received_on": "2024-03-01",
            },
        )
    assert Clue.objects.get().about == "二组租住户"


def test_an_answer_needs_words(actors):
    with at(OPENED):
        clue = make_clue(rural(), actors["village_clerk"])
        clerk = client_of(actors["village_clerk"])
        sent = {"outcome": "no_risk", "answered_on": "2024-03-01", "answer": ""}
        assert clerk.post(url("clue-answer", clue.pk), sent).status_code == 422
        assert (
            clerk.post(url("clue-answer", clue.pk), {**sent, "answer": "入户核实无困难"}).status_code == 302
        )
    clue.refresh_from_db()
    assert clue.state == "no_risk"


def test_another_townships_clue_is_not_found(actors):
    with at(OPENED):
        clue = make_clue(rural(), actors["village_clerk"])
    other = make_actor("village_clerk", "220503101203")
    assert client_of(other).get(url("clue", clue.pk)).status_code == 404
    assert client_of(other).post(url("clue-answer", clue.pk), {}).status_code == 404


def test_the_visit_is_kept_in_part_and_sent_when_whole(actors):
    case = opened(rural(), actors)
    clerk = client_of(actors["village_clerk"])
    facts = {
        name: {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else str(value)
        for name, value in VISIT.items()
    }
    with at(VISITED):
        page = url("monitoring-visit", case.pk)
        assert clerk.post(page, {"visited_on": "2024-03-04", "action": "save"}).status_code == 302
        response = clerk.post(page, {"visited_on": "2024-03-04", "action": "visit"})
        assert response.status_code == 422
        assert "承诺授权书" in response.content.decode()
        response = clerk.post(page, {**facts, "risk1": "illness", "risk2": "labour", "action": "visit"})
        assert response.status_code == 302, response.context["form"].errors
    case.refresh_from_db()
    assert case.state == "visited"
    assert [one.risk for one in case.risks.all()] == ["illness", "labour"]


def test_a_bureau_sees_its_own_subject_and_no_case(actors):
    case = visited(rural(), actors)
    bureau = client_of(actors["bureau_officer"])
    page = bureau.get(url("monitoring-compare", case.pk))
    assert [form.subject for form in page.context["forms"]] == ["water"]
    assert "主要劳动力手术" not in page.content.decode()
    assert bureau.get(url("monitoring-case", case.pk)).status_code == 403
    with at(COMPARED):
        sent = {"legal_basis": "承诺授权书", "compared_on": "2024-03-05", "water-result": "nothing"}
        bureau.post(url("monitoring-compare", case.pk), {**sent, "action": "compare"})
    case.refresh_from_db()
    assert (case.state, case.comparisons.count()) == ("visited", 1)


def test_the_meeting_is_entered_once_for_all_households(actors):
    first, second = compared(rural(head="甲"), actors), compared(rural(head="乙"), actors)
    clerk = client_of(actors["village_clerk"])
    sent = {
        "held_on": APPRAISED.isoformat(),
        "place": "村部",
        "chair": "张强",
        "due": "30",
        "present": "24",
        f"case{first.pk}-result": "agreed",
        f"case{second.pk}-result": "refused",
    }
    with at(APPRAISED):
        page = f"{url('monitoring-appraise')}?area=220503100204"
        response = clerk.post(page, sent)
        assert response.status_code == 422, "a refusal says why"
        clerk.post(page, {**sent, f"case{second.pk}-note": "家有两人务工"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("appraised", "not_agreed")
    assert Meeting.objects.get().items.count() == 2


def test_the_notice_is_posted_from_its_page(actors):
    case = appraised(rural(), actors)
    with at(POSTED):
        client_of(actors["village_clerk"]).post(
            f"{url('monitoring-notice')}?area=220503100204",
            {
                "purpose": "identify",
                "case": case.pk,
                "place": "村务公开栏",
                "contact": "镇政府",
                "posted_on": "2024-03-07",
            },
        )
    assert Notice.objects.get().last_day.isoformat() == "2024-03-11"


def test_the_township_checks_several_at_once_and_sees_who_is_not_ready(actors):
    case = posted(rural(), actors)
    officer = client_of(actors["township_officer"])
    sent = {"case": case.pk, "happened_on": "2024-03-11"}
    with at(FIRST_DAY_AFTER):
        response = officer.post(url("monitoring-together"), sent)
        assert response.status_code == 422
        assert "2024-03-12 起才能办理" in response.content.decode()
        officer.post(url("monitoring-together"), {**sent, "happened_on": "2024-03-12"})
    case.refresh_from_db()
    assert case.state == "checked"


def test_the_case_page_says_why_a_button_is_not_there(actors):
    case = posted(rural(), actors)
    with at(POSTED):
        page = client_of(actors["township_officer"]).get(url("monitoring-case", case.pk)).content.decode()
    assert "不能“乡镇审核通过”" in page
    assert url("monitoring-step", case.pk, "township_check") not in page
    assert url("monitoring-step", case.pk, "township_return") in page


def test_the_village_ticks_off_whom_it_reached(actors):
    household, one = rural(), start(actors)
    with at(DAY):
        client_of(actors["village_clerk"]).post(
            url("round-village", one.pk, "220503100204"),
            {"household": household.pk, "visited_on": "2024-04-03", "way": "home"},
        )
    assert RoundVisit.objects.get().household == household


MINUTES = {"held_on": "2024-03-01", "place": "镇政府", "chair": "张强", "due": "9", "present": "8"}


def test_the_months_without_a_meeting_are_marked(actors):
    one = make_watched(rural())
    officer = client_of(actors["township_officer"])
    sent = {**MINUTES, f"note-households.monitoring-{one.pk}": ""}
    with at(OPENED):
        assert officer.post(url("analysis-new"), sent).status_code == 422, "no minutes"
        response = officer.post(url("analysis-new"), {**sent, "summary": "逐户研判，未发现新风险"})
    held = Meeting.objects.get()
    assert response.url == url("analysis", held.pk)
    assert held.closed_at is not None


def test_a_meeting_went_through_what_its_page_showed(actors):
    """What came between the page and its sending is not in the minutes; what was settled meanwhile refuses them."""
    seen, later = make_watched(rural(head="甲")), rural(head="乙")
    officer = client_of(actors["township_officer"])
    with at(OPENED):
        clue = make_clue(later, actors["village_clerk"])
        sent = {**MINUTES, "summary": "逐户研判", f"note-households.monitoring-{seen.pk}": "继续监测"}
        answer_clue(clue, "no_risk", answer="入户核实无困难", actor=actors["village_clerk"])
        response = officer.post(url("analysis-new"), {**sent, f"note-households.clue-{clue.pk}": "转入识别"})
        assert response.status_code == 422
        assert "名单已变" in response.content.decode()
        assert "继续监测" in response.content.decode()
        assert not Meeting.objects.exists()
        make_clue(later, actors["village_clerk"])
        officer.post(url("analysis-new"), sent)
    items = Meeting.objects.get().items.values_list("case_type", "case_id", "note")
    assert list(items) == [("households.monitoring", seen.pk, "继续监测")]


def test_the_page_of_a_meeting_says_how_many_are_not_on_it(actors, monkeypatch):
    monkeypatch.setattr("households.views.monitoring.analysis.ON_AGENDA", 1)
    make_watched(rural(head="甲")), make_watched(rural(head="乙"))
    page = client_of(actors["township_officer"]).get(url("analysis-new"))
    assert len(page.context["lines"]) == 1
    assert "还有 1 项不在这份名单上" in page.content.decode()


def test_a_visit_that_was_handed_in_is_not_emptied_from_its_page(actors):
    case = visited(rural(), actors)
    with at(VISITED):
        response = client_of(actors["village_clerk"]).post(
            url("monitoring-visit", case.pk), {"visitors": "张强", "action": "save"}
        )
    assert response.status_code == 422
    assert "不能改得不完整" in response.content.decode()
    case.refresh_from_db()
    assert (case.category, case.visited_on) == ("edge", VISITED)


def test_the_township_ticks_only_who_may_go_on_and_hears_who_may_not(actors):
    ready, waiting = posted(rural(head="甲"), actors), appraised(rural(head="乙"), actors)
    officer = client_of(actors["township_officer"])
    with at(FIRST_DAY_AFTER):
        page = officer.get(url("monitoring-together")).content.decode()
        assert f'name="case" value="{ready.pk}"' in page
        assert f'name="case" value="{waiting.pk}"' not in page
        assert "该户不在名单上" in page
        sent = {"case": [ready.pk, waiting.pk], "happened_on": "2024-03-12"}
        response = officer.post(url("monitoring-together"), sent)
        assert response.status_code == 422
        assert "乙户：该户不在名单上" in response.content.decode()
        officer.post(url("monitoring-together"), {**sent, "case": ready.pk})
    ready.refresh_from_db()
    waiting.refresh_from_db()
    assert (ready.state, waiting.state) == ("checked", "appraised")


def test_a_household_with_an_open_objection_is_named_and_not_ticked(actors):
    case = posted(rural(head="甲"), actors)
    with at(POSTED):
        receive_objection(
            Notice.objects.get(), channel="phone", about="甲", text="家里有小汽车", case_id=case.pk,
            actor=actors["village_clerk"], received_on=POSTED,
        )  # fmt: skip
    with at(FIRST_DAY_AFTER):
        page = client_of(actors["township_officer"]).get(url("monitoring-together")).content.decode()
    assert "异议还没有核查答复" in page
    assert f'name="case" value="{case.pk}"' not in page


def test_thousands_of_digits_are_no_household(actors):
    household, one = rural(), start(actors)
    endless = "9" * 5000
    with at(DAY):
        for person, address, sent in (
            ("township_officer", url("monitoring-together"), {"case": endless, "happened_on": "2024-04-03"}),
            (
                "village_clerk",
                url("round-village", one.pk, household.area_id),
                {"household": endless, "visited_on": "2024-04-03", "way": "home"},
            ),
        ):
            assert client_of(actors[person]).post(address, sent).status_code == 422
        response = client_of(actors["village_clerk"]).get(url("clue-new"), {"household": endless})
        assert response.status_code == 200


def test_who_is_found_at_risk_in_a_round_is_noted_with_the_clue(actors):
    household, one = rural(), start(actors)
    clerk, village = client_of(actors["village_clerk"]), url("round-village", one.pk, "220503100204")
    address = f"{url('clue-new')}?household={household.pk}&round={one.pk}"
    with at(DAY):
        assert address.replace("&", "&amp;") in clerk.get(village).content.decode()
        sent = {"source": "round", "kind": "illness", "received_on": "2024-04-03", "way": "home"}
        assert clerk.post(address, sent).status_code == 422, "it says what happened"
        assert not RoundVisit.objects.exists()
        assert clerk.post(address, {**sent, "text": "住院"}).url == village
        assert "有线索" in clerk.get(f"{village}?show=done").content.decode()
    assert Clue.objects.get().round == one
    assert RoundVisit.objects.get().found == "clue"


def test_no_clue_is_noted_in_a_round_that_is_over(actors):
    household, one = rural(), start(actors)
    with at(DAY):
        close_round(one, actor=actors["township_officer"])
        address = f"{url('clue-new')}?household={household.pk}&round={one.pk}"
        assert client_of(actors["village_clerk"]).get(address).status_code == 404


def test_a_round_that_is_over_counts_nobody_anew(actors):
    rural(), start(actors)
    one = MonitoringRound.objects.get()
    clerk, village = client_of(actors["village_clerk"]), url("round-village", one.pk, "220503100204")
    with at(DAY):
        assert [label for label, *_ in clerk.get(village).context["tabs"]] == ["未排查", "必访未访", "已排查"]
        close_round(one, actor=actors["township_officer"])
        assert [label for label, *_ in clerk.get(village).context["tabs"]] == ["已排查"]


def test_telephone_numbers_of_a_village_are_shown_for_a_purpose_and_logged(actors):
    rural(phone="13843500001")
    one = start(actors)
    clerk = client_of(actors["village_clerk"])
    village, phones = (url(name, one.pk, "220503100204") for name in ("round-village", "round-phones"))
    with at(DAY):
        page = clerk.get(village).content.decode()
        assert "13843500001" not in page
        assert phones in page
        assert "13843500001" not in clerk.get(phones).content.decode()
        assert clerk.post(phones, {}).status_code == 422, "no purpose"
        for _ in range(2):
            assert "13843500001" in clerk.post(phones, {"purpose": "call"}).content.decode()
        [entry] = Entry.objects.filter(action="personal.reveal")
        assert (entry.purpose, "13843500001" in entry.summary) == ("电话联系农户", False)


def test_telephone_numbers_of_others_need_the_right_over_them(actors):
    rural(phone="13843500001")
    one = start(actors)
    other = make_actor("village_clerk", "220503101203")
    address = url("round-phones", one.pk, "220503100204")
    with at(DAY):
        assert client_of(other).post(address, {"purpose": "call"}).status_code == 404
        assert client_of(actors["helper"]).post(address, {"purpose": "call"}).status_code in (403, 404)
