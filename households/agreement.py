"""Whether what is stored is what judging would store now: asked without writing, by who holds a year for good."""

from django.db import connection
from django.db.models import Q

from households.compiled import bound
from households.models import Assessment
from households.rules import Rules
from households.storing import COMPARED, prefixed, selected, set_aside
from poverty.standards.models import Standard

_DIFFERS = """
SELECT EXISTS (
    SELECT FROM judged j
    LEFT JOIN {assessment} a ON a.household_id = j.household_id AND a.year = %(year)s
    WHERE CASE
        WHEN j.left_out IS NOT NULL THEN a.household_id IS NOT NULL
        ELSE a.household_id IS NULL
            OR ROW(a.standard_id, {a_compared}) IS DISTINCT FROM ROW(%(standard)s, {j_compared})
    END
)
"""


def differs(rules: Rules, standard: Standard, condition: Q) -> bool:
    """Whether `store` with the same arguments would find a result to write or to withdraw. Locks nothing."""
    select = bound(selected(rules, standard, condition, None))
    if not select:
        return False
    with connection.cursor() as cursor:
        set_aside(cursor, select)
        cursor.execute(
            _DIFFERS.format(
                assessment=Assessment._meta.db_table,
                a_compared=prefixed("a", COMPARED),
                j_compared=prefixed("j", COMPARED),
            ),
            {"year": rules.year, "standard": standard.pk},
        )
        return cursor.fetchone()[0]
