"""A photo is given up once and for good; another one stands in the place of a photo of the same visit that has not come
and was not given up, and for that one nothing comes any more. A visit whose photographed signature was given up is
re-checked like one without. The rest stays as in 0040, 0063 and 0066.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

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
    "visited_on_moved",
    "visited_on_before",
)


def _visit(moves: tuple[str, ...], more: str = "") -> str:
    return f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR {_bare("NEW", *moves)} <> {_bare("OLD", *moves)}
       OR NEW.photos_arrived < OLD.photos_arrived{more}
       OR (OLD.held_decided_at IS NOT NULL AND (NEW.held_taken, NEW.held_decided_by_id, NEW.held_decided_at)
           IS DISTINCT FROM (OLD.held_taken, OLD.held_decided_by_id, OLD.held_decided_at))
       OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawn_by_id, NEW.withdrawn_reason)
           IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by_id, OLD.withdrawn_reason))
       OR ((NEW.visited_on_moved, NEW.visited_on_before) IS DISTINCT FROM (OLD.visited_on_moved, OLD.visited_on_before)
           AND (OLD.visited_on_moved OR NOT NEW.visited_on_moved))
    THEN
        RAISE EXCEPTION 'A visit stays as it was made' {_REFUSED} 'households_visit_stays';
    END IF;
    RETURN NEW;
END
"""


_SEEN = ("file_id", "arrived_at", "flags", "checked_at", "looked_by_id", "looked_at", "looked_remark")
_GIVEN_UP = ("given_up_at", "given_up_by_id", "given_up_reason")


def _photo(seen: tuple[str, ...], more: str = "") -> str:
    return f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR {_bare("NEW", *seen)} <> {_bare("OLD", *seen)}
       OR (OLD.file_id IS NOT NULL AND (NEW.file_id, NEW.arrived_at) IS DISTINCT FROM (OLD.file_id, OLD.arrived_at))
       OR (OLD.looked_at IS NOT NULL AND (NEW.looked_by_id, NEW.looked_at, NEW.looked_remark)
           IS DISTINCT FROM (OLD.looked_by_id, OLD.looked_at, OLD.looked_remark)){more}
    THEN
        RAISE EXCEPTION 'A photo of a visit stays' {_REFUSED} 'households_visitphoto_stays';
    END IF;
    RETURN NEW;
END
"""


_FOR_GOOD = """
       OR (OLD.given_up_at IS NOT NULL AND (NEW.given_up_at, NEW.given_up_by_id, NEW.given_up_reason)
           IS DISTINCT FROM (OLD.given_up_at, OLD.given_up_by_id, OLD.given_up_reason))
       OR ((NEW.file_id, NEW.given_up_at) IS DISTINCT FROM (OLD.file_id, OLD.given_up_at)
           AND EXISTS (SELECT 1 FROM households_visitphoto p WHERE p.replaces_id = NEW.id))"""

# Held while it is looked at: it may arrive in this moment.
PLACE = f"""
BEGIN
    PERFORM 1 FROM households_visitphoto p
      WHERE p.id = NEW.replaces_id AND p.visit_id = NEW.visit_id AND p.file_id IS NULL AND p.given_up_at IS NULL
      FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A photo takes the place of one that is waited for' {_REFUSED} 'households_visitphoto_place';
    END IF;
    RETURN NEW;
END
"""


_RECHECK = "households_visitrecheck_by_others"


def _recheck(unsigned: str) -> str:
    return f"""
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM households_visit v
        WHERE v.id = NEW.visit_id AND {unsigned} AND v.withdrawn_at IS NULL
          AND NEW.recorded_by_id NOT IN (v.visitor_id, v.recorded_by_id)
          AND NEW.happened_on >= v.happened_on
    ) THEN
        RAISE EXCEPTION 'A visit without signature is re-checked by others' {_REFUSED} '{_RECHECK}';
    END IF;
    RETURN NEW;
END
"""


_UNSIGNED = "v.signed IS FALSE"
_PAPER_LOST = """(v.signed IS FALSE OR (v.signed AND EXISTS (
            SELECT 1 FROM households_visitphoto p
            WHERE p.visit_id = v.id AND p.kind = 'signature' AND p.given_up_at IS NOT NULL)
          AND NOT EXISTS (
            SELECT 1 FROM households_visitphoto p
            WHERE p.visit_id = v.id AND p.kind = 'signature' AND p.given_up_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM households_visitphoto o WHERE o.replaces_id = p.id))
          AND NOT EXISTS (
            SELECT 1 FROM files_filelink l
            WHERE l.case_type = 'households.visit' AND l.case_id = v.id AND l.role = 'signature'
              AND l.removed_at IS NULL)))"""


class Migration(migrations.Migration):
    dependencies = [("households", "0072_photos_that_never_come")]

    operations = [
        Function(
            "households_visit_stays",
            _visit(
                (*_MOVES, "photos_given_up"), "\n       OR NEW.photos_given_up < OLD.photos_given_up"
            ),
            previous=_visit(_MOVES),
        ),
        Function(
            "households_visitphoto_stays", _photo((*_SEEN, *_GIVEN_UP), _FOR_GOOD), previous=_photo(_SEEN)
        ),
        Function("households_visitphoto_place", PLACE),
        Function(_RECHECK, _recheck(_PAPER_LOST), previous=_recheck(_UNSIGNED)),
        Trigger(
            "households_visitphoto_place",
            "households_visitphoto",
            "households_visitphoto_place",
            when="BEFORE INSERT",
            condition="NEW.replaces_id IS NOT NULL",
        ),
    ]
