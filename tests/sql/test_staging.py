import pytest
from django.db import connection, transaction

from poverty.areas.models import StagedArea
from poverty.ledgers.models import StagedCells
from poverty.sql.locks import hold
from poverty.sql.staging import analyze, analyze_if_grown, copy_rows, stage
from tests.factories.areas import make_area
from tests.households.beside import Beside, held_open


@pytest.mark.django_db
def test_rows_of_a_generator_become_a_table_that_the_orm_can_read():
    make_area("22")
    rows = ((line, "22", f"名{line}", 2, None, "m") for line in range(5000))
    assert stage(StagedArea, rows) == 5000
    assert StagedArea.objects.filter(area__name="吉林省", parent=None).count() == 5000


@pytest.mark.django_db
def test_a_second_call_replaces_the_first():
    stage(StagedArea, [(1, "22", "甲", 2, None, "j")])
    stage(StagedArea, [(1, "23", "乙", 2, None, "y")])
    assert list(StagedArea.objects.values_list("name", flat=True)) == ["乙"]
    assert stage(StagedArea, []) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a\tb", "a\nb\r", "\\N", "\\.", "\\", "长" * 60])
def test_any_text_arrives_as_it_was(name):
    stage(StagedArea, [(1, "22", name, 2, None, "x")])
    assert StagedArea.objects.get().name == name


@pytest.mark.django_db
def test_what_the_generator_raises_comes_through():
    def rows():
        yield (1, "22", "甲", 2, None, "j")
        raise LookupError("line 2")

    with pytest.raises(LookupError, match="line 2"), transaction.atomic():
        stage(StagedArea, rows())


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_neither_table_nor_lock():
    with pytest.raises(RuntimeError, match="atomic"):
        stage(StagedArea, [])
    with pytest.raises(RuntimeError, match="atomic"):
        hold("areas.tree")
    with transaction.atomic():
        hold("areas.tree")
        stage(StagedArea, [(1, "22", "甲", 2, None, "j")])


def _rows_the_planner_knows_of(model):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_table_that_has_grown_is_known_to_be_large_before_the_transaction_ends():
    copy_rows(StagedCells, ((number, "{}") for number in range(3000)), columns=("id", "values"))

    analyze_if_grown(StagedCells, 3000)

    assert _rows_the_planner_knows_of(StagedCells) == 3000


def _joins_row_by_row():
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        return cursor.fetchone()[0] == "on"


@pytest.mark.django_db(transaction=True)
def test_who_cannot_analyze_goes_on_without_joining_each_row_with_each():
    other, end = held_open(lambda: analyze(StagedCells))

    def beside(new):
        with transaction.atomic():
            analyze(StagedCells, new=new)
            return _joins_row_by_row()

    assert Beside(lambda: beside(True)).finish() is False
    assert Beside(lambda: beside(False)).finish() is True, "of these rows something is known"
    end()
    other.finish()
    assert beside(True) is True
    assert _joins_row_by_row() is True


@pytest.mark.django_db
def test_a_few_rows_more_do_not_count_as_growth():
    before = _rows_the_planner_knows_of(StagedCells)
    copy_rows(StagedCells, ((number, "{}") for number in range(1000)), columns=("id", "values"))

    analyze_if_grown(StagedCells, 1000)

    assert _rows_the_planner_knows_of(StagedCells) == before
