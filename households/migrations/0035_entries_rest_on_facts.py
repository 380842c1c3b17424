"""What a case of identification rests on, kept by PostgreSQL: the household as appraised, its facts, and the notices and
meetings of the round; and a household comes onto the register only by the last step of its own case.
"""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

_BEFORE = import_module("households.migrations.0031_entries_guarded").BASIS
_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="
_MEMBERS = (
    "coalesce((SELECT array_agg(m.member_id ORDER BY m.member_id) FROM households_membership m"
    " WHERE m.household_id = NEW.household_id AND m.valid_to IS NULL), '{}')"
)
_BUREAUS = "ARRAY['vehicles', 'property', 'business', 'payroll', 'civil', 'insurance', 'school']"

BASE = f"""
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NEW.state = 'appraised' THEN
        NEW.base_members := {_MEMBERS};
        SELECT h.head_id INTO NEW.base_head_id FROM households_household h WHERE h.id = NEW.household_id;
    ELSIF NEW.state = 'applied' THEN
        -- By whatever step it comes back (returned, an objection upheld), a new round begins.
        NEW.base_members := NULL;
        NEW.base_head_id := NULL;
        NEW.round := OLD.round + 1;
        NEW.said_before := coalesce((
            SELECT max(i.id) FROM review_meetingitem i
            WHERE i.case_type = 'households.entrycase' AND i.case_id = NEW.id
        ), 0);
    END IF;
    RETURN NEW;
END
"""

# Asked at commit, after the words of the procedure itself have had their turn. What may rightly change after a step
# (members, the register) is asked only while the case still stands there.
BASIS = f"""
DECLARE
    taken record;
    since record;
    notice text;
    kind_of_meeting text;
BEGIN
    SELECT s.id, s.happened_on INTO taken FROM review_step s
        WHERE s.case_type = 'households.entrycase' AND s.case_id = NEW.id AND s.source = OLD.state
            AND s.target = NEW.state AND s.txid = txid_current()
        ORDER BY s.id DESC LIMIT 1;

    IF NEW.state = 'compared' AND (
        (NEW.kind <> 'clearance' AND NEW.authorised_on IS NULL)
        OR EXISTS (
            SELECT unnest({_BUREAUS})
            EXCEPT SELECT c.bureau FROM households_entrycomparison c
                WHERE c.case_id = NEW.id AND c.round = NEW.round
        )
        OR NOT EXISTS (
            SELECT FROM households_entrycomparison c
            WHERE c.case_id = NEW.id AND c.round = NEW.round AND c.result <> 'not_compared'
        )
    ) THEN
        RAISE EXCEPTION 'Entry case % has not been compared', NEW.id {_REFUSED} 'households_entry_compared';
    END IF;

    notice := CASE NEW.state WHEN 'checked' THEN 'first' WHEN 'reviewed' THEN 'second'
        WHEN 'announced' THEN 'announcement' WHEN 'done' THEN 'announcement' END;
    IF notice IS NOT NULL THEN
        -- The sheet tells what was done: it hung after the step that it publishes, so in this round.
        SELECT s.happened_on, s.recorded_at INTO since FROM review_step s
            WHERE s.case_type = 'households.entrycase' AND s.case_id = NEW.id AND s.id < taken.id
                AND s.target = CASE NEW.state WHEN 'checked' THEN 'appraised' WHEN 'reviewed' THEN 'checked'
                    ELSE 'decided' END
            ORDER BY s.id DESC LIMIT 1;
        IF NOT EXISTS (
            SELECT FROM review_rosterentry e JOIN review_notice n ON n.roster_id = e.roster_id
            WHERE e.case_type = 'households.entrycase' AND e.case_id = NEW.id
                AND (e.left_on IS NULL OR e.left_on >= taken.happened_on)
                AND n.kind = notice AND n.withdrawn_on IS NULL
                AND n.posted_on >= since.happened_on AND n.recorded_at >= since.recorded_at
                AND CASE NEW.state WHEN 'announced' THEN n.posted_on <= taken.happened_on
                    ELSE n.last_day < taken.happened_on END
        ) THEN
            RAISE EXCEPTION 'Entry case % has not been posted', NEW.id {_REFUSED} 'households_entry_posted';
        END IF;
    END IF;

    kind_of_meeting := CASE NEW.state WHEN 'appraised' THEN 'village' WHEN 'decided' THEN 'leading_group' END;
    IF kind_of_meeting IS NOT NULL AND coalesce((
        SELECT i.agreed AND (m.kind <> 'leading_group' OR m.document_number <> '')
        FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
        WHERE i.case_type = 'households.entrycase' AND i.case_id = NEW.id AND i.id > NEW.said_before
            AND m.closed_at IS NOT NULL AND m.kind = kind_of_meeting AND m.held_on <= taken.happened_on
        ORDER BY m.held_on DESC, m.id DESC LIMIT 1
    ), false) = false THEN
        RAISE EXCEPTION 'No meeting has agreed to entry case %', NEW.id {_REFUSED} 'households_entry_agreed';
    END IF;

    IF NEW.state IN ('checked', 'reviewed', 'decided') AND EXISTS (
        SELECT FROM households_entrycase c WHERE c.id = NEW.id AND c.state = NEW.state AND c.round = NEW.round
    ) THEN
        -- Whoever is changing the household now is waited for.
        PERFORM FROM households_household h WHERE h.id = NEW.household_id FOR SHARE;
        IF NOT EXISTS (
            SELECT FROM households_household h
            WHERE h.id = NEW.household_id AND h.state = 'registered'
                AND h.head_id IS NOT DISTINCT FROM NEW.base_head_id
        ) OR NEW.base_members IS DISTINCT FROM {_MEMBERS} THEN
            RAISE EXCEPTION 'The household of entry case % is not the one appraised', NEW.id
                {_REFUSED} 'households_entry_as_appraised';
        END IF;
        IF NEW.kind <> 'clearance' AND (
            SELECT a.verdict FROM households_assessment a
            WHERE a.household_id = NEW.household_id
                AND a.year BETWEEN extract(year FROM NEW.applied_on) - 1 AND extract(year FROM NEW.applied_on)
            ORDER BY a.year DESC LIMIT 1
        ) = 2 THEN
            RAISE EXCEPTION 'The household of entry case % is met', NEW.id {_REFUSED} 'households_entry_is_poor';
        END IF;
    END IF;

    IF NEW.state = 'done' AND NOT EXISTS (
        SELECT FROM review_step s
        WHERE s.case_id = NEW.household_id AND s.txid = txid_current()
            AND (s.case_type, s.transition) = (
                CASE NEW.kind WHEN 'clearance' THEN 'households.household' ELSE 'households.household.status' END,
                CASE NEW.kind WHEN 'identification' THEN 'identify' WHEN 'return' THEN 'return_to_poverty'
                    ELSE 'close' END
            )
    ) THEN
        RAISE EXCEPTION 'Entry case % has not reached the register', NEW.id {_REFUSED} 'households_entry_took_effect';
    END IF;
    RETURN NULL;
END
"""

