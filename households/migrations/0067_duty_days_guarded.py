"""A day of a person is a day in the village or a day of leave, never both; and nobody answers his own leave.

Both tables ask each other under one lock a person, the one that the services hold (there_or_away.py): two who enter the
same day at once wait for each other. What stood before is not asked again: leave is checked when it is asked for or
changes its state, so that old rows can still be put right.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

THERE = f"""
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('duty days of ' || NEW.person_id, 0));
    IF EXISTS (
        SELECT FROM households_leave
        WHERE person_id = NEW.person_id AND state IN ('applied', 'approved')
            AND NEW.day BETWEEN starts_on AND coalesce(ended_on, ends_on)
    ) THEN
        RAISE EXCEPTION 'presence of % on %: on leave', NEW.person_id, NEW.day {_REFUSED} 'there_or_away';
    END IF;
    RETURN NEW;
END
"""

AWAY = f"""
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('duty days of ' || NEW.person_id, 0));
    IF EXISTS (
        SELECT FROM households_presence
        WHERE person_id = NEW.person_id AND withdrawn_at IS NULL
            AND day BETWEEN NEW.starts_on AND coalesce(NEW.ended_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'leave of % from %: was in a village', NEW.person_id, NEW.starts_on {_REFUSED} 'there_or_away';
    END IF;
    RETURN NEW;
END
"""

OTHERS = f"""
BEGIN
    IF EXISTS (
        SELECT FROM households_leave
        WHERE id = NEW.case_id AND person_id IN (NEW.decided_by_id, NEW.recorded_by_id)
    ) THEN
        RAISE EXCEPTION 'leave %: answered by the person himself', NEW.case_id
            {_REFUSED} 'leave_is_answered_by_another';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0066_visits_are_rechecked_by_others"), ("review", "0007_left_when")]

    operations = [
        Function("households_there_not_away", THERE),
        Trigger(
            "households_there_not_away", "households_presence", "households_there_not_away", when="BEFORE INSERT"
        ),
        Function("households_away_not_there", AWAY),
        Trigger(
            "households_away_not_there_new",
            "households_leave",
            "households_away_not_there",
            when="BEFORE INSERT",
            condition="NEW.state IN ('applied', 'approved')",
        ),
        Trigger(
            "households_away_not_there_changed",
            "households_leave",
            "households_away_not_there",
            when="BEFORE UPDATE",
            condition="OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('applied', 'approved')",
        ),
        Function("households_leave_by_another", OTHERS),
        Trigger(
            "households_leave_by_another",
            "review_step",
            "households_leave_by_another",
            when="AFTER INSERT",
            condition="NEW.case_type = 'households.leave' AND NEW.lane = 'decide'",
        ),
    ]
