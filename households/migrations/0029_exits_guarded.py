"""Household exit, kept by PostgreSQL whoever writes: the order of its steps, its conditions, and what holds a case.

What was appraised stands on the case (base_*). A change of it holds the case in the transaction that makes it:
results at once (statement triggers on the results), members, head, place and register state at commit, through the
notes of migration 0011, which name every household that a transaction touched. The trigger there is called
household_present_agrees and clears the notes; the one here comes before it by its name.

Conditions of a step are asked at commit (deferred), so that pages get their own words first.
"""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import AppendOnly, Function, Trigger

_COLUMNS = (
    "income", "food", "clothing", "education", "medical", "housing", "water", "power", "broadcasting", "road",
    "stable_income",
)
_STATES = ", ".join(f"{{alias}}.{column}" for column in _COLUMNS)
_OPEN = "c.state NOT IN ('marked', 'dropped', 'not_agreed')"
_WATCHED = (
    "c.state IN ('appraised', 'verified', 'refused', 'joint_checked', 'agreed', 'checked', 'reviewed', 'approved',"
    " 'announced', 'filed')"
)
_HELD = (
    "held_at = coalesce(c.held_at, now()),"
    " hold_kinds = ARRAY(SELECT DISTINCT unnest(c.hold_kinds || {kinds}::varchar[]) ORDER BY 1)"
)
_MEMBERS = (
    "coalesce((SELECT array_agg(m.member_id ORDER BY m.member_id) FROM households_membership m"
    " WHERE m.household_id = {household} AND m.valid_to IS NULL), '{{}}')"
)

# state before > state after; "" before: the case is new. A test compares this with the workflow.
ORDER = (
    ">planned",
    "planned>prepared",
    "prepared>appraised", "prepared>not_agreed",
    "appraised>verified",
    "verified>agreed", "verified>refused",
    "refused>joint_checked", "joint_checked>agreed", "joint_checked>refused",
    "agreed>checked", "checked>reviewed", "reviewed>approved", "approved>announced", "announced>filed",
    "filed>marked",
    "prepared>planned", "appraised>planned", "verified>planned", "agreed>planned", "refused>planned",
    "joint_checked>planned", "checked>planned", "reviewed>planned",
    "planned>dropped", "prepared>dropped", "appraised>dropped", "verified>dropped", "refused>dropped",
    "joint_checked>dropped", "agreed>dropped", "approved>dropped", "announced>dropped", "filed>dropped",
)

MOVES = f"""
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    NEW.state_since := now();
    IF NEW.state IN ('planned', 'dropped', 'not_agreed') THEN
        NEW.held_at := NULL;
        NEW.hold_kinds := '{{}}';
    END IF;
    IF NEW.state = 'planned' THEN
        NEW.round := OLD.round + 1;
        NEW.base_standard_id := NULL;
        NEW.base_facts_version := NULL;
        NEW.base_states := NULL;
        NEW.base_income := NULL;
        NEW.base_members := NULL;
        NEW.base_head_id := NULL;
    ELSIF NEW.state = 'appraised' THEN
        SELECT a.standard_id, a.facts_version, ARRAY[{_STATES.format(alias="a")}]::smallint[], a.net_income_per_head
            INTO NEW.base_standard_id, NEW.base_facts_version, NEW.base_states, NEW.base_income
            FROM households_assessment a WHERE a.household_id = NEW.household_id AND a.year = NEW.year;
        NEW.base_members := {_MEMBERS.format(household="NEW.household_id")};
        SELECT h.head_id INTO NEW.base_head_id FROM households_household h WHERE h.id = NEW.household_id;
    END IF;
    RETURN NEW;
END
"""

_FAIL = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

CONDITIONS = f"""
DECLARE
    before text := '';
    wanted text;
    on_paper date;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.state;
    END IF;
    IF NOT (before || '>' || NEW.state = ANY (ARRAY[{", ".join(f"'{one}'" for one in ORDER)}])) THEN
        RAISE EXCEPTION 'exit %: no step leads from % to %', NEW.id, before, NEW.state {_FAIL} 'exit_step_skipped';
    END IF;
    IF NEW.held_at IS NOT NULL AND NEW.state NOT IN ('refused', 'joint_checked') THEN
        RAISE EXCEPTION 'exit % is held', NEW.id {_FAIL} 'exit_is_held';
    END IF;
    IF NEW.state IN ('prepared', 'appraised', 'checked', 'reviewed', 'approved') THEN
        -- Whoever is changing the household now is waited for: its result counts.
        PERFORM FROM households_household h WHERE h.id = NEW.household_id FOR SHARE;
        IF NOT EXISTS (
            SELECT FROM households_household h
            JOIN households_assessment a ON a.household_id = h.id AND a.year = NEW.year
            WHERE h.id = NEW.household_id AND h.state = 'registered' AND a.verdict = 2
                AND (a.facts_version = h.facts_version OR EXISTS (
                    SELECT FROM households_countyyear y
                    WHERE y.area_code = substr(NEW.area_code, 1, 6) COLLATE "C" AND y.year = NEW.year
                        AND y.state = 'closed'
                ))
        ) THEN
            RAISE EXCEPTION 'exit %: the household is not met', NEW.id {_FAIL} 'exit_is_met';
        END IF;
    END IF;
    wanted := CASE NEW.state WHEN 'checked' THEN 'first' WHEN 'reviewed' THEN 'second'
        WHEN 'filed' THEN 'announcement' END;
    IF wanted IS NOT NULL THEN
        SELECT s.happened_on INTO on_paper FROM review_step s
            WHERE s.case_type = 'households.exitcase' AND s.case_id = NEW.id AND s.target = NEW.state
            ORDER BY s.id DESC LIMIT 1;
        IF NOT EXISTS (
            SELECT FROM review_rosterentry e
            JOIN review_notice n ON n.roster_id = e.roster_id AND n.kind = wanted
            WHERE e.case_type = 'households.exitcase' AND e.case_id = NEW.id
                AND (e.left_on IS NULL OR e.left_on >= on_paper)
                AND n.withdrawn_on IS NULL AND n.last_day < on_paper
        ) THEN
            RAISE EXCEPTION 'exit %: % before its notice has ended', NEW.id, NEW.state {_FAIL} 'exit_after_notice';
        END IF;
    END IF;
    IF NEW.state = 'approved' AND NOT EXISTS (
        SELECT FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
        WHERE i.case_type = 'households.exitcase' AND i.case_id = NEW.id AND i.agreed
            AND m.kind = 'leading_group' AND m.closed_at IS NOT NULL AND m.document_number <> ''
    ) THEN
        RAISE EXCEPTION 'exit %: no decision of the leading group', NEW.id {_FAIL} 'exit_is_decided';
    END IF;
    RETURN NULL;
END
"""

