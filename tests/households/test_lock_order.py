"""Whoever needs several households asks for all of them at once, in one order, and for places and villages after them.

Each test holds what comes first in that order and then asks for the next, while the other one is at work: done in
another order, the two would wait for each other until PostgreSQL ends one of them.
"""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from households.models import Household, HouseholdPlace, MemberSurvey
from households.services.locking import lock_households
from households.services.places import move_household
from households.services.registration import register_household
from households.services.surveys import start_survey
from poverty.accounts.models import Role
from poverty.areas.services import add_settlement, close_settlement
from poverty.areas.services.changes import change_area
from poverty.fields.identity import resident_number
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area, make_settlement
from tests.factories.households import make_household, make_member, make_membership, make_year
from tests.factories.web import typed
from tests.households.beside import Beside, first_holding, held_open, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_VILLAGE = "220503101201"
MERGED_ON = date(2018, 3, 1)


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=True):
        yield


def merge():
    paper = {"on": MERGED_ON, "document": "吉政函〔2018〕12号"}
    return change_area("merge", VILLAGE_A, OTHER_VILLAGE, actor=None, **paper)


# --- households of one person ------------------------------------------------------------------------------


@pytest.fixture
def both():
    """王小明 was in the first household until 2017 and is in the second, whose key is the greater one."""
    with transaction.atomic():
        before, now = make_household(VILLAGE_A, "张三"), make_household(VILLAGE_A, "李四")
        facts = {"school_status": "", "education_level": "", "work_months": None}
        child = make_member(now, "王小明", birth_date=date(2008, 5, 1), since=date(2017, 1, 1), facts=facts)
        make_membership(before, child, until=date(2017, 1, 1))
    assert before.pk < now.pk
    return before, now, child


def saved_beside(both, client, url, data):
    """Post a page of the second household while somebody has the first and then asks for the second."""
    before, now, _ = both
    other, go_on = first_holding([before], lambda: lock_households([now.pk]))
    posting = Beside(lambda: client.post(url, data))
    wait_until_somebody_waits()
    go_on()
    other.finish()
    assert posting.finish().status_code == 302


def test_the_table_of_all_members(both):
    _, now, child = both
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    url = reverse("households:members-survey", args=[now.pk, 2018])
    saved_beside(both, client, url, rows_of(client.get(url), child))
    assert MemberSurvey.objects.get(member=child).school_status == "primary"


