"""What stands in the rows of a simulated register: one INSERT ... SELECT for each table.

Facts follow from a hash of seed and number, so the same seed gives the same register. They fit each other as those of
a county do: who works has months and a place, who is at school no 文化程度, wages come from workers, a cause of poverty
has its bearer, who exited has more than who did not. A few in a hundred do not fit, for the data checks.
"""

from django.db import connection
from django.db.models import NOT_PROVIDED, Model

from households.models import (
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
from poverty.accounts.models import Posting, Role, User
from poverty.review.models import Step

DOCUMENT = "模拟数据（simulate）"


def reserve(cursor, model: type[Model], number: int) -> int:
    """Take `number` ids from a table's sequence and return the first."""
    table = model._meta.db_table
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
    first = cursor.fetchone()[0]
    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + number])
    return first


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
    names, expressions = ", ".join(map(connection.ops.quote_name, values)), ", ".join(values.values())
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {expressions} FROM {source}", params)


def _draw(salt: int, number: str = "p.household") -> str:
    """A number in [0, 1) that follows from seed, salt and a row's number."""
    return f"((hashint8extended({number}, %(seed)s * 1000 + {salt}) & 1048575) / 1048576.0)"


def _yes(salt: int, no: float, unknown: float, number: str = "p.household") -> str:
    """true, or false with probability `no`, or NULL with probability `unknown`."""
    return (
        f"CASE WHEN {_draw(salt, number)} < {no} THEN false WHEN {_draw(salt, number)} < {no + unknown} THEN NULL"
        " ELSE true END"
    )


def _yuan(salt: int, most: int, *, base: int = 0, empty: float = 0.0, times: str = "1") -> str:
    """Yuan from `base` to `base + most`, many small and few large, `times` an expression; NULL with probability `empty`."""
    amount = f"round(({base} + power({_draw(salt)}::numeric, 1.5) * {most}) * ({times}), 2)"
    return f"CASE WHEN {_draw(salt + 500)} < {empty} THEN NULL ELSE {amount} END"


# Of a household, from its number.
_EXITED = f"{_draw(1)} < 0.55"
_ON_DIBAO = f"{_draw(49)} < 0.25"
_DESTITUTE = f"({_draw(49)} > 0.9 AND h.able = 0)"
_CAUSES = (
    "(ARRAY['illness','illness','illness','disability','disability','labour','schooling','skill','capital',"
    f"'disaster','transport','other'])[1 + floor({_draw(2)} * 12)::int]"
)
# The cause that was drawn where somebody bears it out, and in a few households without.
_CAUSE = f"""CASE WHEN {_draw(3)} > 0.03 AND (
    {_CAUSES} = 'illness' AND h.sick = 0 OR {_CAUSES} = 'disability' AND h.disabled = 0
    OR {_CAUSES} = 'schooling' AND h.pupils = 0 OR {_CAUSES} = 'labour' AND h.able >= 3
) THEN (CASE WHEN {_draw(4)} < 0.5 THEN 'skill' ELSE 'capital' END) ELSE {_CAUSES} END"""
_ATTRIBUTE = f"""CASE WHEN {_DESTITUTE} THEN 'five_guarantees' WHEN {_ON_DIBAO} THEN 'allowance'
    WHEN {_EXITED} THEN 'general_farm' ELSE 'general_poor' END
    || CASE WHEN ({_EXITED}) OR NOT ({_DESTITUTE} OR {_ON_DIBAO}) THEN '' ELSE '_poor' END"""

