"""Memory of one transaction, for the few statements that read whole tables."""

from django.db import connection


def use_memory(megabytes: int) -> None:
    """Let sorts and hashes of this transaction use so much memory each instead of PostgreSQL's 4 MB.

    Without it a statement over millions of rows spills to disk many times over. Ends with the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [f"{megabytes}MB"])
