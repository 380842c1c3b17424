"""Storing what judging finds: one statement for one household or a million, which writes only what differs.

The SELECT is compiled from the expressions of judging.py; only the writing around it is SQL, here and nowhere else.
Rows that would not change are left alone before anything is locked, and a result never overwrites one that was
judged from newer facts (facts_version). What is to be written is asked again of the household, held row by row just
before: a save meanwhile may have taken its result back, and a row that is gone has no version.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from households.compiled import bound, compiled_for, compiled_for_some
from households.judging import GONE, judged, known_by
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    AssessmentChange,
    AssessmentRun,
    Household,
    LeftOut,
    Survey,
)
from households.rules import Rules
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.sql.prepared import execute_prepared
from poverty.standards.models import Standard


@dataclass(frozen=True)
class Counts:
    """What one statement did: households by verdict, left out, rows written, households that changed."""

    assessed: int = 0
    met: int = 0
    unmet: int = 0
    unknown: int = 0
    left_out: int = 0
    written: int = 0
    changed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(mine + theirs for mine, theirs in zip(self.as_tuple(), other.as_tuple(), strict=True))
        )

    def as_tuple(self) -> tuple[int, ...]:
        """In the order in which the statement returns them."""
        return (self.assessed, self.met, self.unmet, self.unknown, self.left_out, self.written, self.changed)


_SELECTED = (
    "household_id",
    "household__facts_version",
    "left_out",
    "area_id",
    "members",
    "measured_income",
    *(f"state_{code}" for code in INDICATOR_COLUMNS),
    "verdict",
)
COMPARED = ["area_code", "members", "net_income_per_head", *INDICATOR_COLUMNS, "verdict"]


def prefixed(alias: str, columns: Sequence[str]) -> str:
    """Columns of a table in a statement: j.income, j.food."""
    return ", ".join(f"{alias}.{column}" for column in columns)


_COLUMNS = f"household_id, facts_version, left_out, {', '.join(COMPARED)}"

_STATEMENT = """
WITH {judged}differing AS (
    SELECT j.*, a.household_id IS NOT NULL AS had, a.verdict AS verdict_before,
           a.net_income_per_head AS income_before, ARRAY[{a_states}]::smallint[] AS states_before
    FROM judged j
    LEFT JOIN {assessment} a ON a.household_id = j.household_id AND a.year = %(year)s
    WHERE j.left_out IS NULL
      AND (a.household_id IS NULL
           OR ROW(a.standard_id, {a_compared}) IS DISTINCT FROM ROW(%(standard)s, {j_compared})
           OR (%(touch)s AND a.facts_version < j.facts_version))
    ORDER BY j.household_id
), current AS (
    SELECT d.* FROM differing d
    JOIN {household} h ON h.id = d.household_id AND h.facts_version = d.facts_version
    ORDER BY d.household_id FOR SHARE OF h
), written AS (
    INSERT INTO {assessment} (household_id, year, standard_id, facts_version, judged_at, {compared})
    SELECT household_id, %(year)s, %(standard)s, facts_version, now(), {compared} FROM current
    ON CONFLICT (household_id, year) DO UPDATE
    SET standard_id = EXCLUDED.standard_id, facts_version = EXCLUDED.facts_version,
        judged_at = EXCLUDED.judged_at, {updates}
    WHERE {assessment}.facts_version <= EXCLUDED.facts_version
    RETURNING household_id
), withdrawn AS (
    DELETE FROM {assessment} a USING judged j
    WHERE a.year = %(year)s AND a.household_id = j.household_id AND j.left_out IS NOT NULL
      AND a.facts_version <= j.facts_version
    RETURNING a.household_id, a.area_code, a.verdict, a.net_income_per_head, ARRAY[{a_states}]::smallint[] AS states
), changed AS (
    INSERT INTO {change} (run_id, household_id, year, area_code, at, verdict_before, verdict_after,
                          states_before, states_after, income_before, income_after)
    SELECT %(run)s::bigint, d.household_id, %(year)s, d.area_code, now(), d.verdict_before, d.verdict,
           d.states_before, ARRAY[{d_states}]::smallint[], d.income_before, d.net_income_per_head
    FROM differing d JOIN written w USING (household_id)
    WHERE d.had AND (d.verdict_before IS DISTINCT FROM d.verdict
                     OR d.states_before IS DISTINCT FROM ARRAY[{d_states}]::smallint[])
    UNION ALL
    SELECT %(run)s::bigint, household_id, %(year)s, area_code, now(), verdict, NULL, states, NULL, net_income_per_head, NULL
    FROM withdrawn
    RETURNING 1
), listed AS (
    INSERT INTO {left_out_table} (run_id, household_id, area_code, reason)
    SELECT %(run)s::bigint, household_id, area_code, left_out FROM judged
    WHERE left_out <> '{gone}' AND %(run)s::bigint IS NOT NULL
)
SELECT count(*) FILTER (WHERE left_out IS NULL),
       count(*) FILTER (WHERE left_out IS NULL AND verdict = {met}),
       count(*) FILTER (WHERE left_out IS NULL AND verdict = {unmet}),
       count(*) FILTER (WHERE left_out IS NULL AND verdict = {unknown}),
       count(*) FILTER (WHERE left_out <> '{gone}'),
       (SELECT count(*) FROM written) + (SELECT count(*) FROM withdrawn),
       (SELECT count(*) FROM changed)
