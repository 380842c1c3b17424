"""An application to move goes along its procedure and nowhere else; what it says is corrected only while it lies with the
village; notices and meetings of the round stand behind its steps; and the signed papers that its steps ask for.
"""

from datetime import date

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

WAY = f"""
DECLARE
    said CONSTANT text[] := ARRAY['applicant', 'reason', 'situation', 'method', 'place', 'destination',
        'old_house_goes', 'promised_on', 'house_stays_for'];
    moved CONSTANT text[] := ARRAY['moved_on', 'moved_to'];
    refused CONSTANT text[] := ARRAY['refused_reason', 'contact'];
    told CONSTANT text[] := ARRAY['told_on', 'told_to', 'told_by_id'];
    may text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Relocation application % stays', OLD.id {_REFUSED} 'households_relocation_stays';
    END IF;
    IF NEW.state = OLD.state THEN
        may := CASE OLD.state
            WHEN 'applied' THEN said || refused WHEN 'appraised' THEN refused WHEN 'reported' THEN refused
            WHEN 'announced' THEN moved WHEN 'moved' THEN ARRAY['cleared_on']
            WHEN 'refused' THEN CASE WHEN OLD.told_on IS NULL THEN told ELSE '{{}}' END
            ELSE '{{}}' END;
        IF (to_jsonb(NEW) - may) <> (to_jsonb(OLD) - may) THEN
            RAISE EXCEPTION 'Relocation application %: what was said stays', OLD.id
                {_REFUSED} 'households_relocation_stays';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - 'state') <> (to_jsonb(OLD) - 'state') THEN
        RAISE EXCEPTION 'Relocation application %: a step changes the state alone', OLD.id
            {_REFUSED} 'households_relocation_stays';
    END IF;
    IF NOT (OLD.state, NEW.state) IN (
        ('applied', 'appraised'), ('appraised', 'reported'), ('reported', 'approved'), ('approved', 'announced'),
        ('announced', 'moved'), ('moved', 'cleared'), ('moved', 'announced'),
        ('appraised', 'applied'), ('reported', 'applied'), ('approved', 'applied'), ('announced', 'applied'),
        ('applied', 'refused'), ('appraised', 'refused'), ('reported', 'refused'),
        ('applied', 'withdrawn'), ('appraised', 'withdrawn'), ('reported', 'withdrawn'),
        ('approved', 'withdrawn'), ('announced', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'Relocation application %: no way from % to %', OLD.id, OLD.state, NEW.state
            {_REFUSED} 'households_relocation_way';
    END IF;
    IF NEW.state = 'applied' THEN
        -- By whatever step it comes back (returned, revoked, an objection upheld), a new round begins.
        NEW.round := OLD.round + 1;
        NEW.said_before := coalesce((
            SELECT max(i.id) FROM review_meetingitem i
            WHERE i.case_type = 'households.relocationapplication' AND i.case_id = NEW.id
        ), 0);
    END IF;
    RETURN NEW;
END
"""

# Asked at commit, after the words of the procedure itself have had their turn.
BASIS = f"""
DECLARE
    taken record;
    since record;
    notice text;
BEGIN
    SELECT s.id, s.happened_on INTO taken FROM review_step s
        WHERE s.case_type = 'households.relocationapplication' AND s.case_id = NEW.id AND s.source = OLD.state
            AND s.target = NEW.state AND s.txid = txid_current()
        ORDER BY s.id DESC LIMIT 1;

    notice := CASE NEW.state WHEN 'reported' THEN 'first' WHEN 'approved' THEN 'second'
        WHEN 'announced' THEN 'announcement' WHEN 'moved' THEN 'announcement' END;
    -- Back from 入住 nothing is published: it was announced already, and is once more before anybody moves in.
    IF notice IS NOT NULL AND OLD.state <> 'moved' THEN
        -- The sheet tells what was done: it hung after the step that it publishes, so in this round.
        SELECT s.happened_on, s.recorded_at INTO since FROM review_step s
            WHERE s.case_type = 'households.relocationapplication' AND s.case_id = NEW.id AND s.id < taken.id
                AND s.target = CASE NEW.state WHEN 'reported' THEN 'appraised' WHEN 'approved' THEN 'reported'
                    ELSE 'approved' END
            ORDER BY s.id DESC LIMIT 1;
        IF NOT EXISTS (
            SELECT FROM review_rosterentry e JOIN review_notice n ON n.roster_id = e.roster_id
            WHERE e.case_type = 'households.relocationapplication' AND e.case_id = NEW.id
                AND (e.left_on IS NULL OR e.left_on >= taken.happened_on)
                AND n.kind = notice AND n.withdrawn_on IS NULL
                AND n.posted_on >= since.happened_on AND n.recorded_at >= since.recorded_at
                AND CASE NEW.state WHEN 'announced' THEN n.posted_on <= taken.happened_on
                    ELSE n.last_day < taken.happened_on END
        ) THEN
            RAISE EXCEPTION 'Relocation application % has not been posted', NEW.id
                {_REFUSED} 'households_relocation_posted';
        END IF;
    END IF;

    IF NEW.state = 'appraised' AND coalesce((
        SELECT i.agreed FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
        WHERE i.case_type = 'households.relocationapplication' AND i.case_id = NEW.id AND i.id > NEW.said_before
            AND m.closed_at IS NOT NULL AND m.kind = 'village' AND m.held_on <= taken.happened_on
        ORDER BY m.held_on DESC, m.id DESC LIMIT 1
    ), false) = false THEN
        RAISE EXCEPTION 'No meeting has agreed to relocation application %', NEW.id
            {_REFUSED} 'households_relocation_agreed';
    END IF;

    IF NEW.state IN ('appraised', 'reported', 'approved') AND EXISTS (
        SELECT FROM households_relocationapplication c
        WHERE c.id = NEW.id AND c.state = NEW.state AND c.round = NEW.round
    ) THEN
        -- Whoever is changing the household now is waited for.
        PERFORM FROM households_household h WHERE h.id = NEW.household_id FOR SHARE;
        IF NOT EXISTS (
            SELECT FROM households_household h
            WHERE h.id = NEW.household_id AND h.state = 'registered' AND h.kind <> 'general_rural'
        ) OR EXISTS (
            SELECT FROM households_relocationmover r
            WHERE r.application_id = NEW.id AND NOT EXISTS (
                SELECT FROM households_membership m WHERE m.household_id = NEW.household_id
                    AND m.member_id = r.member_id AND m.valid_to IS NULL)
        ) THEN
            RAISE EXCEPTION 'The household of relocation application % is not the one that applied', NEW.id
                {_REFUSED} 'households_relocation_as_applied';
        END IF;
    END IF;

    IF NEW.state = 'moved' AND NEW.moved_on IS DISTINCT FROM taken.happened_on
        OR NEW.state = 'cleared' AND (NOT NEW.old_house_goes OR NEW.cleared_on IS DISTINCT FROM taken.happened_on)
    THEN
        RAISE EXCEPTION 'Relocation application %: the day is not that of its step', NEW.id
            {_REFUSED} 'households_relocation_day';
    END IF;
    RETURN NULL;
END
"""

