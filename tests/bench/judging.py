"""Judging everyone against one hand-written statement, again with nothing changed, and row by row."""

from decimal import Decimal

from django.db import transaction

from households.models import Assessment, Gap, Household
from households.services.assess import assess
from tests.bench import naive, reference
from tests.bench.output import figure, seconds
from tests.bench.register import LINE, PROVINCE, YEAR
from tests.bench.stores import READ, RESULTS, differing, empty, settle

NAIVE_SAMPLE = 2000
ROUNDS = 2


def _judge():
    return assess(PROVINCE, YEAR, trigger="command")


def judge_all(standard_id: int, *, prefix: str = "") -> float:
    """Print the figures of judging everybody; returns the seconds of the fastest run into an empty table.

    Both ways run in turn, each into its own empty table, and the rounds are compared by their fastest.
    """
    reference.prepare()
    settle(*READ)
    n = Household.objects.count()
    ours, by_hand = [], []
    for number in range(ROUNDS):
        for way in ("hand", "ours") if number % 2 == 0 else ("ours", "hand"):
            table = reference.TABLE if way == "hand" else RESULTS
            empty(table)
            settle(table)
            if way == "hand":
                by_hand.append(seconds(lambda: reference.upsert(standard_id)))
            else:
                ours.append(seconds(_judge))
    settle(RESULTS, reference.TABLE)
    wrong = differing(reference.TABLE)
    if wrong:
        raise RuntimeError(f"the statement written by hand and ours disagree in {wrong} rows")
    # The first run also writes what each household lacks (households/gaps/keeping.py); the others find it written.
    figure(f"{prefix}judge_all_and_open_gaps", n, ours[0], "s", gaps=Gap.objects.count())
    figure(
        f"{prefix}judge_all",
        n,
        min(ours),
        "s",
        min(by_hand),
        reach="ratio <= 2",
        ours=[round(one, 2) for one in ours],
        by_hand=[round(one, 2) for one in by_hand],
        rows_compared=Assessment.objects.count(),
        rows_differing=wrong,
    )
    return min(ours)


def judge_again(first: float) -> None:
    """A second run, with nothing changed, beside the first."""
    n = Household.objects.count()
    runs = []
    took = seconds(lambda: runs.append(_judge()))
    figure("judge_again_nothing_changed", n, took, "s", first, reach="ratio <= 1", changed=runs[0].changed)
    figure("judge_again_rows_written", n, runs[0].written, "rows", reach="value == 0")


def growth(small_n: int, small: float, full: float) -> None:
    """The cost of everybody against that of a tenth of them."""
    n = Household.objects.count()
    figure("judge_all_growth", n, full, "s", small, reach="ratio <= 12", reference_n=small_n)


def row_by_row(standard_id: int, full_seconds: float) -> None:
    """The ORM row by row on a sample, extrapolated to the register; must agree with ours, and is rolled back."""
    n = Household.objects.count()
    ids = list(Household.objects.order_by("id").values_list("id", flat=True)[:NAIVE_SAMPLE])
    ours = _results(ids)
    with transaction.atomic():
        Assessment.objects.filter(household__in=ids).delete()
        took = seconds(lambda: naive.judge_row_by_row(ids, standard_id, Decimal(LINE)))
        theirs = _results(ids)
        transaction.set_rollback(True)
    wrong = sum(ours.get(one) != theirs.get(one) for one in ids)
    if wrong:
        raise RuntimeError(f"the ORM row by row and ours disagree on {wrong} of {len(ids)} households")
    figure(
        "orm_row_by_row_extrapolated",
        n,
        took / len(ids) * n,
        "s",
        full_seconds,
        reach="ratio >= 250",
        sample=len(ids),
        sample_seconds=round(took, 2),
        rows_compared=len(theirs),
        rows_differing=wrong,
    )


def _results(ids: list[int]) -> dict[int, tuple]:
    names = [
        one.attname for one in Assessment._meta.concrete_fields if one.attname not in ("id", "judged_at")
    ]
    rows = Assessment.objects.filter(household__in=ids, year=YEAR).values_list("household_id", *names)
    return {row[0]: row[1:] for row in rows}
