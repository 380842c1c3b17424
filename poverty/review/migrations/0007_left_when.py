"""When somebody left a list is recorded: who left before a sheet of the same day was posted did not stand on it."""

from importlib import import_module

from django.db import migrations, models

from poverty.sql.triggers import Function

guarded = import_module("poverty.review.migrations.0004_lists_guarded")

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

ENTRY = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.left_on IS NOT NULL
       OR (to_jsonb(NEW) - 'left_on' - 'left_at' - 'left_reason' - 'left_by_id')
          <> (to_jsonb(OLD) - 'left_on' - 'left_at' - 'left_reason' - 'left_by_id') THEN
        RAISE EXCEPTION 'Who stood on a list stays named' {_REFUSED} 'review_entry_stays';
    END IF;
    IF NEW.left_on IS NOT NULL THEN
        NEW.left_at := statement_timestamp();
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0006_rounds_and_rights'),
    ]

    operations = [
        migrations.AddField(
            model_name='rosterentry',
            name='left_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='移出录入时间'),
        ),
        Function("review_rosterentry_stays", ENTRY, previous=guarded.ENTRY),
    ]
