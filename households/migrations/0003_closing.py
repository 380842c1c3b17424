"""A closed or merged household has its day: asked at commit, since fire() writes the state and the service the day."""

from django.db import migrations, models
from django.db.models import Q

from poverty.sql.triggers import Function, Trigger

_HAS_ITS_DAY = """
BEGIN
    IF EXISTS (
        SELECT FROM households_household
        WHERE id = NEW.id AND state IN ('merged', 'closed') AND closed_on IS NULL
    ) THEN
        RAISE EXCEPTION 'household %: closed without a day', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'household_closed_on_a_day';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="household", name="household_closed_on_a_day"),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=Q(("state__in", ["merged", "closed"])) | Q(("closed_on__isnull", True)),
                name="open_household_has_no_closing_day",
            ),
        ),
        Function("households_closed_on_a_day", _HAS_ITS_DAY),
        Trigger(
            "household_closed_on_a_day",
            "households_household",
            "households_closed_on_a_day",
            when="AFTER INSERT OR UPDATE",
            condition="NEW.state IN ('merged', 'closed')",
            deferred=True,
        ),
    ]
