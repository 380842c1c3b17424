"""A county of 100,000 households, of which 10,000 wait for the county office; some of a hundred stand out in one way."""

import csv
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from households.demo.scale import simulate
from households.exits.freezing import frozen
from households.models import ExitCase, Household
from households.services.assess import assess
from poverty.accounts.models import Role, User
from poverty.files.models import FileLink
from poverty.review.models import Roster, Step
from poverty.review.services.freezing import keep_copies
from tests.bench.register import ALL_INDICATORS, YEAR
from tests.factories.accounts import make_posting, make_user
from tests.factories.files import make_file
from tests.factories.standards import make_standard

PROVINCE, COUNTY = "52", "520101"
HOUSEHOLDS, WAITING = 100_000, 10_000
CASE = "households.exitcase"

# (step, from, to, lane, level, who, days ago)
STEPS = (
    ("plan", "", "planned", "propose", "village", "clerk", 60),
    ("prepare", "planned", "prepared", "propose", "village", "clerk", 40),
    ("appraise", "prepared", "appraised", "propose", "village", "clerk", 30),
    ("verify", "appraised", "verified", "verify", "village", "secretary", 29),
    ("agree", "verified", "agreed", "propose", "village", "clerk", 28),
    ("check", "agreed", "checked", "verify", "township", "township", 14),
)
# The rows that people would have written, put in at once; ten of a hundred cases stand out in one way each.
ROWS = (
    "INSERT INTO households_exitcase (household_id, year, area_code, state, round, planned_by_id, hold_kinds, held_at,"
    " base_standard_id, base_facts_version, base_states, base_income, base_members, base_head_id)"
    " SELECT h.id, a.year, h.area_code, 'checked', 1, %(clerk)s,"
    " CASE WHEN h.id %% 100 < 3 THEN ARRAY['members'] ELSE '{}' END, CASE WHEN h.id %% 100 < 3 THEN now() END,"
    " a.standard_id, a.facts_version - CASE WHEN h.id %% 100 BETWEEN 3 AND 5 THEN 1 ELSE 0 END,"
    " ARRAY[a.income, a.food, a.clothing, a.education, a.medical, a.housing, a.water, a.power, a.broadcasting, a.road,"
    " a.stable_income]::smallint[], a.net_income_per_head,"
    " (SELECT array_agg(m.member_id ORDER BY m.member_id) FROM households_membership m"
    "  WHERE m.household_id = h.id AND m.valid_to IS NULL), h.head_id"
    " FROM households_household h JOIN households_assessment a ON a.household_id = h.id AND a.year = %(year)s"
    " WHERE h.id = ANY(%(households)s)",
    "INSERT INTO households_bureauconfirmation (case_id, bureau, result, note, confirmed_on, legal_basis, round,"
    " recorded_by_id, late_reason)"
    " SELECT c.id, b, CASE WHEN c.household_id %% 100 = 6 AND b = 'water' THEN 'exception' ELSE 'ok' END,"
    " CASE WHEN c.household_id %% 100 = 6 AND b = 'water' THEN '水质不合格' ELSE '' END, current_date - 45, '比对通知',"
    " 1, %(clerk)s, '' FROM households_exitcase c,"
    " unnest(ARRAY['education', 'medical_insurance', 'housing', 'water']) b",
    "INSERT INTO review_roster (case_type, area_code, year, number, title, made_on, made_by_id, late_reason)"
    " SELECT DISTINCT '"
    + CASE
    + "', area_code, %(year)s, 1, '拟退出贫困户名单', current_date - 40, %(clerk)s, ''"
    " FROM households_exitcase",
    "INSERT INTO review_rosterentry (roster_id, case_type, case_id, position, left_reason)"
    " SELECT r.id, '" + CASE + "', c.id, row_number() OVER (PARTITION BY r.id ORDER BY c.id), ''"
    " FROM households_exitcase c JOIN review_roster r ON r.area_code = c.area_code",
    "INSERT INTO review_notice (kind, roster_id, area_code, title, place, publisher, contact, posted_on, days,"
    " minimum_days, last_day, households, posted_by_id, posted_by_name, recorded_by_id, late_reason, token_hash,"
    " withdrawn_reason)"
    " SELECT n.kind, r.id, r.area_code, '拟退出贫困户公示', '公开栏', '镇政府', '镇扶贫办', current_date - n.ago, 7, 7,"
    " current_date - n.ago + 6, (SELECT count(*) FROM review_rosterentry e WHERE e.roster_id = r.id), %(clerk)s, '测速',"
    " %(clerk)s, '', md5(n.kind || r.id) || md5(r.id::text), ''"
    " FROM review_roster r, (VALUES ('first', 25), ('second', 12)) n (kind, ago)",
)


