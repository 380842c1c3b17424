"""Workrooms, evaluations and agreements stay as they were written: they end, are corrected by a further version, or are
said not to count. Who works in a workroom holds a post of that village; nobody assesses himself, his own team or one of
it; an agreement is that of an enterprise.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

VERSION = f"""
DECLARE
    may_change text[] := ARRAY['is_current', 'withdrawn_on', 'withdrawn_by_id', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.is_current AND NOT NEW.is_current
        AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: a version stays as it was written', TG_TABLE_NAME, OLD.id
        {_REFUSED} 'villages_version_stays';
END
"""

WORKROOM = f"""
DECLARE
    -- The phone stays free: keys of encryption change.
    may_change text[] := CASE
        WHEN OLD.valid_to IS NULL THEN ARRAY['valid_to', 'end_reason', 'phone', 'remark'] ELSE ARRAY['phone']
    END;
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Workroom %: where it was stays', OLD.id {_REFUSED} 'villages_workroom_stays';
END
"""

ENDS = f"""
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.valid_to IS NULL AND NEW.valid_to IS NOT NULL
        AND to_jsonb(NEW) - 'valid_to' = to_jsonb(OLD) - 'valid_to' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: it only ends', TG_TABLE_NAME, OLD.id {_REFUSED} 'villages_staff_stays';
END
"""

STAFF = f"""
BEGIN
    IF NOT EXISTS (
        SELECT FROM villages_villagepost post JOIN villages_workroom room ON room.village_id = post.village_id
        WHERE post.id = NEW.post_id AND room.id = NEW.workroom_id AND post.person_id IS NOT NULL
            AND post.post IN (
                'first_secretary', 'team_leader', 'team_deputy', 'team_member', 'technician', 'village_cadre'
            )
    ) THEN
        RAISE EXCEPTION 'Workroom %: post % is nobody who works in its village', NEW.workroom_id, NEW.post_id
            {_REFUSED} 'workroom_staff_is_of_the_village';
    END IF;
    -- Whoever leaves his post is no staff any more without a word here: only where it begins is held against the post.
    IF NOT EXISTS (
        SELECT FROM villages_villagepost post, villages_workroom room
        WHERE post.id = NEW.post_id AND room.id = NEW.workroom_id
            AND NEW.valid_from >= greatest(post.valid_from, room.valid_from)
            AND (post.valid_to IS NULL OR NEW.valid_from < post.valid_to)
            AND (room.valid_to IS NULL OR NEW.valid_to <= room.valid_to)
    ) THEN
        RAISE EXCEPTION 'Workroom %: post % on other days than workroom and post', NEW.workroom_id, NEW.post_id
            {_REFUSED} 'workroom_staff_within_workroom_and_post';
    END IF;
    RETURN NEW;
END
"""

FUND = f"""
DECLARE
    taking_back text[] := ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL
        AND to_jsonb(NEW) - taking_back = to_jsonb(OLD) - taking_back THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Fund %: it is withdrawn, not changed', OLD.id {_REFUSED} 'villages_fund_stays';
END
"""

EVALUATION = f"""
DECLARE
    since date := make_date(
        NEW.year, CASE NEW.period WHEN 'q2' THEN 4 WHEN 'q3' THEN 7 WHEN 'q4' THEN 10 ELSE 1 END, 1
    );
    until date := since + make_interval(
        months => CASE NEW.period WHEN 'half' THEN 6 WHEN 'year' THEN 12 ELSE 3 END
    );
    team bigint[] := ARRAY(
        SELECT person_id FROM villages_villagepost
        WHERE village_id = NEW.village_id
            AND post IN ('first_secretary', 'team_leader', 'team_deputy', 'team_member')
            AND valid_from < until AND (valid_to IS NULL OR (valid_to > since AND valid_to > valid_from))
    );
    by_whom bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.assessor_id, NEW.recorded_by_id] ELSE ARRAY[NEW.withdrawn_by_id]
    END;
