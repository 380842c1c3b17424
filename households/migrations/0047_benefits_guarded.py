"""A published policy stays as it is; what was received is taken back, never altered; a loan is repaid to the last yuan."""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep
from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

POLICY = f"""
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'policies are never deleted; withdraw the draft' {_REFUSED} 'households_policy_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a policy begins as a draft' {_REFUSED} 'households_policy_begins_as_draft';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'draft' THEN
        IF to_jsonb(NEW) - 'status' <> to_jsonb(OLD) - 'status'
           OR NOT (NEW.status = OLD.status OR (OLD.status = 'published' AND NEW.status = 'superseded')) THEN
            RAISE EXCEPTION 'policy % is % and frozen', OLD.id, OLD.status {_REFUSED} 'households_policy_frozen';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.code, NEW.area_code, NEW.version, NEW.corrects_id, NEW.drafted_by_id)
       IS DISTINCT FROM (OLD.id, OLD.code, OLD.area_code, OLD.version, OLD.corrects_id, OLD.drafted_by_id)
       OR NOT NEW.makers @> OLD.makers THEN
        RAISE EXCEPTION 'code, place, version and makers of policy % are fixed', OLD.id
            {_REFUSED} 'households_policy_fixed';
    END IF;
    RETURN NEW;
END
"""

# Statement-wise where it can be: thousands of benefits come in one insert.
BENEFIT_INSERTED = f"""
BEGIN
    IF EXISTS (
        SELECT FROM added b JOIN households_policy p ON p.id = b.policy_id
        WHERE b.code <> p.code OR p.status NOT IN ('published', 'superseded')
            OR b.year < p.year_from OR b.year > COALESCE(p.year_to, 9999)
            OR (p.level = 'member') <> (b.member_id IS NOT NULL)
            OR (p.rule = 'service') <> (b.amount IS NULL)
            OR (b.income_year IS NOT NULL AND p.income_item = '')
    ) THEN
        RAISE EXCEPTION 'a benefit fits its policy' {_REFUSED} 'households_benefit_fits_policy';
    END IF;
    IF EXISTS (
        SELECT FROM added b JOIN households_benefit o ON o.id = b.reverses_id
        WHERE o.reverses_id IS NOT NULL
            OR (b.household_id, b.member_id, b.policy_id, b.year, b.period, b.income_year, b.units)
               IS DISTINCT FROM (o.household_id, o.member_id, o.policy_id, o.year, o.period, o.income_year, o.units)
            OR b.amount IS DISTINCT FROM -o.amount
    ) THEN
        RAISE EXCEPTION 'a reversal takes back the whole of one benefit' {_REFUSED} 'households_reversal_is_whole';
    END IF;
    RETURN NULL;
END
"""

BENEFIT = f"""
BEGIN
    IF TG_OP <> 'UPDATE' OR NOT OLD.standing OR NEW.standing
       OR to_jsonb(NEW) - 'standing' <> to_jsonb(OLD) - 'standing' THEN
        RAISE EXCEPTION 'what was received stays; take it back by a reversal' {_REFUSED} 'households_benefit_stays';
    END IF;
    RETURN NEW;
END
"""

# At commit: what no longer stands has its reversal, and what has one no longer stands.
BENEFIT_TAKEN_BACK = f"""
DECLARE
    now record;
BEGIN
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT standing INTO now FROM households_benefit WHERE id = NEW.reverses_id;
        IF now.standing THEN
            RAISE EXCEPTION 'benefit % was taken back and still stands', NEW.reverses_id
                {_REFUSED} 'households_benefit_taken_back';
        END IF;
    ELSIF NOT NEW.standing AND NOT EXISTS (SELECT FROM households_benefit WHERE reverses_id = NEW.id) THEN
        RAISE EXCEPTION 'benefit % does not stand and has no reversal', NEW.id
            {_REFUSED} 'households_benefit_taken_back';
    END IF;
    RETURN NULL;
END
"""

LOAN = f"""
DECLARE
    later CONSTANT text[] := ARRAY['repaid_on', 'due_on', 'extended_from', 'extension_reason', 'withdrawn_at',
        'withdrawn_by_id', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - later) <> (to_jsonb(OLD) - later) THEN
        RAISE EXCEPTION 'a loan stays as it was lent' {_REFUSED} 'households_loan_stays';
    END IF;
    IF NEW.due_on <> OLD.due_on AND (OLD.extended_from IS NOT NULL OR NEW.extended_from IS DISTINCT FROM OLD.due_on) THEN
        RAISE EXCEPTION 'a loan is extended once, from its day' {_REFUSED} 'households_loan_extended_once';
    END IF;
    IF NEW.withdrawn_at IS NOT NULL AND EXISTS (SELECT FROM households_loanrepayment WHERE loan_id = NEW.id) THEN
        RAISE EXCEPTION 'a loan that was paid back is no mistake' {_REFUSED} 'households_loan_repaid_stays';
    END IF;
    RETURN NEW;
END
"""

