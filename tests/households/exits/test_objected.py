"""An upheld objection takes a household back in its own procedure; the village posts only what is the village's."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from households.services.exits.marking import mark_list
from households.services.exits.papers import Paper
from poverty.notices import lateness
from poverty.review.models import Notice, Objection, Roster, RosterEntry
from poverty.review.services.notices import post_notice, withdraw_notice
from poverty.review.services.objections import receive_objection, settle_objection
from tests.actors import client_of
from tests.at_commit import commit_checks
from tests.households.exits.test_asked_again import hinder

LATE = "年底集中录入"
PAPER = {"title": "公示", "place": "村务公开栏", "publisher": "二道沟村民委员会", "contact": "0435-1234567"}


def _objected(walk, kind, received_on):
    notice = Notice.objects.get(kind=kind)
    return receive_objection(
        notice, channel="paper", about="王建国", text="他家有车", case_id=walk.case(0).pk, actor=walk.clerk,
        received_on=received_on, late_reason=LATE,
    )  # fmt: skip


def _uphold(objection, actor, on):
    settle_objection(
        objection, upheld=True, answer="确有小汽车", actor=actor, document_name="核查报告", happened_on=on,
        late_reason=LATE,
    )  # fmt: skip


def test_upheld_in_the_village_the_township_sends_it_back(walk):
    walk.to("first")
    _uphold(_objected(walk, "first", date(2018, 12, 10)), walk.township, date(2018, 12, 12))
    commit_checks()
    case = walk.case(0)
    assert (case.state, case.round) == ("planned", 2)
    assert not RosterEntry.objects.standing().filter(case_id=case.pk).exists()
    walk.check()
    assert walk.states() == ["planned", "checked", "checked"]


def test_upheld_in_the_township_only_the_county_takes_it_back(walk):
    walk.to("second")
    objection = _objected(walk, "second", date(2018, 12, 18))
    with pytest.raises(ValidationError, match="请由上级答复"):
        _uphold(objection, walk.township, date(2018, 12, 20))
    _uphold(objection, walk.reviewer, date(2018, 12, 20))
    commit_checks()
    assert walk.states() == ["planned", "checked", "checked"]


def test_the_village_posts_the_first_notice_only(walk):
    walk.to("checked")
    for kind in ("second", "announcement"):
        with pytest.raises(PermissionDenied):
            post_notice(
                walk.roster, kind, actor=walk.clerk, posted_on=date(2018, 12, 16), late_reason=LATE, **PAPER
            )
    walk.post("second", date(2018, 12, 16))
    with pytest.raises(PermissionDenied):
        withdraw_notice(Notice.objects.get(kind="second"), reason="贴错", actor=walk.clerk)


def test_nothing_hangs_before_the_household_has_signed(walk):
    walk.to("verified")
    with pytest.raises(ValidationError, match="名单上还没有"):
        walk.post()
    walk.sign()
    with pytest.raises(ValidationError) as refused:
        walk.post(posted_on=date(2018, 12, 6))
    assert list(refused.value.message_dict) == ["posted_on"]
    walk.post(posted_on=date(2018, 12, 7))


def test_who_refuses_is_not_posted_with_the_others(walk):
    walk.to("verified")
    against = walk.case(0).pk
    walk.sign(refused=[against])
    walk.post()
    assert Notice.objects.get().households == 2
    apart = Roster.objects.exclude(pk=walk.roster.pk).get()
    assert list(RosterEntry.objects.standing().filter(roster=apart).values_list("case_id", flat=True)) == [
        against
    ]


def test_who_was_parted_wants_no_correction_and_takes_no_objection(walk):
    walk.to("verified")
    walk.sign(refused=[walk.case(0).pk])
    walk.post()
    assert not lateness.uncorrected(Notice.objects.all(), date(2018, 12, 9)).exists()
    with pytest.raises(ValidationError, match="不在这份公示的名单上"):
        _objected(walk, "first", date(2018, 12, 10))
    sheet = client_of(walk.clerk).get(f"/households/exits/lists/{walk.roster.pk}/print/first/")
    assert "王建国" not in sheet.content.decode()


def test_who_leaves_on_the_day_of_posting_stood_on_the_sheet(walk):
    walk.to("first")
    _uphold(_objected(walk, "first", date(2018, 12, 8)), walk.township, date(2018, 12, 8))
    assert lateness.uncorrected(Notice.objects.all(), date(2018, 12, 9)).exists()
    sheet = client_of(walk.clerk).get(f"/households/exits/lists/{walk.roster.pk}/print/first/")
    assert "王建国" in sheet.content.decode()


def _post_again(walk, on, kind="announcement", **more):
    return post_notice(walk.roster, kind, actor=walk.recorder, posted_on=on, late_reason=LATE, **PAPER | more)


def test_an_announcement_that_is_taken_back_is_posted_anew_for_the_whole_list(walk):
    walk.to("announced")
    withdraw_notice(
        Notice.objects.get(kind="announcement"), reason="标题写错", actor=walk.recorder, on=date(2018, 12, 26)
    )
    with pytest.raises(ValidationError, match="还没有公告"):
        walk.file()
    notice, _ = _post_again(walk, date(2018, 12, 26))
    assert (notice.households, notice.last_day) == (3, date(2018, 12, 30))
    assert walk.states() == ["announced"] * 3
    walk.file()
    commit_checks()
    assert walk.states() == ["filed"] * 3


def test_a_hindered_household_is_not_announced_by_the_page_of_the_list_either(walk):
    walk.to("approved")
    hinder(walk)
    notice, _ = _post_again(walk, date(2018, 12, 26))
    assert notice.households == 2
    apart = Roster.objects.exclude(pk=walk.roster.pk).get()
    assert [one.case_id for one in apart.entries.all()] == [walk.case(0).pk]
    walk.roster = apart
    with pytest.raises(ValidationError, match="新发灾害"):
        _post_again(walk, date(2018, 12, 27))


def test_a_letter_entered_after_the_mark_is_not_upheld_before_the_exit_is_taken_back(walk):
    walk.to("filed")
    mark_list(walk.roster, Paper(date(2018, 12, 31), "12号"), actor=walk.recorder)
    objection = _objected(walk, "announcement", date(2018, 12, 28))
    with pytest.raises(ValidationError, match="请先按返贫提出申请"):
        _uphold(objection, walk.reviewer, date(2018, 12, 31))
    assert Objection.objects.get().is_open
    settle_objection(
        objection, upheld=False, answer="没有小汽车", actor=walk.reviewer, document_name="核查报告",
        happened_on=date(2018, 12, 31),
    )  # fmt: skip
    assert not Objection.objects.get().is_open
