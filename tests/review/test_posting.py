"""Who posts which notice, of whom, and when: a sheet counts only from the step that it publishes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.review.errors import NotAllOfThem
from poverty.review.models import Notice, Roster, RosterEntry, Step
from poverty.review.services import fire
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.services.notices import kinds_posted_by, post_correction, withdraw_notice
from poverty.review.services.objections import receive_objection
from poverty.review.services.parting import part_roster
from poverty.review.services.rosters import leave_by_hand, leave_roster
from poverty.review.workflows import Post
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_posting, make_user
from tests.review.cases import Case
from tests.review.lists import CASE, checked_cases, fire_roster, listed, posted

BOTH = {
    "first": Post("checked", "register.propose", "village"),
    "second": Post("examined", "register.confirm", "township"),
}


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def checker(db):
    return make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user


@pytest.fixture
def cases(actors, checker):
    return checked_cases(actors, checker)


@pytest.fixture
def roster(actors, cases):
    return listed(actors, cases, made_on=date(2018, 10, 8))


def hung_early(roster, actors, day):
    """A notice that no service would have let hang."""
    return Notice.objects.create(
        kind="first", roster=roster, area_code=VILLAGE_A, title="x", place="x", publisher="x", contact="x",
        posted_on=day, days=7, minimum_days=7, last_day=day + timedelta(days=6), households=3,
        posted_by_name="x", recorded_by=actors["village_clerk"], token_hash="a" * 64,
    )  # fmt: skip


def took(case, actors, day, target="examined", closes_round=False, round=1):
    """A step as the database may find it, whatever the services would have said."""
    Step.objects.create(
        case_type=CASE, case_id=case.pk, area_code=VILLAGE_A, round=round, transition="x", source="checked",
        target=target, lane="record", level="township", decided_by=actors["township_officer"],
        decided_by_name="x", recorded_by=actors["township_officer"], happened_on=day, closes_round=closes_round,
    )  # fmt: skip


def decided(case, actors, day, agreed=True):
    """A closed meeting of the township about one case."""
    officer = actors["township_officer"]
    meeting = enter_meeting("township", VILLAGE_A[:9], held_on=day, place="镇政府", chair="镇长", due=9, present=9,
                            actor=officer, late_reason="补录")  # fmt: skip
    say(meeting, CASE, [Said(case.pk, agreed, note="" if agreed else "收入不稳定")], actor=officer)
    close_meeting(meeting, actor=officer)


def objected(notice, actors, case_id=None):
    """An objection of today."""
    return receive_objection(
        notice,
        channel="paper",
        about="第1号",
        text="家里有小汽车",
        case_id=case_id,
        actor=actors["village_clerk"],
    )


def asked(function: str, case, *words) -> bool:
    """What a guard of a procedure would hear."""
    marks = ", ".join(["%s"] * (2 + len(words)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({marks})", [CASE, case.pk, *words])
        return cursor.fetchone()[0]


class TestWhen:
    @pytest.fixture
    def cases(self, actors, checker):
        return checked_cases(actors, checker, on=days_ago(5))

    def test_nothing_hung_before_the_step_that_it_publishes(self, actors, cases, roster):
        with pytest.raises(ValidationError) as refused:
            posted(actors, roster, days_ago(9))
        assert refused.value.message_dict == {
            "posted_on": [f"有 3 户 {days_ago(5)} 才办到“村已核实”，张贴日期不能早于该日。"]
        }
        assert posted(actors, roster, days_ago(5))

    def test_such_a_sheet_lets_nobody_go_on(self, actors, cases, roster):
        hung_early(roster, actors, days_ago(9))
        with pytest.raises(NotAllOfThem, match="张贴时该户还没有办到这一步") as caught:
            fire_roster("examine", roster, Case.objects.all(), actor=actors["township_officer"])
        assert caught.value.ids == {one.pk for one in cases}
        assert caught.value.model is Case

    def test_the_database_asks_the_same(self, actors, cases, roster):
        hung_early(roster, actors, days_ago(9))
        took(cases[0], actors, days_ago(0))
        assert not asked("review_was_posted", cases[0], "examined", "first", "checked")

    def test_and_knows_the_day_after_the_last(self, actors, checker, roster, cases):
        long_ago = checked_cases(actors, checker, 2)[-2:]
        posted(actors, listed(actors, long_ago, title="另一批", made_on=date(2018, 10, 8)), days_ago(8))
        took(long_ago[0], actors, days_ago(1))
        took(long_ago[1], actors, days_ago(2))  # the last of seven days
        assert asked("review_was_posted", long_ago[0], "examined", "first", "checked")
        assert not asked("review_was_posted", long_ago[1], "examined", "first", "checked")


class TestAskedInTheDatabase:
    def test_the_meeting_of_the_round_before_does_not_serve_again(self, actors, cases, checker):
        case = cases[0]
        decided(case, actors, date(2018, 10, 9))
        took(case, actors, date(2018, 10, 10))
        assert asked("review_was_agreed", case, "examined", "township")
        took(case, actors, date(2018, 10, 11), target="returned", closes_round=True)
        took(case, actors, date(2018, 10, 12), round=2)
        assert not asked("review_was_agreed", case, "examined", "township")
        decided(case, actors, date(2018, 10, 12))
        assert asked("review_was_agreed", case, "examined", "township")
        decided(case, actors, date(2018, 10, 12), agreed=False)
        assert not asked("review_was_agreed", case, "examined", "township")

    def test_an_objection_of_its_own_or_one_that_names_nobody(self, actors, cases, roster):
        notice, _ = posted(actors, roster)
        for one in cases:
            took(one, actors, days_ago(0))
        objected(notice, actors, case_id=cases[0].pk)
        assert asked("review_was_objected", cases[0], "examined")
        assert not asked("review_was_objected", cases[1], "examined")
        objected(notice, actors)
        assert asked("review_was_objected", cases[1], "examined")


class TestByWhom:
    def test_every_kind_has_its_own_people(self, actors, roster, told):
        told(posts=BOTH)
        assert kinds_posted_by(actors["village_clerk"], roster) == ["first"]
        assert kinds_posted_by(actors["township_officer"], roster) == ["second"]
        assert kinds_posted_by(actors["leader"], roster) == []
        with pytest.raises(PermissionDenied, match="乡镇"):
            posted(actors, roster, kind="second")
        with pytest.raises(ValidationError, match="没有“公告”"):
            posted(actors, roster, kind="announcement")
        assert not Notice.objects.exists()

    def test_the_page_offers_what_one_may_post_and_nothing_else(self, actors, roster, told):
        told(posts=BOTH)
        client = client_of(actors["village_clerk"])
        address = reverse("review:notice-post", args=[roster.pk])
        page = client.get(address).content.decode()
        assert 'value="first"' in page
        assert 'value="second"' not in page
        form = {
            "kind": "second",
            "title": "公示",
            "place": "村务公开栏",
            "publisher": "村民委员会",
            "contact": "0435",
            "posted_on": f"{timezone.localdate()}",
        }
        assert client.post(address, form).status_code == 422
        assert not Notice.objects.exists()

    def test_the_village_does_not_take_back_what_the_township_posted(self, actors, roster, told):
        notice, _ = posted(actors, roster)
        told(posts={"first": Post("checked", "register.confirm", "township")} | {"second": BOTH["second"]})
        with pytest.raises(PermissionDenied):
            withdraw_notice(notice, reason="贴错", actor=actors["village_clerk"])
        client = client_of(actors["village_clerk"])
        for name in ("notice-withdraw", "notice-correct"):
            assert client.get(reverse(f"review:{name}", args=[notice.pk])).status_code == 403
        leave_roster(roster.entries.first(), reason="异议成立", actor=actors["township_officer"])
        with pytest.raises(PermissionDenied):
            post_correction(notice, actor=actors["village_clerk"])
        withdraw_notice(notice, reason="贴错", actor=actors["township_officer"])


class TestOfWhom:
    def test_who_has_not_come_so_far_goes_on_on_a_list_of_his_own(self, actors, cases, roster):
        fire("verify", cases[2], actor=actors["township_officer"])
        notice, _ = posted(actors, roster)
        assert notice.households == 2
        apart = Roster.objects.exclude(pk=roster.pk).get()
        assert apart.title == "二道沟村2018年拟退出名单（另列）"
        assert list(
            RosterEntry.objects.standing().filter(roster=apart).values_list("case_id", flat=True)
        ) == [cases[2].pk]
        left = RosterEntry.objects.get(roster=roster, case_id=cases[2].pk)
        assert left.left_reason == "未随本批办理，另列名单重新公示"

    def test_nobody_so_far_nothing_hangs(self, actors, cases, roster):
        for case in cases:
            fire("verify", case, actor=actors["township_officer"])
        with pytest.raises(ValidationError, match="还没有“村已核实”的户"):
            posted(actors, roster)
        assert not Notice.objects.exists()
        assert Roster.objects.count() == 1

    def test_a_correction_parts_nobody(self, actors, cases, roster):
        notice, _ = posted(actors, roster, days_ago(8))
        leave_roster(roster.entries.first(), reason="异议成立", actor=actors["village_clerk"])
        fire("examine", cases[1], actor=actors["township_officer"])
        correction, _ = post_correction(notice, actor=actors["village_clerk"])
        assert correction.households == 2

    def test_parting_whoever_does_not_stand_on_it_makes_no_list(self, actors, cases, roster):
        leave_roster(roster.entries.first(), reason="重报", actor=actors["village_clerk"])
        first = Case.objects.filter(pk=cases[0].pk)
        assert part_roster(roster, first, actor=actors["village_clerk"]) is None
        assert Roster.objects.count() == 1


class TestWhoHung:
    """Whoever is parted for a sheet, or left in the morning of its day, did not stand on it; who leaves later did."""

    @pytest.fixture
    def notice(self, actors, cases, roster):
        fire("verify", cases[2], actor=actors["township_officer"])
        return posted(actors, roster)[0]

    def test_who_was_parted_did_not(self, actors, cases, roster, notice):
        parted = RosterEntry.objects.get(roster=roster, case_id=cases[2].pk)
        assert parted.left_on == notice.posted_on
        assert not parted.hung_on(notice)
        with pytest.raises(ValidationError, match="不在这份公示的名单上"):
            objected(notice, actors, cases[2].pk)
        with pytest.raises(ValidationError, match="没有户移出名单"):
            post_correction(notice, actor=actors["village_clerk"])
        page = client_of(actors["village_clerk"]).get(reverse("review:notice", args=[notice.pk]))
        assert [one.case_id for one, _ in page.context["entries"]] == [cases[0].pk, cases[1].pk]

    def test_who_leaves_on_the_same_day_did(self, actors, cases, roster, notice):
        leave_roster(
            roster.entries.get(case_id=cases[0].pk), reason="异议成立", actor=actors["village_clerk"]
        )
        entry = roster.entries.get(case_id=cases[0].pk)
        assert (entry.left_on, entry.hung_on(notice)) == (notice.posted_on, True)
        gone = RosterEntry.objects.filter(roster=roster).left_sheet(notice.posted_on, notice.recorded_at)
        assert list(gone) == [entry]
        assert objected(notice, actors, cases[0].pk).case_id == cases[0].pk
        assert post_correction(notice, actor=actors["village_clerk"])[0].households == 1


class TestNotFit:
    def test_who_is_held_back_hangs_on_a_list_of_his_own(self, actors, cases, roster, told):
        def fits(rows):
            return dict.fromkeys(rows.filter(pk=cases[0].pk).values_list("pk", flat=True), "已暂缓。")

        told(posts={"first": Post("checked", "register.propose", "village", fits=fits)})
        assert posted(actors, roster)[0].households == 2
        assert not Roster.objects.exclude(pk=roster.pk).get().entries.exclude(case_id=cases[0].pk).exists()

    def test_everybody_held_back_nothing_hangs(self, actors, cases, roster, told):
        def fits(rows):
            return dict.fromkeys(rows.values_list("pk", flat=True), "已暂缓。")

        told(posts={"first": Post("checked", "register.propose", "village", fits=fits)})
        with pytest.raises(NotAllOfThem, match="已暂缓"):
            posted(actors, roster)
        assert not Notice.objects.exists()
        assert Roster.objects.count() == 1

    def test_the_page_says_how_many_do_not_hang(self, actors, cases, roster):
        fire("verify", cases[2], actor=actors["township_officer"])
        form = {
            "kind": "first",
            "title": "公示",
            "place": "村务公开栏",
            "publisher": "村民委员会",
            "contact": "0435",
            "posted_on": f"{timezone.localdate()}",
        }
        address = reverse("review:notice-post", args=[roster.pk])
        page = client_of(actors["village_clerk"]).post(address, form, follow=True)
        assert "1 户还没有办到这一步" in page.content.decode()


class TestLeavingByHand:
    def test_only_in_a_state_that_the_procedure_names(self, actors, cases, roster):
        fire("verify", cases[0], actor=actors["township_officer"])
        entry = roster.entries.get(case_id=cases[0].pk)
        with pytest.raises(ValidationError, match="乡镇已核实”，不能直接移出"):
            leave_by_hand(entry, reason="群众反映", actor=actors["village_clerk"])
        entry = roster.entries.get(case_id=cases[1].pk)
        with pytest.raises(PermissionDenied, match="村级办理"):
            leave_by_hand(entry, reason="造册过早", actor=actors["township_officer"])
        leave_by_hand(entry, reason="造册过早", actor=actors["village_clerk"])
        assert RosterEntry.objects.standing().count() == 2

    def test_the_page_offers_it_for_those_only(self, actors, cases, roster):
        fire("verify", cases[0], actor=actors["township_officer"])
        page = client_of(actors["village_clerk"]).get(reverse("review:roster", args=[roster.pk]))
        text = page.content.decode()
        assert reverse("review:roster-leave", args=[roster.pk, cases[1].pk]) in text
        assert reverse("review:roster-leave", args=[roster.pk, cases[0].pk]) not in text
        page = client_of(actors["township_officer"]).get(reverse("review:roster", args=[roster.pk]))
        assert "/leave/" not in page.content.decode()


def test_a_list_of_long_ago_says_why(actors, cases):
    with pytest.raises(ValidationError) as refused:
        listed(actors, cases, made_on=date(2018, 10, 8), late_reason="")
    assert "late_reason" in refused.value.message_dict
    assert listed(actors, cases, made_on=date(2018, 10, 8)).late_reason == "村里没有网络"


@pytest.mark.parametrize("name", ["roster", "notice"])
def test_a_bureau_sees_no_lists(actors, roster, name):
    notice, _ = posted(actors, roster)
    pk = {"roster": roster.pk, "notice": notice.pk}[name]
    client = client_of(actors["bureau_officer"])
    assert client.get(reverse(f"review:{name}", args=[pk])).status_code == 404
    assert client.get(reverse(f"api:{name}-detail", args=[pk])).status_code == 404
