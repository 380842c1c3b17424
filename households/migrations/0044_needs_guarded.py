"""Needs are never lost and stay as they were asked; their state moves by steps only; they go along with their
household.
"""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="
_MOVES = ("area_code", "whom", "due_on", "state", "reply", "replied_on", "settled_on", "told_on")
_OPEN = "('raised', 'passed_on', 'reopened', 'answered')"


def _without(row: str) -> str:
    return f"(to_jsonb({row}) - ARRAY[{', '.join(repr(one) for one in _MOVES)}])"


NEED = f"""
BEGIN
    IF TG_OP = 'DELETE' OR {_without("NEW")} <> {_without("OLD")} THEN
        RAISE EXCEPTION 'A need stays as it was asked' {_REFUSED} 'households_need_stays';
    END IF;
    -- Sent back, it is settled no more.
    IF NEW.state IN {_OPEN} AND OLD.state NOT IN {_OPEN} THEN
        NEW.settled_on := NULL;
    END IF;
    RETURN NEW;
END
"""

ALONG = """
BEGIN
    UPDATE households_need SET area_code = NEW.area_code
        WHERE household_id = NEW.id AND area_code <> NEW.area_code;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0043_needs"), ("review", "0006_rounds_and_rights")]

    operations = [
        Function("households_need_stays", NEED),
        Trigger("households_need_stays", "households_need", "households_need_stays", when="BEFORE UPDATE OR DELETE"),
        Function("households_need_goes_along", ALONG),
        Trigger(
            "households_need_goes_along",
            "households_household",
            "households_need_goes_along",
            when="AFTER UPDATE OF area_code",
            condition="OLD.area_code IS DISTINCT FROM NEW.area_code",
        ),
        StatusNeedsStep("households_need", "households.need", "state", initial="raised"),
    ]
