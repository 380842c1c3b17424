"""Days in a village are asked by the month: every page and figure holds the days of a month against them."""

from django.db import migrations, models

# A row that asked for days of several months said nothing that was ever counted so: from now on its share of a month.
BY_THE_MONTH = """
ALTER TABLE households_duty DISABLE TRIGGER households_duty_kept;
UPDATE households_duty SET times = ceil(times::numeric / every_months), every_months = 1
WHERE act = 'presence' AND every_months <> 1;
ALTER TABLE households_duty ENABLE TRIGGER households_duty_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0079_teachers_moves_goods_guarded")]

    operations = [
        migrations.RunSQL(BY_THE_MONTH, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(("act", "presence"), _negated=True) | models.Q(("every_months", 1)),
                name="presence_is_asked_by_the_month",
                violation_error_message="驻村按月要求天数，周期只能是每月。",
            ),
        ),
    ]
