"""Judging everyone against one hand-written statement, again with nothing changed, and row by row."""

from decimal import Decimal

from django.db import connection, transaction

from households.models import Assessment, Household
from households.services.assess import assess
from tests.bench import naive, reference
from tests.bench.output import figure, seconds
from tests.bench.register import PROVINCE, YEAR

NAIVE_SAMPLE = 2000


def _settle(*tables: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def judge_all(standard_id: int) -> float:
    """Print the figures of judging and return the seconds of the first full run."""
    reference.prepare()
    _settle(
        "households_household",
        "households_member",
        "households_membership",
        "households_survey",
        "households_membersurvey",
    )
    n = Household.objects.count()
    # Once each way before the measured rounds, so that both find the same warm cache.
    by_hand = [seconds(lambda: reference.upsert(standard_id))]
    _settle(reference.TABLE)
    ours = [seconds(lambda: assess(PROVINCE, YEAR, trigger="command"))]
    _settle("households_assessment")
    figure("judge_all_first", n, ours[0], "s", by_hand[0])
    figure("judge_all_differing_from_reference", n, reference.differing(), "rows")
    _empty("households_assessment")
    _empty(reference.TABLE)
    ours.append(seconds(lambda: assess(PROVINCE, YEAR, trigger="command")))
    by_hand.append(seconds(lambda: reference.upsert(standard_id)))
    figure("judge_all_second_round", n, ours[1], "s", by_hand[1])
    _settle("households_assessment", reference.TABLE)
    run = None

    def again():
        nonlocal run
        run = assess(PROVINCE, YEAR, trigger="command")

    took = seconds(again)
    figure(
        "judge_again_nothing_changed", n, took, "s", min(ours), rows_written=run.written, changed=run.changed
    )
    figure("reference_upsert_again", n, seconds(lambda: reference.upsert(standard_id)), "s")
    _settle(reference.TABLE)
    return min(ours)


def _empty(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


def row_by_row(standard_id: int, full_seconds: float) -> None:
    """The ORM row by row on a sample, extrapolated to the register; rolled back."""
    n = Household.objects.count()
    ids = list(Household.objects.order_by("id").values_list("id", flat=True)[:NAIVE_SAMPLE])
    with transaction.atomic():
        took = seconds(lambda: naive.judge_row_by_row(ids, standard_id, Decimal("3535")))
        transaction.set_rollback(True)
    extrapolated = took / len(ids) * n
    figure("orm_row_by_row_extrapolated", len(ids), extrapolated, "s", full_seconds)
    if Assessment.objects.count() == 0:
        raise RuntimeError("the results are gone")
