"""All data checks over everybody: into an empty table of findings, and again with nothing changed."""

from households.checks.registry import ALL
from households.models import Household
from households.services.checks import run_checks
from tests.bench.output import figure, seconds
from tests.bench.register import PROVINCE, YEAR
from tests.bench.stores import READ, settle

MOST_SECONDS = 120


def measure() -> None:
    """The figures of the data checks; on the register of the whole bench, judged before."""
    n = Household.objects.count()
    settle(*READ)
    for name in ("check_all_first", "check_all_again"):
        runs = []
        took = seconds(lambda runs=runs: runs.append(run_checks(PROVINCE, YEAR, trigger="command")))
        done = runs[0]
        figure(
            name,
            n,
            took,
            "s",
            reach=f"value <= {MOST_SECONDS}",
            checks=len(ALL),
            findings=done.open,
            new=done.new,
            closed=done.closed,
        )
        settle("households_finding")
