"""One moment of the database."""

import threading

import pytest
from django.db import InternalError, connection

from poverty.areas.models import Area
from poverty.sql.snapshot import snapshot
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area


def beside(work) -> None:
    """Do something in a connection of its own and wait for it."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_what_others_commit_meanwhile_is_not_seen():
    make_area(VILLAGE_A)
    with snapshot() as moment:
        before = Area.objects.count()
        beside(lambda: make_area(VILLAGE_B))
        assert Area.objects.count() == before
    assert Area.objects.count() > before
    assert moment.microsecond == 0


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_written_in_it():
    make_area(VILLAGE_A)
    with pytest.raises(InternalError, match="read-only"), snapshot():
        Area.objects.update(name="x")


@pytest.mark.django_db
def test_inside_a_transaction_it_takes_part_in_that_one():
    make_area(VILLAGE_A)
    with snapshot():
        Area.objects.filter(code=VILLAGE_A).update(name="新名")
    assert Area.objects.get(code=VILLAGE_A).name == "新名"
