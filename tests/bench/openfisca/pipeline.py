"""`python -m tests.bench.openfisca.pipeline YEAR STANDARD TABLE`: COPY out, vectors in memory, COPY in, upsert.

Reads the tables that our judging reads and writes the columns that it writes, into TABLE. The connection string
stands in BENCH_DSN. Prints one JSON line: seconds by step, rows, and the most memory this process ever held.

COPY is binary with rows of fixed length, which numpy reads without parsing; NULL travels as a value of its own.
"""

import json
import os
import resource
import sys
from io import BytesIO
from time import perf_counter

import numpy
import psycopg2
from openfisca_core.simulations import SimulationBuilder

from tests.bench.openfisca.system import INDICATORS, system

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
WIDTH = {"i8": 8, "i4": 4, "i2": 2, "S12": 12}
TYPES = {"i8": "int8", "i4": "int4", "i2": "int2", "S12": "text"}
MONEY = ("wage_income", "production_income", "property_income", "transfer_income", "production_expense")
NO_DATE = -(2**31)  # '-infinity' as PostgreSQL sends it
EPOCH = numpy.datetime64("2000-01-01", "D")


def _answer(column: str) -> str:
    """0 not answered, 1 no, 2 yes."""
    return f"coalesce({column}::int + 1, 0)"


def _answers(alias: str, *names: str) -> dict[str, tuple[str, str]]:
    return {name: ("i2", _answer(f"{alias}.{name}")) for name in names}


HOUSEHOLDS = {
    "id": ("i8", "h.id"),
    "facts_version": ("i8", "h.facts_version"),
    "area_code": ("S12", "s.area_code"),
    **{name: ("i4", f"coalesce(s.{name} * 100, 0)") for name in MONEY},
    "income_answered": ("i2", f"(({' + '.join(f's.{name}' for name in MONEY)}) IS NOT NULL)::int"),
    "visited": ("i2", "(s.visited_on IS NOT NULL)::int"),
    "dangerous_grade": (
        "i2",
        "CASE WHEN s.dangerous_grade IN ('a', 'b') THEN 1 WHEN s.dangerous_grade IN ('c', 'd') THEN 2 ELSE 0 END",
    ),
    "housing_safety": ("i2", "(s.housing_safety IN ('renovated', 'guaranteed'))::int"),
    **_answers("s", "food_ok", "clothing_ok", "is_dangerous_house", "water_solved", "has_power"),
    **_answers("s", "has_broadcasting", "road_reached", "has_industry"),
    **{f"supply_{fact}": ("i2", _answer(f"u.{fact}")) for fact in ("water", "power", "broadcasting", "road")},
}
HOUSEHOLDS_FROM = """
    households_survey s
    JOIN households_household h ON h.id = s.household_id
    LEFT JOIN (
        SELECT settlement_id, bool_or(reached) FILTER (WHERE fact = 'water') AS water,
            bool_or(reached) FILTER (WHERE fact = 'power') AS power,
            bool_or(reached) FILTER (WHERE fact = 'broadcasting') AS broadcasting,
            bool_or(reached) FILTER (WHERE fact = 'road') AS road
        FROM areas_settlementfact
        WHERE valid_from <= '{day}' AND (valid_to IS NULL OR valid_to > '{day}')
        GROUP BY settlement_id
    ) u ON u.settlement_id = s.settlement_id
    WHERE s.year = {year} AND h.state <> 'pending' AND (h.closed_on IS NULL OR h.closed_on > '{day}')
    ORDER BY h.id"""

