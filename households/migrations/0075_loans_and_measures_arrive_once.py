"""A loan and a planned measure arrive once however often the form is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0074_station_corrections")]

    operations = [
        migrations.AddField(
            model, "identity", models.UUIDField(null=True, unique=True, editable=False)
        )
        for model in ("loan", "measure")
    ]
