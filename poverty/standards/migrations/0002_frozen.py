"""A published standard stays as it is: PostgreSQL refuses what would change it, whoever asks."""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

STANDARD = """
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'standards are never deleted; withdraw the draft' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a standard begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'draft' THEN
        IF to_jsonb(NEW) - 'status' <> to_jsonb(OLD) - 'status'
           OR NOT (NEW.status = OLD.status OR (OLD.status = 'published' AND NEW.status = 'superseded')) THEN
            RAISE EXCEPTION 'standard % is % and frozen', OLD.id, OLD.status
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.area_code, NEW.year, NEW.subject, NEW.version, NEW.corrects_id, NEW.drafted_by_id, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.area_code, OLD.year, OLD.subject, OLD.version, OLD.corrects_id, OLD.drafted_by_id, OLD.created_at)
       OR NOT NEW.makers @> OLD.makers THEN
        RAISE EXCEPTION 'place, year, subject, version and makers of standard % are fixed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status NOT IN ('draft', 'published', 'withdrawn') THEN
        RAISE EXCEPTION 'a draft cannot become %', NEW.status USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status = 'published' AND (
        NOT EXISTS (SELECT 1 FROM standards_requirement WHERE standard_id = NEW.id)
        OR EXISTS (SELECT 1 FROM standards_requirement
                   WHERE standard_id = NEW.id AND comparison <> 'is_true' AND threshold IS NULL)
    ) THEN
        RAISE EXCEPTION 'standard % has no requirement, or one without its threshold', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""

# FOR SHARE waits for a publication under way, so that no row slips into a standard while it is being published.
REQUIREMENT = """
DECLARE
    touched bigint;
    parent record;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'requirements of published standards are kept' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.standard_id <> OLD.standard_id THEN
        RAISE EXCEPTION 'a requirement stays with its standard' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        touched := OLD.standard_id;
    ELSE
        touched := NEW.standard_id;
    END IF;
    SELECT status, subject INTO parent FROM standards_standard WHERE id = touched FOR SHARE;
    IF parent.status <> 'draft' THEN
        RAISE EXCEPTION 'standard % is % and its requirements are frozen', touched, parent.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF parent.subject <> 'village' AND (NEW.weight IS NOT NULL OR NEW.veto) THEN
        RAISE EXCEPTION 'weights and vetoes are for villages only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [
        Function("standards_standard_frozen", STANDARD),
        Trigger(
            "standards_standard_frozen",
            "standards_standard",
            "standards_standard_frozen",
            when="BEFORE INSERT OR UPDATE OR DELETE",
        ),
        Trigger(
            "standards_standard_kept",
            "standards_standard",
            "standards_standard_frozen",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
        Function("standards_requirement_frozen", REQUIREMENT),
        Trigger(
            "standards_requirement_frozen",
            "standards_requirement",
            "standards_requirement_frozen",
            when="BEFORE INSERT OR UPDATE OR DELETE",
        ),
        Trigger(
            "standards_requirement_kept",
            "standards_requirement",
            "standards_requirement_frozen",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
    ]
