"""A register of any size for measuring: `simulate`. Persons come by COPY, everything else by INSERT ... SELECT.

Facts follow from a hash of seed and number, so the same seed gives the same register. Foreign keys, unique and
exclusion constraints and indexes of the big tables are taken off and put back within the transaction: PostgreSQL
then checks them set-based, all of them, before anything is visible.
"""

import time
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import NOT_PROVIDED, Model
from psycopg2 import sql as pg

from households.demo.people import scratch, write_people
from households.models import (
    CountyYear,
    Headship,
    Household,
    HouseholdPlace,
    HouseholdStatus,
    Member,
    Membership,
    MemberSurvey,
    Survey,
)
from households.services.years import open_year
from poverty.accounts.models import Posting, Role, User
from poverty.areas.models import Area, Level
from poverty.audit.services import record
from poverty.review.models import Step
from poverty.sql.prefix import within

_BIG = (Household, Member, Membership, Headship, HouseholdPlace, HouseholdStatus, Survey, MemberSurvey, Step)
DOCUMENT = "模拟数据（simulate）"


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
        first = _reserve(cursor, Household, households)
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
        _load_people(cursor, [path for path, _ in files], _reserve(cursor, Member, people))
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
        _fill(cursor, actor, year, seed, len(villages))
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


def _reserve(cursor, model: type[Model], number: int) -> int:
    """Take `number` ids from a table's sequence and return the first."""
    table = model._meta.db_table
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
    first = cursor.fetchone()[0]
    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + number])
    return first


def _load_people(cursor, files: list[str], first: int) -> None:
    cursor.execute(
        """CREATE TEMP TABLE people (
               household bigint, number smallint, relation text, name text, pinyin text COLLATE "C",
               initials text COLLATE "C", sex text, birth_date date, identity bytea, identity_hash bytea,
               last4 bytea, member bigint GENERATED ALWAYS AS IDENTITY (START %s)
           ) ON COMMIT DROP""",
        [first],
    )
    for path in files:
        with open(path, "rb") as rows:
            cursor.copy_expert(
                "COPY people (household, number, relation, name, pinyin, initials, sex, birth_date, identity,"
                " identity_hash, last4) FROM STDIN",
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


def _insert(cursor, model: type[Model], columns: dict[str, str], source: str, params: dict) -> None:
    """INSERT ... SELECT of SQL expressions; columns not named get their field's default."""
    values = {}
    for one in model._meta.concrete_fields:
        if one.column in columns:
            values[one.column] = columns[one.column]
        elif one.db_default is not NOT_PROVIDED or one.get_internal_type().endswith("AutoField"):
            continue
        elif getattr(one, "auto_now", False) or getattr(one, "auto_now_add", False):
            values[one.column] = "now()"
        else:
            default = one.get_default()
            params[f"default_{one.column}"] = one.get_db_prep_save(default, connection)
            values[one.column] = f"%(default_{one.column})s::{one.db_type(connection)}"
    if unknown := set(columns) - set(values):
        raise ValueError(f"{model._meta.db_table} has no {unknown}")
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {source}",
        params,
    )


def _draw(salt: int, number: str = "p.household") -> str:
    """A number in [0, 1) that follows from seed, salt and a row's number."""
    return f"((hashint8extended({number}, %(seed)s * 1000 + {salt}) & 1048575) / 1048576.0)"


def _yes(salt: int, no: float, unknown: float, number: str = "p.household") -> str:
    """true, or false with probability `no`, or NULL with probability `unknown`."""
    return (
        f"CASE WHEN {_draw(salt, number)} < {no} THEN false WHEN {_draw(salt, number)} < {no + unknown} THEN NULL"
        " ELSE true END"
    )


def _yuan(salt: int, most: int, empty: float = 0.0, number: str = "p.household") -> str:
    amount = f"round((power({_draw(salt, number)}::numeric, 1.5) * {most}), 2)"
    return f"CASE WHEN {_draw(salt + 500, number)} < {empty} THEN NULL ELSE {amount} END"