# One UPDATE for both kinds: the income crossed the line, another indicator's state changed.
HOLD_RESULTS = f"""
BEGIN
    UPDATE households_exitcase c SET {_HELD.format(kinds="t.kinds")}
    FROM (
        SELECT w.id,
            CASE WHEN a.income IS DISTINCT FROM w.base_states[1] THEN ARRAY['income'] ELSE ARRAY[]::text[] END
            || CASE WHEN (ARRAY[{_STATES.format(alias="a")}]::smallint[])[2:] IS DISTINCT FROM w.base_states[2:]
                THEN ARRAY['indicator'] ELSE ARRAY[]::text[] END AS kinds
        FROM touched a
        JOIN households_exitcase w ON w.household_id = a.household_id AND w.year = a.year
        WHERE w.base_states IS NOT NULL
    ) t
    WHERE c.id = t.id AND t.kinds <> '{{}}' AND {_WATCHED};
    RETURN NULL;
END
"""

HOLD_WITHDRAWN = f"""
BEGIN
    UPDATE households_exitcase c SET {_HELD.format(kinds="ARRAY['withdrawn']")}
    FROM touched t
    WHERE c.household_id = t.household_id AND c.year = t.year AND {_WATCHED};
    RETURN NULL;
END
"""

HOLD_PRESENT = f"""
BEGIN
    IF NOT EXISTS (SELECT FROM households_recheck WHERE id = NEW.id)
       OR NOT EXISTS (SELECT FROM households_exitcase c WHERE {_OPEN}) THEN
        RETURN NULL;
    END IF;
    UPDATE households_exitcase c SET {_HELD.format(kinds="t.kinds")}
    FROM (
        SELECT w.id,
            CASE WHEN w.base_members IS NOT NULL AND w.base_members
                IS DISTINCT FROM {_MEMBERS.format(household="h.id")} THEN ARRAY['members'] ELSE ARRAY[]::text[] END
            || CASE WHEN w.base_members IS NOT NULL AND w.base_head_id IS DISTINCT FROM h.head_id
                THEN ARRAY['head'] ELSE ARRAY[]::text[] END
            || CASE WHEN h.state IN ('merged', 'closed') THEN ARRAY['closed'] ELSE ARRAY[]::text[] END AS kinds
        FROM households_exitcase w
        JOIN households_household h ON h.id = w.household_id
        WHERE w.household_id IN (SELECT unnest(households) FROM households_recheck)
    ) t
    WHERE c.id = t.id AND t.kinds <> '{{}}' AND {_OPEN};
    UPDATE households_exitcase c SET area_code = h.area_code
    FROM households_household h
    WHERE h.id = c.household_id AND h.area_code <> c.area_code AND {_OPEN}
        AND h.id IN (SELECT unnest(households) FROM households_recheck);
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0028_exits"),
        ("review", "0005_lists_completed"),
    ]

    operations = [
        StatusNeedsStep("households_exitcase", "households.exitcase", "state"),
        AppendOnly("households_bureauconfirmation"),
        AppendOnly("households_exitcheck"),
        AppendOnly("households_exitsignature"),
        Function("households_exit_moves", MOVES),
        Trigger("households_exit_moves", "households_exitcase", "households_exit_moves",
                when="BEFORE UPDATE OF state"),
        Function("households_exit_conditions", CONDITIONS),
        Trigger("households_exit_begins", "households_exitcase", "households_exit_conditions",
                when="AFTER INSERT", deferred=True),
        Trigger("households_exit_goes_on", "households_exitcase", "households_exit_conditions",
                when="AFTER UPDATE OF state", condition="OLD.state IS DISTINCT FROM NEW.state", deferred=True),
        Function("households_exit_hold_results", HOLD_RESULTS),
        Trigger("households_exit_hold_inserted", "households_assessment", "households_exit_hold_results",
                when="AFTER INSERT", each="STATEMENT", referencing="NEW TABLE AS touched"),
        Trigger("households_exit_hold_updated", "households_assessment", "households_exit_hold_results",
                when="AFTER UPDATE", each="STATEMENT", referencing="NEW TABLE AS touched"),
        Function("households_exit_hold_withdrawn", HOLD_WITHDRAWN),
        Trigger("households_exit_hold_withdrawn", "households_assessment", "households_exit_hold_withdrawn",
                when="AFTER DELETE", each="STATEMENT", referencing="OLD TABLE AS touched"),
        Function("households_exit_hold_present", HOLD_PRESENT),
        Trigger("exit_hold_present", "households_recheck", "households_exit_hold_present",
                when="AFTER INSERT", deferred=True),
    ]
