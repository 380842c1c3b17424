"""A parameter row is never edited or removed: only its end, and what replaced it, may be filled in."""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

KEEP = """
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.replaced_at IS NULL
            AND (OLD.id, OLD.code, OLD.area_code, OLD.valid_from, OLD.value, OLD.unit, OLD.document_name, OLD.note,
                OLD.source_confirmed, OLD.recorded_at)
                = (NEW.id, NEW.code, NEW.area_code, NEW.valid_from, NEW.value, NEW.unit, NEW.document_name, NEW.note,
                NEW.source_confirmed, NEW.recorded_at)
            AND OLD.document_date IS NOT DISTINCT FROM NEW.document_date
            AND OLD.recorded_by_id IS NOT DISTINCT FROM NEW.recorded_by_id
        THEN
            RETURN NEW;
        END IF;
        -- A replaced row only learns by which row.
        IF OLD.replaced_by_id IS NULL AND to_jsonb(OLD) - 'replaced_by_id' = to_jsonb(NEW) - 'replaced_by_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'parameters keep their history: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'parameters_keep_their_history';
END
"""


class Migration(migrations.Migration):
    dependencies = [("parameters", "0001_initial")]

    operations = [
        Function("parameters_keep_their_history", KEEP),
        Trigger(
            "parameters_keep_their_history",
            "parameters_parameter",
            "parameters_keep_their_history",
            when="BEFORE UPDATE OR DELETE",
        ),
        Trigger(
            "parameters_keep_their_history_truncate",
            "parameters_parameter",
            "parameters_keep_their_history",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
    ]
