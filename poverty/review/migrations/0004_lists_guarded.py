"""What has been posted, decided or frozen stays as it was, for every writer."""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

MEETING = f"""
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'Meeting % is closed', OLD.id {_REFUSED} 'review_meeting_closed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""

ITEM = f"""
DECLARE
    met record;
BEGIN
    SELECT closed_at, present INTO met FROM review_meeting
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.meeting_id ELSE NEW.meeting_id END FOR SHARE;
    IF met.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'The meeting is closed' {_REFUSED} 'review_meeting_closed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF coalesce(NEW.votes_for + NEW.votes_against + NEW.abstained, 0) > met.present THEN
        RAISE EXCEPTION 'More votes than people' {_REFUSED} 'review_more_votes_than_people';
    END IF;
    RETURN NEW;
END
"""

NOTICE = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_on IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_on' - 'withdrawn_reason') <> (to_jsonb(OLD) - 'withdrawn_on' - 'withdrawn_reason') THEN
        RAISE EXCEPTION 'A posted notice stays as it hung' {_REFUSED} 'review_notice_stays';
    END IF;
    RETURN NEW;
END
"""

ENTRY = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.left_on IS NOT NULL
       OR (to_jsonb(NEW) - 'left_on' - 'left_reason' - 'left_by_id')
          <> (to_jsonb(OLD) - 'left_on' - 'left_reason' - 'left_by_id') THEN
        RAISE EXCEPTION 'Who stood on a list stays named' {_REFUSED} 'review_entry_stays';
    END IF;
    RETURN NEW;
END
"""

OBJECTION = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'received'
       OR (to_jsonb(NEW) - 'state' - 'answer' - 'case_id' - 'receipt_on' - 'phone')
          <> (to_jsonb(OLD) - 'state' - 'answer' - 'case_id' - 'receipt_on' - 'phone') THEN
        RAISE EXCEPTION 'An objection stays as it came' {_REFUSED} 'review_objection_stays';
    END IF;
    RETURN NEW;
END
"""


def _guard(table: str, body: str, *, when: str = "BEFORE UPDATE OR DELETE"):
    name = f"{table}_stays"
    return [Function(name, body), Trigger(name, table, name, when=when)]


class Migration(migrations.Migration):
    dependencies = [("review", "0003_lists")]

    operations = [
        *_guard("review_meeting", MEETING),
        *_guard("review_meetingitem", ITEM, when="BEFORE INSERT OR UPDATE OR DELETE"),
        *_guard("review_notice", NOTICE),
        *_guard("review_rosterentry", ENTRY),
        *_guard("review_objection", OBJECTION),
        AppendOnly("review_roster"),
        AppendOnly("review_frozencopy"),
        AppendOnly("review_draw"),
        AppendOnly("review_drawncase"),
        StatusNeedsStep("review_objection", "review.objection", "state", initial="received"),
    ]