BEGIN
    IF by_whom && team THEN
        RAISE EXCEPTION 'Evaluation of village %: by one of the team', NEW.village_id
            {_REFUSED} 'nobody_evaluates_his_own_team';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    IF cardinality(team) = 0 OR (NEW.person_id IS NOT NULL AND NEW.person_id <> ALL (team)) THEN
        RAISE EXCEPTION 'Evaluation of village %: not of its team', NEW.village_id
            {_REFUSED} 'evaluated_is_who_lived_there';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM villages_evaluation earlier
        WHERE earlier.id = NEW.replaces_id AND NOT earlier.is_current AND earlier.village_id = NEW.village_id
            AND earlier.person_id IS NOT DISTINCT FROM NEW.person_id AND earlier.year = NEW.year AND earlier.period = NEW.period
    ) THEN
        RAISE EXCEPTION 'Evaluation: a version replaces one of the same' {_REFUSED} 'a_version_replaces_the_same';
    END IF;
    RETURN NEW;
END
"""

RESULT = f"""
BEGIN
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM villages_agreementresult earlier
        WHERE earlier.id = NEW.replaces_id AND NOT earlier.is_current
            AND earlier.agreement_id = NEW.agreement_id AND earlier.year = NEW.year
    ) THEN
        RAISE EXCEPTION 'Result: a version replaces one of the same' {_REFUSED} 'a_version_replaces_the_same';
    END IF;
    RETURN NEW;
END
"""

AGREEMENT = f"""
DECLARE
    may_change text[] := ARRAY['ended_on', 'end_reason', 'scan_id'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM villages_villagepost WHERE id = NEW.post_id AND post = 'enterprise') THEN
            RAISE EXCEPTION 'Agreement: post % is no enterprise', NEW.post_id
                {_REFUSED} 'an_agreement_is_of_an_enterprise';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
        AND (OLD.scan_id IS NULL OR NEW.scan_id IS NOT DISTINCT FROM OLD.scan_id)
        AND (OLD.ended_on IS NULL
            OR (NEW.ended_on IS NOT DISTINCT FROM OLD.ended_on AND NEW.end_reason = OLD.end_reason)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Agreement %: what was agreed stays', OLD.id {_REFUSED} 'villages_agreement_stays';
END
"""

STAYS = "BEFORE UPDATE OR DELETE"


class Migration(migrations.Migration):
    dependencies = [("villages", "0005_teams")]

    operations = [
        Function("villages_version_stays", VERSION),
        Trigger("villages_evaluation_stays", "villages_evaluation", "villages_version_stays", when=STAYS),
        Trigger("villages_agreementresult_stays", "villages_agreementresult", "villages_version_stays", when=STAYS),
        Function("villages_workroom_stays", WORKROOM),
        Trigger("villages_workroom_stays", "villages_workroom", "villages_workroom_stays", when=STAYS),
        Function("villages_staff_stays", ENDS),
        Trigger("villages_staff_stays", "villages_workroomstaff", "villages_staff_stays", when=STAYS),
        Function("villages_staff_of_the_village", STAFF),
        Trigger(
            "villages_staff_of_the_village",
            "villages_workroomstaff",
            "villages_staff_of_the_village",
            when="BEFORE INSERT",
        ),
        Function("villages_fund_stays", FUND),
        Trigger("villages_fund_stays", "villages_workroomfund", "villages_fund_stays", when=STAYS),
        Function("villages_evaluated_by_another", EVALUATION),
        Trigger(
            "villages_evaluated_by_another",
            "villages_evaluation",
            "villages_evaluated_by_another",
            when="BEFORE INSERT",
        ),
        Trigger(
            "villages_withdrawn_by_another",
            "villages_evaluation",
            "villages_evaluated_by_another",
            when="BEFORE UPDATE",
            condition="NEW.withdrawn_by_id IS DISTINCT FROM OLD.withdrawn_by_id",
        ),
        Function("villages_result_replaces", RESULT),
        Trigger(
            "villages_result_replaces", "villages_agreementresult", "villages_result_replaces", when="BEFORE INSERT"
        ),
        Function("villages_agreement_stays", AGREEMENT),
        Trigger(
            "villages_agreement_stays",
            "villages_enterpriseagreement",
            "villages_agreement_stays",
            when="BEFORE INSERT OR UPDATE OR DELETE",
        ),
    ]
