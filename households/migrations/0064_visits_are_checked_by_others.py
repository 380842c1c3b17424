"""Maker and checker are two people: who made or recorded a visit neither takes it over, nor decides what it left open,
nor clears what is odd about its photos. What a visitor leaves open when he withdraws his visit is closed with it.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

VISIT = f"""
BEGIN
    IF NEW.held_decided_by_id IN (NEW.visitor_id, NEW.recorded_by_id) THEN
        RAISE EXCEPTION 'A visit is taken over by somebody else' {_REFUSED} 'households_visit_checked_by_others';
    END IF;
    RETURN NEW;
END
"""

FACT = f"""
BEGIN
    IF EXISTS (
        SELECT 1 FROM households_visit v
        WHERE v.id = NEW.visit_id AND NEW.decided_by_id IN (v.visitor_id, v.recorded_by_id)
          AND NOT (NEW.outcome = 'kept' AND v.withdrawn_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'A fact is decided by somebody else' {_REFUSED} 'households_visitfact_checked_by_others';
    END IF;
    RETURN NEW;
END
"""

PHOTO = f"""
BEGIN
    IF EXISTS (
        SELECT 1 FROM households_visit v
        WHERE v.id = NEW.visit_id AND NEW.looked_by_id IN (v.visitor_id, v.recorded_by_id)
    ) THEN
        RAISE EXCEPTION 'A photo is looked at by somebody else' {_REFUSED} 'households_visitphoto_checked_by_others';
    END IF;
    RETURN NEW;
END
"""


def _guard(table: str, column: str, body: str):
    name = f"{table}_checked_by_others"
    return [
        Function(name, body),
        Trigger(name, table, name, when="BEFORE INSERT", condition=f"NEW.{column} IS NOT NULL"),
        Trigger(
            f"{name}_later",
            table,
            name,
            when="BEFORE UPDATE",
            condition=f"NEW.{column} IS DISTINCT FROM OLD.{column}",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("households", "0063_visits_move_their_day_once")]

    operations = [
        *_guard("households_visit", "held_decided_by_id", VISIT),
        *_guard("households_visitfact", "decided_by_id", FACT),
        *_guard("households_visitphoto", "looked_by_id", PHOTO),
    ]
