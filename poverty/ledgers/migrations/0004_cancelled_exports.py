"""A cancelled export is called so and not failed; what stands above a ledger's rows is kept, so that it can be proved."""

from django.db import migrations, models

# Until now the row of a cancelled export said "failed"; its job knows better.
_CANCELLED = """
UPDATE ledgers_export e SET state = 'cancelled'
FROM jobs_job j
WHERE j.id = e.job_id AND e.state IN ('failed', 'making') AND j.state = 'cancelled'
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("ledgers", "0003_original_removed")]

    operations = [
        migrations.AlterField(
            model_name="export",
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
        migrations.AddField(
            model_name="export",
            name="head",
            field=models.JSONField(default=list, verbose_name="表头"),
        ),
        migrations.RunSQL(_CANCELLED, migrations.RunSQL.noop),
    ]