MEMBERS = {
    "household": ("i8", "ms.household_id"),
    "role": ("i2", "CASE WHEN ms.relation = 'head' THEN 0 ELSE 1 END"),
    "birth_date": ("i4", "coalesce(p.birth_date, '-infinity')"),
    "work_months": ("i2", "coalesce(f.work_months, -1)"),
    "school_status": (
        "i2",
        "CASE WHEN coalesce(f.school_status, '') = '' THEN 0 WHEN f.school_status = 'not_at_school' THEN 1"
        " WHEN f.school_status IN ('preschool_age', 'preschool') THEN 2 ELSE 3 END",
    ),
    "education_level": (
        "i2",
        "CASE WHEN coalesce(f.education_level, '') = '' THEN 0 WHEN f.education_level IN ('junior_middle',"
        " 'senior_middle', 'college_or_above', 'junior_college', 'bachelor_or_above') THEN 2 ELSE 1 END",
    ),
    "dropout_reason": (
        "i2",
        "coalesce((f.dropout_reason IN ('illness', 'disability', 'illness_or_disability'))::int, 0)",
    ),
    "school_exemption": ("i2", "coalesce((f.school_exemption <> '')::int, 0)"),
    "special_state": (
        "i2",
        "CASE f.special_state WHEN 'active_service' THEN 1 WHEN 'imprisoned' THEN 2 WHEN 'missing' THEN 3 ELSE 0 END",
    ),
    **_answers("f", "graduated_grade_nine", "resident_insurance", "employee_insurance"),
    **_answers("f", "resident_pension", "employee_pension", "receives_dibao", "receives_tekun"),
}
MEMBERS_FROM = """
    households_membership ms
    JOIN households_member p ON p.id = ms.member_id
    LEFT JOIN households_membersurvey f ON f.member_id = ms.member_id AND f.year = {year}
    WHERE ms.valid_from <= '{day}' AND (ms.valid_to IS NULL OR ms.valid_to > '{day}')"""

RESULTS = {
    "household_id": "i8",
    "facts_version": "i8",
    "area_code": "S12",
    "members": "i2",
    "fen": "i8",
    "income_answered": "i2",
    **dict.fromkeys((*INDICATORS, "verdict"), "i2"),
}
STORED = ("facts_version", "area_code", "members", "net_income_per_head", *INDICATORS, "verdict")


