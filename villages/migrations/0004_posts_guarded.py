"""Who held a post stays on record: a row only ends, once, with its reason. What a county asked stays as it was asked."""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

POST = f"""
DECLARE
    may_change text[] := ARRAY['valid_to', 'end_reason', 'end_document'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.valid_to IS NOT NULL
       OR (to_jsonb(NEW) - may_change) <> (to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION 'Village post %: who held it stays', OLD.id {_REFUSED} 'villages_post_stays';
    END IF;
    RETURN NEW;
END
"""

TEMPLATE = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.valid_to IS NOT NULL
       OR (to_jsonb(NEW) - 'valid_to') <> (to_jsonb(OLD) - 'valid_to') THEN
        RAISE EXCEPTION 'Template % stays', OLD.id {_REFUSED} 'villages_template_stays';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [("villages", "0003_posts")]

    operations = [
        Function("villages_post_stays", POST),
        Trigger("villages_post_stays", "villages_villagepost", "villages_post_stays", when="BEFORE UPDATE OR DELETE"),
        Function("villages_template_stays", TEMPLATE),
        Trigger("villages_template_stays", "villages_posttemplate", "villages_template_stays",
                when="BEFORE UPDATE OR DELETE"),
        AppendOnly("villages_templaterow"),
    ]
