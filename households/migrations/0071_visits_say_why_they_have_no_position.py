from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("households", "0070_benefits_taken_back_guarded")]

    operations = [
        migrations.AddField(
            "visit",
            "position_reason",
            models.CharField("没有定位的原因", max_length=200, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "visit",
            models.CheckConstraint(
                name="visit_says_why_it_has_no_position",
                condition=Q(position_reason="") | Q(latitude__isnull=True),
                violation_error_message="有定位的不写没有定位的原因。",
            ),
        ),
    ]
