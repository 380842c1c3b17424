"""The status of a standard changes only together with its step."""

from django.db import migrations

from poverty.review.operations import StatusNeedsStep


class Migration(migrations.Migration):
    dependencies = [("standards", "0002_frozen"), ("review", "0002_guards")]

    operations = [StatusNeedsStep("standards_standard", "standards.standard", "status")]