def fill(folder: Path) -> None:
    """One county, its register, judged; a tenth of it waits for the county office."""
    divisions = folder / "divisions.csv"
    with divisions.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["code", "name", "level", "parent_code"])
        rows.writerows(
            [
                [PROVINCE, "测速省", "province", ""],
                ["5201", "测速市", "city", PROVINCE],
                [COUNTY, "测速县", "county", "5201"],
            ]
        )
        for town in (f"{COUNTY}{100 + number}" for number in range(10)):
            rows.writerow([town, f"{town[-2:]}镇", "township", COUNTY])
            rows.writerows([f"{town}{200 + one}", f"{one + 1}村", "village", town] for one in range(20))
    call_command("import_areas", str(divisions), verbosity=0)
    call_command("load_reference", verbosity=0)
    make_standard(PROVINCE, YEAR, rows=ALL_INDICATORS)
    simulate(HOUSEHOLDS, area_code=PROVINCE, year=YEAR, seed=4)
    assess(PROVINCE, YEAR, trigger="command")
    wait(COUNTY)


@transaction.atomic
def wait(county: str) -> None:
    """Ten thousand met households whose township has checked them and whose second notice is over."""
    people = {
        "clerk": make_posting(
            make_user("周文书", username="bench-desk-1"), Role.VILLAGE_CLERK, county + "100200"
        ).user_id,
        "secretary": make_posting(
            make_user("李书记", username="bench-desk-2"), Role.VILLAGE_CLERK, county + "100200"
        ).user_id,
        "township": make_posting(
            make_user("陈专干", username="bench-desk-3"), Role.TOWNSHIP_OFFICER, county + "100"
        ).user_id,
    }
    met = Household.objects.under(county).filter(assessments__year=YEAR, assessments__verdict=2)
    # The same number of each village, as lists are made.
    households = [
        pk
        for (village,) in met.order_by("area_id").values_list("area_id").distinct()
        for pk in met.filter(area_id=village).order_by("pk").values_list("pk", flat=True)[: WAITING // 200]
    ]
    values = people | {"year": YEAR, "households": households}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE households_household SET status = 'not_exited', kind = 'registered_poor', identified_on = '2016-01-01'"
            " WHERE id = ANY(%(households)s)", values)  # fmt: skip
        for statement in ROWS:
            cursor.execute(statement, values)
        for name, source, target, lane, level, who, ago in STEPS:
            cursor.execute(
                "INSERT INTO review_step (case_type, case_id, area_code, round, transition, source, target, lane, level,"
                " closes_round, decided_by_id, decided_by_name, recorded_by_id, happened_on, late_reason, comment,"
                " document_name)"
                " SELECT %(type)s, id, area_code, 1, %(name)s, %(source)s, %(target)s, %(lane)s, %(level)s, false,"
                " %(who)s, '测速', %(who)s, current_date - %(ago)s - CASE WHEN household_id %% 100 = 7 THEN 10 ELSE 0 END,"
                " '', '', '' FROM households_exitcase",
                {"type": CASE, "name": name, "source": source, "target": target, "lane": lane, "level": level,
                 "who": people[who], "ago": ago},
            )  # fmt: skip
        cursor.execute(
            "UPDATE households_exitcase SET last_step_on = (SELECT max(s.happened_on) FROM review_step s"
            " WHERE s.case_type = %s AND s.case_id = households_exitcase.id)", [CASE])  # fmt: skip
        cursor.execute("SET LOCAL session_replication_role = origin")
    clerk = User.objects.get(pk=people["clerk"])
    # The county's sheet of every list, without which nothing is reviewed.
    scan = make_file(clerk, area_code=county, kind="scan")
    FileLink.objects.bulk_create(
        FileLink(
            file=scan,
            name=scan.name,
            case_type="review.roster",
            case_id=pk,
            role="review_sheet",
            linked_by=clerk,
        )
        for pk in Roster.objects.filter(case_type=CASE).values_list("pk", flat=True)
    )
    cases = ExitCase.objects.order_by("pk")
    keys = list(cases.values_list("pk", flat=True))
    for begin in range(0, len(keys), 1_000):
        part = ExitCase.objects.filter(pk__in=keys[begin : begin + 1_000])
        keep_copies(
            Step.objects.filter(case_type=CASE, case_id__in=part.values("pk"), transition="appraise"),
            frozen(part),
        )
