# Lists by income in a county find their page in two indexes, and read only its fifty rows whole.

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0002_no_like_index"),
        ("files", "0002_nothing_is_deleted"),
        ("households", "0056_helping_guarded"),
        ("standards", "0003_status_needs_step"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assessment",
            name="one_verdict_of_a_household_a_year",
        ),
        migrations.RemoveIndex(
            model_name="household",
            name="household_by_area",
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                fields=["area", "id"],
                include=("state", "kind", "status", "main_cause"),
                name="household_by_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("household", "year"),
                include=("net_income_per_head", "verdict"),
                name="one_verdict_a_year",
            ),
        ),
    ]
