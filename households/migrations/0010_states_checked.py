"""The stored results are held against the rule of 0009."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("households", "0009_states_and_periods")]

    operations = [
        ValidateConstraint("assessment", "assessment_holds_states"),
        ValidateConstraint("assessmentchange", "assessment_change_holds_states"),
    ]
