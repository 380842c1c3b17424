"""Pages of a list: who cannot go on stands apart, exactly the ticked go on, and a list that has changed is refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from households.models import ExitCase, Survey
from households.services.exits.county import hold_decision
from households.services.exits.planning import compare
from households.services.facts import facts_changed
from households.views.exits import comparing
from poverty.review.models import Notice, RosterEntry
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.objections import receive_objection
from tests.actors import client_of
from tests.at_commit import commit_checks
from tests.factories.exits import Walk

_LATE = {"late_reason": "年底集中录入"}
_PAPER = {"document_name": "核查表", "signed_by_name": "", **_LATE}
_VERIFY = {"happened_on": "2018-12-06", "team": "李书记、赵主任", **_PAPER}
_CHECK = {"happened_on": "2018-12-15", "team": "陈专干、吴核查、郑核查", **_PAPER}
_MEETING = {
    "held_on": "2018-12-25", "place": "区政府", "chair": "冯组长", "due": "20", "present": "18",
    "document_number": "二扶组发〔2018〕12号", **_LATE,
}  # fmt: skip


def hold(walk, number=0):
    """The household loses its water and has it again: held until somebody has looked."""
    for solved in (False, True):
        Survey.objects.filter(household=walk.households[number]).update(water_solved=solved)
        facts_changed([walk.households[number].pk])
    commit_checks()


def object_to(walk, number=0):
    receive_objection(
        Notice.objects.latest("pk"), channel="visit", about="王建国", text="有车", actor=walk.clerk,
        case_id=walk.case(number).pk, received_on=date(2018, 12, 9), **_LATE,
    )  # fmt: skip


def page(walk, step):
    return f"/households/exits/lists/{walk.roster.pk}/{step}/"


def test_a_held_household_stands_apart_and_is_not_ticked(walk):
    walk.to("appraised")
    hold(walk)
    text = client_of(walk.secretary).get(page(walk, "verify")).content.decode()
    first, second, _ = walk.pks(0, 1, 2)
    assert f'name="shown" value="{first}"' in text
    assert f'name="case" value="{first}"' not in text
    assert f'name="case" value="{second}" checked' in text
    assert "这次不办：已暂缓" in text


def test_the_others_go_on_by_the_page(walk):
    walk.to("appraised")
    hold(walk)
    sent = _VERIFY | {"shown": walk.pks(0, 1, 2), "case": walk.pks(1, 2)}
    assert client_of(walk.secretary).post(page(walk, "verify"), sent).status_code == 302
    assert walk.states() == ["appraised", "verified", "verified"]


def test_a_held_one_that_is_ticked_is_named_and_nobody_goes_on(walk):
    walk.to("appraised")
    hold(walk)
    sent = _VERIFY | {"shown": walk.pks(0, 1, 2), "case": walk.pks(0, 1, 2)}
    answer = client_of(walk.secretary).post(page(walk, "verify"), sent)
    assert answer.status_code == 422
    assert "王建国户：已暂缓" in answer.content.decode()
    assert walk.states() == ["appraised"] * 3


def test_an_objection_holds_only_its_household_on_the_page(walk):
    walk.to("first")
    object_to(walk)
    client = client_of(walk.township)
    assert "对该户的异议还没有核查答复" in client.get(page(walk, "check")).content.decode()
    sent = _CHECK | {"shown": walk.pks(0, 1, 2), "case": walk.pks(1, 2)}
    assert client.post(page(walk, "check"), sent).status_code == 302
    assert walk.states() == ["agreed", "checked", "checked"]


def test_a_page_of_another_list_than_now_passes_nobody(walk):
    walk.to("appraised")
    sent = _VERIFY | {"shown": walk.pks(0, 1), "case": walk.pks(0, 1)}  # the third came meanwhile
    answer = client_of(walk.secretary).post(page(walk, "verify"), sent)
    assert answer.status_code == 422
    assert "名单已变，请刷新" in answer.content.decode()
    assert walk.states() == ["appraised"] * 3


def test_nobody_ticked_is_refused(walk):
    walk.to("appraised")
    answer = client_of(walk.secretary).post(page(walk, "verify"), _VERIFY | {"shown": walk.pks(0, 1, 2)})
    assert answer.status_code == 422
    assert "请先勾选" in answer.content.decode()


def test_the_leading_group_decides_the_ticked(walk):
    walk.to("reviewed")
    hold(walk)
    client, first = client_of(walk.recorder), walk.pks(0)[0]
    text = client.get("/households/exits/decide/?year=2018").content.decode()
    assert f'name="case" value="{first}"' not in text
    sent = _MEETING | {"shown": ",".join(map(str, walk.pks(0, 1, 2))), "case": walk.pks(1, 2)}
    sent[f"case{walk.pks(2)[0]}-reason"] = "群众有反映，再查"
    assert client.post("/households/exits/decide/?year=2018", sent).status_code == 302
    assert walk.states() == ["reviewed", "approved", "planned"]


def test_a_stale_page_of_the_decision_decides_nothing(walk):
    walk.to("reviewed")
    sent = _MEETING | {"shown": ",".join(map(str, walk.pks(0, 1))), "case": walk.pks(0, 1)}
    answer = client_of(walk.recorder).post("/households/exits/decide/?year=2018", sent)
    assert answer.status_code == 422
    assert "名单已变，请刷新" in answer.content.decode()
    assert walk.states() == ["reviewed"] * 3


def test_a_bureau_says_nothing_of_who_did_not_stand_on_its_page(walk):
    walk.plan()
    sent = {"confirmed_on": "2018-12-02", "legal_basis": "通知", "shown": walk.pks(0, 1), **_LATE}
    answer = client_of(walk.bureaus["water"]).post("/households/exits/compare/?year=2018", sent)
    assert answer.status_code == 302
    assert walk.case(0).confirmations.count() == 1
    assert walk.case(2).confirmations.count() == 0


def test_a_bureau_page_with_somebody_who_waits_no_longer(walk):
    walk.plan().compare()
    sent = {"confirmed_on": "2018-12-02", "legal_basis": "通知", "shown": walk.pks(0), **_LATE}
    answer = client_of(walk.bureaus["water"]).post("/households/exits/compare/?year=2018", sent)
    assert answer.status_code == 422
    assert "名单已变，请刷新" in answer.content.decode()


def test_a_bureau_corrects_what_it_said_while_the_household_is_planned(walk):
    walk.plan()
    url = "/households/exits/compare/?year=2018"
    client = client_of(walk.bureaus["education"])
    first = walk.pks(0)[0]
    sent = {"confirmed_on": "2018-12-02", "legal_basis": "通知", "shown": walk.pks(0, 1, 2), **_LATE}
    assert client.post(url, sent | {f"case{first}-note": "小明辍学"}).status_code == 302
    page = client.get(url).content.decode()
    assert "没有等待比对的户" in page
    assert f"?correct={first}" in page
    correcting = f"{url}&correct={first}"
    assert "小明辍学" in client.get(correcting).content.decode()
    sent = {"confirmed_on": "2018-12-03", "legal_basis": "复学证明", "shown": [first], **_LATE}
    # Somebody else than who is corrected is not among what is shown.
    assert client.post(correcting, sent | {"shown": walk.pks(1)}).status_code == 422
    assert client.post(correcting, sent | {f"case{first}-note": ""}).status_code == 302
    words = walk.case(0).confirmations.order_by("pk").values_list("result", flat=True)
    assert list(words) == ["exception", "ok"]
    for sector in ("medical_insurance", "housing", "water"):
        officer = walk.bureaus[sector]
        compare(
            walk.cases, sector, actor=officer, legal_basis="通知", confirmed_on=date(2018, 12, 2), **_LATE
        )
    walk.prepare()
    # Calculated, the comparison is closed.
    assert client.post(correcting, sent).status_code == 422


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 30, "%00"])
def test_a_case_that_is_none_is_not_corrected(walk, typed):
    walk.plan()
    answer = client_of(walk.bureaus["water"]).get(f"/households/exits/compare/?year=2018&correct={typed}")
    assert answer.status_code == 200
    assert "3 户待比对" in answer.content.decode()


def test_who_is_compared_does_not_hide_who_waits(walk, monkeypatch):
    walk.plan()
    monkeypatch.setattr(comparing, "MOST", 1)
    officer = walk.bureaus["water"]
    for number in (0, 1):
        rows = walk.cases.filter(pk=walk.pks(number)[0])
        compare(rows, "water", actor=officer, legal_basis="通知", confirmed_on=date(2018, 12, 2), **_LATE)
    page = client_of(officer).get("/households/exits/compare/?year=2018")
    assert [row.case.pk for row, *_ in page.context["rows"]] == walk.pks(2)


def test_the_announcement_parts_the_list(walk):
    walk.to("approved")
    hold(walk)
    walk.announce(case_ids=walk.pks(1, 2))
    commit_checks()
    assert walk.states() == ["approved", "announced", "announced"]
    other = RosterEntry.objects.standing().get(case_id=walk.pks(0)[0]).roster
    assert (other.pk != walk.roster.pk, other.title) == (True, "2018年度拟退出贫困户名单（另列）")
    assert Notice.objects.latest("pk").households == 2


def test_who_is_not_approved_stands_on_no_announcement(walk):
    walk.to("second").review(case_ids=walk.pks(1, 2)).approve()
    client = client_of(walk.recorder)
    first, second = "王建国", "王建军"
    sheet = f"/households/exits/lists/{walk.roster.pk}/print/announcement/"
    text = client.get(sheet).content.decode()
    assert (first in text, second in text) == (False, True)
    walk.announce()
    text = client.get(sheet).content.decode()
    assert (first in text, second in text) == (False, True)


def test_a_sheet_of_the_first_notice_keeps_who_left_later(walk):
    walk.to("first").check(failed={walk.pks(0)[0]: "实地看没有自来水"})
    text = (
        client_of(walk.clerk).get(f"/households/exits/lists/{walk.roster.pk}/print/first/").content.decode()
    )
    assert "王建国" in text
    text = (
        client_of(walk.clerk).get(f"/households/exits/lists/{walk.roster.pk}/print/second/").content.decode()
    )
    assert "王建国" not in text


def test_who_stands_on_no_list_is_shown_with_what_to_do(walk):
    walk.to("appraised")
    RosterEntry.objects.filter(case_id=walk.pks(0)[0]).update(
        left_on=date(2018, 12, 6), left_reason="贴错", left_by=walk.clerk
    )
    text = client_of(walk.clerk).get("/households/exits/villages/220503100204/?year=2018").content.decode()
    assert "不在名单上" in text
    assert "由乡镇退回村重办，或移出计划" in text


def test_a_list_is_made_of_the_ticked_on_the_day_of_its_paper(walk):
    walk.plan().compare()
    client = client_of(walk.clerk)
    village = "/households/exits/villages/220503100204/"
    ticked = {"case": walk.pks(0, 1)}
    answer = client.post(f"{village}prepare/?year=2018", ticked | {"happened_on": "2018-12-03"})
    assert answer.status_code == 422
    assert "补录" in answer.content.decode()
    answer = client.post(f"{village}prepare/?year=2018", ticked | {"happened_on": "2018-12-03", **_LATE})
    assert answer.status_code == 302
    assert walk.states() == ["prepared", "prepared", "planned"]
    day = {"made_on": "2018-12-04", **_LATE}
    answer = client.post(f"{village}list/?year=2018", day)
    assert answer.status_code == 422
    assert "请先选择" in answer.content.decode()
    assert client.post(f"{village}list/?year=2018", day | ticked).status_code == 302
    roster = RosterEntry.objects.first().roster
    assert (roster.made_on, roster.entries.count()) == (date(2018, 12, 4), 2)


def test_the_plan_has_the_day_of_its_paper(walk):
    sent = {"household": [one.pk for one in walk.households], "happened_on": "2018-12-01", **_LATE}
    client = client_of(walk.clerk)
    assert client.post("/households/exits/villages/220503100204/plan/?year=2018", sent).status_code == 302
    assert walk.states() == ["planned"] * 3


def test_sent_back_on_the_day_of_its_paper(walk):
    walk.to("appraised")
    url = f"/households/exits/cases/{walk.pks(0)[0]}/send-back/"
    sent = {"comment": "材料不齐", "happened_on": "2018-12-06"}
    client = client_of(walk.township)
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | _LATE).status_code == 302
    assert walk.states() == ["planned", "appraised", "appraised"]


@pytest.mark.django_db
def test_one_meeting_decides_for_one_county():
    here, there = Walk(), Walk(count=1, village="140212100201")
    here.to("reviewed")
    there.to("reviewed")
    with pytest.raises(ValidationError, match="一个县"):
        hold_decision(
            [here.roster, there.roster], {}, actor=here.recorder, held_on=date(2018, 12, 25), place="x",
            chair="x", due=2, present=2, document_number="1号", **_LATE,
        )  # fmt: skip
    assert not ExitCase.objects.filter(state="approved").exists()


def test_a_sheet_prints_the_last_word_of_a_bureau(walk):
    walk.plan().compare(exceptions={walk.pks(0)[0]: "住房正在改造"})
    page = f"/households/exits/cases/{walk.pks(0)[0]}/print/check/"
    first = client_of(walk.clerk).get(page)
    assert {one.result for one in first.context["bureaus"].values()} == {"exception"}
    walk.compare()
    second = client_of(walk.clerk).get(page)
    assert {one.result for one in second.context["bureaus"].values()} == {"ok"}


def test_a_sheet_names_the_decision_that_is_closed_and_agreed(walk):
    walk.to("approved")
    later = enter_meeting(
        "leading_group", walk.village[:6], held_on=date(2018, 12, 27), place="区政府", chair="冯组长", due=20,
        present=18, document_number="二扶组发〔2018〕13号", actor=walk.recorder, **_LATE,
    )  # fmt: skip
    say(later, "households.exitcase", [Said(pk, True) for pk in walk.pks(0, 1, 2)], actor=walk.recorder)
    page = f"/households/exits/lists/{walk.roster.pk}/print/announcement/"
    decision = client_of(walk.recorder).get(page).context["decision"]
    assert decision.document_number == "二扶组发〔2018〕12号"
    close_meeting(later, actor=walk.recorder)
    decision = client_of(walk.recorder).get(page).context["decision"]
    assert decision.document_number == "二扶组发〔2018〕13号"
