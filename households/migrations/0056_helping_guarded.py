"""What a responsibility document says stays; it is signed once, corrected by a further version, withdrawn with a reason.
Who came to a training stays once its attendance is closed.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

STAYS = f"""
DECLARE
    may_change text[] := ARRAY['signed_on', 'other_signed_on', 'scan_id', 'is_current', 'withdrawn_on',
                               'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - may_change) <> (to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION 'Responsibility %: what it says stays', OLD.id {_REFUSED} 'households_responsibility_stays';
    END IF;
    IF (OLD.signed_on IS NOT NULL AND NEW.signed_on IS DISTINCT FROM OLD.signed_on)
       OR (OLD.other_signed_on IS NOT NULL AND NEW.other_signed_on IS DISTINCT FROM OLD.other_signed_on)
       OR (OLD.signed_on IS NOT NULL AND OLD.other_signed_on IS NOT NULL
           AND NEW.scan_id IS DISTINCT FROM OLD.scan_id) THEN
        RAISE EXCEPTION 'Responsibility %: a signature stays', OLD.id {_REFUSED} 'households_responsibility_signed';
    END IF;
    IF NOT OLD.is_current AND to_jsonb(NEW) <> to_jsonb(OLD) THEN
        RAISE EXCEPTION 'Responsibility % is no longer in force', OLD.id {_REFUSED} 'households_responsibility_over';
    END IF;
    RETURN NEW;
END
"""

# A version replaces one that says the same kind to the same sides' year, and is the next of it.
NEXT = f"""
DECLARE
    was households_responsibility;
BEGIN
    SELECT * INTO was FROM households_responsibility WHERE id = NEW.replaces_id;
    IF was.is_current OR was.withdrawn_on IS NOT NULL OR NEW.version <> was.version + 1 OR NEW.kind <> was.kind
       OR NEW.household_id IS DISTINCT FROM was.household_id THEN
        RAISE EXCEPTION 'Responsibility % is not the next version', NEW.id {_REFUSED} 'households_responsibility_next';
    END IF;
    RETURN NEW;
END
"""

TRAINING = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'Training % is closed', OLD.id {_REFUSED} 'households_cadretraining_closed';
    END IF;
    RETURN NEW;
END
"""

ATTENDANCE = f"""
DECLARE
    which bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.training_id ELSE NEW.training_id END;
BEGIN
    IF EXISTS (SELECT FROM households_cadretraining WHERE id = which AND closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Training % is closed', which {_REFUSED} 'households_cadretraining_closed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0055_helping")]

    operations = [
        Function("households_responsibility_stays", STAYS),
        Trigger("households_responsibility_stays", "households_responsibility", "households_responsibility_stays",
                when="BEFORE UPDATE OR DELETE"),
        Function("households_responsibility_next", NEXT),
        Trigger("households_responsibility_next", "households_responsibility", "households_responsibility_next",
                when="BEFORE INSERT", condition="NEW.replaces_id IS NOT NULL"),
        Function("households_training_closed", TRAINING),
        Trigger("households_training_closed", "households_cadretraining", "households_training_closed",
                when="BEFORE UPDATE OR DELETE"),
        Function("households_attendance_stays", ATTENDANCE),
        Trigger("households_attendance_stays", "households_cadreattendance", "households_attendance_stays",
                when="BEFORE INSERT OR UPDATE OR DELETE"),
    ]
