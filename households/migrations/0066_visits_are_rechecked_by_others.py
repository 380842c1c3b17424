"""A joint re-check is of a visit that stands and was not signed, not of one's own, on its day or after; it stays."""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_NAME = "households_visitrecheck_by_others"
_REFUSED = f"USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{_NAME}'"

RECHECK = f"""
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM households_visit v
        WHERE v.id = NEW.visit_id AND v.signed IS FALSE AND v.withdrawn_at IS NULL
          AND NEW.recorded_by_id NOT IN (v.visitor_id, v.recorded_by_id)
          AND NEW.happened_on >= v.happened_on
    ) THEN
        RAISE EXCEPTION 'A visit without signature is re-checked by others' {_REFUSED};
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0065_visits_without_signature")]

    operations = [
        Function(_NAME, RECHECK),
        Trigger(_NAME, "households_visitrecheck", _NAME, when="BEFORE INSERT"),
        AppendOnly("households_visitrecheck"),
    ]
