"""A repayment is taken back whole, by a row of its own; jobs, places in courses, solar shares and stations are taken back
with their reason and stay as they were.
"""

from importlib import import_module

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

before = import_module("households.migrations.0047_benefits_guarded")

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

# A loan is a mistake as long as nothing was paid back, or all that was is taken back.
LOAN = before.LOAN.replace(
    "EXISTS (SELECT FROM households_loanrepayment WHERE loan_id = NEW.id)",
    "(SELECT COALESCE(SUM(amount), 0) FROM households_loanrepayment WHERE loan_id = NEW.id) <> 0",
)

REPAYMENT = f"""
DECLARE
    lent record;
    back record;
    paid numeric;
BEGIN
    SELECT amount, starts_on, withdrawn_at INTO lent FROM households_loan WHERE id = NEW.loan_id FOR NO KEY UPDATE;
    SELECT COALESCE(SUM(amount), 0) INTO paid FROM households_loanrepayment WHERE loan_id = NEW.loan_id;
    IF lent.withdrawn_at IS NOT NULL OR NEW.paid_on < lent.starts_on OR paid + NEW.amount > lent.amount THEN
        RAISE EXCEPTION 'loan % is not paid back like that', NEW.loan_id {_REFUSED} 'households_repayment_fits';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT loan_id, amount, paid_on, reverses_id INTO back FROM households_loanrepayment WHERE id = NEW.reverses_id;
        IF back.reverses_id IS NOT NULL OR back.loan_id IS DISTINCT FROM NEW.loan_id
           OR NEW.amount <> -back.amount OR NEW.paid_on < back.paid_on THEN
            RAISE EXCEPTION 'a reversal takes back the whole of one repayment'
                {_REFUSED} 'households_repayment_reversal_is_whole';
        END IF;
    END IF;
    RETURN NEW;
END
"""

# What may change of a row while it stands is named by the trigger; of one that was taken back, nothing.
TAKEN_BACK = f"""
DECLARE
    later CONSTANT text[] := ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'] || TG_ARGV[0]::text[];
    place CONSTANT text[] := ARRAY['area_code'];
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - later - place) <> (to_jsonb(OLD) - later - place) THEN
        RAISE EXCEPTION '% % stays; take it back with its reason', TG_TABLE_NAME, OLD.id
            {_REFUSED} 'households_mistake_is_taken_back';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL AND (to_jsonb(NEW) - place) <> (to_jsonb(OLD) - place) THEN
        RAISE EXCEPTION '% % was taken back', TG_TABLE_NAME, OLD.id {_REFUSED} 'households_taken_back_stays';
    END IF;
    RETURN NEW;
END
"""

CONNECTED = f"""
BEGIN
    RAISE EXCEPTION 'station % is on the grid since %', OLD.id, OLD.connected_on
        {_REFUSED} 'households_station_connected_once';
END
"""

_TABLES = (
    ("households_job", "{ends_on,end_reason}"),
    ("households_trainee", "{result,certificate}"),
    ("households_solarshare", "{valid_to,note}"),
    ("households_solarstation", "{connected_on}"),
)


class Migration(migrations.Migration):
    dependencies = [("households", "0069_benefits_taken_back")]

    operations = [
        Function("households_loan_stays", LOAN, previous=before.LOAN),
        Function("households_repayment_fits", REPAYMENT, previous=before.REPAYMENT),
        Function("households_taken_back_stays", TAKEN_BACK),
        *(
            Trigger(
                f"{table}_stays",
                table,
                "households_taken_back_stays",
                when="BEFORE UPDATE OR DELETE",
                arguments=f"'{columns}'",
            )
            for table, columns in _TABLES
        ),
        Function("households_station_connected_once", CONNECTED),
        Trigger(
            "households_station_connected_once",
            "households_solarstation",
            "households_station_connected_once",
            when="BEFORE UPDATE",
            condition="OLD.connected_on IS NOT NULL AND NEW.connected_on IS DISTINCT FROM OLD.connected_on",
        ),
    ]
