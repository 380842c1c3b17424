"""Room on each page for the next version of a row that is saved again and again.

A save touches its household, its survey and the facts of its members. Where the page is full, the new version goes to
another page and every index of the table gets an entry more, though nothing that is indexed changed.
"""

from django.db import migrations

_TABLES = ("households_household", "households_survey", "households_membersurvey")


class Migration(migrations.Migration):
    dependencies = [("households", "0024_changes_checked")]

    operations = [
        migrations.RunSQL(
            sql=f"ALTER TABLE {table} SET (fillfactor = 90)",
            reverse_sql=f"ALTER TABLE {table} RESET (fillfactor)",
        )
        for table in _TABLES
    ]
