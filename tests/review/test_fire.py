"""One transition of one case: rights, state, dates, papers, rounds."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.batch import fire_many
from poverty.review.errors import ChangedMeanwhile, NotAllOfThem
from poverty.review.models import Step
from poverty.review.services import available, fire, note_fact_entry, steps_of
from tests.actors import VILLAGE_A, make_actors
from tests.factories.accounts import make_posting, make_user
from tests.review.cases import PATH, WORKFLOW, Case, make_case

PAPER = {"document_name": "审批表"}


def today():
    return timezone.localdate()


@pytest.fixture
def people(actors):
    """Names of transitions -> who carries them out in the ordinary course."""
    first_secretary = make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user
    return {
        "open": actors["village_clerk"],
        "propose": actors["village_clerk"],
        "check": first_secretary,
        "verify": actors["township_officer"],
        "approve": actors["county_reviewer"],
    }


def walk(case, people, upto):
    """Fire the transitions of the ordinary course up to and with `upto`."""
    for name in PATH[: PATH.index(upto) + 1]:
        fire(name, case, actor=people[name], **PAPER)
    return case


def test_the_whole_course_leaves_one_step_and_one_audit_entry_each(people):
    case = walk(make_case(), people, "approve")

    assert case.state == Case.objects.get().state == "approved"
    steps = list(steps_of("review_tests.case", case.pk))
    assert [(step.transition, step.source, step.target, step.round) for step in steps] == [
        ("open", "", "draft", 1),
        ("propose", "draft", "proposed", 1),
        ("check", "proposed", "checked", 1),
        ("verify", "checked", "verified", 1),
        ("approve", "verified", "approved", 1),
    ]
    assert steps[2].decided_by_name == "李秀英"
    assert steps[4].closes_round
    assert steps[0].area_code == VILLAGE_A
    entry = Entry.objects.get(action="review_tests.case.approve")
    assert (entry.case_type, entry.case_id, entry.area_code) == ("review_tests.case", case.pk, VILLAGE_A)
    assert entry.changes == {"state": ["verified", "approved"]}
    assert entry.actor == people["approve"]


# Who holds the right, by role; the administrator and the readers hold none.
MAY = {
    "village_clerk": {"open", "propose", "check"},
    "township_officer": {"verify"},
    "county_reviewer": {"approve", "return", "note"},
}
SOURCES = {
    "propose": {"draft", "returned"},
    "check": {"proposed"},
    "verify": {"checked"},
    "approve": {"verified"},
    "return": {"checked", "verified"},
    "note": {"verified"},
}


def outcome(name, case, actor):
    """What firing does; nothing of it stays."""
    try:
        with transaction.atomic():
            fire(name, case, actor=actor, comment="材料不全", **PAPER)
            transaction.set_rollback(True)
    except PermissionDenied:
        return "no right"
    except ChangedMeanwhile:
        return "changed"
    except ValidationError as error:
        return "wrong state" if error.code == "state" else str(error)
    return "done"


@pytest.mark.parametrize("role", list(Role.values))
def test_state_by_transition_by_role(role, actors, strangers):
    for state in Case.State.values:
        with transaction.atomic():
            case = make_case(state)
            for name, sources in SOURCES.items():
                case.state = state
                may = name in MAY.get(role, ())
                expected = "no right" if not may else "done" if state in sources else "wrong state"
                assert (state, name, outcome(name, case, actors[role])) == (state, name, expected)
                case.state = state
                assert outcome(name, case, strangers[role]) == "no right"
            transaction.set_rollback(True)


def test_somebody_without_an_open_posting_may_nothing(nobody):
    with transaction.atomic():
        assert outcome("propose", make_case(), nobody) == "no right"
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_village_posting_never_acts_for_the_township():
    # A right held at a village (a role given at the wrong level) does not reach a township's transition.
    officer = make_posting(make_user(), Role.TOWNSHIP_OFFICER, VILLAGE_A).user
    with transaction.atomic():
        case = make_case("checked")
        assert outcome("verify", case, officer) == "no right"
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_name_that_no_workflow_has(village_clerk):
    with transaction.atomic():
        with pytest.raises(KeyError):
            fire("abolish", make_case(), actor=village_clerk)
        transaction.set_rollback(True)


def test_a_second_first_step_is_refused(people):
    case = walk(make_case(), people, "open")
    with pytest.raises(ChangedMeanwhile):
        fire("open", case, actor=people["open"])


def test_a_new_case_in_another_state_is_refused(people):
    with transaction.atomic():
        with pytest.raises(ValidationError, match="新事项的状态须为“草稿”"):
            fire("open", make_case("approved"), actor=people["open"])
        transaction.set_rollback(True)


def test_changed_meanwhile_names_the_state_and_writes_nothing(people):
    case = walk(make_case(), people, "propose")
    seen_by_another = Case.objects.get(pk=case.pk)
    fire("check", case, actor=people["check"])

    with pytest.raises(ChangedMeanwhile, match="该事项刚刚被他人处理，当前状态为“村已核实”，请刷新后再办。"):
        fire("check", seen_by_another, actor=people["check"])
    assert Step.objects.filter(transition="check").count() == 1
    assert seen_by_another.state == "proposed"


def test_precondition_is_told_and_nothing_is_written(people):
    case = walk(make_case(persons=0), people, "check")
    with pytest.raises(ValidationError, match="户内没有成员"):
        fire("verify", case, actor=people["verify"])
    assert Case.objects.get().state == "checked"
    assert case.state == "checked"


def test_comment_and_document_are_asked_at_their_fields(people):
    case = walk(make_case(), people, "verify")
    with pytest.raises(ValidationError) as caught:
        fire("return", case, actor=people["approve"], comment="  ")
    assert list(caught.value.message_dict) == ["comment"]
    with pytest.raises(ValidationError) as caught:
        fire("approve", case, actor=people["approve"])
    assert caught.value.message_dict == {"document_name": ["“县审定”须注明依据文件。"]}


class TestDates:
    def test_future_is_refused(self, people):
        case = walk(make_case(), people, "open")
        with pytest.raises(ValidationError) as caught:
            fire("propose", case, actor=people["propose"], happened_on=today() + timedelta(days=1))
        assert caught.value.message_dict == {"happened_on": ["发生日期不能晚于今天。"]}

    def test_three_days_ago_is_in_time_and_keeps_no_reason(self, people):
        case = make_case()
        step = fire(
            "open", case, actor=people["open"], happened_on=today() - timedelta(days=3), late_reason="停电"
        )
        assert not step.is_late
        assert step.happened_on == today() - timedelta(days=3)
        assert step.recorded_at is None or step.recorded_at.date() <= today()

    def test_four_days_ago_is_late_and_asks_why(self, people):
        case = make_case()
        late = today() - timedelta(days=4)
        with pytest.raises(ValidationError) as caught:
            fire("open", case, actor=people["open"], happened_on=late)
        assert list(caught.value.message_dict) == ["late_reason"]
        step = fire("open", case, actor=people["open"], happened_on=late, late_reason="山洪断路")
        assert step.is_late
        assert list(Step.objects.late()) == [step]

    def test_not_before_the_step_before_it(self, people):
        case = walk(make_case(), people, "propose")
        with pytest.raises(ValidationError) as caught:
            fire("check", case, actor=people["check"], happened_on=today() - timedelta(days=1))
        assert caught.value.message_dict == {"happened_on": [f"发生日期不能早于上一环节的日期 {today()}。"]}


class TestPaper:
    """Who decided and who typed."""

    def test_a_signer_without_account_needs_the_signed_sheet(self, people):
        case = walk(make_case(), people, "propose")
        with pytest.raises(ValidationError) as caught:
            fire("check", case, actor=people["propose"], decided_by_name="张德海")
        assert list(caught.value.message_dict) == ["document_name"]
        step = fire(
            "check", case, actor=people["propose"], decided_by_name="张 德海", document_name="核实表扫描件"
        )
        assert (step.decided_by, step.decided_by_name) == (None, "张德海")
        assert step.recorded_by == people["propose"]
        assert step.entered_for_another

    def test_ones_own_name_is_oneself(self, people):
        clerk = people["propose"]
        case = walk(make_case(), people, "propose")
        with pytest.raises(ValidationError, match="已办理本轮村级提出"):
            fire("check", case, actor=clerk, decided_by_name=clerk.name, document_name="核实表")

    def test_a_decider_with_account_was_posted_there_on_the_day(self, people, leader, strangers):
        case = walk(make_case(), people, "check")
        step = fire("verify", case, actor=people["verify"], decided_by=leader, document_name="乡镇审核表")
        assert (step.decided_by, step.recorded_by) == (leader, people["verify"])
        with pytest.raises(ValidationError) as caught:
            fire(
                "approve",
                case,
                actor=people["approve"],
                decided_by=strangers["leader"],
                document_name="会议纪要",
            )
        assert list(caught.value.message_dict) == ["decided_by"]

    def test_two_different_deciders_are_a_question(self, people, leader):
        case = walk(make_case(), people, "check")
        with pytest.raises(ValidationError, match="办理人与所填姓名不一致"):
            fire("verify", case, actor=people["verify"], decided_by=leader, decided_by_name="张德海", **PAPER)


class TestRounds:
    def test_a_return_begins_a_new_round_in_which_everybody_may_act_again(self, people):
        case = walk(make_case(), people, "verify")
        fire("return", case, actor=people["approve"], comment="收入算错")
        for name in ("propose", "check", "verify", "approve"):
            fire(name, case, actor=people[name], **PAPER)
        assert list(Step.objects.values_list("transition", "round"))[-5:] == [
            ("return", 1),
            ("propose", 2),
            ("check", 2),
            ("verify", 2),
            ("approve", 2),
        ]

    def test_facts_of_the_round_before_do_not_count(self, people):
        case = walk(make_case(), people, "propose")
        note_fact_entry("review_tests.case", case.pk, people["verify"])
        fire("check", case, actor=people["check"])
        with pytest.raises(ValidationError, match="填报过"):
            fire("verify", case, actor=people["verify"])
        fire("return", case, actor=people["approve"], comment="重报")
        for name in ("propose", "check", "verify"):
            fire(name, case, actor=people[name])
        assert case.state == "verified"

    def test_different_person_from(self, people, county_reviewer):
        # A record is outside the general rule; this one names the lane whose people may not act here.
        case = walk(make_case(), people, "check")
        reviewer = people["approve"]
        fire("verify", case, actor=people["verify"], decided_by=reviewer, **PAPER)
        with pytest.raises(ValidationError, match="须由没有办理过“核实”的人办理"):
            fire("note", case, actor=reviewer)
        with pytest.raises(NotAllOfThem, match="没有办理过前面环节"):
            fire_many("note", Case.objects.all(), actor=reviewer)
        assert fire("note", case, actor=county_reviewer).round == 1


class TestAvailable:
    def test_says_what_is_open_and_why_not(self, people, actors):
        case = walk(make_case(), people, "check")
        found = {item.transition.name: item for item in available(case, people["verify"])}
        assert set(found) == {"verify", "return", "examine"}
        assert found["examine"].why_not == "该户不在名单上，先列入名单并完成村内公示，才能进入下一环节。"
        assert found["verify"].allowed
        assert found["return"].why_not == "您没有在该区划办理“退回”的权限（县级办理）。"

    def test_tells_the_maker_and_the_precondition(self, people):
        case = walk(make_case(persons=0), people, "propose")
        assert available(case, people["propose"])[0].why_not == (
            "村级信息员已办理本轮村级提出，不能再办理本环节，请由他人办理。"
        )
        assert available(case, people["check"])[0].allowed
        fire("check", case, actor=people["check"])
        assert available(case, people["verify"])[0].why_not == "户内没有成员。"

    def test_queries(self, people, django_assert_max_num_queries):
        case = walk(make_case(), people, "check")
        people["verify"].has_right("register.confirm")
        # Steps, fact entries; papers asked for by two transitions; what a notice holds: ids, list, objections.
        with django_assert_max_num_queries(7):
            available(case, people["verify"])


def test_fire_costs_few_queries(people, django_assert_max_num_queries):
    case = walk(make_case(), people, "propose")
    with django_assert_max_num_queries(12):
        fire("check", case, actor=people["check"])


def test_steps_and_fact_entries_are_append_only(people):
    case = walk(make_case(), people, "open")
    note_fact_entry("review_tests.case", case.pk, people["open"])
    connection.check_constraints()  # a table with checks still to come could not be truncated anyway
    for statement in (
        "UPDATE review_step SET comment = 'x'",
        "DELETE FROM review_step",
        "TRUNCATE review_step, review_frozencopy",
        "DELETE FROM review_factentry",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_table_documents_itself():
    rows = list(WORKFLOW.rows())
    assert rows[0]["from"] == "（新）"
    assert rows[4] == {
        "case_type": "review_tests.case",
        "name": "approve",
        "label": "县审定",
        "from": "verified",
        "to": "approved",
        "right": "register.decide",
        "level": "县",
        "lane": "审定",
        "comment": "",
        "document": "必填",
        "closes_round": "是",
        "after_meeting": "",
        "after_notice": "",
    }


def test_a_case_of_the_other_county_is_out_of_place(db):
    ours, theirs = make_actors(VILLAGE_A), make_actors("140212100201")
    with transaction.atomic():
        case = make_case("checked", area_code="140212100201")
        assert outcome("verify", case, ours["township_officer"]) == "no right"
        assert outcome("verify", case, theirs["township_officer"]) == "done"
        transaction.set_rollback(True)
