"""The steps of a county stay as they were defined, and what was noted of a household as it was noted: it is taken back with
its reason. Steps go in the order of their method, on days in that order.
"""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

# As many different keys as labels, all of them words; of years of which steps are noted nothing is defined anew.
METHOD = f"""
BEGIN
    IF jsonb_typeof(NEW.labels) <> 'array' OR jsonb_typeof(NEW.keys) <> 'array'
       OR jsonb_array_length(NEW.labels) NOT BETWEEN 2 AND 12
       OR (SELECT COUNT(DISTINCT one) FROM jsonb_array_elements_text(NEW.labels) one WHERE one <> '')
          <> jsonb_array_length(NEW.labels)
       OR (SELECT COUNT(DISTINCT one) FROM jsonb_array_elements_text(NEW.keys) one WHERE one <> '')
          <> jsonb_array_length(NEW.labels)
       OR jsonb_array_length(NEW.keys) <> jsonb_array_length(NEW.labels) THEN
        RAISE EXCEPTION 'steps of a method are 2 to 12 different ones' {_REFUSED} 'households_step_method_steps';
    END IF;
    IF EXISTS (SELECT FROM households_stepmethod before JOIN households_stepdone done ON done.method_id = before.id
               WHERE before.area_code = NEW.area_code AND done.withdrawn_at IS NULL
               AND (before.year_from >= NEW.year_from OR done.done_on >= make_date(NEW.year_from, 1, 1))) THEN
        RAISE EXCEPTION 'the steps of % are in use', NEW.year_from {_REFUSED} 'households_step_method_in_use';
    END IF;
    RETURN NEW;
END
"""

DONE = f"""
DECLARE
    own text[];
    place integer;
BEGIN
    SELECT ARRAY(SELECT jsonb_array_elements_text(keys)) INTO own FROM households_stepmethod
    WHERE id = NEW.method_id;
    place := array_position(own, NEW.step::text);
    IF place IS NULL THEN
        RAISE EXCEPTION 'no such step in method %', NEW.method_id {_REFUSED} 'households_step_of_its_method';
    END IF;
    IF EXISTS (SELECT FROM unnest(own[1:place - 1]) AS before(step) WHERE NOT EXISTS (
                   SELECT FROM households_stepdone done WHERE done.household_id = NEW.household_id
                   AND done.step = before.step AND done.withdrawn_at IS NULL AND done.done_on <= NEW.done_on))
       OR EXISTS (SELECT FROM households_stepdone done WHERE done.household_id = NEW.household_id
                  AND done.withdrawn_at IS NULL AND done.step = ANY (own[place + 1:]) AND done.done_on < NEW.done_on)
    THEN
        RAISE EXCEPTION 'steps of household % go in order', NEW.household_id {_REFUSED} 'households_steps_in_order';
    END IF;
    RETURN NEW;
END
"""

# The last one is taken back first, in the order of whichever method the later one was noted by.
BACK = f"""
BEGIN
    IF EXISTS (SELECT FROM households_stepdone later JOIN households_stepmethod method ON method.id = later.method_id
               CROSS JOIN LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(method.keys)) AS keys) own
               WHERE later.household_id = NEW.household_id AND later.withdrawn_at IS NULL AND later.id <> NEW.id
               AND array_position(own.keys, NEW.step::text) < array_position(own.keys, later.step::text)) THEN
        RAISE EXCEPTION 'later steps of household % stand', NEW.household_id {_REFUSED} 'households_steps_in_order';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0086_steps")]

    operations = [
        AppendOnly("households_stepmethod"),
        Function("households_step_method_fits", METHOD),
        Trigger(
            "households_step_method_fits",
            "households_stepmethod",
            "households_step_method_fits",
            when="BEFORE INSERT",
        ),
        Trigger(
            "households_stepdone_stays",
            "households_stepdone",
            "households_taken_back_stays",
            when="BEFORE UPDATE OR DELETE",
            arguments="'{}'",
        ),
        Function("households_step_done_fits", DONE),
        Trigger(
            "households_step_done_fits",
            "households_stepdone",
            "households_step_done_fits",
            when="BEFORE INSERT",
        ),
        Function("households_step_back_fits", BACK),
        Trigger(
            "households_step_back_fits",
            "households_stepdone",
            "households_step_back_fits",
            when="BEFORE UPDATE",
            condition="NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL",
        ),
    ]
