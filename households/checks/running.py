"""Running the checks: every condition of a subject in one pass over its rows, then one statement that writes.

What is found stands in a temporary table first, one row for each check that holds: household, person, code and the
digest of what it rests on. The SELECTs are compiled from the conditions; only what stands around them, and the
writing, is SQL, here and nowhere else. The number of statements does not depend on the number of households.

A household whose facts changed since it was read is left for the next run (facts_version), and nothing found
while the run went on is closed by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, Case, CharField, F, Func, QuerySet, TextField, Value, When
from django.db.models.functions import MD5, Cast, Coalesce, Left

from households.checks.check import Check, Subject
from households.checks.figures import households
from households.checks.people import persons
from households.checks.registry import of_subject
from households.checks.terms import Terms
from households.compiled import bound
from households.models import Finding, FindingAnswer, Household
from poverty.sql.prefix import next_code

FINGERPRINT_LENGTH = 16
_SEPARATOR = "\x1f"

# Column of the temporary table -> what it is called in the rows of each subject.
_COLUMNS = {
    Subject.PERSON: {
        "household_id": "household_id",
        "member_id": "member_id",
        "area_code": "household__area_id",
        "facts_version": "household__facts_version",
    },
    Subject.HOUSEHOLD: {"household_id": "id", "area_code": "area_id", "facts_version": "facts_version"},
}
_ROWS = {Subject.PERSON: persons, Subject.HOUSEHOLD: households}

# One statement for both subjects: CREATE TABLE AS may use every core for its SELECT, INSERT may not.
_TABLE = """
CREATE TEMPORARY TABLE households_found ON COMMIT DROP AS
{subjects}
"""

_SUBJECT = """
SELECT row.household_id::bigint AS household_id, {member}::bigint AS member_id, row.area_code COLLATE "C" AS area_code,
       row.facts_version, one.code COLLATE "C" AS code, one.fingerprint COLLATE "C" AS fingerprint