# The loan's row is locked by whoever repays: two repayments at once cannot both see room.
REPAYMENT = f"""
DECLARE
    lent record;
    paid numeric;
BEGIN
    SELECT amount, starts_on, withdrawn_at INTO lent FROM households_loan WHERE id = NEW.loan_id FOR NO KEY UPDATE;
    SELECT COALESCE(SUM(amount), 0) INTO paid FROM households_loanrepayment WHERE loan_id = NEW.loan_id;
    IF lent.withdrawn_at IS NOT NULL OR NEW.paid_on < lent.starts_on OR paid + NEW.amount > lent.amount THEN
        RAISE EXCEPTION 'loan % is not paid back like that', NEW.loan_id {_REFUSED} 'households_repayment_fits';
    END IF;
    RETURN NEW;
END
"""

# At commit, with the loan as it is then.
REPAID = f"""
DECLARE
    own bigint := CASE WHEN TG_TABLE_NAME = 'households_loan' THEN (to_jsonb(NEW)->>'id')::bigint
                       ELSE (to_jsonb(NEW)->>'loan_id')::bigint END;
BEGIN
    IF EXISTS (
        SELECT FROM households_loan l
        WHERE l.id = own AND (l.repaid_on IS NOT NULL) <> (
            l.amount = (SELECT COALESCE(SUM(r.amount), 0) FROM households_loanrepayment r WHERE r.loan_id = l.id)
        )
    ) THEN
        RAISE EXCEPTION 'loan % is repaid when all of it came back', own {_REFUSED} 'households_loan_repaid_whole';
    END IF;
    RETURN NULL;
END
"""

SHARE = f"""
BEGIN
    IF EXISTS (
        SELECT FROM households_solarstation s
        WHERE s.id = NEW.station_id AND s.kind = 'household'
            AND (s.household_id <> NEW.household_id OR NEW.member_id IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'a household''s station pays its own household' {_REFUSED} 'households_share_of_own_station';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0046_benefits"), ("review", "0002_guards")]

    operations = [
        StatusNeedsStep("households_policy", "households.policy", "status"),
        Function("households_policy_frozen", POLICY),
        Trigger(
            "households_policy_frozen",
            "households_policy",
            "households_policy_frozen",
            when="BEFORE INSERT OR UPDATE OR DELETE",
        ),
        Trigger(
            "households_policy_kept",
            "households_policy",
            "households_policy_frozen",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
        Function("households_benefit_fits", BENEFIT_INSERTED),
        Trigger(
            "households_benefit_fits",
            "households_benefit",
            "households_benefit_fits",
            when="AFTER INSERT",
            each="STATEMENT",
            referencing="NEW TABLE AS added",
        ),
        Function("households_benefit_stays", BENEFIT),
        Trigger(
            "households_benefit_stays",
            "households_benefit",
            "households_benefit_stays",
            when="BEFORE UPDATE OR DELETE",
        ),
        Trigger(
            "households_benefit_kept",
            "households_benefit",
            "households_benefit_stays",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
        Function("households_benefit_taken_back", BENEFIT_TAKEN_BACK),
        Trigger(
            "households_benefit_taken_back",
            "households_benefit",
            "households_benefit_taken_back",
            when="AFTER INSERT OR UPDATE",
            condition="NOT NEW.standing",
            deferred=True,
        ),
        Function("households_loan_stays", LOAN),
        Trigger("households_loan_stays", "households_loan", "households_loan_stays", when="BEFORE UPDATE OR DELETE"),
        Function("households_repayment_fits", REPAYMENT),
        Trigger(
            "households_repayment_fits", "households_loanrepayment", "households_repayment_fits", when="BEFORE INSERT"
        ),
        AppendOnly("households_loanrepayment"),
        Function("households_loan_repaid_whole", REPAID),
        Trigger(
            "households_loan_repaid_whole",
            "households_loan",
            "households_loan_repaid_whole",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
        ),
        Trigger(
            "households_repayment_repaid_whole",
            "households_loanrepayment",
            "households_loan_repaid_whole",
            when="AFTER INSERT",
            deferred=True,
        ),
        Function("households_share_of_own_station", SHARE),
        Trigger(
            "households_share_of_own_station",
            "households_solarshare",
            "households_share_of_own_station",
            when="BEFORE INSERT OR UPDATE",
        ),
    ]