# What stands beside a state stands with it alone, and somebody moves: asked of the row as it is at commit.
WHOLE = f"""
DECLARE
    now record;
BEGIN
    SELECT * INTO now FROM households_relocationapplication WHERE id = NEW.id;
    IF (now.moved_on IS NOT NULL) <> (now.state IN ('moved', 'cleared'))
        OR (now.cleared_on IS NOT NULL) <> (now.state = 'cleared')
        OR (now.state = 'refused') <> (now.refused_reason <> '')
        OR (now.state = 'refused') <> (now.contact <> '')
        OR (now.told_on IS NOT NULL AND now.state <> 'refused')
        OR NOT EXISTS (SELECT FROM households_relocationmover r WHERE r.application_id = now.id)
    THEN
        RAISE EXCEPTION 'Relocation application % is not whole', NEW.id {_REFUSED} 'households_relocation_whole';
    END IF;
    RETURN NULL;
END
"""

# Who moves is chosen among the household's own, while the application lies with the village, and moves once.
MOVER = f"""
DECLARE
    found record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'Who moves stays' {_REFUSED} 'households_relocation_mover_stays';
    END IF;
    SELECT state, household_id INTO found FROM households_relocationapplication
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END FOR SHARE;
    IF found.state <> 'applied' THEN
        RAISE EXCEPTION 'Who moves stays' {_REFUSED} 'households_relocation_mover_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NOT EXISTS (
        SELECT FROM households_membership m WHERE m.household_id = found.household_id
            AND m.member_id = NEW.member_id AND m.valid_to IS NULL
    ) THEN
        RAISE EXCEPTION 'Who moves lives in the household' {_REFUSED} 'households_relocation_mover_lives_there';
    END IF;
    -- Of two applications at once for one person the second waits here for the first.
    PERFORM FROM households_member p WHERE p.id = NEW.member_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM households_relocationmover r
            JOIN households_relocationapplication a ON a.id = r.application_id
        WHERE r.member_id = NEW.member_id AND r.application_id <> NEW.application_id
            AND a.state NOT IN ('refused', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'Who moves moves once' {_REFUSED} 'households_relocation_mover_moves_once';
    END IF;
    RETURN NEW;
END
"""

_DOCUMENT = "“十三五”时期易地扶贫搬迁工作方案（发改地区〔2015〕2769号）"
# Step, what the paper hangs on, its role, of which meeting.
PAPERS = (
    ("appraise", "case", "application", ""),
    ("report", "roster", "check_sheet", ""),
    ("report", "meeting", "minutes", "village"),
    ("approve", "roster", "review_sheet", ""),
)


def load(apps, schema_editor):
    """Write the rows that are missing."""
    RequiredPaper = apps.get_model("review", "RequiredPaper")
    for transition, per, role, meeting in PAPERS:
        asked = {
            "case_type": "households.relocationapplication",
            "transition": transition,
            "per": per,
            "role": role,
            "meeting": meeting,
            "area_code": "",
        }
        if not RequiredPaper.objects.filter(**asked).exists():
            RequiredPaper.objects.create(
                **asked, blocking=True, valid_from=date(2016, 1, 1), document_name=_DOCUMENT
            )


_TABLE, _MOVERS = "households_relocationapplication", "households_relocationmover"


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0088_relocation_applications"),
        ("review", "0007_left_when"),
    ]

    operations = [
        StatusNeedsStep(_TABLE, "households.relocationapplication", "state"),
        Function("households_relocation_way", WAY),
        Trigger("households_relocation_way", _TABLE, "households_relocation_way", when="BEFORE UPDATE OR DELETE"),
        Function("households_relocation_basis", BASIS),
        Trigger(
            "households_relocation_basis",
            _TABLE,
            "households_relocation_basis",
            when="AFTER UPDATE",
            condition="OLD.state <> NEW.state",
            deferred=True,
        ),
        Function("households_relocation_whole", WHOLE),
        Trigger(
            "households_relocation_whole",
            _TABLE,
            "households_relocation_whole",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
        ),
        Function("households_relocation_mover", MOVER),
        Trigger(
            "households_relocation_mover",
            _MOVERS,
            "households_relocation_mover",
            when="BEFORE INSERT OR UPDATE OR DELETE",
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
