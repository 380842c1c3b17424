"""Runs of the data checks count what happened since the run before, and 属实已改 is said of what is gone only."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# Runs so far: what came and went after they were over belongs to the next.
_COUNTED = """
    UPDATE households_checkrun SET counted_at = finished_at WHERE finished_at IS NOT NULL
"""

# 属实已改 of what stands to this day was not so: it waits again. The answer itself stays with who gave it.
_FINDINGS = """
    WITH untrue AS (
        SELECT a.id, f.id AS finding_id
        FROM households_findinganswer a JOIN households_finding f ON f.answer_id = a.id
        WHERE a.kind = 'corrected' AND f.closed_at IS NULL
    ), waits AS (
        UPDATE households_finding f SET answer_id = NULL FROM untrue u WHERE f.id = u.finding_id
    )
    UPDATE households_findinganswer a SET ended_at = clock_timestamp() FROM untrue u WHERE a.id = u.id
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0025_room_for_updates")]

    operations = [
        migrations.AddField(
            model_name="checkrun",
            name="counted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="计数时间"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["found_at"], name="finding_by_time", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                name="finding_by_closing",
            ),
        ),
        migrations.RunSQL(_COUNTED, migrations.RunSQL.noop),
        migrations.RunSQL(_FINDINGS, migrations.RunSQL.noop),
    ]