FROM ({select}) row ({columns}, fingerprints), LATERAL unnest(%s::text[], row.fingerprints) one (code, fingerprint)
WHERE one.fingerprint IS NOT NULL
"""

# Findings are asked for by place again and again, or every county would walk through those of all the others. What a
# household brought along from another place is not among the known; its unique constraint keeps it from coming twice.
_WRITE = """
WITH known AS MATERIALIZED (
    SELECT f.id, f.household_id, f.member_id, f.code, f.answer_id, f.found_at, n.household_id IS NOT NULL AS holds,
           n.fingerprint, n.area_code, f.fingerprint AS fingerprint_before,
           f.fingerprint IS DISTINCT FROM n.fingerprint AS differs,
           f.area_code IS DISTINCT FROM n.area_code AS moved
    FROM {finding} f
    LEFT JOIN households_found n
      ON n.household_id = f.household_id AND n.code = f.code AND n.member_id IS NOT DISTINCT FROM f.member_id
    WHERE f.closed_at IS NULL AND f.year = %(year)s AND {scope}
), closed AS (
    UPDATE {finding} f SET closed_at = %(now)s FROM known k
    WHERE k.id = f.id AND NOT k.holds AND k.found_at <= %(started)s
      AND f.closed_at IS NULL AND f.year = %(year)s AND {scope}
    RETURNING f.code
), ended AS (
    UPDATE {answer} a SET ended_at = %(now)s FROM known k
    WHERE k.answer_id = a.id AND k.holds AND k.differs AND a.ended_at IS NULL
    RETURNING k.code
), kept AS (
    UPDATE {finding} f
    SET fingerprint = k.fingerprint, area_code = k.area_code,
        answer_id = CASE WHEN k.differs THEN NULL ELSE f.answer_id END
    FROM known k WHERE k.id = f.id AND k.holds AND (k.differs OR k.moved)
      AND f.fingerprint = k.fingerprint_before AND f.answer_id IS NOT DISTINCT FROM k.answer_id
      AND f.closed_at IS NULL AND f.year = %(year)s AND {scope}
), added AS (
    INSERT INTO {finding} (code, household_id, member_id, year, area_code, fingerprint, found_at)
    SELECT n.code, n.household_id, n.member_id, %(year)s, n.area_code, n.fingerprint, %(now)s
    FROM households_found n
    JOIN {household} h ON h.id = n.household_id AND h.facts_version = n.facts_version
    WHERE NOT EXISTS (
        SELECT FROM known k
        WHERE k.household_id = n.household_id AND k.code = n.code AND k.member_id IS NOT DISTINCT FROM n.member_id)
    ORDER BY n.household_id
    ON CONFLICT (household_id, year, code, member_id) WHERE closed_at IS NULL DO NOTHING
    RETURNING code
)
SELECT code, sum(new), sum(closed), sum(reopened) FROM (
    SELECT code, 1 AS new, 0 AS closed, 0 AS reopened FROM added
    UNION ALL SELECT code, 0, 1, 0 FROM closed
    UNION ALL SELECT code, 0, 0, 1 FROM ended
) moves GROUP BY code
"""


@dataclass(frozen=True)
class Moves:
    """What a run changed of one check."""

    new: int = 0
    closed: int = 0
    reopened: int = 0


def fingerprint(check: Check) -> Left:
    """Digest of the values that a finding of the check rests on; NULL counts as a value of its own."""
    parts = [Coalesce(Cast(F(name), TextField()), Value("\x1e")) for name in check.rests_on]
    text = Func(Value(_SEPARATOR), *parts, function="concat_ws", output_field=TextField())
    return Left(MD5(text), FINGERPRINT_LENGTH, output_field=CharField())


def found(rows: QuerySet, checks: Sequence[Check], terms: Terms, subject: Subject) -> QuerySet:
    """The rows for which any check holds, with `fingerprints`: one for each check, NULL where it does not hold."""
    conditions = [check.condition(terms) for check in checks]
    # Asked once without the digests: nearly every row ends here.
    rows = rows.annotate(
        any_holds=Case(
            When(reduce(or_, conditions), then=Value(True)), default=Value(False), output_field=BooleanField()
        )
    ).filter(any_holds=True)
    digests = [
        Case(
            When(condition, then=fingerprint(check)),
            default=Value(None, output_field=CharField()),
            output_field=CharField(),
        )
        for check, condition in zip(checks, conditions, strict=True)
    ]
    rows = rows.annotate(
        fingerprints=Func(
            *digests,
            function="ARRAY",
            template="%(function)s[%(expressions)s]::text[]",
            output_field=ArrayField(CharField()),
        )
    )
    return rows.order_by().values_list(*_COLUMNS[subject].values(), "fingerprints")


def collect(
    terms: Terms, *, area_codes: Sequence[str] = ("",), household_ids: Sequence[int] | None = None
) -> None:
    """Put what holds in some places, or for some households, into the temporary table, in one statement."""
    subjects, codes = [], []
    for subject, rows in _ROWS.items():
        checks = of_subject(subject)
        own = rows(terms, area_codes=area_codes, household_ids=household_ids)
        if select := bound(found(own, checks, terms, subject)):
            columns = _COLUMNS[subject]
            member = "row.member_id" if "member_id" in columns else "NULL"
            subjects.append(_SUBJECT.format(select=select, columns=", ".join(columns), member=member))
            codes.append([check.code for check in checks])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.households_found")
        cursor.execute(_TABLE.format(subjects="UNION ALL".join(subjects)), codes)
        cursor.execute("ANALYZE households_found")


def write(
    year: int,
    *,
    started: datetime,
    now: datetime,
    area_codes: Sequence[str] = ("",),
    household_ids: Sequence[int] | None = None,
) -> dict[str, Moves]:
    """Compare what was collected with the current findings of the same households and store what differs.

    One statement. `started`: before the facts were read; what was found later stays. Returns what changed by
    code.
    """
    if household_ids is None:
        scope, places = _places(area_codes)
    else:
        scope, places = "f.household_id = ANY(%(ids)s)", {"ids": list(household_ids)}
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE.format(
                scope=scope,
                finding=Finding._meta.db_table,
                answer=FindingAnswer._meta.db_table,
                household=Household._meta.db_table,
            ),
            {
                "year": year,
                "now": now,
                "started": started,
                **places,
            },
        )
        return {code: Moves(int(new), int(gone), int(again)) for code, new, gone, again in cursor}


def learn() -> None:
    """Let PostgreSQL learn what stands in the table after much was written: it would count with the plan of an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Finding._meta.db_table}")


def _places(area_codes: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The condition that a finding stands in one of the places, and its parameters."""
    if "" in area_codes:
        return "TRUE", {}
    ranges, codes = [], {}
    for number, code in enumerate(sorted(set(area_codes))):
        ranges.append(f"(f.area_code >= %(from{number})s AND f.area_code < %(to{number})s)")
        codes |= {f"from{number}": code, f"to{number}": next_code(code)}
    return f"({' OR '.join(ranges)})", codes
