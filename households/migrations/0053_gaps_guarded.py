"""Gaps that were closed stand; open ones go along with their household. Who closes what, unless a county says otherwise."""

from datetime import date

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="
_MOVES = ("area_code", "party", "due_on", "due_from", "reason", "assigned_to_id", "assigned_by_id", "closed_on", "outcome",
          "closed_by")

# Where a household stands now is asked of closed gaps too; nothing else of them changes any more.
GAP = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR (to_jsonb(NEW) - ARRAY[{', '.join(repr(one) for one in _MOVES)}])
          <> (to_jsonb(OLD) - ARRAY[{', '.join(repr(one) for one in _MOVES)}])
       OR (OLD.closed_on IS NOT NULL AND (to_jsonb(NEW) - 'area_code') <> (to_jsonb(OLD) - 'area_code'))
    THEN
        RAISE EXCEPTION 'A gap stays as it was' {_REFUSED} 'households_gap_stays';
    END IF;
    RETURN NEW;
END
"""

ALONG = """
BEGIN
    UPDATE households_gap SET area_code = NEW.area_code
        WHERE household_id = NEW.id AND area_code <> NEW.area_code;
    RETURN NULL;
END
"""

UNMET, UNKNOWN = 0, 1
# indicator -> (who closes it when unmet, when unknown). From memory: as county plans divide the work (缺什么补什么).
DEFAULTS = {
    "visit": (None, "helper"),
    "income": ("helper", "helper"),
    "food": ("village", "helper"),
    "clothing": ("village", "helper"),
    "education": ("education", "education"),
    "medical": ("medical_insurance", "medical_insurance"),
    "housing": ("housing", "housing"),
    "water": ("water", "water"),
    "power": ("power", "power"),
    "broadcasting": ("broadcasting", "broadcasting"),
    "road": ("transport", "transport"),
    "stable_income": ("helper", "helper"),
}


def load(apps, schema_editor):
    rows = apps.get_model("households", "GapResponsibility").objects
    rows.bulk_create(
        rows.model(area_code="", indicator=indicator, state=state, party=party, valid_from=date(2014, 1, 1),
                   document_name="随系统提供（通行做法，待各地确认）")
        for indicator, parties in DEFAULTS.items()
        for state, party in zip((UNMET, UNKNOWN), parties)
        if party
    )


class Migration(migrations.Migration):
    dependencies = [("households", "0052_gaps")]

    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        AppendOnly("households_gapresponsibility"),
        Function("households_gap_stays", GAP),
        Trigger("households_gap_stays", "households_gap", "households_gap_stays", when="BEFORE UPDATE OR DELETE"),
        Function("households_gap_goes_along", ALONG),
        Trigger("households_gap_goes_along", "households_household", "households_gap_goes_along",
                when="AFTER UPDATE OF area_code", condition="OLD.area_code IS DISTINCT FROM NEW.area_code"),
    ]