# Of a person, from his number and birth date; ages by the end of September where the checks ask so.
_NUMBER = "p.member"
_AGE = "(%(year)s - extract(year FROM p.birth_date))"
_SICK = f"{_draw(44, _NUMBER)} < 0.15"
_DISABLED = f"{_draw(44, _NUMBER)} BETWEEN 0.15 AND 0.2"
_ABLE = (
    "p.birth_date <= make_date(%(year)s - 16, 9, 30) AND p.birth_date > make_date(%(year)s - 66, 9, 30)"
    f" AND NOT ({_DISABLED} AND {_draw(51, _NUMBER)} < 0.5)"
)
_WORKS = f"{_ABLE} AND {_AGE} BETWEEN 18 AND 62 AND {_draw(42, _NUMBER)} < 0.6"
_SCHOOL = (
    f"CASE WHEN {_AGE} BETWEEN 6 AND 15 AND {_draw(40, _NUMBER)} < 0.006 THEN 'not_at_school'"
    f" WHEN {_AGE} BETWEEN 6 AND 15 AND {_draw(40, _NUMBER)} < 0.012 THEN ''"
    f" WHEN {_AGE} < 6 THEN 'preschool' WHEN {_AGE} < 13 THEN 'primary' WHEN {_AGE} < 16 THEN 'grade_8'"
    f" WHEN {_AGE} < 19 AND {_draw(41, _NUMBER)} < 0.6 THEN 'high_2' ELSE 'not_at_school' END"
)


def _count_homes(cursor, params: dict) -> None:
    """A temporary table of what households are made of, for the facts that rest on it."""
    cursor.execute(
        f"""CREATE TEMP TABLE homes ON COMMIT DROP AS
            SELECT p.household, count(*) AS size, count(*) FILTER (WHERE {_ABLE}) AS able,
                count(*) FILTER (WHERE {_WORKS}) AS workers, count(*) FILTER (WHERE {_SICK}) AS sick,
                count(*) FILTER (WHERE {_DISABLED}) AS disabled,
                count(*) FILTER (WHERE ({_SCHOOL}) IN ('primary', 'grade_8', 'high_2')) AS pupils
            FROM people p GROUP BY p.household""",
        params,
    )
    cursor.execute("ALTER TABLE homes ADD PRIMARY KEY (household)")
    cursor.execute("ANALYZE homes")


def fill(cursor, actor: User, year: int, seed: int, villages: int) -> None:
    params = {
        "seed": seed,
        "year": year,
        "villages": villages,
        "actor": actor.pk,
        "name": actor.name,
        "document": DOCUMENT,
    }
    head = "people p JOIN villages v ON v.number = p.household %% %(villages)s WHERE p.number = 0"
    sized = head.replace("WHERE", "JOIN homes h USING (household) WHERE")
    _count_homes(cursor, params)
    status = f"CASE WHEN {_EXITED} THEN 'exited' ELSE 'not_exited' END"
    kind = f"CASE WHEN {_EXITED} THEN 'exited' ELSE 'registered_poor' END"
    since = "make_date(%(year)s - 2, 1, 1)"
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
            "poor_attribute": _ATTRIBUTE,
            "main_cause": _CAUSE,
            "phone": "p.phone",
            "phone_hash": "p.phone_hash",
            "bank_name": "CASE WHEN p.account IS NULL THEN '' ELSE '农村信用社' END",
            "bank_account": "p.account",
            "bank_account_hash": "p.account_hash",
            "head_id": "p.member",
            "head_name": "p.name",
            "head_pinyin": "p.pinyin",
            "head_initials": "p.initials",
            "identified_on": since,
            "household_no": "v.code || lpad(p.household::text, 9, '0')",
            "size": "h.size",
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
    _pair(cursor, villages, head, since, params)
    surveyed = "make_date(%(year)s, 9, 20)"
    share = f"CASE WHEN {_EXITED} THEN 1 ELSE 0.4 END"
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
            "cultivated_land": f"round(({_draw(21)} * {_draw(23)} * 14)::numeric, 2)",
            "forest_land": f"round(({_draw(22)} * 8)::numeric, 2)",
            "road_type": "'cement'",
            "wage_income": _yuan(30, 30000, base=2000, empty=0.01, times=f"least(h.workers, 3) * ({share})"),
            "production_income": _yuan(31, 12000, base=300, empty=0.01, times=share),
            "property_income": _yuan(
                32, 3000, base=200, empty=0.005, times=f"CASE WHEN {_draw(52)} < 0.6 THEN 0 ELSE {share} END"
            ),
            # An exited household has its allowances, pensions and subsidies besides.
            "transfer_income": _yuan(33, 6000, base=200, empty=0.005, times=share)
            + f" + CASE WHEN {_EXITED} THEN 3000 * h.size ELSE 0 END",
            "production_expense": _yuan(
                31, 12000, base=300, empty=0.01, times=f"{_draw(34)}::numeric * 0.5 * ({share})"
            ),
        },
        sized,
        dict(params),
    )
    _fill_members(cursor, params)


