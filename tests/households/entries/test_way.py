"""The way onto the poverty register and off it, step by step, with what each step refuses."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.comparing import Answer
from households.entries.services.entering import enter
from households.entries.services.refusing import Grounds, send_back, withdraw
from households.models import Household, HouseholdStatus
from households.monitoring.regimes import turn_regime
from households.services.status import adopt_status
from poverty.review.errors import NotAllOfThem
from poverty.review.models import FrozenCopy, RosterEntry, Step
from poverty.review.services import fire
from poverty.review.services.freezing import content_of
from poverty.review.services.objections import receive_objection, settle_objection
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.at_commit import commit_checks
from tests.factories import entries as make

pytestmark = pytest.mark.django_db


def test_a_household_comes_onto_the_register_by_the_whole_procedure(cast):
    case = make.bring(cast, make.make_case(cast), "done")
    household = Household.objects.get(pk=case.household_id)
    assert (household.status, household.kind, household.regime) == (
        "not_exited",
        "registered_poor",
        "registration",
    )
    assert (household.main_cause, household.identified_on) == ("illness", make.DECIDED)
    rows = household.statuses.order_by("valid_from")
    assert list(rows.values_list("status", "valid_from", "valid_to", "source", "document")) == [
        ("", date(2016, 1, 1), make.DECIDED, "import", ""),
        ("not_exited", make.DECIDED, None, "decision", "二扶领〔2018〕7号"),
    ]
    steps = Step.objects.of_case("households.entrycase", case.pk)
    assert [(step.transition, step.level, step.lane) for step in steps] == [
        ("apply", "village", "propose"),
        ("compare", "township", "record"),
        ("appraise", "village", "propose"),
        ("check", "township", "verify"),
        ("review", "county", "verify"),
        ("decide", "county", "decide"),
        ("announce", "county", "record"),
        ("enter", "county", "record"),
    ]
    assert not RosterEntry.objects.standing().exists()


def test_what_the_decision_rested_on_is_kept(cast):
    case = make.bring(cast, make.make_case(cast), "decided")
    step = Step.objects.of_case("households.entrycase", case.pk).get(transition="decide")
    kept = content_of(FrozenCopy.objects.get(step=step))
    assert kept["bureaus"]["vehicles"] == {"note": "", "on": "2018-05-10", "result": "clear"}
    assert [(one["kind"], one["for"], one["agreed"]) for one in kept["meetings"]] == [
        ("village", 29, True),
        ("leading_group", None, True),
    ]
    assert [(one["kind"], one["to"]) for one in kept["notices"]] == [
        ("first", "2018-05-21"),
        ("second", "2018-05-30"),
    ]


def test_an_exited_household_is_poor_again(cast):
    case = make.bring(cast, make.make_case(cast, "return"), "done")
    household = Household.objects.get(pk=case.household_id)
    assert (household.status, household.kind, household.return_year, household.return_cause) == (
        "returned",
        "registered_poor",
        2018,
        "illness",
    )
    assert household.main_cause == "illness"


def test_a_wrongly_registered_household_is_cleared_and_has_not_exited(cast):
    case = make.bring(cast, make.make_case(cast, "clearance"), "done")
    household = Household.objects.get(pk=case.household_id)
    assert (household.state, household.closed_on, household.size) == ("closed", make.DECIDED, 0)
    assert (household.status, household.exit_year) == ("not_exited", None)
    assert set(household.memberships.values_list("leave_reason", flat=True)) == {"cleared"}


@pytest.mark.parametrize(
    ("state", "name", "who"),
    [
        ("applied", "check", "officer"),
        ("compared", "check", "officer"),
        ("appraised", "review", "reviewer"),
        ("checked", "decide", "decider"),
        ("reviewed", "enter", "reviewer"),
        ("decided", "enter", "reviewer"),
    ],
)
def test_a_step_cannot_be_skipped(cast, state, name, who):
    case = make.bring(cast, make.make_case(cast), state)
    with pytest.raises(ValidationError):
        fire(
            name,
            case,
            actor=getattr(cast, who),
            happened_on=date(2018, 12, 1),
            document_name="文件",
            late_reason="补录",
        )
    case.refresh_from_db()
    assert case.state == state


def test_a_household_that_no_meeting_agreed_to_is_not_appraised(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    with pytest.raises(ValidationError, match="还没有已定稿的"):
        fire("appraise", case, actor=cast.clerk, happened_on=make.APPRAISED, late_reason="补录")


def test_raw_sql_cannot_skip_a_step_even_with_its_step(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    with pytest.raises(IntegrityError, match="no way from compared to decided"), transaction.atomic():
        EntryCase.objects.filter(pk=case.pk).update(state="decided")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("compared", "appraised", "No meeting has agreed"), ("appraised", "checked", "has not been posted")],
)
def test_raw_sql_cannot_go_on_without_meeting_or_notice(cast, before, after, words):
    case = make.bring(cast, make.make_case(cast), before)
    EntryCase.objects.filter(pk=case.pk).update(state=after)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS households_entrycase_state_needs_step_changed DEFERRED")
        with pytest.raises(IntegrityError, match=words):
            cursor.execute("SET CONSTRAINTS households_entry_basis IMMEDIATE")


def test_a_state_needs_its_step(cast):
    case = make.bring(cast, make.make_case(cast), "applied")
    EntryCase.objects.filter(pk=case.pk).update(state="compared")
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="without a step"):
        cursor.execute("SET CONSTRAINTS households_entrycase_state_needs_step_changed IMMEDIATE")


def test_the_status_alone_does_not_make_a_household_poor(cast):
    household = make.ordinary(VILLAGE_A)
    with pytest.raises(ValidationError, match="没有经过申请、评议、公示和审定"):
        fire("identify", household, actor=cast.reviewer, document_name="文件")


def test_a_day_short_of_the_first_notice_is_refused(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    last = make.hung_until(make.FIRST_FROM)
    assert last == date(2018, 5, 21)
    with pytest.raises(NotAllOfThem, match="2018-05-22 起才能办理"):
        lists.pass_on("check", [case.pk], make.decision(cast.officer, last))
    assert lists.pass_on("check", [case.pk], make.decision(cast.officer, date(2018, 5, 22))) == 1


def test_a_day_short_of_the_second_notice_and_of_the_announcement(cast):
    case = make.bring(cast, make.make_case(cast), "checked")
    make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
    with pytest.raises(NotAllOfThem, match="2018-05-31 起才能办理"):
        lists.pass_on("review", [case.pk], make.decision(cast.reviewer, date(2018, 5, 30)))
    lists.pass_on("review", [case.pk], make.decision(cast.reviewer, make.REVIEWED))
    make.decided(cast, [case])
    make.posted(cast, make.roster_of(case), "announcement", make.ANNOUNCED_FROM)
    with pytest.raises(NotAllOfThem, match="2018-06-11 起才能办理"):
        enter([case.pk], make.decision(cast.reviewer, date(2018, 6, 10)))
    assert enter([case.pk], make.decision(cast.reviewer, date(2018, 6, 11))) == 1


def test_who_reviewed_does_not_decide(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    cast.decider = cast.reviewer
    # The group decides; but who reviewed does not enter its decision either.
    with pytest.raises(NotAllOfThem, match="须由没有办理过前面环节的人办理"):
        make.decided(cast, [case])
    case.refresh_from_db()
    assert (case.state, case.decided_on) == ("reviewed", None)


def test_raw_sql_cannot_let_the_same_person_decide(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    review = Step.objects.of_case("households.entrycase", case.pk).get(transition="review")
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="Maker is not checker"):
        cursor.execute(
            "INSERT INTO review_step (case_type, case_id, area_code, round, transition, source, target, lane, level, "
            "closes_round, decided_by_id, decided_by_name, recorded_by_id, happened_on, late_reason, comment, "
            "document_name) SELECT case_type, case_id, area_code, round, 'decide', 'reviewed', 'decided', 'decide', "
            "'county', false, decided_by_id, decided_by_name, recorded_by_id, '2018-06-05', '补录', '', '文件' "
            "FROM review_step WHERE id = %s",
            [review.pk],
        )


def test_no_number_no_decision(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    with pytest.raises(ValidationError, match="会议文号"):
        lists.decide([case.pk], make.sitting(make.DECIDED), actor=cast.decider)


def test_an_objection_holds_its_household_and_no_other(cast):
    first = make.make_case(cast)
    second = make.make_case(cast, household=make.ordinary(VILLAGE_A, "孙有财"))
    for case in (first, second):
        make.answered(cast, case)
    make.appraised(cast, [first, second])
    roster = make.roster_of(first)
    notice, _ = make.posted(cast, roster, "first", make.FIRST_FROM)
    objection = receive_objection(
        notice,
        channel="paper",
        about="孙有财",
        text="他家有车",
        case_id=second.pk,
        received_on=date(2018, 5, 18),
        late_reason="补录",
        actor=cast.clerk,
    )
    with pytest.raises(NotAllOfThem, match="异议还没有核查答复"):
        lists.pass_on("check", [first.pk, second.pk], make.decision(cast.officer, make.CHECKED))
    lists.pass_on("check", [first.pk], make.decision(cast.officer, make.CHECKED))
    # The second notice goes up for who has come to it; the other goes on on a list of its own.
    make.posted(cast, roster, "second", make.SECOND_FROM)
    apart = make.roster_of(second)
    make.scan(cast.officer, apart, "check_sheet")
    assert make.roster_of(first) == roster != apart
    settle_objection(
        objection,
        upheld=False,
        answer="车是邻居的",
        actor=cast.officer,
        document_name="核查报告",
        happened_on=date(2018, 5, 25),
        late_reason="补录",
    )
    with pytest.raises(NotAllOfThem, match="还没有村内公示"):
        lists.pass_on("check", [second.pk], make.decision(cast.officer, date(2018, 6, 10)))
    make.posted(cast, apart, "first", date(2018, 5, 26))
    assert lists.pass_on("check", [second.pk], make.decision(cast.officer, date(2018, 6, 2))) == 1


def test_a_returned_case_begins_a_new_round(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    case = send_back(case, make.decision(cast.officer, date(2018, 5, 20), comment="家庭人口不清"))
    assert (case.state, case.round) == ("applied", 2)
    assert not RosterEntry.objects.standing().exists()
    make.answered(cast, case, compared_on=date(2018, 5, 25))
    case.refresh_from_db()
    # What the first meeting said counts no more.
    with pytest.raises(ValidationError, match="本轮还没有已定稿的"):
        fire("appraise", case, actor=cast.clerk, happened_on=date(2018, 5, 26), late_reason="补录")
    made = lists.appraise(VILLAGE_A, [make.said(case)], make.sitting(date(2018, 5, 28)), actor=cast.clerk)
    make.papered(cast, made)
    case.refresh_from_db()
    assert case.state == "appraised"


def test_an_upheld_objection_begins_a_new_round(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    notice, _ = make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    make.objected(cast, notice, case, upheld_on=date(2018, 5, 19))
    case.refresh_from_db()
    assert (case.state, case.round) == ("applied", 2)
    # One bureau's word does not bring back those of the first round, nor does it change them.
    hit = Answer("vehicles", "hit", "有货车一辆，已核实")
    assert make.answered(cast, case, [hit], compared_on=date(2018, 5, 25)) is False
    assert set(case.comparisons.filter(round=1).values_list("result", flat=True)) == {"clear"}
    assert make.answered(cast, case, make.CLEAR, compared_on=date(2018, 5, 26)) is True
    case.refresh_from_db()
    with pytest.raises(ValidationError, match="本轮还没有已定稿的"):
        fire("appraise", case, actor=cast.clerk, happened_on=date(2018, 5, 27), late_reason="补录")
    made = lists.appraise(VILLAGE_A, [make.said(case)], make.sitting(date(2018, 5, 28)), actor=cast.clerk)
    make.papered(cast, made)
    case.refresh_from_db()
    assert (case.state, case.round) == ("appraised", 2)


def announced_in_december(cast):
    """A household decided on 2020-12-21, whose announcement hangs until 2021-01-01."""
    day = date(2020, 12, 1)
    case = make.make_case(cast, applied_on=day, authorised_on=day)
    make.answered(cast, case, compared_on=date(2020, 12, 2))
    made = lists.appraise(VILLAGE_A, [make.said(case)], make.sitting(date(2020, 12, 3)), actor=cast.clerk)
    make.papered(cast, made)
    make.posted(cast, make.roster_of(case), "first", date(2020, 12, 4))
    lists.pass_on("check", [case.pk], make.decision(cast.officer, date(2020, 12, 11)))
    make.posted(cast, make.roster_of(case), "second", date(2020, 12, 12))
    lists.pass_on("review", [case.pk], make.decision(cast.reviewer, date(2020, 12, 20)))
    make.decided(cast, [case], on=date(2020, 12, 21))
    make.posted(cast, make.roster_of(case), "announcement", date(2020, 12, 28))
    return case


def test_who_was_turned_to_a_later_regime_meanwhile_still_comes_onto_the_register(cast):
    case = announced_in_december(cast)
    turn_regime(VILLAGE_A[:6], "transition", document_name="中发〔2020〕30号", actor=cast.reviewer)
    enter([case.pk], make.decision(cast.reviewer, date(2021, 1, 5), "二扶领〔2020〕9号"))
    commit_checks()
    household = Household.objects.get(pk=case.household_id)
    assert (household.kind, household.status, household.regime) == (
        "registered_poor",
        "not_exited",
        "transition",
    )
    assert household.identified_on == date(2020, 12, 21)
    rows = household.statuses.order_by("valid_from")
    assert list(rows.values_list("kind", "status", "regime", "valid_from", "valid_to")) == [
        ("general_rural", "", "registration", date(2016, 1, 1), date(2020, 12, 21)),
        ("registered_poor", "not_exited", "registration", date(2020, 12, 21), date(2021, 1, 1)),
        ("registered_poor", "not_exited", "transition", date(2021, 1, 1), None),
    ]


def test_who_was_something_else_since_the_decision_is_not_entered(cast):
    case = make.bring(cast, make.make_case(cast), "announced")
    rows = HouseholdStatus.objects.filter(household=case.household_id)
    rows.update(valid_to=date(2018, 6, 7))
    for since, until, kind, status in (
        (date(2018, 6, 7), date(2018, 6, 8), "registered_poor", "not_exited"),
        (date(2018, 6, 8), None, "general_rural", ""),
    ):
        HouseholdStatus.objects.create(
            household_id=case.household_id,
            kind=kind,
            status=status,
            regime="registration",
            valid_from=since,
            valid_to=until,
            source="import",
        )
    with pytest.raises(ValidationError, match="2018-06-05 以后户类型或脱贫属性另有变动"):
        enter([case.pk], make.decision(cast.reviewer, make.DONE, "二扶领〔2018〕7号"))
    case.refresh_from_db()
    assert case.state == "announced"


def test_the_village_withdraws_what_the_household_no_longer_asks(cast):
    case = withdraw(
        make.make_case(cast), make.decision(cast.clerk, make.COMPARED, "撤回书", comment="农户自愿撤回")
    )
    assert case.state == "withdrawn"
    with pytest.raises(ValidationError):
        withdraw(case, make.decision(cast.clerk, make.COMPARED, "撤回书", comment="再撤一次"))


def test_a_household_that_the_national_system_has_meanwhile_goes_no_further(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    adopt_status(
        case.household,
        "not_exited",
        "registered_poor",
        on=date(2018, 5, 16),
        source="import",
        document_name="国网导出表",
        actor=cast.reviewer,
    )
    with pytest.raises(NotAllOfThem, match="已在建档立卡范围"):
        lists.pass_on("check", [case.pk], make.decision(cast.officer, make.CHECKED))


def test_an_appraisal_of_another_village_is_refused(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    with pytest.raises(ValidationError, match="只评议本村的户"):
        lists.appraise(VILLAGE_B, [make.said(case)], make.sitting(), actor=cast.clerk)


def test_too_few_came_to_the_appraisal(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    found = lists.appraise(
        VILLAGE_A,
        [make.said(case, votes_for=10, votes_against=5, abstained=5)],
        make.sitting(present=25),
        actor=cast.clerk,
    )
    assert found.warnings == [
        "实到 25 人，不足应到 40 人的三分之二。",
        "有 1 户同意票不足到会人数的一半，却记为通过。",
    ]


def test_grounds_are_not_kept_half(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    with pytest.raises(ValidationError):
        lists.appraise(
            VILLAGE_A,
            [make.said(case, agreed=False)],
            make.sitting(),
            actor=cast.clerk,
            grounds=Grounds("", "", "", ""),
        )
    case.refresh_from_db()
    assert case.state == "compared"
