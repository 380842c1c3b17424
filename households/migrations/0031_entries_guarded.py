"""A case goes along its procedure and nowhere else; a refusal has its paper; what was said and handed over stays said."""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

CASE = f"""
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.household_id, NEW.kind, NEW.applied_on) IS DISTINCT FROM
            (OLD.household_id, OLD.kind, OLD.applied_on) THEN
        RAISE EXCEPTION 'Entry case %: what was applied for stays' , OLD.id {_REFUSED} 'households_entry_stays';
    END IF;
    IF OLD.state IN ('done', 'refused', 'withdrawn') THEN
        RAISE EXCEPTION 'Entry case % has ended', OLD.id {_REFUSED} 'households_entry_ended';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NOT (OLD.state, NEW.state) IN (
        ('applied', 'compared'), ('compared', 'appraised'), ('appraised', 'checked'), ('checked', 'reviewed'),
        ('reviewed', 'decided'), ('decided', 'announced'), ('announced', 'done'),
        ('appraised', 'applied'), ('checked', 'applied'), ('reviewed', 'applied'),
        ('applied', 'refused'), ('compared', 'refused'), ('appraised', 'refused'), ('checked', 'refused'),
        ('reviewed', 'refused'), ('decided', 'refused'), ('announced', 'refused'),
        ('applied', 'withdrawn'), ('compared', 'withdrawn'), ('appraised', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'Entry case %: no way from % to %', OLD.id, OLD.state, NEW.state
            {_REFUSED} 'households_entry_way';
    END IF;
    RETURN NEW;
END
"""

# Asked at commit, after the words of the procedure itself have had their turn.
BASIS = f"""
DECLARE
    notice text;
BEGIN
    -- Without the sheet on the wall nobody goes on; that it hung long enough is asked with the day on the paper.
    notice := CASE NEW.state WHEN 'checked' THEN 'first' WHEN 'reviewed' THEN 'second'
        WHEN 'announced' THEN 'announcement' WHEN 'done' THEN 'announcement' END;
    IF notice IS NOT NULL AND NOT EXISTS (
        SELECT FROM review_rosterentry e JOIN review_notice n ON n.roster_id = e.roster_id
        WHERE e.case_type = 'households.entrycase' AND e.case_id = NEW.id
            AND n.kind = notice AND n.withdrawn_on IS NULL
    ) THEN
        RAISE EXCEPTION 'Entry case % has not been posted', OLD.id {_REFUSED} 'households_entry_posted';
    END IF;
    IF NEW.state IN ('appraised', 'decided') AND NOT EXISTS (
        SELECT FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
        WHERE i.case_type = 'households.entrycase' AND i.case_id = NEW.id AND i.id > NEW.said_before AND i.agreed
            AND m.closed_at IS NOT NULL
            AND m.kind = CASE NEW.state WHEN 'decided' THEN 'leading_group' ELSE 'village' END
    ) THEN
        RAISE EXCEPTION 'No meeting has agreed to entry case %', OLD.id {_REFUSED} 'households_entry_agreed';
    END IF;
    RETURN NULL;
END
"""

PAPER_MISSING = f"""
BEGIN
    IF NOT EXISTS (SELECT FROM households_entryrefusal WHERE case_id = NEW.id) THEN
        RAISE EXCEPTION 'Entry case % is refused without a paper', NEW.id {_REFUSED} 'households_entry_has_paper';
    END IF;
    RETURN NULL;
END
"""

PAPER = f"""
DECLARE
    later CONSTANT text[] := ARRAY['delivered_on', 'receiver', 'relation', 'receipt', 'receipt_note',
        'delivered_by', 'delivery_recorded_by_id'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.delivered_on IS NOT NULL OR (to_jsonb(NEW) - later) <> (to_jsonb(OLD) - later) THEN
        RAISE EXCEPTION 'A paper that was written stays' {_REFUSED} 'households_refusal_stays';
    END IF;
    RETURN NEW;
END
"""

COMPARISON = f"""
DECLARE
    found record;
BEGIN
    SELECT state, round INTO found FROM households_entrycase
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.case_id ELSE NEW.case_id END FOR SHARE;
    IF TG_OP = 'DELETE' OR found.state <> 'applied' OR found.round <> NEW.round THEN
        RAISE EXCEPTION 'What was compared stays' {_REFUSED} 'households_comparison_stays';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0030_entries"), ("review", "0004_lists_guarded")]

    operations = [
        StatusNeedsStep("households_entrycase", "households.entrycase", "state"),
        Function("households_entry_way", CASE),
        Trigger(
            "households_entry_way", "households_entrycase", "households_entry_way", when="BEFORE UPDATE OR DELETE"
        ),
        Function("households_entry_basis", BASIS),
        Trigger(
            "households_entry_basis",
            "households_entrycase",
            "households_entry_basis",
            when="AFTER UPDATE",
            condition="OLD.state <> NEW.state",
            deferred=True,
        ),
        Function("households_entry_has_paper", PAPER_MISSING),
        Trigger(
            "households_entry_has_paper",
            "households_entrycase",
            "households_entry_has_paper",
            when="AFTER UPDATE",
            condition="NEW.state = 'refused'",
            deferred=True,
        ),
        Function("households_refusal_stays", PAPER),
        Trigger(
            "households_refusal_stays",
            "households_entryrefusal",
            "households_refusal_stays",
            when="BEFORE UPDATE OR DELETE",
        ),
        Function("households_comparison_stays", COMPARISON),
        Trigger(
            "households_comparison_stays",
            "households_entrycomparison",
            "households_comparison_stays",
            when="BEFORE INSERT OR UPDATE OR DELETE",
        ),
    ]
