"""Side doors: files, figures and forms that reach a household by another way than its page."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.models import Member
from households.services.assess import assess
from households.services.changes import confirm_changes, propose_change, withdraw_change
from households.services.places import move_household
from households.services.status import adopt_status
from poverty.accounts.models import Role
from poverty.files.galleries import attachable
from poverty.files.models import StoredFile
from poverty.files.services import link, store
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.files import make_upload, pdf
from tests.factories.households import make_household, make_member, make_membership, make_pairing
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db

OTHER_VILLAGE = "220503101201"  # in another township of the county


def _dies(household, clerk):
    return propose_change(
        "remove_member",
        household,
        member=household.members.get(name="王小明"),
        actor=clerk,
        happened_on=date(2018, 10, 5),
        reason="病故",
        document_name="死亡证明",
        details={"leave_reason": "death"},
    )


class TestFiles:
    """A scanned sheet shows income, numbers and illness at once."""

    def test_papers_of_a_household_are_for_who_sees_it_whole(self, actors):
        household = make_household(VILLAGE_A)
        make_pairing(household, actors["helper"])
        clerk = actors["village_clerk"]
        sheet = store(make_upload(pdf()), actor=clerk, area_code=VILLAGE_A, kind="scan")
        link(sheet, household, role="survey", actor=clerk)
        seen_by = {
            role for role, user in actors.items() if StoredFile.objects.visible_to(user).filter(pk=sheet.pk)
        }
        assert seen_by == set(actors) - {"bureau_officer", "administrator"}

    def test_papers_of_a_change_too(self, village_clerk, bureau_officer, leader):
        household = make_household(VILLAGE_A, members=[{}])
        change = _dies(household, village_clerk)
        paper = store(make_upload(pdf()), actor=village_clerk, area_code=VILLAGE_A, kind="scan")
        link(paper, change, role="scan", actor=village_clerk)
        assert StoredFile.objects.visible_to(leader).get() == paper
        assert not StoredFile.objects.visible_to(bureau_officer).exists()

    def test_what_was_decided_by_a_paper_keeps_it(self, village_clerk, township_officer):
        household = make_household(VILLAGE_A, members=[{}])
        change = _dies(household, village_clerk)
        case = (village_clerk, "households.registerchange", change.pk, "scan")
        assert attachable(*case) == change
        paper = store(make_upload(pdf()), actor=village_clerk, area_code=VILLAGE_A, kind="scan")
        link(paper, change, role="scan", actor=village_clerk)
        [outcome] = confirm_changes([change.pk], actor=township_officer)
        assert outcome.done
        assert attachable(*case) is None

    def test_a_paper_may_come_after_the_decision(self, village_clerk, township_officer):
        change = _dies(make_household(VILLAGE_A, members=[{}]), village_clerk)
        confirm_changes([change.pk], actor=township_officer)
        assert attachable(village_clerk, "households.registerchange", change.pk, "scan") == change


def test_figures_count_verdicts_only_where_they_may_be_seen(bureau_officer, leader):
    make_household(VILLAGE_A)
    make_standard(COUNTY_A, 2018)
    assess(COUNTY_A, 2018, trigger="command")
    address = reverse("households:figures") + "?year=2018"
    assert client_of(leader).get(address).context["content"]["total"].met == 1
    assert client_of(bureau_officer).get(address).context["content"]["total"].households == 0


class TestWhoCountedElsewhere:
    """王小明 moved after the period's end: his facts of the year decide the verdict of the household he left."""

    @pytest.fixture
    def moved(self):
        make_area(OTHER_VILLAGE)
        left = make_household(VILLAGE_A)
        joined = make_household(OTHER_VILLAGE, head="李四")
        member = make_member(left, "王小明", until=date(2018, 10, 5))
        make_membership(joined, member, since=date(2018, 10, 5))
        Member.objects.filter(pk=member.pk).update(household=joined)
        return joined, member

    def test_is_not_filled_in_where_he_lives_now(self, moved):
        joined, member = moved
        clerk = client_of(make_actor(Role.VILLAGE_CLERK, OTHER_VILLAGE))
        address = reverse("households:member-survey-edit", args=[member.pk, 2018])
        assert clerk.get(address).status_code == 403
        assert clerk.post(address, {"m-work_months": "0"}).status_code == 403
        table = clerk.get(reverse("households:members-survey", args=[joined.pk, 2018]))
        assert [row.membership.member.name for row in table.context["rows"]] == ["李四"]

    def test_is_filled_in_where_he_counted(self, moved, village_clerk):
        address = reverse("households:member-survey-edit", args=[moved[1].pk, 2018])
        assert client_of(village_clerk).get(address).status_code == 200

    def test_who_counted_nowhere_is_filled_in_where_he_is(self, village_clerk):
        household = make_household(VILLAGE_A)
        born = make_member(household, "王新生", birth_date=date(2018, 10, 2), since=date(2018, 10, 2))
        address = reverse("households:member-survey-edit", args=[born.pk, 2018])
        assert client_of(village_clerk).get(address).status_code == 200


