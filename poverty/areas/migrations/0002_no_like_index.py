"""Django gives a text key a second index for LIKE; with the "C" collation the key's own index already serves it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX areas_area_code_a58d2228_like",
            "CREATE INDEX areas_area_code_a58d2228_like ON areas_area (code varchar_pattern_ops)",
        )
    ]