def _fill(cursor, actor: User, year: int, seed: int, villages: int) -> None:
    params = {
        "seed": seed,
        "year": year,
        "villages": villages,
        "actor": actor.pk,
        "name": actor.name,
        "document": DOCUMENT,
    }
    head = "people p JOIN villages v ON v.number = p.household %% %(villages)s WHERE p.number = 0"
    sized = head.replace(
        "WHERE", "JOIN (SELECT household, count(*) AS size FROM people GROUP BY 1) c USING (household) WHERE"
    )
    exited = f"{_draw(1)} < 0.55"
    status = f"CASE WHEN {exited} THEN 'exited' ELSE 'not_exited' END"
    kind = f"CASE WHEN {exited} THEN 'exited' ELSE 'registered_poor' END"
    since = "make_date(%(year)s - 2, 1, 1)"
    cause = (
        "(ARRAY['illness','illness','illness','disability','disability','labour','schooling','skill','capital',"
        f"'disaster','transport','other'])[1 + floor({_draw(2)} * 12)::int]"
    )
    for case_type, target, transition in (
        ("households.household", "'registered'", "'take_over'"),
        ("households.household.status", status, f"'adopt_' || {status}"),
    ):
        _insert(
            cursor,
            Step,
            {
                "case_type": f"'{case_type}'",
                "case_id": "p.household",
                "area_code": "v.code",
                "transition": transition,
                "target": target,
                "lane": "'record'",
                "level": "'county'",
                "closes_round": "true",
                "decided_by_id": "%(actor)s",
                "decided_by_name": "%(name)s",
                "recorded_by_id": "%(actor)s",
                "happened_on": "current_date",
                "document_name": "%(document)s",
            },
            head,
            dict(params),
        )
    cursor.execute("ANALYZE review_step")
    _insert(
        cursor,
        Household,
        {
            "id": "p.household",
            "area_code": "v.code",
            "state": "'registered'",
            "kind": kind,
            "status": status,
            "regime": "'registration'",
            "main_cause": cause,
            "head_id": "p.member",
            "head_name": "p.name",
            "head_pinyin": "p.pinyin",
            "head_initials": "p.initials",
            "identified_on": since,
            "household_no": "v.code || lpad(p.household::text, 9, '0')",
            "size": "c.size",
            "created_by_id": "%(actor)s",
        },
        sized,
        dict(params),
    )
    _insert(
        cursor,
        Member,
        {
            "id": "p.member",
            "household_id": "p.household",
            "name": "p.name",
            "pinyin": "p.pinyin",
            "sex": "p.sex",
            "birth_date": "p.birth_date",
            "ethnic_group": "'han'",
            "identity": "p.identity",
            "identity_hash": "p.identity_hash",
            "identity_last4_hash": "p.last4",
            "created_by_id": "%(actor)s",
        },
        "people p",
        dict(params),
    )
    _insert(
        cursor,
        Membership,
        {
            "household_id": "p.household",
            "member_id": "p.member",
            "relation": "p.relation",
            "valid_from": since,
            "join_reason": "'first_registration'",
        },
        "people p",
        dict(params),
    )
    _insert(
        cursor,
        Headship,
        {"household_id": "p.household", "member_id": "p.member", "valid_from": since},
        "people p WHERE p.number = 0",
        dict(params),
    )
    _insert(
        cursor,
        HouseholdPlace,
        {"household_id": "p.household", "area_code": "v.code", "valid_from": since},
        head,
        dict(params),
    )
    _insert(
        cursor,
        HouseholdStatus,
        {
            "household_id": "p.household",
            "kind": kind,
            "status": status,
            "regime": "'registration'",
            "valid_from": since,
            "source": "'import'",
            "document": "%(document)s",
        },
        head,
        dict(params),
    )
    surveyed = "make_date(%(year)s, 9, 20)"
    danger = f"{_draw(10)} < 0.02"
    _insert(
        cursor,
        Survey,
        {
            "household_id": "p.household",
            "year": "%(year)s",
            "area_code": "v.code",
            "source": "'visit'",
            "happened_on": surveyed,
            "visited_on": f"CASE WHEN {_draw(11)} < 0.03 THEN NULL ELSE {surveyed} END",
            "recorded_by_id": "%(actor)s",
            "decided_by_name": "%(name)s",
            "food_ok": _yes(12, 0.004, 0.01),
            "clothing_ok": _yes(13, 0.004, 0.01),
            "house_area": f"round((30 + {_draw(14)} * 120)::numeric, 2)",
            "is_dangerous_house": danger,
            "dangerous_grade": f"CASE WHEN {danger} THEN (CASE WHEN {_draw(15)} < 0.6 THEN 'c' ELSE 'd' END)"
            f" WHEN {_draw(15)} < 0.01 THEN '' ELSE (CASE WHEN {_draw(15)} < 0.4 THEN 'a' ELSE 'b' END) END",
            "water_solved": _yes(16, 0.008, 0.02),
            "water_safe": _yes(16, 0.008, 0.02),
            "water_difficult": f"NOT ({_yes(16, 0.008, 0.02)})",
            "has_power": _yes(17, 0.001, 0.003),
            "has_broadcasting": _yes(18, 0.003, 0.005),
            "road_reached": _yes(19, 0.01, 0.01),
            "has_industry": _yes(20, 0.3, 0.02),
            "cultivated_land": f"round(({_draw(21)} * 12)::numeric, 2)",
            "forest_land": f"round(({_draw(22)} * 8)::numeric, 2)",
            "road_type": "'cement'",
            "wage_income": _yuan(30, 60000, 0.01),
            "production_income": _yuan(31, 24000, 0.01),
            "property_income": _yuan(32, 4000, 0.005),
            "transfer_income": _yuan(33, 15000, 0.005),
            "production_expense": _yuan(34, 6000, 0.005),
        },
        head,
        dict(params),
    )
    _fill_members(cursor, params)


