"""A visit stays as it was made: photos arrive, a held one is decided about, a mistaken one is withdrawn; nothing else
changes and nothing is deleted. A published template is frozen; what was decided about a fact stands.
"""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="


def _bare(row: str, *names: str) -> str:
    return "(to_jsonb({})".format(row) + "".join(f" - '{one}'" for one in names) + ")"


_MOVES = (
    "photos_arrived",
    "held_taken",
    "held_decided_by_id",
    "held_decided_at",
    "withdrawn_at",
    "withdrawn_by_id",
    "withdrawn_reason",
)
VISIT = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR {_bare("NEW", *_MOVES)} <> {_bare("OLD", *_MOVES)}
       OR NEW.photos_arrived < OLD.photos_arrived
       OR (OLD.held_decided_at IS NOT NULL AND (NEW.held_taken, NEW.held_decided_by_id, NEW.held_decided_at)
           IS DISTINCT FROM (OLD.held_taken, OLD.held_decided_by_id, OLD.held_decided_at))
       OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawn_by_id, NEW.withdrawn_reason)
           IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by_id, OLD.withdrawn_reason))
    THEN
        RAISE EXCEPTION 'A visit stays as it was made' {_REFUSED} 'households_visit_stays';
    END IF;
    RETURN NEW;
END
"""

_DECIDED = ("outcome", "decided_by_id", "decided_at")
FACT = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR OLD.decided_at IS NOT NULL
       OR OLD.outcome NOT IN ('conflict', 'refused', 'held')
       OR NEW.decided_at IS NULL
       OR {_bare("NEW", *_DECIDED)} <> {_bare("OLD", *_DECIDED)}
    THEN
        RAISE EXCEPTION 'What was said on a visit stays' {_REFUSED} 'households_visitfact_stays';
    END IF;
    RETURN NEW;
END
"""

_SEEN = ("file_id", "arrived_at", "flags", "checked_at", "looked_by_id", "looked_at", "looked_remark")
PHOTO = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR {_bare("NEW", *_SEEN)} <> {_bare("OLD", *_SEEN)}
       OR (OLD.file_id IS NOT NULL AND (NEW.file_id, NEW.arrived_at) IS DISTINCT FROM (OLD.file_id, OLD.arrived_at))
       OR (OLD.looked_at IS NOT NULL AND (NEW.looked_by_id, NEW.looked_at, NEW.looked_remark)
           IS DISTINCT FROM (OLD.looked_by_id, OLD.looked_at, OLD.looked_remark))
    THEN
        RAISE EXCEPTION 'A photo of a visit stays' {_REFUSED} 'households_visitphoto_stays';
    END IF;
    RETURN NEW;
END
"""

TEMPLATE = f"""
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
       OR {_bare("NEW", "superseded_by_id")} <> {_bare("OLD", "superseded_by_id")}
       OR (OLD.superseded_by_id IS NOT NULL AND NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id)
    THEN
        RAISE EXCEPTION 'A published template is frozen' {_REFUSED} 'households_visittemplate_frozen';
    END IF;
    RETURN NEW;
END
"""


def _guard(table: str, body: str):
    name = f"{table}_stays"
    return [Function(name, body), Trigger(name, table, name, when="BEFORE UPDATE OR DELETE")]


class Migration(migrations.Migration):
    dependencies = [("households", "0039_visits")]

    operations = [
        *_guard("households_visit", VISIT),
        *_guard("households_visitfact", FACT),
        *_guard("households_visitphoto", PHOTO),
        *_guard("households_visittemplate", TEMPLATE),
        AppendOnly("households_visitamount"),
    ]
