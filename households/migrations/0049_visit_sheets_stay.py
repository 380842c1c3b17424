"""A printed sheet stays as it was printed: it only learns which visit was typed from it, of its own household, and
another one after that was withdrawn. A bundle is withdrawn once; nothing is deleted.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

SHEET = f"""
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'visit_id') <> (to_jsonb(OLD) - 'visit_id') THEN
        RAISE EXCEPTION 'A printed sheet stays' {_REFUSED} 'households_visitsheet_stays';
    END IF;
    IF NEW.visit_id IS DISTINCT FROM OLD.visit_id THEN
        IF OLD.visit_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM households_visit WHERE id = OLD.visit_id AND withdrawn_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'The sheet was typed already' {_REFUSED} 'households_visitsheet_stays';
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM households_visit WHERE id = NEW.visit_id AND household_id = NEW.household_id
        ) THEN
            RAISE EXCEPTION 'The visit is of another household' {_REFUSED} 'households_visitsheet_stays';
        END IF;
    END IF;
    RETURN NEW;
END
"""

BUNDLE = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id' - 'withdrawn_reason')
          <> (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id' - 'withdrawn_reason')
    THEN
        RAISE EXCEPTION 'Printed sheets stay' {_REFUSED} 'households_sheetbundle_stays';
    END IF;
    RETURN NEW;
END
"""


def _guard(table: str, body: str):
    name = f"{table}_stays"
    return [Function(name, body), Trigger(name, table, name, when="BEFORE UPDATE OR DELETE")]


class Migration(migrations.Migration):
    dependencies = [("households", "0048_visit_sheets")]

    operations = [
        *_guard("households_visitsheet", SHEET),
        *_guard("households_sheetbundle", BUNDLE),
    ]
