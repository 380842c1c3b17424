"""An application to move, step by step, with what each step refuses."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from households.models import RelocationApplication, Survey
from households.relocation.applications.conditions import CASE
from households.relocation.applications.services import ending, lists, moving
from households.relocation.applications.services.applying import amend
from households.relocation.applications.workflow import RELOCATION
from households.services.members import remove_member
from poverty.accounts.models import Role, User
from poverty.audit.models import Entry
from poverty.review.errors import ChangedMeanwhile, NotAllOfThem
from poverty.review.models import FrozenCopy, Notice, RosterEntry, Step
from poverty.review.services import fire
from poverty.review.services.freezing import content_of
from poverty.review.services.objections import settle_objection
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.at_commit import commit_checks
from tests.factories import moves as make
from tests.factories.accounts import make_actor, make_posting
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_member
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make.Cast(VILLAGE_A)


def test_a_household_moves_by_the_whole_procedure(cast):
    case = make.bring(cast, make.make_case(cast), "cleared")
    commit_checks()
    assert (case.moved_on, case.moved_to, case.cleared_on) == (make.MOVED, "幸福小区3号楼201", make.CLEARED)
    steps = Step.objects.of_case(CASE, case.pk)
    assert [(step.transition, step.level, step.lane) for step in steps] == [
        ("apply", "village", "propose"),
        ("appraise", "village", "propose"),
        ("report", "township", "verify"),
        ("approve", "county", "decide"),
        ("announce", "county", "record"),
        ("move_in", "township", "record"),
        ("clear_old_house", "township", "record"),
    ]
    assert not RosterEntry.objects.standing().exists()


def test_facts_of_the_year_are_not_touched(cast):
    case = make.bring(cast, make.make_case(cast), "cleared")
    facts = Survey.objects.get(household=case.household_id, year=2018)
    assert facts.is_relocated is not True
    assert list(RelocationApplication.objects.facts_lag(2018)) == [case]
    assert not RelocationApplication.objects.facts_lag(2017).exists(), "it had not moved yet"
    Survey.objects.filter(pk=facts.pk).update(is_relocated=True)
    assert not RelocationApplication.objects.facts_lag(2018).exists()


def test_what_the_approval_rested_on_is_kept(cast):
    case = make.bring(cast, make.make_case(cast), "approved")
    kept = content_of(FrozenCopy.objects.get(step=Step.objects.of_case(CASE, case.pk).last()))
    assert (kept["destination"], kept["old_house_goes"]) == ("鸭园镇幸福小区", True)
    assert [(one["kind"], one["for"], one["agreed"]) for one in kept["meetings"]] == [("village", 29, True)]
    assert [(one["kind"], one["to"]) for one in kept["notices"]] == [
        ("first", "2018-05-21"),
        ("second", "2018-05-30"),
    ]


# The state in which each step begins, and who takes it.
BEGINS = {one.name: (one.sources, one.right) for one in RELOCATION.transitions if not one.is_first}
WHO = {"register.propose": "clerk", "register.confirm": "officer", "register.decide": "reviewer"}


@pytest.mark.parametrize("state", make.ORDER)
def test_no_step_begins_in_a_state_that_is_not_its_own(cast, state):
    case = make.bring(cast, make.make_case(cast), state)
    for name, (sources, right) in BEGINS.items():
        if state in sources:
            continue
        told = refused(
            fire,
            name,
            case,
            actor=getattr(cast, WHO[right]),
            happened_on=date(2018, 12, 1),
            document_name="文件",
            comment="原因",
            late_reason="补录",
        )
        assert f"不能办理“{RELOCATION.get(name).label}”" in told[""][0]
        case.refresh_from_db()
        assert case.state == state


@pytest.mark.parametrize("name", sorted(BEGINS))
def test_a_step_is_refused_to_who_lacks_its_right(cast, name):
    (state, *_), right = BEGINS[name]
    case = make.bring(cast, make.make_case(cast), state)
    for other in {"clerk", "officer", "reviewer"} - {WHO[right]}:
        with pytest.raises(PermissionDenied), transaction.atomic():
            fire(name, case, actor=getattr(cast, other), document_name="文件", comment="原因")
    case.refresh_from_db()
    assert case.state == state


@pytest.mark.parametrize("name", sorted(BEGINS))
def test_a_step_is_refused_to_another_county(cast, name):
    (state, *_), right = BEGINS[name]
    case = make.bring(cast, make.make_case(cast), state)
    stranger = getattr(make.Cast(VILLAGE_B), WHO[right])
    with pytest.raises(PermissionDenied):
        fire(name, case, actor=stranger, document_name="文件", comment="原因")


class TestApplying:
    def test_only_households_of_the_poverty_register_apply(self, cast):
        ordinary = make_household(VILLAGE_A, kind="general_rural", status="")
        assert "不是建档立卡户" in refused(make.make_case, cast, ordinary)[""][0]
        exited = make_household(VILLAGE_A, "钱有余", kind="exited", status="exited")
        assert make.make_case(cast, exited).state == "applied"

    def test_one_application_stands_for_a_household(self, cast):
        case = make.make_case(cast)
        assert "已有一件搬迁申请" in refused(make.make_case, cast, case.household)[""][0]
        ending.withdraw(case, make.decision(cast.clerk, make.APPRAISED, comment="不搬了"))
        again = make.make_case(cast, case.household)
        make.bring(cast, again, "cleared")
        assert "已经搬迁入住" in refused(make.make_case, cast, case.household)[""][0]

    def test_what_is_asked_is_asked_whole(self, cast):
        home = make_household(VILLAGE_A)
        assert refused(make.make_case, cast, home, []) == {"movers": ["请选择搬迁的人。"]}
        stranger = make_member(make_household(VILLAGE_A, "别家"))
        assert "已不在该户" in refused(make.make_case, cast, home, [stranger.pk])["movers"][0]
        assert "promised_on" in refused(make.make_case, cast, home, promised_on=None)
        assert "house_stays_for" in refused(
            make.make_case, cast, home, old_house_goes=False, promised_on=None
        )
        assert "destination" in refused(make.make_case, cast, home, destination=" ")
        assert "situation" in refused(make.make_case, cast, home, situation="")
        assert not RelocationApplication.objects.exists()

    def test_other_people_do_not_apply_for_it(self, cast):
        cast.clerk = cast.officer
        with pytest.raises(PermissionDenied):
            make.make_case(cast)

    def test_it_is_corrected_while_it_lies_with_the_village(self, cast):
        home = make_household(VILLAGE_A)
        child = make_member(home)
        case = make.make_case(cast, home)
        amend(case, make.asked(destination="和平小区"), [home.head_id], actor=cast.clerk)
        case.refresh_from_db()
        assert case.destination == "和平小区"
        assert [one.member_id for one in case.movers.all()] == [home.head_id] != [child.pk]
        told = Entry.objects.get(action="households.relocation.amend").changes
        assert told["destination"] == ["鸭园镇幸福小区", "和平小区"]
        assert told["movers"] == [f"{home.head_name}、{child.name}", home.head_name], "who, not how many"
        commit_checks()
        with pytest.raises(PermissionDenied):
            amend(case, make.asked(), [home.head_id], actor=cast.officer)
        make.appraised(cast, [case])
        with pytest.raises(ChangedMeanwhile):
            amend(case, make.asked(), [home.head_id], actor=cast.clerk)

    def test_who_corrected_it_does_not_report_it(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        back = ending.send_back(case, make.decision(cast.officer, date(2018, 5, 20), comment="人口不清"))
        make_posting(cast.officer, Role.VILLAGE_CLERK, VILLAGE_A)
        both = User.objects.get(pk=cast.officer.pk)
        amend(back, make.asked(destination="和平小区"), [case.household.head_id], actor=both)
        make.scan(cast.clerk, back, "application", jpeg(colour="green"))
        make.appraised(cast, [back], date(2018, 5, 28))
        make.posted(cast, make.roster_of(back), "first", date(2018, 5, 29))
        with pytest.raises(NotAllOfThem, match="填报信息的人也不能审核"), transaction.atomic():
            lists.pass_on("report", [back.pk], make.decision(both, date(2018, 6, 10)))
        other = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
        assert lists.pass_on("report", [back.pk], make.decision(other, date(2018, 6, 10))) == 1

    def test_without_its_scan_it_is_not_appraised(self, cast):
        case = make.make_case(cast, papered=False)
        with pytest.raises(NotAllOfThem, match="缺少搬迁申请书"), transaction.atomic():
            make.appraised(cast, [case])
        case.refresh_from_db()
        assert case.state == "applied"


class TestNotices:
    @pytest.mark.parametrize(
        ("state", "kind", "step", "who", "first_day", "opens"),
        [
            ("appraised", "first", "report", "officer", make.FIRST_FROM, date(2018, 5, 22)),
            ("reported", "second", "approve", "reviewer", make.SECOND_FROM, date(2018, 5, 31)),
        ],
    )
    def test_a_day_short_is_refused(self, cast, state, kind, step, who, first_day, opens):
        case = make.bring(cast, make.make_case(cast), state)
        actor = getattr(cast, who)
        with pytest.raises(NotAllOfThem, match="还没有"):
            lists.pass_on(step, [case.pk], make.decision(actor, opens))
        make.posted(cast, make.roster_of(case), kind, first_day)
        last = make.hung_until(first_day)
        with pytest.raises(NotAllOfThem, match=f"{opens} 起才能办理"):
            lists.pass_on(step, [case.pk], make.decision(actor, last))
        assert lists.pass_on(step, [case.pk], make.decision(actor, opens)) == 1

    def test_nobody_moves_in_while_the_announcement_hangs(self, cast):
        case = make.bring(cast, make.make_case(cast), "announced")
        last = make.hung_until(make.ANNOUNCED_FROM, 5)
        told = refused(moving.move_in, case, moved_to="3号楼", decision=make.decision(cast.officer, last))
        assert "2018-06-11 起才能办理" in told[""][0]
        case.refresh_from_db()
        assert (case.state, case.moved_on) == ("announced", None)
        moving.move_in(case, moved_to="3号楼", decision=make.decision(cast.officer, date(2018, 6, 11)))

    def test_too_few_days_are_refused_by_the_parameter(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        told = refused(make.posted, cast, make.roster_of(case), "first", make.FIRST_FROM, days=6)
        assert told == {"days": ["公示不得少于 7 天。"]}

    def test_each_level_posts_its_own(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        cast.clerk = cast.officer
        with pytest.raises(PermissionDenied):
            make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
        assert not Notice.objects.exists()


class TestObjections:
    def test_it_holds_its_household_and_no_other(self, cast):
        first = make.make_case(cast)
        second = make.make_case(cast, make_household(VILLAGE_A, "孙有财"))
        make.appraised(cast, [first, second])
        notice, _ = make.posted(cast, make.roster_of(first), "first", make.FIRST_FROM)
        objection = make.objected(cast, notice, second, received_on=date(2018, 5, 18))
        with pytest.raises(NotAllOfThem) as caught:
            lists.pass_on("report", [first.pk, second.pk], make.decision(cast.officer, make.REPORTED))
        assert set(caught.value.refused) == {second.pk}
        assert lists.pass_on("report", [first.pk], make.decision(cast.officer, make.REPORTED)) == 1
        settle_objection(
            objection,
            upheld=False,
            answer="房子是亲戚的",
            actor=cast.officer,
            document_name="核查报告",
            happened_on=date(2018, 5, 22),
            late_reason="补录",
        )
        assert lists.pass_on("report", [second.pk], make.decision(cast.officer, date(2018, 5, 23))) == 1

    @pytest.mark.parametrize(
        ("state", "kind", "day", "upheld_on", "who"),
        [
            ("appraised", "first", make.FIRST_FROM, date(2018, 5, 19), "officer"),
            ("reported", "second", make.SECOND_FROM, date(2018, 5, 28), "reviewer"),
            ("announced", None, make.ANNOUNCED_FROM, date(2018, 6, 9), "reviewer"),
        ],
    )
    def test_upheld_it_goes_back_to_the_village(self, cast, state, kind, day, upheld_on, who):
        case = make.bring(cast, make.make_case(cast), state)
        roster = make.roster_of(case)
        notice = make.posted(cast, roster, kind, day)[0] if kind else roster.notices.get(kind="announcement")
        make.objected(cast, notice, case, received_on=day, upheld_on=upheld_on, actor=getattr(cast, who))
        case.refresh_from_db()
        assert (case.state, case.round) == ("applied", 2)
        assert not RosterEntry.objects.standing().exists()
        commit_checks()


class TestEnding:
    def test_the_village_refuses_by_its_meeting_and_the_household_is_told(self, cast):
        good, bad = make.make_case(cast), make.make_case(cast, make_household(VILLAGE_A, "孙有财"))
        answers = [make.said(good), make.said(bad, False)]
        told = refused(lists.appraise, VILLAGE_A, answers, make.sitting(), actor=cast.clerk)
        assert told == {"contact": ["请写明申诉受理单位和电话。"]}
        done = lists.appraise(VILLAGE_A, answers, make.sitting(), actor=cast.clerk, contact="镇扶贫办 0435-1")
        bad.refresh_from_db()
        assert (done.refused, bad.state, bad.refused_reason) == (1, "refused", "在镇上已有住房")
        commit_checks()
        assert list(RelocationApplication.objects.to_tell()) == [bad]
        early = {"told_on": date(2018, 5, 13), "told_to": "孙有财", "late_reason": "补录"}
        assert "不能早于决定日期" in refused(ending.tell, bad, actor=cast.clerk, **early)["told_on"][0]
        ending.tell(bad, actor=cast.clerk, **early | {"told_on": date(2018, 5, 15)})
        assert (
            "已经登记过"
            in refused(ending.tell, bad, actor=cast.clerk, **early | {"told_on": date(2018, 5, 15)})[""][0]
        )
        assert not RelocationApplication.objects.to_tell().exists()

    def test_without_a_meeting_the_village_does_not_refuse(self, cast):
        case = make.make_case(cast)
        told = refused(
            ending.refuse, case, "镇扶贫办", make.decision(cast.clerk, make.APPRAISED, comment="不行")
        )
        assert "没有否决该户" in told[""][0]
        case.refresh_from_db()
        assert (case.state, case.refused_reason) == ("applied", "")

    @pytest.mark.parametrize(
        ("state", "who"), [("applied", "officer"), ("appraised", "officer"), ("reported", "reviewer")]
    )
    def test_township_and_county_refuse_with_a_reason(self, cast, state, who):
        case = make.bring(cast, make.make_case(cast), state)
        actor, day = getattr(cast, who), date(2018, 7, 1)
        assert set(refused(ending.refuse, case, " ", make.decision(actor, day))) == {"comment", "contact"}
        ending.refuse(case, "区扶贫办 0435-1", make.decision(actor, day, comment="不在搬迁范围"))
        case.refresh_from_db()
        assert (case.state, case.refused_reason) == ("refused", "不在搬迁范围")
        commit_checks()

    @pytest.mark.parametrize(
        ("state", "who"),
        [
            ("appraised", "officer"),
            ("reported", "reviewer"),
            ("approved", "reviewer"),
            ("announced", "reviewer"),
        ],
    )
    def test_sent_back_it_goes_the_way_anew(self, cast, state, who):
        case = make.bring(cast, make.make_case(cast), state)
        day = date(2018, 7, 1)
        back = ending.send_back(case, make.decision(getattr(cast, who), day, comment="人口不清"))
        assert (back.state, back.round) == ("applied", 2)
        # Neither the first meeting nor the first scan counts any more.
        with pytest.raises(ValidationError, match="本轮还没有已定稿的"):
            fire("appraise", back, actor=cast.clerk, happened_on=day, late_reason="补录")
        with pytest.raises(NotAllOfThem, match="缺少搬迁申请书"), transaction.atomic():
            make.appraised(cast, [back], date(2018, 7, 5))
        make.scan(cast.clerk, back, "application", jpeg(colour="green"))
        make.appraised(cast, [back], date(2018, 7, 5))
        with pytest.raises(NotAllOfThem, match="还没有村内公示"):
            lists.pass_on("report", [back.pk], make.decision(cast.officer, date(2018, 7, 20)))
        commit_checks()

    @pytest.mark.parametrize("state", make.ORDER[:5])
    def test_the_household_withdraws_until_it_has_moved_in(self, cast, state):
        case = make.bring(cast, make.make_case(cast), state)
        ending.withdraw(case, make.decision(cast.clerk, date(2018, 7, 1), "撤回书", comment="农户不愿搬"))
        assert RelocationApplication.objects.get().state == "withdrawn"
        commit_checks()

    def test_who_is_gone_from_the_household_does_not_move(self, cast):
        home = make_household(VILLAGE_A)
        child = make_member(home, "王小明")
        case = make.bring(cast, make.make_case(cast, home), "appraised")
        make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
        commit_checks()
        remove_member(child.memberships.get(), on=date(2018, 5, 20), reason="moved_out", actor=cast.clerk)
        with pytest.raises(NotAllOfThem, match="王小明已不在该户"):
            lists.pass_on("report", [case.pk], make.decision(cast.officer, make.REPORTED))

    def test_an_old_house_that_stays_is_not_cleared(self, cast):
        case = make.make_case(cast, old_house_goes=False, promised_on=None, house_stays_for="与他户共墙")
        case = make.bring(cast, case, "moved")
        told = refused(moving.clear_old_house, case, make.decision(cast.officer, make.CLEARED))
        assert "旧房不拆除" in told[""][0]
        assert not RelocationApplication.objects.old_house_stands().exists()


class TestPostgreSQL:
    def test_no_way_around_the_procedure(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        for state in ("approved", "announced", "moved", "cleared"):
            with pytest.raises(IntegrityError, match="no way from appraised"), transaction.atomic():
                RelocationApplication.objects.filter(pk=case.pk).update(state=state)
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            RelocationApplication.objects.filter(pk=case.pk).update(destination="别处")
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            RelocationApplication.objects.filter(pk=case.pk).update(moved_on=make.MOVED, moved_to="别处")
        with pytest.raises(IntegrityError, match="Who moves stays"), transaction.atomic():
            case.movers.all().delete()
        with (
            pytest.raises(IntegrityError, match="stays"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM households_relocationapplication WHERE id = %s", [case.pk])

    def test_a_state_needs_its_step(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        RelocationApplication.objects.filter(pk=case.pk).update(state="reported")
        with pytest.raises(IntegrityError, match="without a step"), connection.cursor() as cursor:
            cursor.execute(
                "SET CONSTRAINTS households_relocationapplication_state_needs_step_changed IMMEDIATE"
            )

    def test_a_step_without_its_notice_does_not_stand(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        make.taken(case, "report", "reported", make.REPORTED, cast.officer, lane="verify", level="township")
        with pytest.raises(IntegrityError, match="has not been posted"):
            commit_checks()

    def test_a_step_without_its_meeting_does_not_stand(self, cast):
        case = make.make_case(cast)
        make.taken(case, "appraise", "appraised", make.APPRAISED, cast.clerk, lane="propose", level="village")
        with pytest.raises(IntegrityError, match="No meeting has agreed"):
            commit_checks()

    def test_who_proposed_does_not_approve(self, cast):
        case = make.bring(cast, make.make_case(cast), "reported")
        make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
        for earlier in ("appraise", "report"):
            step = Step.objects.of_case(CASE, case.pk).get(transition=earlier)
            with pytest.raises(IntegrityError, match="Maker is not checker"), transaction.atomic():
                make.taken(
                    case, "approve", "approved", make.APPROVED, step.decided_by, lane="decide", level="county"
                )

    def test_a_day_beside_its_step_does_not_stand(self, cast):
        case = make.bring(cast, make.make_case(cast), "announced")
        commit_checks()
        RelocationApplication.objects.filter(pk=case.pk).update(moved_on=date(2018, 8, 1), moved_to="3号楼")
        make.taken(case, "move_in", "moved", make.MOVED, cast.officer, level="township")
        with pytest.raises(IntegrityError, match="not that of its step"):
            commit_checks()

    def test_a_refusal_has_its_reason(self, cast):
        case = make.make_case(cast)
        fire(
            "refuse_township",
            case,
            actor=cast.officer,
            comment="不行",
            happened_on=make.APPRAISED,
            late_reason="补录",
        )
        with pytest.raises(IntegrityError, match="is not whole"):
            commit_checks()
