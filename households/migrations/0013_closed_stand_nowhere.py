"""A household that has left the register has no place and no status that goes on: refused at commit like the rest.

Until now an open row of such a household passed as long as it said what the columns say. Those that a merge of
places gave to closed households end on the day they began.
"""

from importlib import import_module

from django.db import migrations

from poverty.sql.triggers import Function

_BEFORE = import_module("households.migrations.0011_present_agrees")._CHECK

_CHECK = """
DECLARE
    bad record;
BEGIN
    IF NOT EXISTS (SELECT FROM households_recheck WHERE id = NEW.id) THEN
        RETURN NULL;  -- checked together with an earlier note of this transaction
    END IF;
    WITH noted AS (DELETE FROM households_recheck RETURNING households),
    touched AS (SELECT DISTINCT unnest(households) AS id FROM noted),
    judged AS (
        SELECT h.id, CASE
            WHEN h.size <> (
                SELECT count(*) FROM households_membership m WHERE m.household_id = h.id AND m.valid_to IS NULL
            ) THEN 'size'
            WHEN h.size <> (SELECT count(*) FROM households_member p WHERE p.household_id = h.id)
                OR EXISTS (
                    SELECT FROM households_membership m JOIN households_member p ON p.id = m.member_id
                    WHERE m.household_id = h.id AND m.valid_to IS NULL
                        AND p.household_id IS DISTINCT FROM h.id
                ) THEN 'members'
            WHEN h.head_id IS DISTINCT FROM (
                SELECT s.member_id FROM households_headship s WHERE s.household_id = h.id AND s.valid_to IS NULL
            ) THEN 'head'
            WHEN EXISTS (
                SELECT FROM households_member p WHERE p.id = h.head_id AND p.name <> h.head_name
            ) THEN 'head_name'
            -- A household that has left the register keeps its last place and status in the columns only.
            WHEN h.state IN ('merged', 'closed') AND EXISTS (
                SELECT FROM households_householdplace r WHERE r.household_id = h.id AND r.valid_to IS NULL
            ) THEN 'place'
            WHEN h.state NOT IN ('merged', 'closed') AND NOT EXISTS (
                SELECT FROM households_householdplace r WHERE r.household_id = h.id AND r.valid_to IS NULL
                    AND r.area_code = h.area_code AND r.settlement_id IS NOT DISTINCT FROM h.settlement_id
            ) THEN 'place'
            WHEN h.state IN ('merged', 'closed') AND EXISTS (
                SELECT FROM households_householdstatus r WHERE r.household_id = h.id AND r.valid_to IS NULL
            ) THEN 'status'
            WHEN h.state NOT IN ('merged', 'closed') AND NOT EXISTS (
                SELECT FROM households_householdstatus r WHERE r.household_id = h.id AND r.valid_to IS NULL
                    AND r.kind = h.kind AND r.status = h.status AND r.regime = h.regime
            ) THEN 'status'
        END AS what
        FROM touched JOIN households_household h USING (id)
    )
    SELECT * INTO bad FROM judged WHERE what IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'household %: % of the present and the dated rows disagree', bad.id, bad.what
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'household_present_agrees';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0012_changes_take_effect")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE households_householdplace r SET valid_to = greatest(r.valid_from, h.closed_on)
            FROM households_household h
            WHERE h.id = r.household_id AND h.state IN ('merged', 'closed') AND r.valid_to IS NULL
                AND h.closed_on IS NOT NULL
            """,
            migrations.RunSQL.noop,
        ),
        Function("households_present_agrees", _CHECK, previous=_BEFORE),
    ]
