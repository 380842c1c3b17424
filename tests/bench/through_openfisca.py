"""The whole pipeline through OpenFisca-core beside ours, on the same tables, with the same results."""

import json
import os
import subprocess

from django.db import connection
from psycopg2.extensions import make_dsn

from households.models import Household
from poverty.local.places import CHECKOUT
from tests.bench import reference
from tests.bench.openfisca import environment
from tests.bench.output import figure, remark
from tests.bench.register import YEAR
from tests.bench.stores import differing, empty, settle

# About what it holds at once for a household with its members, and what must stay free beside it.
BYTES_A_HOUSEHOLD = 3_000
SPARE = 2 * 1024**3


def compare(standard_id: int, ours: float, *, prefix: str = "") -> None:
    """Print the figures of OpenFisca for everybody in the database; `ours`: seconds of our run over the same."""
    n = Household.objects.count()
    if _available() < n * BYTES_A_HOUSEHOLD + SPARE:
        remark(f"OpenFisca over {n:,} households is left out: too little memory is free")
        return
    try:
        python = environment.python()
    except (OSError, RuntimeError) as error:
        remark(f"OpenFisca-core could not be installed, so there is nothing beside ours: {error}")
        return
    empty(reference.TABLE)
    settle(reference.TABLE)
    found = _run(python, standard_id)
    wrong = differing(reference.TABLE)
    if wrong:
        raise RuntimeError(f"OpenFisca and ours disagree in {wrong} rows")
    figure(
        f"{prefix}openfisca_pipeline",
        n,
        found["seconds"],
        "s",
        ours,
        reach="ratio >= 2",
        rows_compared=found["rows"],
        rows_differing=wrong,
        members=found["members"],
        load=found["load"],
        calculate=found["calculate"],
        store=found["store"],
    )
    figure(f"{prefix}openfisca_peak_memory", n, found["megabytes"], "MB")
    figure(f"{prefix}openfisca_a_household", n, found["seconds"] / n * 1e6, "µs", ours / n * 1e6)


def _run(python, standard_id: int) -> dict:
    given = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    dsn = make_dsn(**{ours: given[name] for name, ours in names.items() if given[name]})
    argv = [str(python), "-m", "tests.bench.openfisca.pipeline", str(YEAR), str(standard_id), reference.TABLE]
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        env=os.environ | {"BENCH_DSN": dsn},
    )
    if done.returncode:
        raise RuntimeError(f"the pipeline through OpenFisca failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _available() -> int:
    """Bytes of memory that can still be had."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        sizes = dict(line.split(":") for line in lines)
    return int(sizes["MemAvailable"].split()[0]) * 1024