def _pair(cursor, villages: int, head: str, since: str, params: dict) -> None:
    """A helper on record in each village, without an account, and nearly all its households paired with him."""
    first = reserve(cursor, User, villages)
    params["helper"] = first
    _insert(
        cursor,
        User,
        {
            "id": "%(helper)s + v.number",
            "username": "NULL",
            "name": "'模拟帮扶' || v.number",
            "is_active": "false",
        },
        "villages v",
        dict(params),
    )
    _insert(
        cursor,
        Posting,
        {
            "user_id": "%(helper)s + v.number",
            "role": f"'{Role.HELPER}'",
            "area_id": "v.code",
            "valid_from": since,
            "document": "%(document)s",
        },
        "villages v",
        dict(params),
    )
    _insert(
        cursor,
        Pairing,
        {
            "household_id": "p.household",
            "helper_id": "%(helper)s + v.number",
            "valid_from": since,
            "document": "%(document)s",
        },
        f"{head} AND {_draw(5)} > 0.03",
        dict(params),
    )


def _fill_members(cursor, params: dict) -> None:
    works = f"{_WORKS} AND {_draw(45, _NUMBER)} >= 0.004"
    _insert(
        cursor,
        MemberSurvey,
        {
            "member_id": "p.member",
            "year": "%(year)s",
            "area_code": "v.code",
            "source": "'visit'",
            "happened_on": "make_date(%(year)s, 9, 20)",
            "school_status": _SCHOOL,
            "education_level": f"CASE WHEN ({_SCHOOL}) <> 'not_at_school' THEN ''"
            f" WHEN {_AGE} < 7 THEN 'preschool_age' WHEN {_draw(43, _NUMBER)} < 0.5 THEN 'primary'"
            " ELSE 'junior_middle' END",
            "health_states": f"CASE WHEN {_SICK} THEN 'chronic' WHEN {_DISABLED} THEN 'disabled' ELSE 'healthy' END",
            "labour_skill": f"CASE WHEN {_ABLE} THEN 'ordinary' ELSE 'none' END",
            "work_months": f"CASE WHEN {_draw(45, _NUMBER)} < 0.004 THEN NULL WHEN {_WORKS}"
            f" THEN 3 + floor({_draw(46, _NUMBER)} * 10)::int ELSE 0 END",
            "work_place": f"CASE WHEN {works} AND {_draw(53, _NUMBER)} > 0.01 THEN"
            " (ARRAY['in_township','in_county','in_province','outside_province'])"
            f"[1 + floor({_draw(54, _NUMBER)} * 4)::int] ELSE '' END",
            "resident_insurance": f"CASE WHEN {_draw(47, _NUMBER)} < 0.004 THEN false"
            f" WHEN {_draw(47, _NUMBER)} < 0.01 THEN NULL ELSE true END",
            "employee_insurance": "false",
            "serious_illness_insurance": _yes(55, 0.01, 0.01, _NUMBER),
            "resident_pension": _yes(48, 0.04, 0.01, _NUMBER),
            "employee_pension": "false",
            "receives_dibao": f"({_ON_DIBAO})",
            "receives_tekun": _DESTITUTE,
        },
        "people p JOIN homes h USING (household) JOIN villages v ON v.number = p.household %% %(villages)s",
        dict(params),
    )
