"""A register of any size for measuring: `simulate`. Persons come by COPY, everything else by INSERT ... SELECT.

What stands in the rows is told in `scale_rows`. Foreign keys, unique and exclusion constraints and indexes of the big
tables are taken off and put back within the transaction: PostgreSQL then checks them set-based, all of them, before
anything is visible.
"""

import time
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from psycopg2 import sql as pg

from households.demo.people import scratch, write_people
from households.demo.scale_rows import DOCUMENT, fill, reserve
from households.models import (
    CountyYear,
    Headship,
    Household,
    HouseholdPlace,
    HouseholdStatus,
    Member,
    Membership,
    MemberSurvey,
    Pairing,
    Survey,
)
from households.services.years import open_year
from poverty.accounts.models import Posting, Role, User
from poverty.areas.models import Area, Level
from poverty.audit.services import record
from poverty.review.models import Step
from poverty.sql.prefix import within

_BIG = (
    Household,
    Member,
    Membership,
    Headship,
    HouseholdPlace,
    HouseholdStatus,
    Pairing,
    Survey,
    MemberSurvey,
    Step,
)


def _actor(area_code: str) -> User:
    """The account in whose name simulated rows are recorded; nobody can sign in with it."""
    user, made = User.objects.get_or_create(
        username="simulate", defaults={"name": "模拟数据", "is_active": True, "must_change_password": True}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if not user.postings.filter(area_id=area_code, role=Role.COUNTY_REVIEWER).exists():
        Posting.objects.create(
            user=user,
            role=Role.COUNTY_REVIEWER,
            area_id=area_code,
            valid_from=date(2014, 1, 1),
            document=DOCUMENT,
        )
        user.forget_rights()
    return user


@transaction.atomic
def simulate(
    households: int,
    *,
    area_code: str,
    year: int,
    seed: int = 1,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, int | float]:
    """Add `households` invented registered households with members and facts of `year` in the villages of an area.

    Returns counts and seconds. Opens the counties' years as needed. Raises ValidationError when the area has no
    village or a year is closed.
    """
    began = time.monotonic()
    places = Area.objects.filter(within("code", [area_code]), level=Level.VILLAGE, valid_to__isnull=True)
    villages = list(places.order_by("code").values_list("code", flat=True))
    if not villages:
        raise ValidationError({"area": f"{area_code} 下没有行政村，请先导入区划。"})
    actor = _actor(area_code)
    if Household.objects.under(area_code).filter(created_by=actor).exists():
        # The same days and sequence numbers would give the same identity numbers again.
        raise ValidationError({"area": f"{area_code} 已有模拟户，请换一个地区或新建数据库。"})
    counties = sorted({code[:6] for code in villages})
    known = dict(CountyYear.objects.filter(area_id__in=counties, year=year).values_list("area_id", "state"))
    for county in counties:
        if known.get(county) == CountyYear.State.CLOSED:
            raise ValidationError({"year": f"{county} 的{year}年度已关闭。"})
        if county not in known:
            open_year(Area.objects.get(code=county), year, actor=actor, document_name=DOCUMENT)
    with connection.cursor() as cursor, scratch() as folder:
        first = reserve(cursor, Household, households)
        files = write_people(
            households,
            first=first,
            seed=seed,
            counties=[code[:6] for code in villages],
            year=year,
            folder=folder,
        )
        say(f"人员已生成 {time.monotonic() - began:.0f} 秒")
        people = sum(number for _, number in files)
        _load_people(cursor, [path for path, _ in files], reserve(cursor, Member, people))
        cursor.execute(
            'CREATE TEMP TABLE villages (number int PRIMARY KEY, code text COLLATE "C") ON COMMIT DROP'
        )
        cursor.execute(
            "INSERT INTO villages SELECT (n - 1)::int, code FROM unnest(%s::text[]) WITH ORDINALITY AS v(code, n)",
            [villages],
        )
        cursor.execute("ANALYZE people; ANALYZE villages")
        # At once, not at commit: a table with waiting triggers cannot get its constraints back.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # What is true of household and members together is asked at commit all the same; it waits on no big table.
        cursor.execute("SET CONSTRAINTS household_present_agrees DEFERRED")
        taken_off = _take_off(cursor)
        fill(cursor, actor, year, seed, len(villages))
        say(f"各表已写入 {time.monotonic() - began:.0f} 秒")
        _put_back(cursor, taken_off)
        say(f"约束和索引已恢复 {time.monotonic() - began:.0f} 秒")
        cursor.execute("ANALYZE")
    record(
        "households.simulate",
        None,
        actor=actor,
        area_code=area_code,
        summary=f"生成模拟户 {households} 户 {people} 人，{year}年度，种子 {seed}",
    )
    return {"households": households, "members": people, "seconds": round(time.monotonic() - began, 1)}


def _load_people(cursor, files: list[str], first: int) -> None:
    cursor.execute(
        """CREATE TEMP TABLE people (
               household bigint, number smallint, relation text, name text, pinyin text COLLATE "C",
               initials text COLLATE "C", sex text, birth_date date, identity bytea, identity_hash bytea,
               last4 bytea, phone bytea, phone_hash bytea, account bytea, account_hash bytea,
               member bigint GENERATED ALWAYS AS IDENTITY (START %s)
           ) ON COMMIT DROP""",
        [first],
    )
    for path in files:
        with open(path, "rb") as rows:
            cursor.copy_expert(
                "COPY people (household, number, relation, name, pinyin, initials, sex, birth_date, identity,"
                " identity_hash, last4, phone, phone_hash, account, account_hash) FROM STDIN",
                rows,
            )


def _take_off(cursor) -> list[str]:
    """Drop foreign keys, exclusions, unique constraints but the primary keys, and indexes of the big tables.

    Returns the statements that put them back.
    """
    tables = [model._meta.db_table for model in _BIG]
    cursor.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u', 'x') ORDER BY contype = 'f'""",
        [tables],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE confrelid::regclass::text = ANY(%s) AND contype = 'f'
             AND NOT conrelid::regclass::text = ANY(%s)""",
        [tables, tables],
    )
    constraints += cursor.fetchall()
    back = []
    for table, name, definition in sorted(constraints, key=lambda row: not row[2].startswith("FOREIGN")):
        cursor.execute(pg.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(pg.SQL(table), pg.Identifier(name)))
        back.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary
             AND indexrelid::regclass::text <> 'step_by_case'""",  # the check of a status looks its step up
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(pg.SQL("DROP INDEX {}").format(pg.SQL(name)))
    foreign = [statement for statement in back if "FOREIGN KEY" in statement]
    others = [statement for statement in back if "FOREIGN KEY" not in statement]
    return [definition for _, definition in indexes] + others + foreign


def _put_back(cursor, statements: list[str]) -> None:
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for statement in statements:
        cursor.execute(statement)
