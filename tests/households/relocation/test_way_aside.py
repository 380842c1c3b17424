"""Applications to move whose household changes on the way: divided, gone elsewhere, closed; and a move taken back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.bearers import HouseholdBearer
from households.models import RelocationApplication, RelocationMover
from households.relocation.applications.conditions import CASE, ELSEWHERE
from households.relocation.applications.services import ending, lists, moving
from households.relocation.applications.services.applying import amend
from households.services.closing import clear_household
from households.services.members import remove_member
from households.services.places import move_household
from households.services.splitting import merge_households, split_household
from poverty.audit.models import Entry
from poverty.files.galleries import attachable
from poverty.review.errors import NotAllOfThem
from poverty.review.models import RosterEntry, Step
from poverty.review.services.objections import settle_objection
from tests.actors import VILLAGE_A, client_of
from tests.at_commit import commit_checks
from tests.factories import moves as make
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_member
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db
NEXT_VILLAGE = "220503100205"
SPLIT = date(2018, 5, 8)


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-11-20 09:00 +08:00", tick=False)


@pytest.fixture
def cast():
    return make.Cast(VILLAGE_A)


def page_of(user, case) -> str:
    return client_of(user).get(reverse("households:move", args=[case.pk])).content.decode()


def divided(cast):
    """A household that has applied with its grown-up son, and the household of the son since."""
    home = make_household(VILLAGE_A, "王建国")
    son = make_member(home, "王小明")
    case = make.make_case(cast, home)
    commit_checks()
    new = split_household(home, head=son, relations={}, on=SPLIT, document="分户批复", actor=cast.reviewer)
    commit_checks()
    return case, new, son


def gone_elsewhere(cast, case, on=date(2018, 5, 18)):
    """The household of an application lives in the next village from a day on."""
    commit_checks()
    area = make_area(NEXT_VILLAGE)
    move_household(case.household, area, None, on=on, reason="投靠亲属", document="批复", actor=cast.officer)
    commit_checks()
    return RelocationApplication.objects.select_related("household").get(pk=case.pk)


class TestOnePersonMovesOnce:
    def test_who_moves_with_one_household_does_not_apply_with_another(self, cast):
        case, new, son = divided(cast)
        told = refused(make.make_case, cast, new)
        place = case.household.area.name
        assert told == {
            "movers": [
                f"王小明已是{place}王建国户搬迁申请的搬迁人口（已申请），不能重复申请；"
                "没有入住的，先在那一件里更正或撤回。"
            ]
        }
        assert not new.relocation_applications.exists()
        amend(case, make.asked(), [case.household.head_id], actor=cast.clerk)
        assert make.make_case(cast, new).movers.get().member_id == son.pk
        commit_checks()

    def test_a_household_that_the_reader_does_not_see_is_not_named(self, cast):
        _, new, _ = divided(cast)
        move_household(
            new,
            make_area(NEXT_VILLAGE),
            None,
            on=date(2018, 5, 9),
            reason="投靠",
            document="批复",
            actor=cast.officer,
        )
        (told,) = refused(make.make_case, make.Cast(NEXT_VILLAGE), new)["movers"]
        assert told.startswith("王小明已是另一户搬迁申请的搬迁人口")
        assert "王建国" not in told

    def test_nor_is_he_added_to_one(self, cast):
        case, new, son = divided(cast)
        wife = make_member(new, "李秀英")
        other = make.make_case(cast, new, [wife.pk])
        assert (
            "王小明已是"
            in refused(amend, other, make.asked(), [wife.pk, son.pk], actor=cast.clerk)["movers"][0]
        )
        ending.withdraw(case, make.decision(cast.clerk, date(2018, 5, 20), comment="不搬了"))
        amend(other, make.asked(), [wife.pk, son.pk], actor=cast.clerk)
        assert other.movers.count() == 2

    def test_postgresql_refuses_it_too(self, cast):
        _, new, son = divided(cast)
        wife = make_member(new, "李秀英")
        other = make.make_case(cast, new, [wife.pk])
        with pytest.raises(IntegrityError, match="Who moves moves once"), transaction.atomic():
            RelocationMover.objects.create(application=other, member=son)

    def test_moving_in_asks_about_who_lives_there_no_more(self, cast):
        home = make_household(VILLAGE_A)
        child = make_member(home, "王小明")
        case = make.bring(cast, make.make_case(cast, home), "announced")
        commit_checks()
        remove_member(child.memberships.get(), on=date(2018, 8, 1), reason="moved_out", actor=cast.clerk)
        client, url = client_of(cast.officer), reverse("households:move-in", args=[case.pk])
        typed = {
            "happened_on": "2018-11-20",
            "moved_to": "幸福小区3号楼201",
            "document_name": "入住确认单",
        }
        asked = client.post(url, typed)
        assert "王小明已不在该户" in asked.context["form"].questions["moved_to"]
        assert RelocationApplication.objects.get().state == "announced"
        answer = asked.content.decode().split('name="questions_answered" value="')[1].split('"')[0]
        assert client.post(url, typed | {"questions_answered": answer}).status_code == 302
        assert RelocationApplication.objects.get().state == "moved"


class TestOnTheWall:
    def test_whose_people_have_changed_hangs_on_no_wall(self, cast):
        home = make_household(VILLAGE_A, "孙有财")
        child = make_member(home, "孙小宝")
        whole, broken = make.make_case(cast), make.make_case(cast, home)
        make.appraised(cast, [whole, broken])
        roster = make.roster_of(whole)
        commit_checks()
        remove_member(child.memberships.get(), on=date(2018, 5, 14), reason="moved_out", actor=cast.clerk)
        page = page_of(cast.clerk, broken)
        assert "孙小宝已不在该户" in page
        assert "move-notice" not in page
        assert reverse("households:move-notice", args=[roster.pk, "first"]) not in page
        notice, _ = make.posted(cast, roster, "first", make.FIRST_FROM)
        assert (notice.households, make.roster_of(whole)) == (1, roster)
        apart = make.roster_of(broken)
        assert apart != roster
        with pytest.raises(NotAllOfThem, match="孙小宝已不在该户"):
            make.posted(cast, apart, "first", make.FIRST_FROM)


class TestAnotherVillage:
    def test_it_is_held_there_and_goes_back_for_a_new_appraisal(self, cast):
        stays = make.make_case(cast, make_household(VILLAGE_A, "孙有财"))
        goes = make.make_case(cast)
        make.appraised(cast, [stays, goes])
        roster = make.roster_of(goes)
        goes = gone_elsewhere(cast, goes, on=date(2018, 5, 14))
        there = make.Cast(NEXT_VILLAGE)
        page = page_of(there.clerk, goes)
        assert ELSEWHERE in page
        assert reverse("households:move-notice", args=[roster.pk, "first"]) not in page
        notice, _ = make.posted(cast, roster, "first", make.FIRST_FROM)
        assert notice.households == 1
        assert "须退回" in RosterEntry.objects.get(case_id=goes.pk).left_reason
        with pytest.raises(NotAllOfThem) as caught:
            lists.pass_on("report", [stays.pk, goes.pk], make.decision(cast.officer, make.REPORTED))
        assert caught.value.refused == {goes.pk: ELSEWHERE}
        back = ending.send_back(goes, make.decision(there.officer, date(2018, 5, 24), comment="已迁到我村"))
        assert back.state == "applied"
        commit_checks()

    @pytest.mark.parametrize(
        ("state", "kind", "step"), [("appraised", "first", "report"), ("reported", "second", "approve")]
    )
    def test_after_its_notice_it_is_held_as_well(self, cast, state, kind, step):
        case = make.bring(cast, make.make_case(cast), state)
        make.posted(
            cast, make.roster_of(case), kind, make.FIRST_FROM if kind == "first" else make.SECOND_FROM
        )
        case = gone_elsewhere(cast, case)
        actor = cast.officer if step == "report" else cast.reviewer
        with pytest.raises(NotAllOfThem) as caught:
            lists.pass_on(step, [case.pk], make.decision(actor, date(2018, 6, 10)))
        assert caught.value.refused == {case.pk: ELSEWHERE}

    def test_a_merged_village_is_another_one(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        commit_checks()
        make_area(NEXT_VILLAGE)
        HouseholdBearer().move(
            {VILLAGE_A: NEXT_VILLAGE}, on=date(2018, 5, 20), document="撤并批复", actor=cast.reviewer
        )
        assert ELSEWHERE in page_of(make.Cast(NEXT_VILLAGE).clerk, case)
        with pytest.raises(NotAllOfThem, match="须退回"):
            lists.pass_on("report", [case.pk], make.decision(cast.officer, make.REPORTED))


class TestLeavingTheRegister:
    @pytest.mark.parametrize("state", make.ORDER[:5])
    def test_an_open_application_ends_with_its_household(self, cast, state):
        case = make.bring(cast, make.make_case(cast), state)
        commit_checks()
        clear_household(
            case.household, on=date(2018, 10, 8), document="清退文件", actor=cast.reviewer, reason="识别有误"
        )
        commit_checks()
        case.refresh_from_db()
        step = Step.objects.of_case(CASE, case.pk).last()
        assert (case.state, step.transition, step.document_name) == (
            "withdrawn",
            "end_with_household",
            "清退文件",
        )
        assert not RosterEntry.objects.standing().exists()
        assert "申请随户终止" in page_of(cast.reviewer, case)

    def test_merged_it_ends_too(self, cast):
        case = make.bring(cast, make.make_case(cast), "appraised")
        target = make_household(VILLAGE_A, "孙有财")
        commit_checks()
        merge_households(
            case.household,
            target,
            relations={case.household.head_id: "sibling"},
            on=date(2018, 10, 8),
            document="并户批复",
            actor=cast.reviewer,
        )
        commit_checks()
        case.refresh_from_db()
        assert case.state == "withdrawn"

    def test_who_has_moved_in_stays_so_and_owes_no_facts(self, cast):
        case = make.bring(cast, make.make_case(cast), "moved")
        commit_checks()
        assert list(RelocationApplication.objects.facts_lag(2018)) == [case]
        clear_household(
            case.household, on=date(2018, 10, 8), document="清退文件", actor=cast.reviewer, reason="识别有误"
        )
        case.refresh_from_db()
        assert case.state == "moved"
        assert not RelocationApplication.objects.facts_lag(2018).exists()
        assert "还没有填“是”" not in page_of(cast.reviewer, case)

    def test_it_does_not_end_while_its_household_is_there(self, cast):
        case = make.make_case(cast)
        told = refused(
            make.decision(cast.reviewer, make.APPRAISED, comment="终止").fire, "end_with_household", case
        )
        assert "仍在册" in told[""][0]
        assert "随户终止" not in page_of(cast.reviewer, case)


@pytest.mark.parametrize(
    ("state", "open_roles"),
    [
        ("applied", {"application", "promise"}),
        ("appraised", set()),
        ("approved", set()),
        ("announced", {"moved_in"}),
        ("moved", {"moved_in", "cleared"}),
        ("cleared", set()),
    ],
)
def test_a_signed_paper_is_not_exchanged_after_the_decision(cast, state, open_roles):
    case = make.bring(cast, make.make_case(cast), state)
    roles = ("application", "promise", "moved_in", "cleared")
    for user in (cast.clerk, cast.officer):
        assert {role for role in roles if attachable(user, CASE, case.pk, role)} == open_roles


class TestMoveTakenBack:
    def revoked(self, cast, case, on=date(2018, 10, 8)):
        return moving.revoke_move_in(case, make.decision(cast.reviewer, on, "核查报告", comment="登记错户"))

    def test_the_county_takes_it_back_and_the_log_keeps_what_was(self, cast):
        case = make.bring(cast, make.make_case(cast), "moved")
        commit_checks()
        assert "撤销入住" not in page_of(cast.officer, case)
        url = reverse("households:move-in-revoke", args=[case.pk])
        assert url in page_of(cast.reviewer, case)
        client = client_of(cast.reviewer)
        assert client.post(url, {"comment": "登记错户"}).status_code == 422
        assert RelocationApplication.objects.get().state == "moved"
        assert client.post(url, {"comment": "登记错户", "document_name": "核查报告"}).status_code == 302
        commit_checks()
        case.refresh_from_db()
        assert (case.state, case.moved_on, case.moved_to) == ("announced", None, "")
        kept = Entry.objects.get(action="households.relocation.revoke_move_in")
        assert kept.changes["moved_on"] == ["2018-09-20", None]
        assert "登记错户" in kept.summary

    def test_it_is_announced_anew_before_anybody_moves_in(self, cast):
        case = make.bring(cast, make.make_case(cast), "moved")
        commit_checks()
        case = self.revoked(cast, case)
        again = make.decision(cast.officer, date(2018, 10, 20))
        told = refused(moving.move_in, case, moved_to="3号楼", decision=again)
        assert "还没有" in told[""][0]
        case.refresh_from_db()
        make.posted(cast, make.roster_of(case), "announcement", date(2018, 10, 9))
        moving.move_in(case, moved_to="3号楼", decision=again)
        commit_checks()
        case.refresh_from_db()
        assert (case.state, case.moved_on) == ("moved", date(2018, 10, 20))

    def test_or_its_approval_is_revoked(self, cast):
        case = self.revoked(cast, make.bring(cast, make.make_case(cast), "moved"))
        back = ending.send_back(case, make.decision(cast.reviewer, date(2018, 10, 9), comment="有商品房"))
        assert (back.state, back.round) == ("applied", 2)
        assert not RosterEntry.objects.standing().exists()
        commit_checks()

    def test_township_and_village_do_not(self, cast):
        case = make.bring(cast, make.make_case(cast), "moved")
        for actor in (cast.clerk, cast.officer):
            with pytest.raises(PermissionDenied), transaction.atomic():
                moving.revoke_move_in(case, make.decision(actor, date(2018, 10, 8), comment="登记错户"))
        announced = make.bring(cast, make.make_case(cast, make_household(VILLAGE_A, "孙有财")), "announced")
        told = refused(self.revoked, cast, announced)
        assert "没有要撤销的入住" in told[""][0]

    def test_an_objection_about_who_has_moved_in_waits_for_it(self, cast):
        case = make.bring(cast, make.make_case(cast), "announced")
        notice = make.roster_of(case).notices.get(kind="announcement")
        moving.move_in(case, moved_to="3号楼", decision=make.decision(cast.officer, make.MOVED))
        objection = make.objected(cast, notice, case, received_on=date(2018, 6, 8))
        answer = {
            "upheld": True,
            "answer": "查实在镇上有房",
            "actor": cast.reviewer,
            "document_name": "核查报告",
            "happened_on": date(2018, 10, 9),
            "late_reason": "补录",
        }
        told = refused(settle_objection, objection, **answer)
        assert "请先由县里撤销入住" in told[""][0]
        case.refresh_from_db()
        self.revoked(cast, case)
        settle_objection(objection, **answer)
        case.refresh_from_db()
        assert (case.state, case.round) == ("applied", 2)
        commit_checks()
