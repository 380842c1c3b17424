"""What figures have in common about tables: settle them, empty them, compare two of results."""

from django.db import connection, transaction

READ = (
    "households_household",
    "households_member",
    "households_membership",
    "households_survey",
    "households_membersurvey",
)
RESULTS = "households_assessment"
COMPARED = (
    "household_id, year, standard_id, facts_version, area_code, members, net_income_per_head, income, food, clothing,"
    " education, medical, housing, water, power, broadcasting, road, stable_income, verdict"
)


def settle(*tables: str) -> None:
    """Vacuum, analyse and write out (all tables where none is named), so that no figure pays for what an earlier one
    left.
    """
    with connection.cursor() as cursor:
        for table in tables or ("",):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def empty(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


def differing(table: str) -> int:
    """Rows in which two tables of results disagree, counted in both directions; more than 0 is an error of one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ((SELECT {COMPARED} FROM {table} EXCEPT ALL SELECT {COMPARED} FROM {RESULTS})"
            f" UNION ALL (SELECT {COMPARED} FROM {RESULTS} EXCEPT ALL SELECT {COMPARED} FROM {table})) d"
        )
        return cursor.fetchone()[0]
