"""The register of villages: files, the list of poor villages, what is dated, and what a merge does."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.duties.units import owed_by_units
from poverty.accounts.models import Role
from poverty.areas.models import AreaChange
from poverty.areas.services import change_area
from poverty.audit.models import Entry
from poverty.review.errors import NotAllOfThem
from tests.actors import client_of
from tests.at_commit import commit_checks
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.posts import make_post
from tests.factories.teams import make_workroom
from tests.factories.villages import make_exit, make_village, make_village_year
from villages.duties.forces import team
from villages.models import Village, VillageListing, VillageYear, WorkroomStaff
from villages.services.exiting import take_step
from villages.services.register import adopt_exit, open_files, put_on_list, update_village

pytestmark = pytest.mark.django_db
VILLAGE = "220503100204"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def reviewer():
    return make_actor(Role.COUNTY_REVIEWER)


def test_every_village_of_the_county_gets_a_file_once(reviewer):
    for number in range(3):
        make_area(f"22050310020{number}")
    make_village(VILLAGE, status="")
    assert open_files("220503", actor=reviewer) == 3
    assert open_files("220503", actor=reviewer) == 0
    with pytest.raises(PermissionDenied):
        open_files("140212", actor=reviewer)


def test_villages_come_onto_the_list_by_a_document(reviewer):
    village = make_village(status="")
    rows = Village.objects.filter(pk=village.pk)
    paper = {"level": "province", "on": date(2018, 10, 9), "document_name": "吉扶贫发〔2014〕3号"}
    assert put_on_list(rows, actor=reviewer, **paper) == 1
    village.refresh_from_db()
    assert (village.status, village.list_level) == ("listed", "province")
    assert VillageListing.objects.get().valid_from == date(2018, 10, 9)
    with pytest.raises(NotAllOfThem):
        put_on_list(rows, actor=reviewer, **paper)
    with pytest.raises(ValidationError):
        put_on_list(rows, actor=reviewer, **(paper | {"document_name": ""}))


def test_an_exit_of_before_is_taken_over_with_its_document(reviewer):
    village = make_village()
    adopt_exit(
        village,
        year=2017,
        on=date(2017, 12, 20),
        document_name="通市脱贫办〔2017〕8号",
        actor=reviewer,
        late_reason="系统启用前已出列",
    )
    village.refresh_from_db()
    assert (village.status, village.exit_year) == ("exited", 2017)
    assert VillageListing.objects.get().valid_to == date(2017, 12, 20)


def test_an_exit_of_before_waits_for_the_one_under_way(reviewer):
    village = make_village()
    case = make_exit(village)
    before = {"year": 2017, "on": date(2017, 12, 20), "document_name": "通市脱贫办〔2017〕8号"}
    before |= {"actor": reviewer, "late_reason": "系统启用前已出列"}
    with pytest.raises(ValidationError, match="2018年度出列正在办理（待自查）"), transaction.atomic():
        adopt_exit(village, **before)
    village.refresh_from_db()
    assert (village.status, village.exit_year) == ("listed", None)
    take_step("drop_village", case, actor=reviewer, comment="以前已经出列")
    adopt_exit(village, **before)
    commit_checks()
    assert Village.objects.get().status == "exited"


def test_raw_sql_takes_no_exit_over_while_one_is_under_way(reviewer):
    village = make_village()
    adopt_exit(
        village,
        year=2017,
        on=date(2017, 12, 20),
        document_name="通市脱贫办〔2017〕8号",
        actor=reviewer,
        late_reason="系统启用前已出列",
    )
    make_exit(village)
    with pytest.raises(IntegrityError, match="has an exit under way"):
        commit_checks()


def test_attributes_are_dated(reviewer):
    clerk = make_actor(Role.VILLAGE_CLERK)
    village = make_village()
    update_village(village, {"terrain": "mountains"}, actor=clerk, on=date(2016, 1, 1))
    update_village(village, {"development": "tourism"}, actor=clerk, on=date(2018, 5, 1))
    rows = list(village.attributes.values_list("valid_from", "valid_to", "terrain", "development"))
    assert rows == [
        (date(2016, 1, 1), date(2018, 5, 1), "mountains", ""),
        (date(2018, 5, 1), None, "mountains", "tourism"),
    ]
    with pytest.raises(ValidationError, match="新的不能更早"):
        update_village(village, {"terrain": "plain"}, actor=clerk, on=date(2017, 1, 1))


def test_a_phone_number_is_sealed_and_checked():
    clerk = make_actor(Role.VILLAGE_CLERK)
    village = make_village()
    update_village(village, {"leader_phone": "13804351234"}, actor=clerk, on=date(2018, 10, 1))
    village.refresh_from_db()
    assert village.leader_phone.reveal() == "13804351234"
    assert "13804351234" not in str(village.leader_phone)
    with pytest.raises(ValidationError) as refused:
        update_village(village, {"leader_phone": "1380435"}, actor=clerk, on=date(2018, 10, 1))
    assert "leader_phone" in refused.value.message_dict


def change(kind, old, new, actor):
    make_area(new)
    return change_area(kind, old, new, on=date(2018, 10, 1), document="区划调整批复", actor=actor)


def test_a_village_that_moves_takes_its_file_and_open_year_along(reviewer):
    village = make_village()
    make_village_year(village)
    change(AreaChange.Kind.MERGE, VILLAGE, "220503100209", reviewer)
    village.refresh_from_db()
    assert (village.area_id, village.ended_on) == ("220503100209", None)
    assert VillageYear.objects.get().area_id == "220503100209"


def test_merged_into_a_village_with_a_file_the_old_one_ends(reviewer):
    village, other = make_village(), make_village("220503100209")
    change(AreaChange.Kind.MERGE, VILLAGE, "220503100209", reviewer)
    village.refresh_from_db()
    assert (village.area_id, village.ended_on) == (VILLAGE, date(2018, 10, 1))
    assert list(Village.objects.standing()) == [other]


def test_who_stood_in_a_merged_village_stands_there_no_more_and_nothing_is_owed_for_it(reviewer):
    village, other = make_village(), make_village("220503100209")
    unit, late = make_post(village, "unit"), make_post(village, since=date(2018, 10, 5))
    stays = make_post(other)
    change(AreaChange.Kind.MERGE, VILLAGE, other.area_id, reviewer)
    for row in (unit, late, stays):
        row.refresh_from_db()
    assert (unit.valid_to, unit.end_document) == (date(2018, 10, 1), "区划调整批复")
    assert late.valid_to == late.valid_from  # entered for a village that was no more
    assert stays.valid_to is None
    assert owed_by_units(date(2018, 10, 1), date(2018, 10, 10), ["220503"]) == []
    assert {row[0] for row in team("220503", date(2018, 10, 1), date(2018, 10, 31), ["220503"])} == {
        other.area_id
    }
    ended = Entry.objects.filter(action="villages.post.end", case_id=village.pk, area_code=VILLAGE)
    assert ended.count() == 2


def test_the_workroom_of_a_merged_village_ends_with_it(reviewer):
    village, other = make_village(), make_village("220503100209")
    room, stays = make_workroom(village), make_workroom(other)
    post = make_post(village)
    WorkroomStaff.objects.create(workroom=room, post=post, valid_from=date(2018, 3, 1), recorded_by=reviewer)
    change(AreaChange.Kind.MERGE, VILLAGE, other.area_id, reviewer)
    room.refresh_from_db()
    stays.refresh_from_db()
    assert (room.valid_to, room.end_reason, stays.valid_to) == (date(2018, 10, 1), "村随区划变更撤并", None)
    assert WorkroomStaff.objects.get().valid_to == date(2018, 10, 1)
    assert Entry.objects.filter(action="villages.workroom.end", case_id=village.pk).count() == 1


def test_who_stood_in_a_village_that_moves_stays_there(reviewer):
    post = make_post(make_village())
    change(AreaChange.Kind.MERGE, VILLAGE, "220503100209", reviewer)
    post.refresh_from_db()
    assert (post.valid_to, post.area_code) == (None, "220503100209")


def test_a_merged_village_s_exit_is_dropped_and_taken_no_further(reviewer):
    clerk = make_actor(Role.VILLAGE_CLERK)
    village, other = make_village(), make_village("220503100209")
    case = make_exit(village)
    change(AreaChange.Kind.MERGE, VILLAGE, other.area_id, reviewer)
    page = client_of(reviewer).get(reverse("villages:exit", args=[case.pk]))
    assert "该村已撤并，不再出列" in page.content.decode()
    assert [one.label for one in page.context["card"].acts] == ["退出计划"]
    with pytest.raises(ValidationError, match="撤并"):
        take_step("selfcheck_village", case, actor=clerk)
    answer = client_of(reviewer).post(
        reverse("villages:exit-step", args=[case.pk, "drop_village"]), {"comment": "并入邻村"}
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "dropped"
    commit_checks()


def test_a_village_on_the_list_is_not_abolished_another_is(reviewer):
    make_village()
    with pytest.raises(ValidationError):
        change_area(AreaChange.Kind.ABOLISH, VILLAGE, on=date(2018, 10, 1), document="批复", actor=reviewer)
    make_village("220503100209", status="")
    change_area(
        AreaChange.Kind.ABOLISH, "220503100209", on=date(2018, 10, 1), document="批复", actor=reviewer
    )
    assert not Village.objects.standing().filter(area_id="220503100209").exists()
