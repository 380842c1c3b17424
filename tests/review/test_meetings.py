"""Meetings: who came, what was said of whom, closed for good."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.review.models import Meeting, MeetingItem
from poverty.review.services import fire
from poverty.review.services.meetings import Said, agree_to_all, close_meeting, enter_meeting, say
from tests.actors import COUNTY_A, VILLAGE_A
from tests.review.cases import Case, make_case
from tests.review.lists import CASE

TODAY = timezone.localdate


def a_case(actors):
    """A case that the village has opened."""
    case = make_case()
    fire("open", case, actor=actors["village_clerk"])
    return case


def meeting(actors, **fields):
    fields = {
        "held_on": TODAY(),
        "place": "村部会议室",
        "chair": "张村长",
        "due": 30,
        "present": 24,
        "actor": actors["village_clerk"],
    } | fields
    return enter_meeting(fields.pop("kind", "village"), fields.pop("area_code", VILLAGE_A), **fields)


def test_a_meeting_with_votes_is_closed_without_a_warning(actors):
    held = meeting(actors)  # 24 of 30: more than two thirds
    say(
        held,
        CASE,
        [Said(a_case(actors).pk, True, 20, 2, 2, recused="王建军（户主之弟）")],
        actor=actors["village_clerk"],
    )
    assert close_meeting(held, actor=actors["village_clerk"]) == []
    assert MeetingItem.objects.get().recused == "王建军（户主之弟）"


def test_too_few_people_and_too_few_votes_are_warned_of(actors):
    held = meeting(actors, present=19)  # 19 * 3 = 57 < 60
    say(held, CASE, [Said(a_case(actors).pk, True, 9, 5, 5)], actor=actors["village_clerk"])  # 9 * 2 < 19
    assert close_meeting(held, actor=actors["village_clerk"]) == [
        "实到 19 人，不足应到 30 人的三分之二。",
        "有 1 户同意票不足到会人数的一半，却记为通过。",
    ]


def test_two_thirds_and_one_half_are_enough(actors):
    held = meeting(actors, present=20)
    say(held, CASE, [Said(a_case(actors).pk, True, 10, 5, 5)], actor=actors["village_clerk"])
    assert close_meeting(held, actor=actors["village_clerk"]) == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ((True, 20, 3, 2), "票数合计 25 超过实到人数 24"),
        ((True, 20, None, 2), "要么都填，要么都不填"),
        ((True, -1, 3, 2), "不能为负"),
        ((False, 2, 20, 2), "未通过的请写明原因"),
    ],
)
def test_votes_that_cannot_be(actors, said, message):
    with pytest.raises(ValidationError, match=message):
        say(meeting(actors), CASE, [Said(a_case(actors).pk, *said)], actor=actors["village_clerk"])
    assert not MeetingItem.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"present": 31}, "__all__"),
        ({"place": " "}, "place"),
        ({"chair": ""}, "chair"),
        ({"held_on": TODAY() + timedelta(days=1)}, "held_on"),
        ({"held_on": TODAY() - timedelta(days=30)}, "late_reason"),
    ],
)
def test_a_meeting_that_cannot_be(actors, fields, field):
    with pytest.raises(ValidationError) as refused:
        meeting(actors, **fields)
    assert field in refused.value.message_dict
    assert not Meeting.objects.exists()


def test_said_again_the_last_counts_until_it_is_closed(actors):
    held, case = meeting(actors), a_case(actors)
    clerk = actors["village_clerk"]
    say(held, CASE, [Said(case.pk, True, 20, 2, 2)], actor=clerk)
    say(held, CASE, [Said(case.pk, False, 2, 20, 2, note="家中有小汽车")], actor=clerk)
    assert MeetingItem.objects.get().agreed is False
    close_meeting(held, actor=clerk)
    with pytest.raises(ValidationError, match="已经定稿"):
        say(held, CASE, [Said(case.pk, True, 20, 2, 2)], actor=clerk)


def test_a_closed_meeting_never_changes_whoever_writes(actors):
    held = meeting(actors)
    say(held, CASE, [Said(a_case(actors).pk, True)], actor=actors["village_clerk"])
    close_meeting(held, actor=actors["village_clerk"])
    for write in (
        lambda: Meeting.objects.update(present=1),
        lambda: MeetingItem.objects.update(agreed=False, note="x"),
        lambda: MeetingItem.objects.all().delete(),
        lambda: MeetingItem.objects.create(meeting=held, case_type=CASE, case_id=99, agreed=True),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_the_leading_group_decides_by_a_numbered_document(actors):
    held = meeting(actors, kind="leading_group", area_code=COUNTY_A, actor=actors["county_reviewer"])
    a_case(actors)
    agree_to_all(held, CASE, Case.objects.all(), actor=actors["county_reviewer"])
    with pytest.raises(ValidationError) as refused:
        close_meeting(held, actor=actors["county_reviewer"])
    assert "document_number" in refused.value.message_dict


def test_a_list_is_agreed_to_but_not_whom_the_meeting_refused(actors):
    refused, *_ = [a_case(actors) for _ in range(3)]
    held, clerk = meeting(actors), actors["village_clerk"]
    say(held, CASE, [Said(refused.pk, False, note="收入不稳定")], actor=clerk)
    assert agree_to_all(held, CASE, Case.objects.all(), actor=clerk) == 2
    assert MeetingItem.objects.filter(agreed=True).count() == 2


def test_a_meeting_about_nobody_is_not_closed(actors):
    with pytest.raises(ValidationError, match="还没有事项"):
        close_meeting(meeting(actors), actor=actors["village_clerk"])
