"""What a visit moved is noted once, when it is received or, where it was found standing, taken over; the rest of a visit
stays as it was made, as in 0040.
"""

from django.db import migrations

from poverty.sql.triggers import Function

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
_MOVED = ("visited_on_moved", "visited_on_before")


def _stays(moves: tuple[str, ...], more: str = "") -> str:
    return f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR {_bare("NEW", *moves)} <> {_bare("OLD", *moves)}
       OR NEW.photos_arrived < OLD.photos_arrived
       OR (OLD.held_decided_at IS NOT NULL AND (NEW.held_taken, NEW.held_decided_by_id, NEW.held_decided_at)
           IS DISTINCT FROM (OLD.held_taken, OLD.held_decided_by_id, OLD.held_decided_at))
       OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawn_by_id, NEW.withdrawn_reason)
           IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by_id, OLD.withdrawn_reason)){more}
    THEN
        RAISE EXCEPTION 'A visit stays as it was made' {_REFUSED} 'households_visit_stays';
    END IF;
    RETURN NEW;
END
"""


_ONCE = """
       OR ((NEW.visited_on_moved, NEW.visited_on_before) IS DISTINCT FROM (OLD.visited_on_moved, OLD.visited_on_before)
           AND (OLD.visited_on_moved OR NOT NEW.visited_on_moved))"""


class Migration(migrations.Migration):
    dependencies = [("households", "0062_visits_say_what_they_moved")]

    operations = [
        Function("households_visit_stays", _stays((*_MOVES, *_MOVED), _ONCE), previous=_stays(_MOVES)),
    ]
