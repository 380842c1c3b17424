"""Clues are never lost, closed rounds stand, states of monitoring move by steps only, and a case goes its whole way:
visited, compared, appraised, posted, checked, approved, announced, for every writer.
"""

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

# Risks and comparisons are what village, township and county decide on: from the appraisal on they stand, and what was
# said in a round that was sent back stands as well.
PART = f"""
DECLARE
    stands record;
BEGIN
    SELECT state, round INTO stands FROM households_monitoringcase
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.case_id ELSE NEW.case_id END FOR SHARE;
    IF stands.state NOT IN ('opened', 'visited') THEN
        RAISE EXCEPTION 'The case is past its comparison' {_REFUSED} 'households_case_compared';
    END IF;
    IF TG_TABLE_NAME = 'households_casecomparison' THEN
        IF (TG_OP <> 'DELETE' AND NEW.round <> stands.round) OR (TG_OP <> 'INSERT' AND OLD.round <> stands.round) THEN
            RAISE EXCEPTION 'The comparison belongs to another round' {_REFUSED} 'households_comparison_of_its_round';
        END IF;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""

# A case that comes back to its comparison, returned or after an upheld objection, begins a new round.
CASE_ROUND = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.round := 1;
    ELSIF NEW.state = 'visited' AND OLD.state IN ('appraised', 'checked') THEN
        NEW.round := OLD.round + 1;
    ELSE
        NEW.round := OLD.round;
    END IF;
    RETURN NEW;
END
"""

# Tests compare both with the workflow and the list of subjects.
ORDER = (
    ">opened",
    "opened>visited",
    "opened>dropped",
    "visited>dropped",
    "visited>compared",
    "compared>appraised",
    "compared>not_agreed",
    "appraised>checked",
    "appraised>visited",
    "appraised>refused",
    "checked>approved",
    "checked>visited",
    "checked>refused",
    "approved>announced",
    "announced>recorded",
)
SUBJECTS = (
    "vehicles",
    "real_estate",
    "business",
    "public_payroll",
    "medical_insurance",
    "education",
    "housing",
    "water",
)
_CASE = "case_type = 'households.monitoringcase'"


def _texts(items) -> str:
    return "ARRAY[" + ", ".join(f"'{one}'" for one in items) + "]"


