"""溯源单: every step with its papers, both times, both people, evidence and hashes; for who sees the case."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.files.models import FileLink
from poverty.review.models import FrozenCopy
from poverty.review.services import fire
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.trace import trace
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_posting, make_user
from tests.factories.files import jpeg, make_file
from tests.review.cases import make_case
from tests.review.lists import CASE, checked_cases, listed, posted

TODAY = timezone.localdate


@pytest.fixture
def case(actors):
    """A case that was appraised, posted and examined, with a scan."""
    checker = make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user
    (case,) = checked_cases(actors, checker, 1)
    clerk = actors["village_clerk"]
    meeting = enter_meeting(
        "village", VILLAGE_A, held_on=TODAY(), place="村部", chair="村主任", due=30, present=24, actor=clerk
    )
    say(meeting, CASE, [Said(case.pk, True, 20, 3, 1, recused="王建军")], actor=clerk)
    close_meeting(meeting, actor=clerk)
    posted(actors, listed(actors, [case], made_on=date(2018, 10, 8)), TODAY() - timedelta(days=8))
    FileLink.objects.create(
        file=make_file(clerk),
        name="验收表.pdf",
        case_type=CASE,
        case_id=case.pk,
        role="form",
        linked_by=clerk,
    )
    fire(
        "examine",
        case,
        actor=actors["township_officer"],
        decided_by_name="孙镇长",
        document_name="乡镇核查表",
    )
    return case


def test_every_step_with_what_it_rested_on(case):
    found = trace(CASE, case.pk)
    assert [line.step.transition for line in found.lines] == ["open", "propose", "check", "examine"]
    last = found.lines[-1]
    assert (last.step.decided_by_name, last.step.entered_for_another) == ("孙镇长", True)
    assert last.step.document_name == "乡镇核查表"
    assert last.frozen_sha256 == FrozenCopy.objects.get().sha256
    assert last.frozen_is_whole
    (hung,) = last.notices
    assert (hung.notice.days, hung.left) == (7, None)
    (evidence,) = last.evidence
    assert (evidence.label, evidence.name) == ("审批表扫描件", "验收表.pdf")
    assert len(evidence.sha256) == 64
    meetings = [held.item.votes_for for line in found.lines for held in line.meetings]
    assert meetings == [20]
    assert found.rest is None


def test_what_came_after_the_last_step_stands_apart(actors, case):
    clerk = actors["village_clerk"]
    FileLink.objects.create(
        file=make_file(clerk, jpeg(colour="blue")),
        name="补充.pdf",
        case_type=CASE,
        case_id=case.pk,
        role="form",
        linked_by=clerk,
    )
    assert [one.name for one in trace(CASE, case.pk).rest.evidence] == ["补充.pdf"]


def test_in_few_queries(case, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        trace(CASE, case.pk)


def test_a_case_without_steps(db):
    assert trace(CASE, 999).lines == []


def test_the_sheet(actors, case):
    page = client_of(actors["county_reviewer"]).get(reverse("review:trace", args=[CASE, case.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    for word in (
        "溯源单",
        "公示后核查",
        "孙镇长",
        "代录",
        "乡镇核查表",
        "村务公开栏",
        "同意 20",
        "王建军",
        "验收表.pdf",
    ):
        assert word in text
    assert FrozenCopy.objects.get().sha256 in text


def test_who_does_not_see_the_case_sees_no_sheet(actors, strangers, case):
    address = reverse("review:trace", args=[CASE, case.pk])
    assert client_of(strangers["county_reviewer"]).get(address).status_code == 404
    assert client_of(actors["helper"]).get(address).status_code == 404
    assert client_of(actors["bureau_officer"]).get(address).status_code == 403
    reviewer = client_of(actors["county_reviewer"])
    assert reviewer.get(reverse("review:trace", args=["review.nothing", 1])).status_code == 404
    assert reviewer.get(reverse("review:trace", args=["review_tests.case", 999_999])).status_code == 404


def test_late_entry_shows_its_days(actors):
    case = make_case()
    paper = TODAY() - timedelta(days=10)
    fire("open", case, actor=actors["village_clerk"], happened_on=paper, late_reason="山洪断路")
    page = client_of(actors["county_reviewer"]).get(reverse("review:trace", args=[CASE, case.pk]))
    assert "晚 10 天录入：山洪断路" in page.content.decode()
