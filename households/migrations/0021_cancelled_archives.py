"""Electronic files that were cancelled are called so and not failed."""

from django.db import migrations, models

# Until now the row of a cancelled one said "failed"; its job knows better.
_CANCELLED = """
UPDATE households_archivefile a SET state = 'cancelled'
FROM jobs_job j
WHERE j.id = a.job_id AND a.state IN ('failed', 'making') AND j.state = 'cancelled'
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("households", "0020_ledger_first_screens")]

    operations = [
        migrations.AlterField(
            model_name="archivefile",
            name="state",
            field=models.CharField(
                choices=[
                    ("making", "正在生成"),
                    ("done", "已生成"),
                    ("failed", "未生成"),
                    ("cancelled", "已取消"),
                ],
                default="making",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.RunSQL(_CANCELLED, migrations.RunSQL.noop),
    ]
