"""The same judgement written by hand as one SQL upsert of the same columns, into a table of the same shape."""

from django.db import connection, transaction

from households.services.assess import MEMORY
from poverty.sql.memory import use_memory

TABLE = "bench_assessment"

# Constants as the rules of 2018 have them: period to 30 September, school day 1 September, ages 6 to 15, 90 days of
# grace, 6 months of work, three kinds of exemption, the flag alone is enough.
STATEMENT = f"""
WITH totals AS (
    SELECT m.household_id, count(*) AS members, count(*) FILTER (WHERE m.relation = 'head') AS heads,
        count(*) FILTER (WHERE school = 0) AS school_bad, count(*) FILTER (WHERE school = 1) AS school_unknown,
        count(*) FILTER (WHERE school = 2) AS school_good,
        count(*) FILTER (WHERE insured = 0) AS insured_bad, count(*) FILTER (WHERE insured = 1) AS insured_unknown,
        count(*) FILTER (WHERE insured = 2) AS insured_good,
        count(*) FILTER (WHERE earns = 1) AS earns_unknown, count(*) FILTER (WHERE earns = 2) AS earns_good
    FROM (
        SELECT ms.household_id, ms.relation,
            CASE WHEN p.birth_date IS NULL THEN 1
                 WHEN p.birth_date <= '2002-09-01' OR p.birth_date > '2012-09-01' THEN 3
                 WHEN f.school_exemption IN ('home_teaching', 'deferred', 'suspended', 'unable_to_learn') THEN 2
                 WHEN f.school_status NOT IN ('', 'not_at_school', 'preschool_age', 'preschool') THEN 2
                 WHEN f.school_status = 'not_at_school'
                      AND f.dropout_reason IN ('illness', 'disability', 'illness_or_disability') THEN 2
                 WHEN f.school_status = 'not_at_school' AND p.birth_date <= '2004-09-01'
                      AND f.education_level IN ('', 'junior_middle', 'senior_middle', 'college_or_above',
                                                'junior_college', 'bachelor_or_above')
                      THEN CASE WHEN f.graduated_grade_nine THEN 2
                                WHEN f.graduated_grade_nine IS NULL THEN 1 ELSE 0 END
                 WHEN f.school_status = 'not_at_school' AND p.birth_date <= '2004-09-01'
                      AND f.graduated_grade_nine THEN 1
                 WHEN f.school_status = 'not_at_school' THEN 0 ELSE 1 END AS school,
            CASE WHEN f.special_state IN ('active_service', 'imprisoned', 'missing') THEN 3
                 WHEN f.resident_insurance OR f.employee_insurance THEN 2
                 WHEN p.birth_date >= '2018-07-02' THEN 3
                 WHEN p.birth_date IS NOT NULL AND NOT f.resident_insurance AND NOT f.employee_insurance THEN 0
                 ELSE 1 END AS insured,
            CASE WHEN f.receives_dibao OR f.receives_tekun THEN 2
                 WHEN p.birth_date > '2002-09-30' THEN 3
                 WHEN f.work_months >= 6 THEN 2
                 WHEN p.birth_date <= '1958-09-30' AND (f.resident_pension OR f.employee_pension) THEN 2
                 WHEN f.work_months IS NOT NULL AND NOT f.receives_dibao AND NOT f.receives_tekun
                      AND (p.birth_date > '1958-09-30' OR (NOT f.resident_pension AND NOT f.employee_pension)) THEN 0
                 ELSE 1 END AS earns
        FROM households_membership ms
        JOIN households_member p ON p.id = ms.member_id
        LEFT JOIN households_membersurvey f ON f.member_id = ms.member_id AND f.year = 2018
        WHERE ms.valid_from <= '2018-09-30' AND (ms.valid_to IS NULL OR ms.valid_to > '2018-09-30')
    ) m
    GROUP BY m.household_id
), supplies AS (
    SELECT settlement_id, bool_or(reached) FILTER (WHERE fact = 'water') AS water,
        bool_or(reached) FILTER (WHERE fact = 'power') AS power,
        bool_or(reached) FILTER (WHERE fact = 'broadcasting') AS broadcasting,
        bool_or(reached) FILTER (WHERE fact = 'road') AS road
    FROM areas_settlementfact
    WHERE valid_from <= '2018-09-30' AND (valid_to IS NULL OR valid_to > '2018-09-30')
    GROUP BY settlement_id
), measured AS (
    SELECT h.id AS household_id, h.facts_version, s.area_code, t.members, t.heads,
        round((s.wage_income + s.production_income + s.property_income + s.transfer_income - s.production_expense)
              / nullif(t.members, 0), 2) AS per_head,
        CASE WHEN s.visited_on IS NOT NULL THEN s.food_ok END AS food,
        CASE WHEN s.visited_on IS NOT NULL THEN s.clothing_ok END AS clothing,
        t.school_bad, t.school_unknown, t.school_good, t.insured_bad, t.insured_unknown, t.insured_good,
        CASE WHEN s.housing_safety IN ('renovated', 'guaranteed') THEN true
             WHEN s.is_dangerous_house AND s.dangerous_grade IN ('a', 'b') THEN NULL
             WHEN NOT s.is_dangerous_house AND s.dangerous_grade IN ('c', 'd') THEN NULL
             WHEN s.is_dangerous_house OR s.dangerous_grade IN ('c', 'd') THEN false
             WHEN s.dangerous_grade IN ('a', 'b') OR NOT s.is_dangerous_house THEN true END AS housing,
        coalesce(s.water_solved, u.water) AS water, coalesce(s.has_power, u.power) AS power,
        coalesce(s.has_broadcasting, u.broadcasting) AS broadcasting, coalesce(s.road_reached, u.road) AS road,
        CASE WHEN s.visited_on IS NULL THEN NULL WHEN s.has_industry OR t.earns_good > 0 THEN true
             WHEN s.has_industry IS NULL OR t.earns_unknown > 0 THEN NULL ELSE false END AS stable_income
    FROM households_survey s
    JOIN households_household h ON h.id = s.household_id
    LEFT JOIN totals t ON t.household_id = s.household_id
    LEFT JOIN supplies u ON u.settlement_id = s.settlement_id
    WHERE s.year = 2018 AND h.state <> 'pending' AND (h.closed_on IS NULL OR h.closed_on > '2018-09-30')
), stated AS (
    SELECT household_id, facts_version, area_code, members, per_head,
        CASE WHEN per_head > 3535 THEN 2 WHEN per_head IS NULL THEN 1 ELSE 0 END AS income,
        CASE WHEN food THEN 2 WHEN food IS NULL THEN 1 ELSE 0 END AS food,
        CASE WHEN clothing THEN 2 WHEN clothing IS NULL THEN 1 ELSE 0 END AS clothing,
        CASE WHEN school_bad > 0 THEN 0 WHEN school_unknown > 0 THEN 1 WHEN school_good > 0 THEN 2 ELSE 3 END AS education,
        CASE WHEN insured_bad > 0 THEN 0 WHEN insured_unknown > 0 THEN 1 WHEN insured_good > 0 THEN 2 ELSE 3 END AS medical,
        CASE WHEN housing THEN 2 WHEN housing IS NULL THEN 1 ELSE 0 END AS housing,
        CASE WHEN water THEN 2 WHEN water IS NULL THEN 1 ELSE 0 END AS water,
        CASE WHEN power THEN 2 WHEN power IS NULL THEN 1 ELSE 0 END AS power,
        CASE WHEN broadcasting THEN 2 WHEN broadcasting IS NULL THEN 1 ELSE 0 END AS broadcasting,
        CASE WHEN road THEN 2 WHEN road IS NULL THEN 1 ELSE 0 END AS road,
        CASE WHEN stable_income THEN 2 WHEN stable_income IS NULL THEN 1 ELSE 0 END AS stable_income
    FROM measured WHERE members > 0 AND heads = 1
)
INSERT INTO {TABLE} (household_id, year, standard_id, facts_version, judged_at, area_code, members,
    net_income_per_head, income, food, clothing, education, medical, housing, water, power, broadcasting, road,
    stable_income, verdict)
SELECT household_id, 2018, %(standard)s, facts_version, now(), area_code, members, per_head, income, food, clothing,
    education, medical, housing, water, power, broadcasting, road, stable_income,
    CASE WHEN 0 IN (income, food, clothing, education, medical, housing, water, power, broadcasting, road, stable_income)
         THEN 0
         WHEN 1 IN (income, food, clothing, education, medical, housing, water, power, broadcasting, road, stable_income)
         THEN 1 ELSE 2 END
FROM stated
ON CONFLICT (household_id, year) DO UPDATE SET standard_id = EXCLUDED.standard_id,
    facts_version = EXCLUDED.facts_version, judged_at = EXCLUDED.judged_at, area_code = EXCLUDED.area_code,
    members = EXCLUDED.members, net_income_per_head = EXCLUDED.net_income_per_head, income = EXCLUDED.income,
    food = EXCLUDED.food, clothing = EXCLUDED.clothing, education = EXCLUDED.education, medical = EXCLUDED.medical,
    housing = EXCLUDED.housing, water = EXCLUDED.water, power = EXCLUDED.power,
    broadcasting = EXCLUDED.broadcasting, road = EXCLUDED.road, stable_income = EXCLUDED.stable_income,
    verdict = EXCLUDED.verdict
"""


def prepare() -> None:
    """A table like the real one: same columns, indexes, sequence, foreign keys and triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (LIKE households_assessment INCLUDING ALL)")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'households_assessment'::regclass AND contype = 'f'"
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {TABLE} ADD CONSTRAINT "bench_{name}" {definition}')
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'households_assessment'::regclass AND NOT tgisinternal"
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(definition.replace(" ON public.households_assessment ", f" ON {TABLE} "))


def upsert(standard_id: int) -> int:
    """Run the statement, with the working memory that our run takes; returns the rows written."""
    with transaction.atomic(), connection.cursor() as cursor:
        use_memory(MEMORY)
        cursor.execute(STATEMENT, {"standard": standard_id})
        return cursor.rowcount
