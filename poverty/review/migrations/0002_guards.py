"""Maker is not checker, steps are append-only: enforced for every writer, pages, bulk, API, shell and SQL alike.

The lane rule is that of poverty/review/lanes.py (there in words); a test compares the two over every combination.
It is a statement trigger over the inserted rows, so that a bulk insert is checked set-based.
"""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

LANE_GUARD = """
DECLARE
    checked CONSTANT text[] := ARRAY['propose', 'verify', 'decide'];
    refused text;
BEGIN
    IF EXISTS (SELECT FROM added WHERE txid <> txid_current()) THEN
        RAISE EXCEPTION 'A step belongs to the transaction that writes it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'review_step_of_this_transaction';
    END IF;

    -- One step of a case at a time, at its end, and in the round that the last step left open.
    SELECT string_agg(case_id::text, ',') INTO refused FROM (
        SELECT n.case_id
        FROM added n
        LEFT JOIN LATERAL (
            SELECT p.id, p.round, p.closes_round FROM review_step p
            WHERE p.case_type = n.case_type AND p.case_id = n.case_id AND p.id <> n.id
            ORDER BY p.id DESC LIMIT 1
        ) last ON true
        WHERE last.id > n.id OR n.round <> coalesce(last.round + last.closes_round::int, 1)
        LIMIT 100
    ) found;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'Steps out of order or in a round that is not open'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'review_round_guard', DETAIL = refused;
    END IF;

    -- Rules 1 and 2: other steps of the round.
    SELECT string_agg(case_id::text, ',') INTO refused FROM (
        SELECT DISTINCT n.case_id
        FROM added n
        JOIN review_step t ON t.case_type = n.case_type AND t.case_id = n.case_id AND t.round = n.round
            AND t.id <> n.id AND t.lane = ANY (checked) AND (t.lane <> n.lane OR t.level <> n.level)
        WHERE n.lane = ANY (checked)
            AND (
                CASE
                    WHEN n.decided_by_id IS NOT NULL AND t.decided_by_id IS NOT NULL
                        THEN n.decided_by_id = t.decided_by_id
                    ELSE n.decided_by_name = t.decided_by_name
                END
                OR (
                    (t.level <> n.level OR (n.lane IN ('propose', 'decide') AND t.lane IN ('propose', 'decide')))
                    AND (
                        coalesce(n.decided_by_id = t.recorded_by_id, false)
                        OR coalesce(n.recorded_by_id IN (t.decided_by_id, t.recorded_by_id), false)
                    )
                )
            )
        LIMIT 100
    ) found;
    IF refused IS NULL THEN
        -- Rule 3: who entered the facts.
        SELECT string_agg(case_id::text, ',') INTO refused FROM (
            SELECT DISTINCT n.case_id
            FROM added n
            JOIN review_factentry f ON f.case_type = n.case_type AND f.case_id = n.case_id AND f.round = n.round
                AND (f.user_id = n.decided_by_id OR f.user_id = n.recorded_by_id)
            WHERE n.lane = 'decide' OR (n.lane = 'verify' AND n.level <> 'village')
            LIMIT 100
        ) found;
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'Maker is not checker'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'review_lane_guard', DETAIL = refused;
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]

    operations = [
        Function("review_lane_guard", LANE_GUARD),
        Trigger(
            "review_lane_guard",
            "review_step",
            "review_lane_guard",
            when="AFTER INSERT",
            each="STATEMENT",
            referencing="NEW TABLE AS added",
        ),
        AppendOnly("review_step"),
        AppendOnly("review_factentry"),
    ]
