"""What PostgreSQL asks at commit, asked now: a test's own transaction is never committed."""

from django.db import connection


def commit_checks():
    """Run the deferred checks of what was written up to here."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
