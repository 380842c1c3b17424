"""What the county approved it takes back, until it is recorded: a way more, the others as in 0033."""

from importlib import import_module

from django.db import migrations

from poverty.sql.triggers import Function

before = import_module("households.migrations.0033_monitoring_guarded")

ORDER = (*before.ORDER, "approved>refused", "announced>refused")
WAY = before.WAY.replace(before._texts(before.ORDER), before._texts(ORDER))


class Migration(migrations.Migration):
    dependencies = [("households", "0076_coverage_figures")]

    operations = [Function("households_monitoring_way", WAY, previous=before.WAY)]
