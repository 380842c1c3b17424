"""Clues are never lost, closed rounds stand, and states of monitoring move by steps only, for every writer."""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

# What was received stays as it came; whom it means may be found later, and a telephone number gets a new key.
CLUE = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.household_id IS NOT NULL AND NEW.household_id IS DISTINCT FROM OLD.household_id)
       OR (to_jsonb(NEW) - 'household_id' - 'case_id' - 'area_code' - 'state' - 'answer' - 'answered_on' - 'informant_phone')
          <> (to_jsonb(OLD) - 'household_id' - 'case_id' - 'area_code' - 'state' - 'answer' - 'answered_on' - 'informant_phone')
    THEN
        RAISE EXCEPTION 'A clue stays as it came' {_REFUSED} 'households_clue_stays';
    END IF;
    RETURN NEW;
END
"""

ROUND = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'Round % is closed', OLD.id {_REFUSED} 'households_round_closed';
    END IF;
    RETURN NEW;
END
"""

VISIT = f"""
DECLARE
    closed timestamptz;
BEGIN
    SELECT closed_at INTO closed FROM households_monitoringround
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.round_id ELSE NEW.round_id END FOR SHARE;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'The round is closed' {_REFUSED} 'households_round_closed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""

# Risks and comparisons are what village, township and county decide on: from the appraisal on they stand.
PART = f"""
DECLARE
    now_at text;
BEGIN
    SELECT state INTO now_at FROM households_monitoringcase
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.case_id ELSE NEW.case_id END FOR SHARE;
    IF now_at NOT IN ('opened', 'visited') THEN
        RAISE EXCEPTION 'The case is past its comparison' {_REFUSED} 'households_case_compared';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""

# State and day are written by two statements of one transaction: asked when it ends.
REMOVED = f"""
DECLARE
    stands record;
BEGIN
    SELECT risk_state, removed_on INTO stands FROM households_monitoring WHERE id = NEW.id;
    IF (stands.risk_state = 'removed') <> (stands.removed_on IS NOT NULL) THEN
        RAISE EXCEPTION 'Monitoring %: removed without a day, or a day without', NEW.id
            {_REFUSED} 'households_monitoring_removed_has_its_day';
    END IF;
    RETURN NULL;
END
"""


def _guard(table: str, name: str, body: str, *, when: str = "BEFORE UPDATE OR DELETE"):
    return [Function(name, body), Trigger(name, table, name, when=when)]


class Migration(migrations.Migration):
    dependencies = [("households", "0032_monitoring"), ("review", "0004_lists_guarded")]

    operations = [
        migrations.RunSQL(
            sql="UPDATE households_monitoring SET risk_state = 'removed' WHERE removed_on IS NOT NULL",
            reverse_sql=migrations.RunSQL.noop,
        ),
        *_guard("households_clue", "households_clue_stays", CLUE),
        *_guard("households_monitoringround", "households_round_stays", ROUND),
        *_guard(
            "households_roundvisit", "households_roundvisit_open", VISIT, when="BEFORE INSERT OR UPDATE OR DELETE"
        ),
        Function("households_case_part_open", PART),
        *(
            Trigger(
                f"{table}_open", table, "households_case_part_open", when="BEFORE INSERT OR UPDATE OR DELETE"
            )
            for table in ("households_caserisk", "households_casecomparison")
        ),
        AppendOnly("households_mustvisit"),
        AppendOnly("households_roundcoverage"),
        Function("households_monitoring_removed", REMOVED),
        Trigger(
            "households_monitoring_removed",
            "households_monitoring",
            "households_monitoring_removed",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
        ),
        StatusNeedsStep("households_clue", "households.clue", "state", initial="received"),
        StatusNeedsStep("households_monitoringcase", "households.monitoringcase", "state"),
        StatusNeedsStep("households_monitoring", "households.monitoring", "risk_state", initial="present"),
    ]
