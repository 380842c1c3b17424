"""An upheld objection takes a household back in its own procedure; the village posts only what is the village's."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from poverty.review.models import Notice, Roster, RosterEntry
from poverty.review.services.notices import post_notice, withdraw_notice
from poverty.review.services.objections import receive_objection, settle_objection
from tests.at_commit import commit_checks

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
