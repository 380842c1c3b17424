"""What the first screens of the ledgers need at a million households: an index by day, and what goes together."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("areas", "0002_no_like_index"),
        ("files", "0002_nothing_is_deleted"),
        ("households", "0019_request_updates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="registerchange",
            index=models.Index(fields=["happened_on", "id", "area"], name="register_change_by_day"),
        ),
        # Kind and status say much the same. Without knowing it the planner takes two that exclude each other for a
        # quarter of the register, and walks through all of it to find the first fifty.
        migrations.RunSQL(
            "CREATE STATISTICS household_kind_with_status (mcv) ON kind, status, state FROM households_household",
            "DROP STATISTICS household_kind_with_status",
        ),
    ]