def test_a_change_on_its_way_goes_with_the_household(village_clerk, township_officer):
    make_area(OTHER_VILLAGE)
    household = make_household(VILLAGE_A, members=[{}])
    change = _dies(household, village_clerk)
    move_household(
        household,
        make_area(OTHER_VILLAGE),
        None,
        on=date(2018, 11, 1),
        reason="易地搬迁",
        document="搬迁协议",
        actor=township_officer,
    )
    change.refresh_from_db()
    assert change.area_id == OTHER_VILLAGE
    with pytest.raises(PermissionDenied):
        confirm_changes([change.pk], actor=township_officer)
    there = make_actor(Role.TOWNSHIP_OFFICER, OTHER_VILLAGE)
    assert [one.done for one in confirm_changes([change.pk], actor=there)] == [True]


@pytest.mark.parametrize("year", ["0000", "9999", "1800"])
@pytest.mark.parametrize(
    "page", ["parameters:list", "standards:where", "households:list", "households:figures"]
)
def test_a_year_that_cannot_be_is_not_taken(leader, page, year):
    assert client_of(leader).get(reverse(page), {"year": year}).status_code == 200


def test_more_rows_than_a_number_can_say(village_clerk):
    sent = {"action": "add", "member-TOTAL_FORMS": "9" * 5000}
    assert client_of(village_clerk).post(reverse("households:register"), sent).status_code == 200


def test_who_is_only_proposed_brings_no_past_along(village_clerk):
    """The number and the name of a stranger who is in no household open his page, not what others noted of him."""
    elsewhere = make_household(VILLAGE_B, head="外县人")
    stranger = make_member(elsewhere, "周外来", until=date(2018, 9, 1))
    Member.objects.filter(pk=stranger.pk).update(household=None)
    household = make_household(VILLAGE_A)
    address = reverse("households:person", args=[stranger.pk])
    client = client_of(village_clerk)
    assert client.get(address).status_code == 404
    change = propose_change(
        "add_member",
        household,
        member=stranger,
        actor=village_clerk,
        happened_on=date(2018, 10, 5),
        reason="结婚",
        document_name="结婚证",
        details={"relation": "son_in_law", "join_reason": "marriage_in"},
    )
    page = client.get(address)
    assert page.status_code == 200
    assert page.context["facts"] == []
    withdraw_change(change, actor=village_clerk)
    assert client.get(address).status_code == 404


def test_a_status_is_taken_over_for_registered_households_only(county_reviewer):
    household = make_household(VILLAGE_A, state="pending", status="")
    with pytest.raises(ValidationError, match="还未登记"):
        adopt_status(
            household,
            "not_exited",
            "registered_poor",
            on=date(2018, 10, 5),
            source="import",
            document_name="国网导出表",
            actor=county_reviewer,
        )
