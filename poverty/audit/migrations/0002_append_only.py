"""The log cannot be altered: PostgreSQL refuses update, delete and truncate."""

from django.db import migrations

from poverty.sql.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [AppendOnly("audit_entry")]
