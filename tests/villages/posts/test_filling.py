"""Posts of villages: filled, handed on, ended; one holder where only one may be; races."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from poverty.accounts.models import Role, User
from poverty.accounts.services.on_record import find_on_record, put_on_record
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor, make_unit, make_user
from tests.factories.posts import make_post
from tests.factories.villages import make_village
from tests.households.refusals import refused
from villages.models import VillagePost
from villages.posts.services.filling import change_post, end_post, fill_post

pytestmark = pytest.mark.django_db
PAPER = {"since": date(2018, 3, 1), "document": "组通字〔2018〕5号"}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER)


@pytest.fixture
def forestry():
    return make_unit("二道江区林业局", kind="helping_unit")


@pytest.fixture
def secretary(forestry):
    return make_user("赵强", unit=forestry)


def test_a_first_secretary_with_his_unit_and_document(officer, secretary, forestry):
    row = fill_post(
        make_village(),
        "first_secretary",
        person=secretary,
        title="科长",
        term_until=date(2020, 3, 1),
        actor=officer,
        **PAPER,
    )
    assert (row.unit, row.title, row.valid_to, row.term_until) == (forestry, "科长", None, date(2020, 3, 1))
    entry = Entry.objects.get(action="villages.post.fill")
    assert entry.case_type == "villages.village"
    assert "第一书记：赵强" in entry.summary


def test_units_hold_posts_too_several_beside_the_one_that_answers(officer, forestry):
    village = make_village()
    fill_post(village, "unit", unit=forestry, actor=officer, **PAPER)
    for name in ("二道江区水利局", "二道江区教育局"):
        fill_post(village, "partner", unit=make_unit(name), actor=officer, **PAPER)
    firm = make_unit("长白山食品公司", kind="enterprise")
    fill_post(village, "enterprise", unit=firm, actor=officer, **PAPER)
    assert village.posts.count() == 4


class TestRefused:
    def test_a_second_first_secretary(self, officer, secretary):
        village = make_village()
        make_post(village)
        told = refused(fill_post, village, "first_secretary", person=secretary, actor=officer, **PAPER)
        assert told == {"post": ["现由赵强担任第一书记，请用“换人”交接。"]}

    def test_over_days_that_another_had(self, officer, secretary):
        village = make_village()
        make_post(village, valid_to=date(2018, 6, 1), end_reason="调动")
        told = refused(fill_post, village, "first_secretary", person=secretary, actor=officer, **PAPER)
        assert "该村在这段时间已有人（单位）担任此岗位。" in str(told)

    def test_the_same_person_twice_in_one_post(self, officer, secretary):
        village = make_village()
        make_post(village, "team_member", person=secretary)
        told = refused(fill_post, village, "team_member", person=secretary, actor=officer, **PAPER)
        assert "已担任本村的这个岗位" in str(told)

    def test_a_person_for_a_unit_and_the_other_way_round(self, officer, secretary, forestry):
        village = make_village()
        told = refused(fill_post, village, "unit", person=secretary, actor=officer, **PAPER)
        assert "由单位承担" in told["unit"][0]
        told = refused(fill_post, village, "technician", unit=forestry, actor=officer, **PAPER)
        assert "由个人担任" in told["name"][0]

    def test_without_document_and_tomorrow_and_a_term_before_it_begins(self, officer, secretary):
        told = refused(
            fill_post,
            make_village(),
            "technician",
            person=secretary,
            since=date(2018, 10, 11),
            document=" ",
            term_until=date(2018, 1, 1),
            actor=officer,
        )
        assert set(told) == {"since", "document", "term_until"}

    def test_outside_ones_place_and_without_the_right(self, secretary, stranger, village_clerk):
        for actor in (stranger("township_officer"), village_clerk):
            with pytest.raises(PermissionDenied):
                fill_post(make_village(), "technician", person=secretary, actor=actor, **PAPER)
        assert not VillagePost.objects.exists()

    def test_a_village_that_was_merged_away(self, officer, secretary):
        village = make_village(ended_on=date(2018, 5, 1))
        told = refused(fill_post, village, "technician", person=secretary, actor=officer, **PAPER)
        assert "撤并" in told[""][0]


class TestHandingOn:
    def test_ends_and_begins_on_the_same_day(self, officer, secretary):
        row = make_post()
        new = change_post(
            row,
            person=make_user("钱进", unit=secretary.unit),
            on=date(2018, 9, 1),
            reason="任期届满",
            document="组通字〔2018〕9号",
            actor=officer,
        )
        row.refresh_from_db()
        assert (row.valid_to, row.end_reason, row.end_document) == (
            date(2018, 9, 1),
            "任期届满",
            "组通字〔2018〕9号",
        )
        assert (new.post, new.valid_from, new.holder) == ("first_secretary", date(2018, 9, 1), "钱进")

    def test_both_or_neither(self, officer):
        row = make_post()
        told = refused(
            change_post, row, person=None, on=date(2018, 9, 1), reason="调动", document="x", actor=officer
        )
        assert "name" in told
        row.refresh_from_db()
        assert row.valid_to is None

    def test_not_to_himself(self, officer):
        row = make_post()
        told = refused(
            change_post,
            row,
            person=row.person,
            on=date(2018, 9, 1),
            reason="调动",
            document="x",
            actor=officer,
        )
        assert "接任的就是现任" in told["name"][0]

    def test_ending_asks_for_a_day_and_a_reason(self, officer):
        row = make_post()
        told = refused(end_post, row, on=date(2017, 4, 30), reason=" ", actor=officer)
        assert set(told) == {"on", "reason"}
        end_post(row, on=date(2018, 9, 1), reason="调动", actor=officer)
        told = refused(end_post, row, on=date(2018, 9, 1), reason="调动", actor=officer)
        assert "已于 2018-09-01 终止" in told[""][0]

    def test_what_was_entered_by_mistake_never_held(self, officer, secretary):
        row = make_post()
        end_post(row, on=row.valid_from, reason="误登", actor=officer)
        village = row.village
        fill_post(village, "first_secretary", person=secretary, actor=officer, **PAPER)
        assert village.posts.open_on().count() == 1


def test_who_held_a_post_stays_on_record_whatever_the_path():
    row = make_post()
    for act in (
        lambda: VillagePost.objects.filter(pk=row.pk).update(document="别的"),
        lambda: VillagePost.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO villages_villagepost (village_id, post, person_id, unit_id, title, valid_from, document,"
            " end_reason, end_document, recorded_by_id) SELECT village_id, post, recorded_by_id, unit_id, title,"
            " valid_from, document, end_reason, end_document, recorded_by_id FROM villages_villagepost"
        )


class TestOnRecord:
    def test_a_new_person_gets_neither_account_nor_right(self, officer, forestry):
        person = put_on_record(
            actor=officer, right="post.edit", place=VILLAGE_A, name="孙明", unit=forestry, phone="13804351234"
        )
        assert (person.is_active, person.username, person.postings.count()) == (False, None, 0)
        assert Entry.objects.get(action="accounts.user.create").actor == officer
        assert find_on_record(name="孙明", unit=forestry) == person

    def test_the_same_person_twice_is_on_record_once(self, officer, forestry):
        given = {"actor": officer, "right": "post.edit", "place": VILLAGE_A, "name": "孙明", "unit": forestry}
        assert put_on_record(**given) == put_on_record(**given)
        assert find_on_record(name="孙明", unit=forestry)

    def test_not_by_whoever_arranges_elsewhere_nor_for_a_unit_elsewhere(self, stranger, officer, forestry):
        with pytest.raises(PermissionDenied):
            put_on_record(
                actor=stranger("county_reviewer"),
                right="post.edit",
                place=VILLAGE_A,
                name="孙明",
                unit=forestry,
            )
        other = make_unit("新荣区水务局", "140212")
        told = refused(
            put_on_record, actor=officer, right="post.edit", place=VILLAGE_A, name="孙明", unit=other
        )
        assert "不在本县" in told["unit"][0]

    def test_two_of_one_name_are_told_apart_by_their_number(self, forestry):
        for _ in range(2):
            make_user("王伟", unit=forestry)
        told = refused(find_on_record, name="王伟", unit=forestry)
        assert "不止一名王伟" in told["name"][0]


@pytest.mark.django_db(transaction=True)
def test_two_officers_fill_the_same_post_at_once(forestry):
    with transaction.atomic():  # the factory writes a state and its step one after the other
        village = make_village()
    officers = [make_actor(Role.TOWNSHIP_OFFICER), make_actor(Role.COUNTY_REVIEWER)]
    people = [make_user(name, unit=forestry) for name in ("赵强", "钱进")]

    def fill(actor, person):
        actor = User.objects.get(pk=actor.pk)
        return lambda: fill_post(village, "first_secretary", person=person, actor=actor, **PAPER)

    results = at_once(*(fill(*pair) for pair in zip(officers, people, strict=True)))
    assert sum(isinstance(one, VillagePost) for one in results) == 1
    assert VillagePost.objects.count() == 1
