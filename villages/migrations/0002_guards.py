"""Rules that PostgreSQL keeps: closed years never change, no status without its step, and no village that is not met
is let through, by whatever path: page, API, list, shell or SQL.
"""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import AppendOnly, Function, Trigger

# The result stored for the year of the exit must say 达标 (2): up to the county's check after this batch, from the
# city's acceptance on by the figures of now. Asked at commit, so that the words of the services come first.
EXIT_IS_MET = """
DECLARE
    met boolean;
BEGIN
    SELECT CASE WHEN NEW.state IN ('accepted', 'announced', 'marked') THEN a.verdict = 2 ELSE a.verdict_after = 2 END
      INTO met
      FROM villages_villageassessment a
     WHERE a.village_id = NEW.village_id AND a.year = NEW.year;
    IF met IS DISTINCT FROM true THEN
        RAISE EXCEPTION 'Exit %: the village is not met', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'villages_exit_is_met';
    END IF;
    RETURN NULL;
END
"""

# 已出列 is carried out by a marked exit, or taken over with its document (带入) while none is under way.
EXITED_BY_MARK = """
BEGIN
    IF NOT EXISTS (
        SELECT FROM villages_exitcase WHERE village_id = NEW.id AND state = 'marked'
    ) AND NOT EXISTS (
        SELECT FROM review_step
        WHERE case_type = 'villages.village' AND case_id = NEW.id AND transition = 'adopt_village_exit'
    ) THEN
        RAISE EXCEPTION 'Village % has not been marked', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'villages_exited_by_mark';
    END IF;
    IF EXISTS (
        SELECT FROM villages_exitcase WHERE village_id = NEW.id AND state NOT IN ('marked', 'dropped')
    ) THEN
        RAISE EXCEPTION 'Village % has an exit under way', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'villages_exited_without_open_exit';
    END IF;
    RETURN NULL;
END
"""

# What was found on the spot stays as it is once the step that rests on it was taken.
SHEET_STAYS = """
DECLARE
    s record;
BEGIN
    {find}
    IF EXISTS (
        SELECT FROM review_step
        WHERE case_type = 'villages.exitcase' AND case_id = s.case_id AND round = s.round
          AND transition = CASE s.stage
              WHEN 'self' THEN 'selfcheck_village'
              WHEN 'township' THEN 'review_village'
              WHEN 'county' THEN 'check_village'
              ELSE 'accept_village' END
    ) THEN
        RAISE EXCEPTION 'The step on this sheet was taken'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'villages_sheet_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""
_OF_SHEET = SHEET_STAYS.replace("{find}", "s := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;")
_OF_ITEM = SHEET_STAYS.replace(
    "{find}",
    "SELECT case_id, round, stage INTO s FROM villages_checksheet"
    " WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END;",
)

CERTIFICATE_STAYS = """
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_on IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_on' - 'withdrawn_reason')
          <> (to_jsonb(OLD) - 'withdrawn_on' - 'withdrawn_reason') THEN
        RAISE EXCEPTION 'A certificate stays as it was given'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'villages_certificate_stays';
    END IF;
    RETURN NEW;
END
"""


def _years_guarded(table):
    return [
        Trigger(f"{table}_{verb.lower()}_year", table, "households_open_year", when=f"AFTER {verb}", each="STATEMENT",
                referencing=f"{kind} TABLE AS touched")
        for verb, kind in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ]


_LET_THROUGH = "NEW.state IN ('selfchecked', 'reviewed', 'checked', 'accepted', 'announced', 'marked')"


class Migration(migrations.Migration):
    dependencies = [
        ("villages", "0001_initial"),
        ("households", "0002_guards"),
        ("review", "0004_lists_guarded"),
    ]

    operations = [
        *_years_guarded("villages_villageyear"),
        *_years_guarded("villages_villageassessment"),
        StatusNeedsStep("villages_village", "villages.village", "status", initial=""),
        StatusNeedsStep("villages_exitcase", "villages.exitcase", "state"),
        Function("villages_exit_is_met", EXIT_IS_MET),
        Trigger("villages_exit_is_met_new", "villages_exitcase", "villages_exit_is_met",
                when="AFTER INSERT", condition=_LET_THROUGH, deferred=True),
        Trigger("villages_exit_is_met_changed", "villages_exitcase", "villages_exit_is_met",
                when="AFTER UPDATE", condition=f"OLD.state IS DISTINCT FROM NEW.state AND {_LET_THROUGH}",
                deferred=True),
        Function("villages_exited_by_mark", EXITED_BY_MARK),
        Trigger("villages_exited_by_mark_new", "villages_village", "villages_exited_by_mark",
                when="AFTER INSERT", condition="NEW.status = 'exited'", deferred=True),
        Trigger("villages_exited_by_mark_changed", "villages_village", "villages_exited_by_mark",
                when="AFTER UPDATE", condition="OLD.status IS DISTINCT FROM NEW.status AND NEW.status = 'exited'",
                deferred=True),
        Function("villages_sheet_stays", _OF_SHEET),
        Trigger("villages_sheet_stays", "villages_checksheet", "villages_sheet_stays",
                when="BEFORE INSERT OR UPDATE OR DELETE"),
        Function("villages_item_stays", _OF_ITEM),
        Trigger("villages_item_stays", "villages_checkitem", "villages_item_stays",
                when="BEFORE INSERT OR UPDATE OR DELETE"),
        Function("villages_certificate_stays", CERTIFICATE_STAYS),
        Trigger("villages_certificate_stays", "villages_certificate", "villages_certificate_stays",
                when="BEFORE UPDATE OR DELETE"),
        AppendOnly("villages_villagechange"),
    ]
