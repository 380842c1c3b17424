"""The columns of the present agree with the dated rows beside them: asked at commit, of every household touched.

Household.head, head_name, size, area, settlement, kind, status and regime, and Member.household, say again what the
rows without an end say (Headship, Membership, HouseholdPlace, HouseholdStatus). Two tables are never written by one
statement, so only the end of the transaction can be judged.

How, and why so: a deferred trigger fires once per row, and a simulated million of households would queue seven
million checks. So triggers of statements note the households that they touched, one row with an array for each
statement, in households_recheck; only this row waits for the commit, and the first one to be asked checks all of
them in one query and clears the notes. A note is therefore never seen by another transaction, and nothing waits on
the big tables themselves, which lets `simulate` put their constraints back before its commit. Updates of a
household or a person are noted row by row, because transition tables do not go with a list of columns and most
updates (versions, addresses, phones) touch none of these. Measured with simulate --households 20000 on a busy
machine: the check at commit takes 1 s of 27 s, the notes nothing that can be told from the noise.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

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
            -- A household that has left the register keeps its last place and status in the columns.
            WHEN NOT EXISTS (
                SELECT FROM households_householdplace r WHERE r.household_id = h.id AND r.valid_to IS NULL
                    AND r.area_code = h.area_code AND r.settlement_id IS NOT DISTINCT FROM h.settlement_id
            ) AND (h.state NOT IN ('merged', 'closed') OR EXISTS (
                SELECT FROM households_householdplace r WHERE r.household_id = h.id AND r.valid_to IS NULL
            )) THEN 'place'
            WHEN NOT EXISTS (
                SELECT FROM households_householdstatus r WHERE r.household_id = h.id AND r.valid_to IS NULL
                    AND r.kind = h.kind AND r.status = h.status AND r.regime = h.regime
            ) AND (h.state NOT IN ('merged', 'closed') OR EXISTS (
                SELECT FROM households_householdstatus r WHERE r.household_id = h.id AND r.valid_to IS NULL
            )) THEN 'status'
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

_NOTE = """
BEGIN
    INSERT INTO households_recheck (households)
    SELECT array_agg(DISTINCT household_id) FROM ({rows}) AS every
    WHERE household_id IS NOT NULL HAVING count(*) > 0;
    RETURN NULL;
END
"""

_NOTE_ROW = """
BEGIN
    INSERT INTO households_recheck (households) VALUES ({households});
    RETURN NULL;
END
"""

_DATED = ("membership", "headship", "householdplace", "householdstatus")
_HOUSEHOLD = ("head_id", "head_name", "size", "area_code", "settlement_id", "kind", "status", "regime", "state")
_MEMBER = ("household_id", "name")


def _statement(table, function, verb, referencing):
    return Trigger(f"households_{table}_{verb.lower()}_noted", f"households_{table}", function,
                   when=f"AFTER {verb}", each="STATEMENT", referencing=referencing)


def _row(table, function, columns):
    changed = ", ".join(f"OLD.{one}" for one in columns), ", ".join(f"NEW.{one}" for one in columns)
    return Trigger(f"households_{table}_update_noted", f"households_{table}", function,
                   when=f"AFTER UPDATE OF {', '.join(columns)}",
                   condition="({}) IS DISTINCT FROM ({})".format(*changed))


class Migration(migrations.Migration):
    dependencies = [("households", "0010_states_checked")]

    operations = [
        # Empty outside transactions: nothing to write to the log of the database, nothing to keep.
        migrations.RunSQL(
            "CREATE UNLOGGED TABLE households_recheck "
            "(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, households bigint[] NOT NULL)",
            "DROP TABLE households_recheck",
        ),
        Function("households_present_agrees", _CHECK),
        Trigger("household_present_agrees", "households_recheck", "households_present_agrees",
                when="AFTER INSERT", deferred=True),
        Function("households_note_opened", _NOTE.format(rows="SELECT id AS household_id FROM touched")),
        Function("households_note", _NOTE.format(rows="SELECT household_id FROM touched")),
        Function("households_note_both", _NOTE.format(
            rows="SELECT household_id FROM touched UNION ALL SELECT household_id FROM former")),
        Function("households_note_household", _NOTE_ROW.format(households="ARRAY[NEW.id]")),
        Function("households_note_member", _NOTE_ROW.format(
            households="array_remove(ARRAY[OLD.household_id, NEW.household_id], NULL)")),
        _statement("household", "households_note_opened", "INSERT", "NEW TABLE AS touched"),
        _row("household", "households_note_household", _HOUSEHOLD),
        _statement("member", "households_note", "INSERT", "NEW TABLE AS touched"),
        _row("member", "households_note_member", _MEMBER),
        *(
            _statement(table, function, verb, referencing)
            for table in _DATED
            for verb, function, referencing in (
                ("INSERT", "households_note", "NEW TABLE AS touched"),
                ("UPDATE", "households_note_both", "NEW TABLE AS touched OLD TABLE AS former"),
                ("DELETE", "households_note", "OLD TABLE AS touched"),
            )
        ),
    ]
