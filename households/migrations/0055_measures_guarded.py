"""Measures and plans are never lost: what was done or cancelled stands, and none changes its household."""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

# A visit may prove what is done already, and a plan may take it over.
MEASURE = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.household_id, NEW.recorded_by_id, NEW.recorded_at) IS DISTINCT FROM
          (OLD.household_id, OLD.recorded_by_id, OLD.recorded_at)
       OR ((OLD.ends_on IS NOT NULL OR OLD.cancelled_on IS NOT NULL)
           AND (to_jsonb(NEW) - ARRAY['visit_id', 'plan_id', 'state'])
               <> (to_jsonb(OLD) - ARRAY['visit_id', 'plan_id', 'state']))
    THEN
        RAISE EXCEPTION 'A measure stays as it was' {_REFUSED} 'households_measure_stays';
    END IF;
    RETURN NEW;
END
"""

PLAN = f"""
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.household_id, NEW.year, NEW.kind) IS DISTINCT FROM (OLD.household_id, OLD.year, OLD.kind)
    THEN
        RAISE EXCEPTION 'A plan stays' {_REFUSED} 'households_plan_stays';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0054_measures")]

    operations = [
        Function("households_measure_stays", MEASURE),
        Trigger("households_measure_stays", "households_measure", "households_measure_stays",
                when="BEFORE UPDATE OR DELETE"),
        Function("households_plan_stays", PLAN),
        Trigger("households_plan_stays", "households_helpplan", "households_plan_stays", when="BEFORE UPDATE OR DELETE"),
    ]
