"""The first day of the calendar period of so many months in which a day lies: months of duties (households/duties/periods.py).

In SQL, so that the planner takes it into the query; NULL in, NULL out.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION households_period_start(day date, months integer) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT (date_trunc('month', day::timestamp)
        - make_interval(months => (extract(month FROM day)::integer - 1) % months))::date
$function$
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0044_needs_guarded")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION households_period_start(date, integer)"),
    ]