FROM judged
"""


_FEW = 50  # households that are judged by a statement that is kept: as many as a phone sends at once

_TABLES = {
    "household": Household._meta.db_table,
    "assessment": Assessment._meta.db_table,
    "change": AssessmentChange._meta.db_table,
    "a_states": prefixed("a", INDICATOR_COLUMNS),
}

_WITHDRAWAL = """
WITH uncovered (household_id, facts_version) AS MATERIALIZED (
{select}
), withdrawn AS (
    DELETE FROM {assessment} a USING uncovered u
    WHERE a.year = %(year)s AND a.household_id = u.household_id AND a.facts_version <= u.facts_version
    RETURNING a.household_id, a.area_code, a.verdict, a.net_income_per_head, ARRAY[{a_states}]::smallint[] AS states
)
INSERT INTO {change} (run_id, household_id, year, area_code, at, verdict_before, states_before, income_before)
SELECT %(run)s::bigint, household_id, %(year)s, area_code, now(), verdict, states, net_income_per_head
FROM withdrawn
"""


def store(
    rules: Rules,
    standard: Standard,
    condition: Q,
    *,
    household_ids: Sequence[int] | None = None,
    run: AssessmentRun | None = None,
) -> Counts:
    """Judge the selected surveys by one standard and store what differs; for given households in one statement.

    Without a run it is the judging at a save: the stored facts_version then follows the household's even when
    nothing else differs, so that a run holding an older snapshot cannot win. A household whose data are
    blocking (no member, no head, two heads) loses its old result and is listed with the run; one that is not on
    the register at the end of the period loses it too. Must stand in a transaction together with the change of
    facts.
    """
    if run is None and household_ids is not None and len(household_ids) <= _FEW:
        return _store_few(rules, standard, condition, household_ids)
    select = bound(selected(rules, standard, condition, household_ids))
    if not select:
        return Counts()
    with connection.cursor() as cursor:
        if household_ids is None:
            set_aside(cursor, select)
            statement = _statement()
        else:
            statement = _statement(select)
        cursor.execute(
            statement,
            {
                "year": rules.year,
                "standard": standard.pk,
                "run": run.pk if run else None,
                "touch": run is None,
            },
        )
        return Counts(*cursor.fetchone())


def _store_few(rules: Rules, standard: Standard, condition: Q, household_ids: Sequence[int]) -> Counts:
    """What a save does, or a phone's visits: the statement is compiled once for each standard and set of rules, and
    planned once for each connection.
    """
    single = len(household_ids) == 1
    text = (compiled_for if single else compiled_for_some)(
        ("store", single, rules, known_by(standard), condition),
        lambda one: selected(rules, standard, condition, [one]),
        lambda select: (
            _statement(select.replace("%", "%%"))
            % {"year": rules.year, "standard": "$2", "run": "NULL", "touch": "true"}
        ),
    )
    if not text:
        return Counts()
    given = ("bigint", household_ids[0]) if single else ("bigint[]", list(household_ids))
    (counts,) = execute_prepared(text, [given[0], "bigint"], [given[1], standard.pk])
    return Counts(*counts)


def _statement(select: str = "") -> str:
    """The writing, around a select or after the temporary table `judged`; its own parameters are named ones."""
    return _STATEMENT.format(
        judged=f"judged ({_COLUMNS}) AS MATERIALIZED (\n{select}\n), " if select else "",
        gone=GONE,
        left_out_table=LeftOut._meta.db_table,
        compared=", ".join(COMPARED),
        updates=", ".join(f"{column} = EXCLUDED.{column}" for column in COMPARED),
        a_compared=prefixed("a", COMPARED),
        j_compared=prefixed("j", COMPARED),
        d_states=prefixed("d", INDICATOR_COLUMNS),
        met=MET,
        unmet=UNMET,
        unknown=UNKNOWN,
        **_TABLES,
    )


def set_aside(cursor, select: str) -> None:
    """Judge many into a temporary table `judged`, which the statement then reads.

    PostgreSQL uses all its processors for this SELECT, but for none that stands in a statement that writes.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.judged")
    cursor.execute(
        f"CREATE TEMPORARY TABLE judged ({_COLUMNS}) ON COMMIT DROP AS\n" + select.replace("%%", "%")
    )
    cursor.execute("ANALYZE judged")


def selected(rules: Rules, standard: Standard, condition: Q, ids: Sequence[int] | None) -> QuerySet:
    """What is to be stored: the columns that _STATEMENT names."""
    return judged(rules, standard, condition, household_ids=ids).order_by().values_list(*_SELECTED)


def withdraw(surveys: QuerySet[Survey], year: int, *, run: AssessmentRun | None = None) -> int:
    """Take back the results of households that no standard covers any more, and return how many there were.

    `surveys` are those of the year that nothing covers; most never had a result. Each withdrawal is noted as a
    change; a result judged from newer facts than the surveys show stays.
    """
    select = bound(surveys.order_by().values_list("household_id", "household__facts_version"))
    if not select:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _WITHDRAWAL.format(select=select, **_TABLES), {"year": year, "run": run.pk if run else None}
        )
        return cursor.rowcount
