"""What was recorded of field work stays: it is withdrawn with its reason or not touched. A duty is ended from a day on,
never rewritten. Leave is asked for, granted and refused by steps only; afterwards only the day of coming back is added.
"""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

WITHDRAWN = f"""
DECLARE
    taking_back text[] := ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason', 'area_code'];
BEGIN
    -- A merge or move of villages takes the records along; nothing else changes once one was taken back.
    IF TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NULL OR to_jsonb(OLD) - 'area_code' = to_jsonb(NEW) - 'area_code')
        AND to_jsonb(OLD) - taking_back = to_jsonb(NEW) - taking_back THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: a record of field work is withdrawn, not changed', TG_TABLE_NAME, OLD.id
        {_REFUSED} 'field_work_is_kept';
END
"""

ENDED = f"""
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.valid_to IS NULL AND NEW.valid_to IS NOT NULL
        AND to_jsonb(OLD) - 'valid_to' = to_jsonb(NEW) - 'valid_to' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'duty %: it is ended from a day on, not changed', OLD.id {_REFUSED} 'duty_is_kept';
END
"""

LEAVE = f"""
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(OLD) - ARRAY['state', 'ended_on', 'area_code']
            = to_jsonb(NEW) - ARRAY['state', 'ended_on', 'area_code']
        AND (NEW.ended_on IS NOT DISTINCT FROM OLD.ended_on OR NEW.state = 'approved') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'leave %: what was asked for is kept', OLD.id {_REFUSED} 'leave_is_kept';
END
"""

KEPT = ("dutyrecord", "presence", "helpaction", "diarynote")


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0041_duties"),
        ("review", "0007_left_when"),
    ]

    operations = [
        Function("households_field_work_kept", WITHDRAWN),
        *(
            Trigger(
                f"households_{table}_kept",
                f"households_{table}",
                "households_field_work_kept",
                when="BEFORE UPDATE OR DELETE",
            )
            for table in KEPT
        ),
        Function("households_duty_kept", ENDED),
        Trigger("households_duty_kept", "households_duty", "households_duty_kept", when="BEFORE UPDATE OR DELETE"),
        Function("households_leave_kept", LEAVE),
        Trigger("households_leave_kept", "households_leave", "households_leave_kept", when="BEFORE UPDATE OR DELETE"),
        StatusNeedsStep("households_leave", "households.leave", "state"),
    ]
