"""What a transition waits for beside its notice: the meeting that agreed, the papers of the place; this round's only."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.files.models import FileLink
from poverty.review.batch import fire_many
from poverty.review.errors import NotAllOfThem
from poverty.review.models import RequiredPaper, RosterEntry
from poverty.review.required import missing_papers
from poverty.review.services import available, fire
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.notices import code_of, hash_of, post_correction, take_down, withdraw_notice
from poverty.review.services.objections import receive_objection, settle_objection
from poverty.review.services.rosters import leave_roster
from poverty.review.workflows import workflows
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_posting, make_user
from tests.factories.files import make_file
from tests.review.cases import Case
from tests.review.lists import CASE, checked_cases, fire_roster, listed, posted

TODAY = timezone.localdate


def days_ago(days: int) -> date:
    return TODAY() - timedelta(days=days)


@pytest.fixture
def checker(db):
    return make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user


@pytest.fixture
def cases(actors, checker):
    return checked_cases(actors, checker)


@pytest.fixture
def roster(actors, cases):
    return listed(actors, cases, made_on=date(2018, 10, 8))


def met(actors, cases, *, agreed=True, closed=True, held_on=None, kind="township"):
    """A township meeting about these cases."""
    officer = actors["township_officer"]
    meeting = enter_meeting(
        kind,
        VILLAGE_A[:9],
        held_on=held_on or TODAY(),
        place="镇政府",
        chair="镇长",
        due=9,
        present=9,
        actor=officer,
        late_reason="补录" if held_on else "",
    )
    note = "" if agreed else "收入不稳定"
    say(meeting, CASE, [Said(one.pk, agreed, note=note) for one in cases], actor=officer)
    if closed:
        close_meeting(meeting, actor=officer)
    return meeting


def verify(actors):
    return fire_many("verify", Case.objects.filter(state="checked"), actor=actors["township_officer"])


class TestMeeting:
    @pytest.fixture(autouse=True)
    def _asked(self, changed):
        changed("verify", after_meeting="township")

    def test_without_a_meeting_nobody_goes_on(self, actors, cases):
        with pytest.raises(NotAllOfThem, match="还没有已定稿的乡镇会议"):
            verify(actors)
        with pytest.raises(ValidationError, match="还没有已定稿的乡镇会议"):
            fire("verify", cases[0], actor=actors["township_officer"])
        held = {one.transition.name: one for one in available(cases[0], actors["township_officer"])}
        assert "乡镇会议" in held["verify"].why_not

    def test_a_meeting_that_is_not_closed_says_nothing_yet(self, actors, cases):
        met(actors, cases, closed=False)
        with pytest.raises(NotAllOfThem, match="先录入会议并定稿"):
            verify(actors)

    def test_closed_and_agreed_they_go_on(self, actors, cases):
        met(actors, cases)
        assert verify(actors) == 3

    def test_whom_it_refused_does_not(self, actors, cases):
        met(actors, cases[:2])
        met(actors, cases[2:], agreed=False)
        with pytest.raises(NotAllOfThem, match="没有通过该户") as caught:
            verify(actors)
        assert list(caught.value.refused) == [cases[2].pk]

    def test_the_last_word_counts(self, actors, cases):
        met(actors, cases, agreed=False, held_on=days_ago(2))
        met(actors, cases)
        assert verify(actors) == 3

    def test_a_meeting_of_another_kind_or_later_than_the_step(self, actors, cases):
        met(actors, cases, kind="analysis")
        with pytest.raises(NotAllOfThem, match="还没有已定稿的乡镇会议"):
            verify(actors)

    def test_the_meeting_of_the_round_before_does_not_serve_again(self, actors, cases, checker):
        met(actors, cases, held_on=days_ago(1))
        fire("return", cases[0], actor=actors["county_reviewer"], comment="收入算错")
        fire("propose", cases[0], actor=actors["village_clerk"])
        fire("check", cases[0], actor=checker)
        with pytest.raises(ValidationError, match="本轮还没有"):
            fire("verify", cases[0], actor=actors["township_officer"])
        met(actors, cases[:1])
        fire("verify", cases[0], actor=actors["township_officer"])


class TestRounds:
    def test_who_is_returned_leaves_his_list_and_needs_a_new_notice(
        self, actors, cases, roster, changed, checker
    ):
        changed("return", leaves_roster=True)
        posted(actors, roster, days_ago(8))
        fire("return", cases[0], actor=actors["county_reviewer"], comment="收入算错")
        entry = RosterEntry.objects.get(case_id=cases[0].pk)
        assert (entry.left_reason, entry.left_on) == ("收入算错", TODAY())
        fire("propose", cases[0], actor=actors["village_clerk"])
        fire("check", cases[0], actor=checker)
        with pytest.raises(ValidationError, match="该户不在名单上"):
            fire("examine", cases[0], actor=actors["township_officer"])
        again = listed(actors, cases[:1], title="第二批")
        posted(actors, again)
        with pytest.raises(ValidationError, match="才满 7 天"):
            fire("examine", cases[0], actor=actors["township_officer"])
        assert fire_roster("examine", roster, Case.objects.all(), actor=actors["township_officer"]) == 2

    def test_a_whole_list_leaves_with_its_step(self, actors, cases, roster, changed):
        changed("return", leaves_roster=True)
        reviewer = actors["county_reviewer"]
        assert fire_roster("return", roster, Case.objects.all(), actor=reviewer, comment="重报") == 3
        assert not RosterEntry.objects.standing().exists()

    def test_the_notice_of_the_round_before_does_not_serve_again(self, actors, cases, roster, checker):
        posted(actors, roster, days_ago(8))
        fire("return", cases[0], actor=actors["county_reviewer"], comment="收入算错")
        fire("propose", cases[0], actor=actors["village_clerk"])
        fire("check", cases[0], actor=checker)
        with pytest.raises(ValidationError, match="退回以前的"):
            fire("examine", cases[0], actor=actors["township_officer"])


class TestNotices:
    def test_a_posted_list_takes_nobody_in(self, actors, cases):
        roster = listed(actors, cases[:2])
        posted(actors, roster)
        with pytest.raises(IntegrityError, match="takes nobody in"), transaction.atomic():
            RosterEntry.objects.create(roster=roster, case_type=CASE, case_id=cases[2].pk, position=3)

    def test_a_correction_hangs_what_is_left(self, actors, cases, roster):
        notice, _ = posted(actors, roster, days_ago(3))
        with pytest.raises(ValidationError, match="没有户移出"):
            post_correction(notice, actor=actors["village_clerk"])
        leave_roster(roster.entries.first(), reason="异议成立", actor=actors["village_clerk"])
        correction, _ = post_correction(notice, actor=actors["village_clerk"])
        assert (correction.households, correction.corrects, correction.days) == (2, notice, 5)

    def test_the_code_of_a_sheet_can_be_printed_again(self, actors, roster):
        notice, code = posted(actors, roster)
        assert len(code) == 16
        assert code_of(notice) == code
        assert notice.token_hash == hash_of(code)

    def test_a_sheet_hangs_to_its_last_day(self, actors, roster):
        notice, _ = posted(actors, roster, days_ago(8))
        with pytest.raises(ValidationError, match="期满前不能撤下"):
            take_down(notice, on=days_ago(3), actor=actors["village_clerk"])
        take_down(notice, on=days_ago(2), actor=actors["village_clerk"])  # the seventh day
        with pytest.raises(ValidationError, match="已经记过"):
            take_down(notice, actor=actors["village_clerk"])

    def test_what_a_step_rests_on_is_not_withdrawn(self, actors, cases, roster):
        notice, _ = posted(actors, roster, days_ago(8))
        fire("examine", cases[0], actor=actors["township_officer"])
        with pytest.raises(ValidationError, match="不能撤回"):
            withdraw_notice(notice, reason="贴错", actor=actors["village_clerk"])

    def test_a_step_of_before_the_answer_is_refused(self, actors, cases, roster):
        notice, _ = posted(actors, roster, days_ago(9))
        objection = receive_objection(
            notice,
            channel="phone",
            about="王建国",
            text="有车",
            case_id=cases[0].pk,
            received_on=days_ago(3),
            actor=actors["village_clerk"],
        )
        settle_objection(
            objection,
            upheld=False,
            answer="车为其兄所有",
            actor=actors["township_officer"],
            document_name="核查报告",
        )
        with pytest.raises(ValidationError, match="才答复"):
            fire("examine", cases[0], actor=actors["township_officer"], happened_on=days_ago(1))
        fire("examine", cases[0], actor=actors["township_officer"])

    def test_sixty_go_on_while_one_is_held(self, actors, checker):
        found = checked_cases(actors, checker, 61)
        roster = listed(actors, found, made_on=date(2018, 10, 8))
        notice, _ = posted(actors, roster, days_ago(8))
        receive_objection(
            notice,
            channel="paper",
            about="王建国",
            text="有车",
            case_id=found[30].pk,
            received_on=days_ago(3),
            actor=actors["village_clerk"],
        )
        with pytest.raises(NotAllOfThem) as caught:
            fire_roster("examine", roster, Case.objects.all(), actor=actors["township_officer"])
        assert list(caught.value.refused) == [found[30].pk]
        others = Case.objects.exclude(pk=found[30].pk)
        assert fire_many("examine", others, actor=actors["township_officer"]) == 60


class TestPapers:
    def rule(self, **fields):
        fields = {
            "case_type": CASE,
            "transition": "verify",
            "per": "case",
            "role": "form",
            "blocking": True,
            "valid_from": date(2016, 1, 1),
            "document_name": "审核办法",
        } | fields
        return RequiredPaper.objects.create(**fields)

    def test_what_is_lacking_is_named_and_holds(self, actors, cases):
        self.rule()
        with pytest.raises(NotAllOfThem, match="缺少审批表扫描件"):
            verify(actors)
        for case in cases:
            FileLink.objects.create(
                file=make_file(actors["village_clerk"]),
                name="表",
                case_type=CASE,
                case_id=case.pk,
                role="form",
                linked_by=actors["village_clerk"],
            )
        assert verify(actors) == 3

    def test_what_does_not_block_is_only_told(self, actors, cases):
        self.rule(blocking=False)
        lacking = missing_papers(workflows.get(CASE), "verify", Case.objects.all(), TODAY())
        assert [one.label for one in lacking[cases[0].pk]] == ["审批表扫描件"]
        assert verify(actors) == 3

    def test_the_rule_of_the_nearest_place_counts(self, actors, cases):
        self.rule()
        self.rule(area_code=COUNTY_A, blocking=False)
        assert verify(actors) == 3

    def test_a_rule_of_another_time_or_place_asks_nothing(self, actors, cases):
        self.rule(valid_to=date(2017, 1, 1))
        self.rule(area_code="140212")
        assert verify(actors) == 3

    def test_what_was_uploaded_before_the_return_does_not_serve_again(self, actors, cases, checker):
        self.rule()
        for case in cases:
            self.link(CASE, case.pk, "form", actors, days=2)
        assert missing_papers(workflows.get(CASE), "verify", Case.objects.all(), TODAY()) == {}
        fire("return", cases[0], actor=actors["county_reviewer"], comment="收入算错")
        lacking = missing_papers(workflows.get(CASE), "verify", Case.objects.all(), TODAY())
        assert list(lacking) == [cases[0].pk]

    def test_the_minutes_of_the_meeting_that_is_asked_for(self, actors, cases):
        self.rule(per="meeting", meeting="township", role="minutes")
        other = met(actors, cases, kind="analysis")
        self.link("review.meeting", other.pk, "minutes", actors)
        with pytest.raises(NotAllOfThem, match="缺少会议记录"):
            verify(actors)
        meeting = met(actors, cases)
        self.link("review.meeting", meeting.pk, "minutes", actors)
        assert verify(actors) == 3

    def test_a_rule_about_minutes_says_of_which_meeting(self, db):
        with pytest.raises(IntegrityError), transaction.atomic():
            self.rule(per="meeting", role="minutes")

    def link(self, case_type, case_id, role, actors, days=0):
        """A scan, linked today or some days ago."""
        return FileLink.objects.create(
            file=make_file(actors["village_clerk"]),
            name="扫描件",
            case_type=case_type,
            case_id=case_id,
            role=role,
            at=timezone.now() - timedelta(days=days),
            linked_by=actors["village_clerk"],
        )

    def test_the_paper_of_a_list_serves_everybody_on_it(
        self, actors, cases, roster, django_assert_max_num_queries
    ):
        self.rule(per="roster", role="sheet")
        workflow = workflows.get(CASE)
        with django_assert_max_num_queries(5):
            assert len(missing_papers(workflow, "verify", Case.objects.all(), TODAY())) == 3
        FileLink.objects.create(
            file=make_file(actors["village_clerk"]),
            name="名单",
            case_type="review.roster",
            case_id=roster.pk,
            role="sheet",
            linked_by=actors["village_clerk"],
        )
        assert missing_papers(workflow, "verify", Case.objects.all(), TODAY()) == {}
