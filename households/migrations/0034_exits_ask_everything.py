"""Every step of an exit is asked at commit for what its table asks, whoever writes: meeting, check, signature with its
scan, notice of this round that hung when the case had come so far, open objections, standing obstacles. And a household
becomes 已脱贫 by our own decision only together with the mark of its case.
"""

from importlib import import_module

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_BEFORE = import_module("households.migrations.0029_exits_guarded")
ORDER = _BEFORE.ORDER
# Kind of notice -> the state whose step it publishes. A test compares this with the pages.
PUBLISHES = {"first": "agreed", "second": "checked", "announcement": "approved"}

_FAIL = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="
_CASE = "case_type = 'households.exitcase'"
_OF_ROUND = "({day}, {at}) >= (began_on, began_at)"

# The last closed meeting of a kind in the round, held on the day of the step or before.
_SAID = f"""(
            SELECT i.agreed FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
            WHERE i.{_CASE} AND i.case_id = NEW.id AND m.kind = '{{kind}}' AND m.closed_at IS NOT NULL
                AND m.held_on <= on_paper AND {_OF_ROUND.format(day="m.held_on", at="m.recorded_at")} {{more}}
            ORDER BY m.held_on DESC, m.id DESC LIMIT 1)"""
_LAST_CHECK = """(
            SELECT c.passed FROM households_exitcheck c
            WHERE c.case_id = NEW.id AND c.round = NEW.round AND c.level = '{level}' ORDER BY c.id DESC LIMIT 1)"""
_LAST_WORD = """(
            SELECT s.agreed FROM households_exitsignature s
            WHERE s.case_id = NEW.id AND s.round = NEW.round ORDER BY s.id DESC LIMIT 1)"""

