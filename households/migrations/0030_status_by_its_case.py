"""脱贫属性 changes by our own decision only together with the last step of the case that decided it.

An exit that was marked years ago, or an announcement that still hangs, decides nothing: the household's step and that of
its case (mark, enter) stand in one transaction, and that of the case asks for the end of its notice.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

BODY = """
BEGIN
    IF NOT EXISTS (
        SELECT FROM review_step s
        WHERE s.txid = NEW.txid AND (
            (NEW.transition = 'exit_decided' AND s.case_type = 'households.exitcase' AND s.transition = 'mark'
                AND s.case_id IN (SELECT id FROM households_exitcase WHERE household_id = NEW.case_id))
            OR (NEW.transition IN ('identify', 'return_to_poverty') AND s.case_type = 'households.entrycase'
                AND s.transition = 'enter' AND s.case_id IN (
                    SELECT id FROM households_entrycase WHERE household_id = NEW.case_id
                        AND kind = CASE NEW.transition WHEN 'identify' THEN 'identification' ELSE 'return' END))
        )
    ) THEN
        RAISE EXCEPTION 'household %: % without its case', NEW.case_id, NEW.transition
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'households_status_by_its_case';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0029_entries_guarded"), ("review", "0006_rounds_and_rights")]

    operations = [
        Function("households_status_by_its_case", BODY),
        Trigger(
            "households_status_by_its_case",
            "review_step",
            "households_status_by_its_case",
            when="AFTER INSERT",
            condition=(
                "NEW.case_type = 'households.household.status'"
                " AND NEW.transition IN ('exit_decided', 'identify', 'return_to_poverty')"
            ),
            deferred=True,
        ),
    ]