IDENTIFIED = f"""
BEGIN
    IF NOT EXISTS (
        SELECT FROM households_entrycase c
        JOIN review_step s ON s.case_type = 'households.entrycase' AND s.case_id = c.id
        WHERE c.household_id = NEW.case_id AND s.transition = 'enter' AND s.txid = NEW.txid
            AND c.kind = CASE NEW.transition WHEN 'identify' THEN 'identification' ELSE 'return' END
    ) THEN
        RAISE EXCEPTION 'Household % comes onto the register without its case', NEW.case_id
            {_REFUSED} 'households_identified_by_its_case';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0034_exits_ask_everything"), ("review", "0006_rounds_and_rights")]

    operations = [
        migrations.AddField(
            model_name="entrycase",
            name="base_members",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, editable=False, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="entrycase",
            name="base_head_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="entryrefusal",
            name="facts_year",
            field=models.SmallIntegerField(blank=True, null=True, verbose_name="判定年度"),
        ),
        migrations.AddField(
            model_name="entryrefusal",
            name="states",
            field=models.JSONField(blank=True, default=dict, verbose_name="各项保障"),
        ),
        Function("households_entry_base", BASE),
        Trigger(
            "households_entry_base", "households_entrycase", "households_entry_base", when="BEFORE UPDATE OF state"
        ),
        Function("households_entry_basis", BASIS, previous=_BEFORE),
        Function("households_identified_by_its_case", IDENTIFIED),
        Trigger(
            "households_identified_by_its_case",
            "review_step",
            "households_identified_by_its_case",
            when="AFTER INSERT",
            condition=(
                "NEW.case_type = 'households.household.status'"
                " AND NEW.transition IN ('identify', 'return_to_poverty')"
            ),
            deferred=True,
        ),
    ]