def _rows(columns: dict[str, str]) -> numpy.dtype:
    """A row of binary COPY: the number of fields, then each length and value, big-endian."""
    fields = [("fields", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} length", ">i4"), (name, kind if kind == "S12" else f">{kind}")]
    return numpy.dtype(fields)


def copy_out(cursor, columns: dict[str, tuple[str, str]], source: str) -> dict[str, numpy.ndarray]:
    """The columns of a query as vectors."""
    listed = ", ".join(
        f"({expression})::{'date' if name == 'birth_date' else TYPES[kind]}"
        for name, (kind, expression) in columns.items()
    )
    stream = BytesIO()
    cursor.copy_expert(f"COPY (SELECT {listed} FROM {source}) TO STDOUT (FORMAT binary)", stream)
    rows = numpy.frombuffer(
        stream.getbuffer()[len(SIGNATURE) : -len(TRAILER)],
        dtype=_rows({name: kind for name, (kind, _) in columns.items()}),
    )
    for name, (kind, _) in columns.items():
        if (rows[f"{name} length"] != WIDTH[kind]).any():
            raise RuntimeError(f"{name} is not of one length")
    return {
        name: rows[name].astype(rows[name].dtype.newbyteorder("=")) if kind != "S12" else rows[name].copy()
        for name, (kind, _) in columns.items()
    }


def load(cursor, year: int) -> tuple[dict, dict]:
    """Households that are judged and have members, and their members."""
    names = {"year": year, "day": f"{year}-09-30"}
    households = copy_out(cursor, HOUSEHOLDS, HOUSEHOLDS_FROM.format(**names))
    members = copy_out(cursor, MEMBERS, MEMBERS_FROM.format(**names))
    place = numpy.searchsorted(households["id"], members["household"])
    known = households["id"][numpy.minimum(place, len(households["id"]) - 1)] == members["household"]
    if not known.all():
        members = {name: values[known] for name, values in members.items()}
        place = place[known]
    inhabited = numpy.bincount(place, minlength=len(households["id"])) > 0
    if not inhabited.all():
        households = {name: values[inhabited] for name, values in households.items()}
    born = members["birth_date"]
    days = EPOCH + born.astype("timedelta64[D]")
    members["birth_date"] = numpy.where(born == NO_DATE, numpy.datetime64("NaT"), days)
    return households, members


def calculate(households: dict, members: dict, year: int) -> dict[str, numpy.ndarray]:
    """Everything that is stored, by OpenFisca; households without exactly one head are left out."""
    rules = system(since=year)
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("person", numpy.arange(len(members["household"])))
    group = builder.declare_entity("household", households["id"])
    builder.join_with_persons(group, members["household"], roles=members["role"])
    simulation = builder.build(rules)
    period = str(year)
    for given, skipped in (
        (households, ("id", "facts_version", "area_code")),
        (members, ("household", "role")),
    ):
        for name, values in given.items():
            if name not in skipped:
                simulation.set_input(name, period, values)
    found = {name: numpy.asarray(simulation.calculate(name, period)) for name in (*INDICATORS, "verdict")}
    population = simulation.household
    role = {one.key: one for one in population.entity.flattened_roles}
    found |= {
        "household_id": households["id"],
        "facts_version": households["facts_version"],
        "area_code": households["area_code"],
        "members": population.nb_persons(),
        "fen": simulation.calculate("net_income_per_head", period),
        "income_answered": households["income_answered"],
    }
    kept = population.nb_persons(role["head"]) == 1
    return {name: values[kept] for name, values in found.items()}


def store(cursor, found: dict[str, numpy.ndarray], year: int, standard: int, table: str) -> int:
    """COPY into a temporary table and upsert from it; returns the rows written."""
    count = len(found["household_id"])
    rows = numpy.empty(count, dtype=_rows(RESULTS))
    rows["fields"] = len(RESULTS)
    for name, kind in RESULTS.items():
        rows[f"{name} length"] = WIDTH[kind]
        rows[name] = found[name]
    stream = BytesIO(SIGNATURE + rows.tobytes() + TRAILER)
    columns = ", ".join(f"{name} {TYPES[kind]}" for name, kind in RESULTS.items())
    cursor.execute(f"CREATE TEMP TABLE results ({columns}) ON COMMIT DROP")
    cursor.copy_expert("COPY results FROM STDIN (FORMAT binary)", stream)
    states = ", ".join((*INDICATORS, "verdict"))
    cursor.execute(
        f"""INSERT INTO {table} (household_id, year, standard_id, judged_at, {", ".join(STORED)})
            SELECT household_id, %s, %s, now(), facts_version, area_code, members,
                CASE WHEN income_answered = 1 THEN round(fen::numeric / 100, 2) END, {states}
            FROM results
            ON CONFLICT (household_id, year) DO UPDATE SET standard_id = EXCLUDED.standard_id,
                judged_at = EXCLUDED.judged_at, {", ".join(f"{name} = EXCLUDED.{name}" for name in STORED)}""",
        [year, standard],
    )
    return cursor.rowcount


def main(year: int, standard: int, table: str) -> None:
    with psycopg2.connect(os.environ["BENCH_DSN"]) as connection:
        connection.set_session(isolation_level="REPEATABLE READ")
        with connection.cursor() as cursor:
            began = perf_counter()
            # As much for sorts and hashes as our own run takes.
            cursor.execute("SELECT set_config('work_mem', '256MB', true)")
            households, members = load(cursor, year)
            loaded = perf_counter()
            found = calculate(households, members, year)
            calculated = perf_counter()
            rows = store(cursor, found, year, standard, table)
        connection.commit()
        ended = perf_counter()
    steps = {"load": loaded - began, "calculate": calculated - loaded, "store": ended - calculated}
    print(
        json.dumps(
            {
                "rows": rows,
                "members": len(members["household"]),
                "seconds": ended - began,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                **{name: round(value, 2) for name, value in steps.items()},
            }
        )
    )


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
