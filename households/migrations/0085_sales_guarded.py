"""Agreements by which businesses buy of households stay as they were signed: they get their scan, end once, or are taken
back. What was bought lies within its agreement, and a result only gives its place to a further version.
"""

from django.db import migrations

from poverty.sql.triggers import Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

# The scan comes once and the end is said once.
ONCE = f"""
BEGIN
    IF (OLD.scan_id IS NOT NULL AND NEW.scan_id IS DISTINCT FROM OLD.scan_id)
       OR (OLD.ended_on IS NOT NULL AND (NEW.ended_on IS DISTINCT FROM OLD.ended_on
           OR NEW.end_reason <> OLD.end_reason)) THEN
        RAISE EXCEPTION 'sale agreement % has its scan or end', OLD.id {_REFUSED} 'households_sale_agreement_once';
    END IF;
    IF (NEW.withdrawn_at IS NOT NULL OR NEW.ended_on IS NOT NULL) AND EXISTS (
        SELECT FROM households_saleresult WHERE agreement_id = NEW.id AND is_current
        AND (NEW.withdrawn_at IS NOT NULL OR year > EXTRACT(YEAR FROM NEW.ended_on - 1))) THEN
        RAISE EXCEPTION 'sale agreement % has results after its end', NEW.id {_REFUSED} 'households_sale_result_fits';
    END IF;
    RETURN NEW;
END
"""

RESULT_FITS = f"""
DECLARE
    held record;
BEGIN
    SELECT period_from, LEAST(period_to, ended_on - 1) AS last, withdrawn_at INTO held
    FROM households_saleagreement WHERE id = NEW.agreement_id FOR NO KEY UPDATE;
    IF held.withdrawn_at IS NOT NULL OR held.last < held.period_from
       OR NEW.year NOT BETWEEN EXTRACT(YEAR FROM held.period_from) AND EXTRACT(YEAR FROM held.last) THEN
        RAISE EXCEPTION 'result lies outside sale agreement %', NEW.agreement_id
            {_REFUSED} 'households_sale_result_fits';
    END IF;
    RETURN NEW;
END
"""

RESULT_STAYS = f"""
BEGIN
    RAISE EXCEPTION 'sale result % counts no more', OLD.id {_REFUSED} 'households_sale_result_stays';
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0084_sales")]

    operations = [
        Trigger(
            "households_saleagreement_stays",
            "households_saleagreement",
            "households_taken_back_stays",
            when="BEFORE UPDATE OR DELETE",
            arguments="'{scan_id,ended_on,end_reason}'",
        ),
        Function("households_sale_agreement_once", ONCE),
        Trigger(
            "households_sale_agreement_once",
            "households_saleagreement",
            "households_sale_agreement_once",
            when="BEFORE UPDATE",
        ),
        Trigger(
            "households_saleresult_stays",
            "households_saleresult",
            "households_taken_back_stays",
            when="BEFORE UPDATE OR DELETE",
            arguments="'{is_current}'",
        ),
        Function("households_sale_result_fits", RESULT_FITS),
        Trigger(
            "households_sale_result_fits",
            "households_saleresult",
            "households_sale_result_fits",
            when="BEFORE INSERT",
        ),
        Function("households_sale_result_stays", RESULT_STAYS),
        Trigger(
            "households_sale_result_stays",
            "households_saleresult",
            "households_sale_result_stays",
            when="BEFORE UPDATE",
            condition="NOT OLD.is_current",
        ),
    ]
