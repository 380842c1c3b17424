"""The stored changes are held against the rule of 0023."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("households", "0023_changes_hold_states")]

    operations = [ValidateConstraint("assessmentchange", "assessment_change_holds_every_state")]
