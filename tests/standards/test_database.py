"""What PostgreSQL itself refuses, whoever asks: raw statements, no service in between."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from poverty.standards.models import Requirement, Standard
from tests.factories.accounts import make_user
from tests.factories.standards import make_standard


def run(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(sql, *params, match):
    with pytest.raises(DatabaseError, match=match):
        run(sql, *params)


@pytest.mark.parametrize(
    "change",
    [
        "name = '别的名称'",
        "document_number = 'x'",
        "document_date = '2017-01-01'",
        "deviation_document = 'x'",
        "clause = 'x'",
        "year = 2019",
        "area_code = '22'",
        "version = 7",
        "published_by_id = drafted_by_id",
        "makers = makers || 1::bigint",
        "edited_at = now()",
        "status = 'draft'",
        "status = 'withdrawn'",
        "status = 'superseded', name = 'x'",
    ],
)
def test_a_published_standard_is_frozen(db, change):
    standard = make_standard()

    refused(f"UPDATE standards_standard SET {change} WHERE id = %s", standard.pk, match="frozen|publish")  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE standards_requirement SET threshold = 1 WHERE standard_id = %s",
        "UPDATE standards_requirement SET evidence = 'x' WHERE standard_id = %s",
        "DELETE FROM standards_requirement WHERE standard_id = %s",
        "INSERT INTO standards_requirement (standard_id, indicator, comparison, unit, evidence, clause,"
        " document, veto, \"order\") VALUES (%s, 'road', 'is_true', '', '', '', '', false, 9)",
    ],
)
def test_the_rows_of_a_published_standard_are_frozen(db, statement):
    refused(statement, make_standard().pk, match="frozen")


def test_a_row_cannot_be_moved_to_or_from_another_standard(db):
    published, draft = make_standard(), make_standard(year=2019, status="draft", rows={"road": None})

    for source, target in ((draft, published), (published, draft)):
        refused(
            "UPDATE standards_requirement SET standard_id = %s WHERE standard_id = %s",
            target.pk,
            source.pk,
            match="stays with its standard",
        )


def test_standards_are_never_deleted(db):
    for standard in (make_standard(), make_standard(year=2019, status="draft", rows={})):
        refused("DELETE FROM standards_standard WHERE id = %s", standard.pk, match="never deleted")
    run("SELECT 1")  # deferred checks first: a table with pending ones is not truncated anyhow
    refused("TRUNCATE standards_standard CASCADE", match="never deleted|kept")
    refused("TRUNCATE standards_requirement", match="kept")


def test_a_draft_keeps_its_place_year_subject_and_makers(db):
    draft = make_standard(status="draft")

    for change in ("year = 2019", "area_code = ''", "subject = 'county'", "version = 2", "makers = '{}'"):
        refused(f"UPDATE standards_standard SET {change} WHERE id = %s", draft.pk, match="fixed")  # noqa: S608
    run("UPDATE standards_standard SET name = '新名称' WHERE id = %s", draft.pk)


def publication(standard, user):
    return (
        "UPDATE standards_standard SET status = 'published', published_by_id = %s, published_at = now()"
        " WHERE id = %s",
        user.pk,
        standard.pk,
    )


def test_the_drafter_cannot_be_the_publisher(db):
    drafter = make_user()
    draft = make_standard(status="draft", drafted_by=drafter)

    refused(*publication(draft, drafter), match="published_by_someone_who_did_not_draft_it")


def test_a_maker_cannot_be_the_publisher(db):
    draft, editor = make_standard(status="draft"), make_user()
    run("UPDATE standards_standard SET makers = makers || %s WHERE id = %s", editor.pk, draft.pk)

    refused(*publication(draft, editor), match="published_by_someone_who_did_not_draft_it")


def test_no_status_without_its_step(db):
    draft = make_standard(status="draft")

    refused(*publication(draft, make_user()), match="without a step")
    refused(
        "UPDATE standards_standard SET status = 'withdrawn' WHERE id = %s", draft.pk, match="without a step"
    )
    refused(
        "UPDATE standards_standard SET status = 'superseded' WHERE id = %s", draft.pk, match="cannot become"
    )


def test_a_standard_begins_as_a_draft(db):
    user = make_user()
    standard = Standard(area_code="", year=2018, name="x", drafted_by=user, status="withdrawn")

    with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
        standard.save()


def test_published_means_complete(db):
    publisher = make_user()
    for fields, match in (
        ({"rows": {}}, "no requirement"),
        ({"rows": {"income": None}}, "without its threshold"),
        ({"document_number": ""}, "has_its_document"),
        ({"document_name": ""}, "has_its_document"),
        ({"document_date": None}, "has_its_document"),
    ):
        refused(*publication(make_standard(status="draft", **fields), publisher), match=match)
    refused(
        "UPDATE standards_standard SET status = 'published' WHERE id = %s",
        make_standard(status="draft").pk,
        match="has_its_document_and_publisher",
    )


def test_one_published_standard_of_area_year_and_subject(db):
    make_standard()

    with pytest.raises(IntegrityError, match="one_published_standard"), transaction.atomic():
        make_standard(version=2)


def test_values_of_rows_are_held_in_bounds(db):
    draft = make_standard(status="draft", rows={"income": "3535", "food": None})
    village = make_standard(status="draft", subject="village", rows={"incidence": "2"})
    income = draft.requirements.get(indicator="income")
    food = draft.requirements.get(indicator="food")
    incidence = village.requirements.get()

    for row, fields, match in (
        (income, {"threshold": -1}, "threshold_is_not_negative"),
        (income, {"comparison": "about"}, "known_comparison"),
        (income, {"indicator": "food"}, "one_requirement_of_an_indicator"),
        (food, {"threshold": 1}, "yes_no_requirement_has_no_threshold"),
        (income, {"weight": 5}, "for villages only"),
        (income, {"veto": True}, "for villages only"),
        (incidence, {"weight": 101}, "weight_is_at_most_100"),
    ):
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            Requirement.objects.filter(pk=row.pk).update(**fields)
    assert Requirement.objects.filter(pk=incidence.pk).update(weight=100, veto=True) == 1


def test_the_year_is_plausible(db):
    for year in (2013, 2101):
        with pytest.raises(IntegrityError, match="year_is_plausible"), transaction.atomic():
            make_standard(year=year)