def _fill_members(cursor, params: dict) -> None:
    number = "p.member"
    age = "(%(year)s - extract(year FROM p.birth_date))"
    school = (
        f"CASE WHEN {age} BETWEEN 6 AND 15 AND {_draw(40, number)} < 0.006 THEN 'not_at_school'"
        f" WHEN {age} BETWEEN 6 AND 15 AND {_draw(40, number)} < 0.012 THEN ''"
        f" WHEN {age} < 6 THEN 'preschool' WHEN {age} < 13 THEN 'primary' WHEN {age} < 16 THEN 'grade_8'"
        f" WHEN {age} < 19 AND {_draw(41, number)} < 0.6 THEN 'high_2' ELSE 'not_at_school' END"
    )
    works = f"{age} BETWEEN 18 AND 62 AND {_draw(42, number)} < 0.6"
    _insert(
        cursor,
        MemberSurvey,
        {
            "member_id": "p.member",
            "year": "%(year)s",
            "area_code": "v.code",
            "source": "'visit'",
            "happened_on": "make_date(%(year)s, 9, 20)",
            "school_status": school,
            "education_level": f"CASE WHEN {age} < 7 THEN 'preschool_age' WHEN {_draw(43, number)} < 0.5 THEN 'primary'"
            " ELSE 'junior_middle' END",
            "health_states": f"CASE WHEN {_draw(44, number)} < 0.15 THEN 'chronic' WHEN {_draw(44, number)} < 0.2"
            " THEN 'disabled' ELSE 'healthy' END",
            "labour_skill": f"CASE WHEN {age} BETWEEN 16 AND 65 THEN 'ordinary' ELSE 'none' END",
            "work_months": f"CASE WHEN {_draw(45, number)} < 0.004 THEN NULL WHEN {works}"
            f" THEN 3 + floor({_draw(46, number)} * 10)::int ELSE 0 END",
            "resident_insurance": f"CASE WHEN {_draw(47, number)} < 0.004 THEN false WHEN {_draw(47, number)} < 0.01"
            " THEN NULL ELSE true END",
            "employee_insurance": "false",
            "resident_pension": _yes(48, 0.1, 0.01, number),
            "employee_pension": "false",
            "receives_dibao": f"{_draw(49, 'p.household')} < 0.25",
            "receives_tekun": f"{_draw(50, 'p.household')} < 0.02",
        },
        "people p JOIN villages v ON v.number = p.household %% %(villages)s",
        dict(params),
    )
