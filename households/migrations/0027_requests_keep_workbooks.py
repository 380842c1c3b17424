"""A closed table from above says when it was closed; the sender's workbook goes some days later."""

from django.db import migrations, models

# Closed before that was kept: as its steps say. Of what was given up the workbook is gone already.
_CLOSED = """
    UPDATE households_tablerequest r SET closed_at = coalesce(
        (SELECT max(s.recorded_at) FROM review_step s
         WHERE s.case_type = 'households.tablerequest' AND s.case_id = r.id AND s.target = 'closed'),
        r.issued_at, r.created_at)
    WHERE r.state = 'closed'
"""
_DISCARDED = """
    UPDATE households_tablerequest SET file_removed_at = now() WHERE state = 'discarded' AND file_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0026_runs_count_all"), ("review", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="tablerequest",
            name="closed_at",
            field=models.DateTimeField(null=True, verbose_name="结束时间"),
        ),
        migrations.AddField(
            model_name="tablerequest",
            name="file_removed_at",
            field=models.DateTimeField(null=True, verbose_name="原工作簿删除时间"),
        ),
        migrations.RunSQL(_CLOSED, migrations.RunSQL.noop),
        migrations.RunSQL(_DISCARDED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="tablerequest",
            constraint=models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(closed_at__isnull=False),
                name="closed_request_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="tablerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(file_removed_at__isnull=True)
                | models.Q(file__isnull=False, state__in=("closed", "discarded")),
                name="workbook_of_a_request_stays_until_it_ends",
            ),
        ),
    ]
