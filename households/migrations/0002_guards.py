"""Rules that PostgreSQL keeps: closed years never change, no status without its step, results are traceable."""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import AppendOnly, Function, Trigger

_OPEN_YEAR = """
DECLARE
    bad record;
BEGIN
    SELECT n.area_code, n.year, y.state INTO bad
    FROM (SELECT DISTINCT substr(area_code, 1, 6) COLLATE "C" AS area_code, year FROM touched) n
    LEFT JOIN households_countyyear y ON y.area_code = n.area_code AND y.year = n.year
    WHERE y.state IS DISTINCT FROM 'open'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% %: the year is %', bad.area_code, bad.year, coalesce(bad.state, 'not opened')
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'county_year_is_open';
    END IF;
    RETURN NULL;
END
"""

_OPEN_YEAR_OF_ITEM = _OPEN_YEAR.replace(
    "FROM touched)",
    "FROM touched JOIN households_survey s ON s.id = touched.survey_id)",
)


def _guarded(table, function):
    return [
        Trigger(f"{table}_{verb.lower()}_year", table, function, when=f"AFTER {verb}", each="STATEMENT",
                referencing=f"{kind} TABLE AS touched")
        for verb, kind in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0001_initial"),
        ("review", "0002_guards"),
    ]

    operations = [
        Function("households_open_year", _OPEN_YEAR),
        Function("households_open_year_of_item", _OPEN_YEAR_OF_ITEM),
        *_guarded("households_survey", "households_open_year"),
        *_guarded("households_membersurvey", "households_open_year"),
        *_guarded("households_assessment", "households_open_year"),
        *_guarded("households_incomeitem", "households_open_year_of_item"),
        StatusNeedsStep("households_household", "households.household", "state"),
        StatusNeedsStep("households_household", "households.household.status", "status", initial=""),
        StatusNeedsStep("households_registerchange", "households.registerchange", "state"),
        StatusNeedsStep("households_countyyear", "households.countyyear", "state"),
        AppendOnly("households_assessmentchange"),
        AppendOnly("households_leftout"),
    ]