CONDITIONS = f"""
DECLARE
    before text := '';
    wanted text;
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
    IF NOT (before || '>' || NEW.state = ANY (ARRAY[{", ".join(f"'{one}'" for one in ORDER)}])) THEN
        RAISE EXCEPTION 'exit %: no step leads from % to %', NEW.id, before, NEW.state {_FAIL} 'exit_step_skipped';
    END IF;
    IF NEW.held_at IS NOT NULL AND NEW.state NOT IN ('refused', 'joint_checked') THEN
        RAISE EXCEPTION 'exit % is held', NEW.id {_FAIL} 'exit_is_held';
    END IF;
    IF NEW.state IN ('planned', 'dropped') THEN
        RETURN NULL;
    END IF;

    SELECT s.happened_on INTO on_paper FROM review_step s
        WHERE s.{_CASE} AND s.case_id = NEW.id AND s.target = NEW.state AND s.round = NEW.round
        ORDER BY s.id DESC LIMIT 1;
    SELECT s.happened_on, s.recorded_at INTO began_on, began_at FROM review_step s
        WHERE s.{_CASE} AND s.case_id = NEW.id AND s.closes_round AND s.round < NEW.round
        ORDER BY s.id DESC LIMIT 1;
    began_on := coalesce(began_on, '-infinity');
    began_at := coalesce(began_at, '-infinity');

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

    published := CASE NEW.state WHEN 'checked' THEN 'first' WHEN 'reviewed' THEN 'second'
        WHEN 'announced' THEN 'announcement' WHEN 'filed' THEN 'announcement' END;
    IF published IS NOT NULL THEN
        wanted := CASE published {" ".join(f"WHEN '{kind}' THEN '{state}'" for kind, state in PUBLISHES.items())} END;
        SELECT s.happened_on, s.recorded_at INTO came_on, came_at FROM review_step s
            WHERE s.{_CASE} AND s.case_id = NEW.id AND s.target = wanted AND s.round = NEW.round
            ORDER BY s.id DESC LIMIT 1;
        IF NOT EXISTS (
            SELECT FROM review_rosterentry e
            JOIN review_notice n ON n.roster_id = e.roster_id AND n.kind = published
            WHERE e.{_CASE} AND e.case_id = NEW.id
                AND (e.left_on IS NULL OR e.left_on >= on_paper)
                AND n.withdrawn_on IS NULL
                AND {_OF_ROUND.format(day="n.posted_on", at="n.recorded_at")}
                AND (n.posted_on, n.recorded_at) >= (came_on, came_at)
                AND (n.last_day < on_paper OR NEW.state = 'announced')
        ) THEN
            RAISE EXCEPTION 'exit %: % before its notice has ended', NEW.id, NEW.state {_FAIL} 'exit_after_notice';
        END IF;
    END IF;

    IF NEW.state = 'approved' THEN
        said := {_SAID.format(kind="leading_group", more="AND m.document_number <> ''")};
        IF said IS NOT TRUE THEN
            RAISE EXCEPTION 'exit %: no decision of the leading group', NEW.id {_FAIL} 'exit_is_decided';
        END IF;
    ELSIF NEW.state IN ('appraised', 'not_agreed') THEN
        said := {_SAID.format(kind="village", more="")};
        IF said IS DISTINCT FROM (NEW.state = 'appraised') THEN
            RAISE EXCEPTION 'exit %: the meeting has not said so', NEW.id {_FAIL} 'exit_is_appraised';
        END IF;
    ELSIF NEW.state IN ('verified', 'joint_checked', 'checked') THEN
        said := CASE NEW.state WHEN 'verified' THEN {_LAST_CHECK.format(level="village")}
            WHEN 'joint_checked' THEN {_LAST_CHECK.format(level="joint")}
            ELSE {_LAST_CHECK.format(level="township")} END;
        IF said IS NOT TRUE THEN
            RAISE EXCEPTION 'exit %: nobody has checked it', NEW.id {_FAIL} 'exit_is_checked';
        END IF;
    ELSIF NEW.state IN ('agreed', 'refused') THEN
        said := {_LAST_WORD};
        IF said IS DISTINCT FROM (NEW.state = 'agreed') THEN
            RAISE EXCEPTION 'exit %: the household has not said so', NEW.id {_FAIL} 'exit_is_signed';
        END IF;
        IF NEW.state = 'agreed' AND NOT EXISTS (
            SELECT FROM files_filelink f
            WHERE f.{_CASE} AND f.case_id = NEW.id AND f.role = 'signature' AND f.removed_at IS NULL
                AND f.at >= began_at
        ) THEN
            RAISE EXCEPTION 'exit %: no signed sheet', NEW.id {_FAIL} 'exit_is_signed';
        END IF;
    END IF;

    IF NEW.state NOT IN ('not_agreed', 'refused', 'joint_checked')
        AND review_was_objected('households.exitcase', NEW.id, NEW.state)
    THEN
        RAISE EXCEPTION 'exit %: an objection is open', NEW.id {_FAIL} 'exit_is_not_objected';
    END IF;
    IF NEW.state NOT IN ('not_agreed', 'verified', 'agreed', 'refused', 'joint_checked') AND EXISTS (
        SELECT FROM households_exitobstacle b WHERE b.case_id = NEW.id AND b.lifted_on IS NULL
    ) AND coalesce((
        -- The rule of the nearest place, as readiness asks it: of today, or of the year's end.
        SELECT p.value FROM parameters_parameter p
        WHERE p.code = 'exit.obstacle_blocks' AND p.replaced_at IS NULL
            AND starts_with(substr(NEW.area_code, 1, 6), p.area_code)
            AND p.valid_from <= least(current_date, make_date(NEW.year, 12, 31))
            AND (p.valid_to IS NULL OR p.valid_to > least(current_date, make_date(NEW.year, 12, 31)))
        ORDER BY length(p.area_code) DESC LIMIT 1
    ), '1') = '1' THEN
        RAISE EXCEPTION 'exit %: something stands in its way', NEW.id {_FAIL} 'exit_is_not_hindered';
    END IF;
    RETURN NULL;
END
"""

DECIDED = f"""
BEGIN
    IF NOT EXISTS (
        SELECT FROM households_exitcase c
        JOIN review_step s ON s.{_CASE} AND s.case_id = c.id AND s.transition = 'mark' AND s.txid = NEW.txid
        WHERE c.household_id = NEW.case_id AND c.state = 'marked'
    ) THEN
        RAISE EXCEPTION 'household %: exited without the mark of its case', NEW.case_id
            {_FAIL} 'exit_decided_by_a_mark';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0033_monitoring_guarded"),
        ("review", "0006_rounds_and_rights"),
        ("files", "0001_initial"),
        ("parameters", "0001_initial"),
    ]

    operations = [
        Function("households_exit_conditions", CONDITIONS, previous=_BEFORE.CONDITIONS),
        Function("households_exit_decided", DECIDED),
        Trigger(
            "households_exit_decided",
            "review_step",
            "households_exit_decided",
            when="AFTER INSERT",
            condition="NEW.case_type = 'households.household.status' AND NEW.transition = 'exit_decided'",
            deferred=True,
        ),
    ]
