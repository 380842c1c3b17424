from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from poverty.audit.models import Entry
from poverty.files.models import FileLink, StoredFile, Upload
from poverty.files.services import link, unlink
from tests.factories.files import make_file
from tests.files.conftest import CASE

pytestmark = pytest.mark.django_db


def seen(user):
    found = list(StoredFile.objects.visible_to(user))
    one_by_one = [
        file for file in StoredFile.objects.all() if StoredFile.objects.one_visible_to(user, file.pk)
    ]
    assert {file.pk for file in one_by_one} == {file.pk for file in found}
    return found


def test_a_link_says_to_what_and_as_what(village_clerk, settlement):
    file = make_file(village_clerk, name="水质.jpg")
    made = link(file, settlement, role="water", note="2018 年报告", actor=village_clerk)
    assert (made.case_type, made.case_id, made.role, made.name) == (CASE, settlement.pk, "water", "水质.jpg")
    assert made.role_label == "水质检测报告"
    entry = Entry.objects.get(action="files.link")
    assert (entry.case_type, entry.case_id, entry.area_code) == (CASE, settlement.pk, "220503100204")
    assert entry.changes == {"file": [None, file.pk], "role": [None, "water"]}


def test_a_link_can_be_given_as_type_number_and_area(village_clerk, settlement):
    made = link(make_file(village_clerk), (CASE, settlement.pk, "220503100204"), actor=village_clerk)
    assert (made.case_id, made.role, made.role_label) == (settlement.pk, "", "")


def test_linked_twice_it_is_one_link(village_clerk, settlement):
    file = make_file(village_clerk)
    first = link(file, settlement, role="water", actor=village_clerk)
    assert link(file, settlement, role="water", actor=village_clerk) == first
    assert link(file, settlement, role="photo", actor=village_clerk) != first
    assert Entry.objects.filter(action="files.link").count() == 2


def test_everybody_of_the_place_sees_a_linked_file_and_nobody_else(actors, strangers, settlement):
    clerk = actors["village_clerk"]
    file = make_file(clerk)
    link(file, settlement, role="water", actor=clerk)
    see = {role for role, user in actors.items() if seen(user)}
    # A helper sees households, not places; an administrator accounts.
    assert see == set(actors) - {"helper", "administrator"}
    assert {role for role, user in strangers.items() if seen(user)} == set()


def test_an_upload_is_seen_by_who_brought_it_until_it_is_linked(village_clerk, township_officer, helper):
    file = make_file(helper)
    assert seen(helper) == [file]
    assert seen(village_clerk) == seen(township_officer) == []


def test_once_linked_the_case_decides(helper, village_clerk, settlement):
    file = make_file(helper)
    link(file, settlement, actor=helper)  # the households app links for him what he may not see here
    assert seen(helper) == []
    assert seen(village_clerk) == [file]


def test_an_upload_linked_to_nothing_is_out_of_sight_the_next_day(helper):
    file = make_file(helper)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE files_upload SET at = %s", [timezone.now() - timedelta(hours=25)])
        cursor.execute("SET session_replication_role = origin")
    assert seen(helper) == []
    make_file(helper)
    assert seen(helper) == [file]


def test_the_same_content_elsewhere_opens_nothing(actors, strangers, settlement, elsewhere):
    """The same form, photographed by nobody twice but sent round as one file, stands in two counties."""
    clerk, other = actors["village_clerk"], strangers["village_clerk"]
    file = make_file(clerk, name="王建国.jpg")
    link(file, settlement, actor=clerk)
    assert seen(other) == []
    make_file(other, name="二.jpg")
    made = link(file, elsewhere, actor=other)
    assert made.name == "二.jpg"
    assert list(FileLink.objects.visible_to(other)) == [made]


def test_a_guessed_number_links_nothing(village_clerk, strangers, elsewhere):
    file = make_file(village_clerk)
    with pytest.raises(PermissionDenied):
        link(file, elsewhere, actor=strangers["village_clerk"])
    assert not FileLink.objects.exists()


def test_nobody_without_a_posting_sees_anything(nobody):
    make_file(nobody)
    assert seen(nobody) == []


def test_one_document_of_many_cases_costs_one_query(
    village_clerk, leader, settlement, django_assert_num_queries
):
    file = make_file(village_clerk)
    FileLink.objects.bulk_create(
        FileLink(file=file, name="a", case_type=CASE, case_id=n, linked_by=village_clerk)
        for n in range(settlement.pk, settlement.pk + 500)
    )
    assert leader.has_right("file.view")
    with django_assert_num_queries(1):
        assert list(StoredFile.objects.visible_to(leader)) == [file]


def test_taken_back_it_is_dated_and_out_of_sight(village_clerk, township_officer, settlement):
    file = make_file(village_clerk)
    made = link(file, settlement, role="water", actor=village_clerk)
    unlink(made, actor=township_officer, area_code="220503100204", reason="传错了")
    made.refresh_from_db()
    assert (made.removed_by, made.removed_reason) == (township_officer, "传错了")
    assert made.removed_at >= made.at
    assert seen(township_officer) == []
    assert list(FileLink.objects.of(CASE, settlement.pk)) == []
    assert Entry.objects.get(action="files.unlink").purpose == "传错了"
    with pytest.raises(ValidationError, match="已被移除"):
        unlink(made, actor=township_officer)


def test_taken_back_by_mistake_it_is_uploaded_and_linked_again(village_clerk, settlement):
    file = make_file(village_clerk)
    first = link(file, settlement, role="water", actor=village_clerk)
    unlink(first, actor=village_clerk, reason="传错了")
    with pytest.raises(PermissionDenied):
        link(file, settlement, role="water", actor=village_clerk)
    assert make_file(village_clerk) == file
    again = link(file, settlement, role="water", actor=village_clerk)
    assert list(FileLink.objects.of(CASE, settlement.pk)) == [again]
    assert FileLink.objects.count() == 2


def refused(statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_files_uploads_and_links(village_clerk, settlement):
    made = link(make_file(village_clerk), settlement, actor=village_clerk)
    for table in ("files_filelink", "files_upload", "files_storedfile"):
        refused(f"DELETE FROM {table}")  # noqa: S608
        refused(f"TRUNCATE {table} CASCADE")
    refused("UPDATE files_storedfile SET name = 'x'")
    refused("UPDATE files_storedfile SET sha256 = repeat('a', 64)")
    refused("UPDATE files_upload SET name = 'x'")
    refused("UPDATE files_filelink SET case_id = 1")
    refused("UPDATE files_filelink SET removed_at = now()")  # without saying by whom
    unlink(made, actor=village_clerk, reason="x")
    refused("UPDATE files_filelink SET removed_at = NULL, removed_by_id = NULL")
    assert (StoredFile.objects.count(), Upload.objects.count(), FileLink.objects.count()) == (1, 1, 1)