def test_the_page_of_a_bureau(both):
    _, now, child = both
    client = client_of(make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education"))
    url = reverse("households:sector-edit", args=[now.pk, 2018])
    saved_beside(both, client, url, rows_of(client.get(url), child))
    assert MemberSurvey.objects.get(member=child).school_status == "primary"


def test_the_page_of_a_person(both):
    _, _, child = both
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    url = reverse("households:member-survey-edit", args=[child.pk, 2018])
    page = client.get(url)
    data = typed(page.context["form"], school_status="primary") | typed(page.context["collecting"])
    saved_beside(both, client, url, data)
    assert MemberSurvey.objects.get(member=child).school_status == "primary"


def rows_of(page, child):
    data = typed(page.context["collecting"])
    for row in page.context["rows"]:
        own = {"school_status": "primary"} if row.membership.member_id == child.pk else {}
        data |= typed(row.form, **own)
    return data


def test_several_who_come_back_are_registered_together():
    """The head comes from the household with the greater key, his wife from the one with the smaller."""
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        first, second = make_household(VILLAGE_A, "张三"), make_household(VILLAGE_A, "李四")
        people = {
            "wife": ("孙丽", first, date(1972, 5, 9), 12, "female"),
            "head": ("赵新户", second, date(1970, 3, 8), 11, "male"),
        }
        for name, household, born, number, sex in people.values():
            left = date(2017, 1, 1)
            make_member(
                household,
                name,
                birth_date=born,
                sex=sex,
                identity=resident_number("220503", born, number),
                until=left,
            )
    data = {
        key: {"name": name, "identity": resident_number("220503", born, number)}
        for key, (name, _, born, number, _) in people.items()
    }
    other, go_on = first_holding([first], lambda: lock_households([second.pk]))
    registering = Beside(
        lambda: register_household(
            make_area(VILLAGE_A),
            head=data["head"],
            members=[{**data["wife"], "relation": "spouse"}],
            actor=clerk,
            happened_on=date(2018, 11, 1),
            document_name="户口本",
        )
    )
    wait_until_somebody_waits()
    go_on()
    other.finish()
    assert registering.finish().size == 2


# --- places ------------------------------------------------------------------------------------------------


def test_a_village_is_merged_while_a_year_of_a_household_there_is_started():
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        make_area(OTHER_VILLAGE)
        group = make_settlement(make_area(VILLAGE_A))
        one = make_household(VILLAGE_A, settlement=group, survey=False)
        make_year(year=2019)
    starting, go_on = first_holding([one], lambda: start_survey(one, 2019, actor=clerk))
    merging = Beside(merge)
    wait_until_somebody_waits()
    go_on()
    starting.finish()
    merging.finish()
    one.refresh_from_db()
    assert one.area_id == one.surveys.get(year=2019).area_id == OTHER_VILLAGE


def test_nobody_is_registered_in_a_village_that_is_being_merged():
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        village = make_area(VILLAGE_A)
        make_area(OTHER_VILLAGE)
        make_year()
    merging, end = held_open(merge)
    registering = Beside(
        lambda: register_household(
            village,
            head={"name": "赵新户", "identity": resident_number("220503", date(1970, 3, 8), 11)},
            actor=clerk,
            happened_on=date(2018, 11, 1),
            document_name="户口本",
        )
    )
    wait_until_somebody_waits()
    end()
    merging.finish()
    with pytest.raises(ValidationError) as refused:
        registering.finish()
    assert "已撤销，请选现行的行政村" in refused.value.message_dict["area"][0]
    assert not Household.objects.exists()


def test_nobody_moves_to_a_village_that_is_being_merged():
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    with transaction.atomic():
        village = make_area(VILLAGE_A)
        make_area(OTHER_VILLAGE)
        one = make_household("220503100205")
    merging, end = held_open(merge)
    paper = {"on": date(2018, 11, 1), "reason": "搬迁", "document": "协议", "actor": officer}
    moving = Beside(lambda: move_household(one, village, None, **paper))
    wait_until_somebody_waits()
    end()
    merging.finish()
    with pytest.raises(ValidationError) as refused:
        moving.finish()
    assert refused.value.message_dict == {"area": ["请选现行的行政村。"]}


def test_who_is_being_registered_goes_along_with_the_merge():
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        village = make_area(VILLAGE_A)
        make_area(OTHER_VILLAGE)
        make_year()
    registering, end = held_open(
        lambda: register_household(
            village,
            head={"name": "赵新户", "identity": resident_number("220503", date(1970, 3, 8), 11)},
            actor=clerk,
            happened_on=date(2018, 2, 1),
            document_name="户口本",
        )
    )
    merging = Beside(merge)
    wait_until_somebody_waits()
    end()
    registering.finish()
    merging.finish()
    assert Household.objects.get().area_id == OTHER_VILLAGE
    rows = HouseholdPlace.objects.order_by("valid_from").values_list("area_id", "valid_to")
    assert list(rows) == [(VILLAGE_A, MERGED_ON), (OTHER_VILLAGE, None)]


def test_nobody_is_registered_in_a_group_that_is_being_closed():
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        village = make_area(VILLAGE_A)
        make_year()
        group = add_settlement(village, actor=None, name="一组", kind="group")
    closing, end = held_open(
        lambda: close_settlement(group, actor=None, on=date(2018, 10, 8), reason="整组搬迁")
    )
    registering = Beside(
        lambda: register_household(
            village,
            settlement=group,
            head={"name": "赵新户", "identity": resident_number("220503", date(1970, 3, 8), 11)},
            actor=clerk,
            happened_on=date(2018, 11, 1),
            document_name="户口本",
        )
    )
    wait_until_somebody_waits()
    end()
    closing.finish()
    with pytest.raises(ValidationError) as refused:
        registering.finish()
    assert refused.value.message_dict == {"settlement": ["一组已于 2018-10-08 撤销，请重新选择。"]}
