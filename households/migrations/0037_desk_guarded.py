"""A list is decided only by who opened what was drawn from it, and says how many steps it wrote, whoever writes it.

A case keeps the paper's day of its last step, so that what is late in a county needs no look at its steps.
"""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

OPENED = f"""
BEGIN
    IF EXISTS (
        SELECT FROM review_drawncase c JOIN review_draw d ON d.id = c.draw_id
        WHERE c.draw_id = NEW.draw_id AND c.drawn AND NOT EXISTS (
            SELECT FROM review_look l
            WHERE l.case_type = d.case_type AND l.case_id = c.case_id AND l.user_id = NEW.decided_by_id
                AND l.opened_at >= d.drawn_at
        )
    ) THEN
        RAISE EXCEPTION 'draw %: a drawn case was not opened', NEW.draw_id {_REFUSED} 'desk_sample_was_opened';
    END IF;
    RETURN NEW;
END
"""

COUNTED = f"""
BEGIN
    IF NEW.households <> (
        SELECT count(*) FROM review_step s
        JOIN review_draw d ON d.case_type = s.case_type AND d.transition = s.transition
        JOIN review_drawncase c ON c.draw_id = d.id AND c.case_id = s.case_id
        WHERE d.id = NEW.draw_id AND s.txid = txid_current() AND s.decided_by_id = NEW.decided_by_id
    ) THEN
        RAISE EXCEPTION 'draw %: not as many steps as told', NEW.draw_id {_REFUSED} 'desk_decision_has_its_steps';
    END IF;
    RETURN NULL;
END
"""

LAST_STEP = """
BEGIN
    UPDATE households_exitcase c SET last_step_on = a.happened_on
    FROM (SELECT DISTINCT ON (case_id) case_id, happened_on FROM added
          WHERE case_type = 'households.exitcase' ORDER BY case_id, id DESC) a
    WHERE c.id = a.case_id AND c.last_step_on IS DISTINCT FROM a.happened_on;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0036_desk"),
        ("review", "0006_rounds_and_rights"),
    ]

    operations = [
        AppendOnly("households_deskdecision"),
        AppendOnly("households_deskopened"),
        Function("households_desk_opened", OPENED),
        Trigger("households_desk_opened", "households_deskdecision", "households_desk_opened", when="BEFORE INSERT"),
        Function("households_desk_counted", COUNTED),
        Trigger("households_desk_counted", "households_deskdecision", "households_desk_counted",
                when="AFTER INSERT", deferred=True),
        Function("households_exit_last_step", LAST_STEP),
        Trigger("households_exit_last_step", "review_step", "households_exit_last_step",
                when="AFTER INSERT", each="STATEMENT", referencing="NEW TABLE AS added"),
    ]
