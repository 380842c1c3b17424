"""A printed bundle goes along when its village is merged or gets another code; whoever works there finds it again."""

from django.db import migrations

from poverty.sql.triggers import Function

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

BUNDLE = f"""
DECLARE
    withdrawal text[] := ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason', 'area_code'];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'area_code' = to_jsonb(OLD) - 'area_code'
        OR OLD.withdrawn_at IS NULL AND to_jsonb(NEW) - withdrawal = to_jsonb(OLD) - withdrawal)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Printed sheets stay' {_REFUSED} 'households_sheetbundle_stays';
END
"""

# As in 0049.
_BEFORE = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id' - 'withdrawn_reason')
          <> (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id' - 'withdrawn_reason')
    THEN
        RAISE EXCEPTION 'Printed sheets stay' {_REFUSED} 'households_sheetbundle_stays';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0058_help_says_how_much")]

    operations = [Function("households_sheetbundle_stays", BUNDLE, previous=_BEFORE)]