# Asked at commit, after the words of the procedure itself have had their turn.
WAY = f"""
DECLARE
    before text := '';
    published text;
    said boolean;
    on_paper date;
    began_on date := '-infinity';
    began_at timestamptz := '-infinity';
    came_on date;
    came_at timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.state;
    END IF;
    IF NOT (before || '>' || NEW.state = ANY ({_texts(ORDER)})) THEN
        RAISE EXCEPTION 'Monitoring case %: no step leads from % to %', NEW.id, before, NEW.state
            {_REFUSED} 'households_monitoring_way';
    END IF;
    IF NEW.state IN ('opened', 'dropped', 'refused') OR (NEW.state = 'visited' AND before <> 'opened') THEN
        RETURN NULL;
    END IF;

    SELECT s.happened_on INTO on_paper FROM review_step s
        WHERE s.{_CASE} AND s.case_id = NEW.id AND s.source = before AND s.target = NEW.state
        ORDER BY s.id DESC LIMIT 1;
    SELECT s.happened_on, s.recorded_at INTO began_on, began_at FROM review_step s
        WHERE s.{_CASE} AND s.case_id = NEW.id AND s.closes_round AND s.round < NEW.round
        ORDER BY s.id DESC LIMIT 1;
    began_on := coalesce(began_on, '-infinity');
    began_at := coalesce(began_at, '-infinity');

    IF NEW.state IN ('visited', 'compared', 'checked', 'approved') AND (
        NEW.visited_on IS NULL OR NEW.visitors = '' OR NEW.authorized_on IS NULL OR NEW.authorized_by = ''
        OR NEW.net_income_per_head IS NULL
        OR num_nulls(NEW.education_issue, NEW.insurance_issue, NEW.housing_issue, NEW.water_issue) > 0
        OR NEW.purpose = 'identify' AND (
            NEW.category = '' OR NEW.difficulties = ''
            OR NOT EXISTS (SELECT FROM households_caserisk r WHERE r.case_id = NEW.id)
        )
    ) THEN
        RAISE EXCEPTION 'Monitoring case %: the visit is not whole', NEW.id {_REFUSED} 'households_monitoring_visited';
    END IF;

    IF NEW.state = 'compared' AND EXISTS (
        SELECT unnest({_texts(SUBJECTS)})
        EXCEPT SELECT c.subject FROM households_casecomparison c WHERE c.case_id = NEW.id AND c.round = NEW.round
    ) THEN
        RAISE EXCEPTION 'Monitoring case % has not been compared', NEW.id {_REFUSED} 'households_monitoring_compared';
    END IF;

    IF NEW.state IN ('checked', 'approved') AND EXISTS (
        SELECT FROM households_casecomparison c
        WHERE c.case_id = NEW.id AND c.round = NEW.round AND c.result = 'hit'
    ) THEN
        RAISE EXCEPTION 'Monitoring case %: a doubt is open', NEW.id {_REFUSED} 'households_monitoring_doubted';
    END IF;

    IF NEW.state IN ('appraised', 'not_agreed') THEN
        said := (
            SELECT i.agreed FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
            WHERE i.{_CASE} AND i.case_id = NEW.id AND m.kind = 'village' AND m.closed_at IS NOT NULL
                AND m.held_on <= on_paper AND (m.held_on, m.recorded_at) >= (began_on, began_at)
            ORDER BY m.held_on DESC, m.id DESC LIMIT 1
        );
        IF said IS DISTINCT FROM (NEW.state = 'appraised') THEN
            RAISE EXCEPTION 'Monitoring case %: the meeting has not said so', NEW.id
                {_REFUSED} 'households_monitoring_appraised';
        END IF;
    END IF;

    -- Published once, in the village; what was approved is announced there.
    published := CASE NEW.state WHEN 'checked' THEN 'first' WHEN 'announced' THEN 'announcement' END;
    IF published IS NOT NULL THEN
        SELECT s.happened_on, s.recorded_at INTO came_on, came_at FROM review_step s
            WHERE s.{_CASE} AND s.case_id = NEW.id AND s.round = NEW.round
                AND s.target = CASE published WHEN 'first' THEN 'appraised' ELSE 'approved' END
            ORDER BY s.id DESC LIMIT 1;
        IF NOT EXISTS (
            SELECT FROM review_rosterentry e
            JOIN review_notice n ON n.roster_id = e.roster_id AND n.kind = published
            WHERE e.{_CASE} AND e.case_id = NEW.id
                AND (e.left_on IS NULL OR e.left_on >= on_paper)
                AND n.withdrawn_on IS NULL AND (n.posted_on, n.recorded_at) >= (came_on, came_at)
                AND CASE published WHEN 'first' THEN n.last_day < on_paper ELSE n.posted_on <= on_paper END
        ) THEN
            RAISE EXCEPTION 'Monitoring case % has not been posted', NEW.id {_REFUSED} 'households_monitoring_posted';
        END IF;
    END IF;

    IF NEW.state IN ('checked', 'approved', 'announced', 'recorded')
        AND review_was_objected('households.monitoringcase', NEW.id, NEW.state)
    THEN
        RAISE EXCEPTION 'Monitoring case %: an objection is open', NEW.id {_REFUSED} 'households_monitoring_objected';
    END IF;

    IF NEW.state = 'recorded' AND NOT EXISTS (
        SELECT FROM households_monitoringcase c
        JOIN review_step s ON s.case_type = 'households.monitoring' AND s.case_id = c.monitoring_id
        WHERE c.id = NEW.id AND s.txid = txid_current()
            AND s.transition = ANY (CASE NEW.purpose WHEN 'remove' THEN ARRAY['remove_risk']
                ELSE ARRAY['mark', 'mark_again'] END)
    ) THEN
        RAISE EXCEPTION 'Monitoring case % has changed nobody', NEW.id {_REFUSED} 'households_monitoring_took_effect';
    END IF;
    RETURN NULL;
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
    dependencies = [("households", "0032_monitoring"), ("review", "0006_rounds_and_rights")]

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
        Function("households_monitoringcase_round", CASE_ROUND),
        Trigger(
            "households_monitoringcase_round",
            "households_monitoringcase",
            "households_monitoringcase_round",
            when="BEFORE INSERT OR UPDATE",
        ),
        Function("households_monitoring_way", WAY),
        Trigger(
            "households_monitoring_way",
            "households_monitoringcase",
            "households_monitoring_way",
            when="AFTER INSERT",
            deferred=True,
        ),
        Trigger(
            "households_monitoring_way_on",
            "households_monitoringcase",
            "households_monitoring_way",
            when="AFTER UPDATE OF state",
            condition="OLD.state IS DISTINCT FROM NEW.state",
            deferred=True,
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
