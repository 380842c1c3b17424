"""Gaps follow the stored results by themselves: after each judging what lacks is opened, what lacks no more is closed.

Two statements over a million households or one, beside storing.py the other SQL written by hand for judging: each asks the
result as it stands now, so that a run finds nothing left to do after any saves, and saves find nothing after a run.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from households.explain_members import MEMBER_FACTS
from households.gaps.options import LEFT, MET, NOT_ASSESSED, RULES, TURNED, VISIT, WITHDRAWN
from households.gaps.responsible import Duties, duties_of
from households.indicators import INDICATORS
from households.lacking import VISITED_ONLY
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    CountyYear,
    Gap,
    Household,
    Member,
    MemberSurvey,
    Survey,
)
from households.options.need_parties import VILLAGE
from households.options.sources import BUREAU
from households.options.sources import VISIT as BY_VISIT
from poverty.fields import states
from poverty.sql.prefix import next_code
from poverty.sql.prepared import execute_prepared

# Where a household has no answer of its own, its natural village's counts, which a bureau confirms.
_SUPPLIED = ("water", "power", "broadcasting", "road")


def keep_gaps(
    county_years: Sequence[CountyYear], *, area_code: str = "", household_ids: Sequence[int] | None = None
) -> int:
    """Open and close the gaps of these open years by the stored results, in an area or for some households.

    In the transaction that stored them. Returns how many were written: 0 whenever everything was saved before.
    """
    if household_ids is not None and len(household_ids) == 1:
        county_years = [one for one in county_years if _anything(household_ids[0], one.year)]
    written = 0
    for duties, counties in duties_of(county_years).items():
        codes = [max(area_code, one, key=len) for one in counties]
        written += _keep(duties, codes, household_ids)
    return written


def keep_gaps_of_gone(household: Household) -> int:
    """Close what a household lacked that is no more on the register, in every year that is still open."""
    counties = household.gaps.open().values("county")
    years = CountyYear.objects.filter(area__in=counties, state=CountyYear.State.OPEN)
    return keep_gaps(list(years), household_ids=[household.pk])


def _keep(duties: Duties, codes: Sequence[str], household_ids: Sequence[int] | None) -> int:
    values = {
        "households": list(household_ids or ()),
        "year": duties.year,
        "today": duties.today,
        "plan_day": duties.plan_day,
        "counties": tuple(code[:6] for code in codes),
        "indicators": [one.indicator for one in duties.rows],
        "states": [one.state for one in duties.rows],
        "parties": [one.party for one in duties.rows],
        "due": [one.due_on for one in duties.rows],
    }
    if household_ids is not None:
        where = "{table}.household_id = ANY(%(households)s)"
    else:
        where = " OR ".join(
            f"{{table}}.area_code >= %(from{n})s AND {{table}}.area_code < %(to{n})s"
            for n in range(len(codes))
        )
        values |= {f"from{n}": code for n, code in enumerate(codes)}
        values |= {f"to{n}": next_code(code) for n, code in enumerate(codes)}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE.replace("{where}", where.format(table="g")), values)
        closed = cursor.rowcount
        cursor.execute(_OPEN.replace("{where}", where.format(table="a")), values)
        return closed + cursor.rowcount


def _anything(household_id: int, year: int) -> bool:
    """Whether a household's gaps differ from its result: asked before anything else at a save, planned once."""
    rows = execute_prepared(_ANYTHING, ["bigint", "smallint"], [household_id, year])
    return rows[0][0]


def _state_of(code: str) -> str:
    """The state of an indicator, where what only a visit tells is one thing while nobody was there."""
    if code not in VISITED_ONLY:
        return f"a.{code}"
    return f"CASE WHEN s.visited_on IS NULL AND a.{code} = {states.UNKNOWN} THEN NULL ELSE a.{code} END"


_NOT_VISITED = (
    f"CASE WHEN s.visited_on IS NULL AND {states.UNKNOWN} IN ({', '.join(f'a.{code}' for code in VISITED_ONLY)}) "
    f"THEN {states.UNKNOWN} END"
)
_EACH = [*((code, _state_of(code)) for code in INDICATOR_COLUMNS), (VISIT, _NOT_VISITED)]
# What stood behind the change: the newest of the facts that the indicator rests on, as its source says.
_FACTS = {code: (*one.facts, *MEMBER_FACTS.get(code, ())) for code, one in INDICATORS.items()}


def _texts(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_PARTS = {
    "gap": Gap._meta.db_table,
    "household": Household._meta.db_table,
    "assessment": Assessment._meta.db_table,
    "survey": Survey._meta.db_table,
    "member": Member._meta.db_table,
    "member_survey": MemberSurvey._meta.db_table,
    "state_of": " ".join(f"WHEN '{code}' THEN {state}" for code, state in _EACH),
    "each": ", ".join(f"('{code}', {state})" for code, state in _EACH),
    "facts_of": " ".join(
        f"WHEN '{code}' THEN ARRAY[{_texts(names)}]::text[]" for code, names in _FACTS.items()
    ),
    "of_members": _texts(MEMBER_FACTS),
    "supplied": _texts(_SUPPLIED),
    "lacks": f"{states.UNMET}, {states.UNKNOWN}",
    "is_met": states.MET,
    "is_not_assessed": states.NOT_ASSESSED,
    "visit": VISIT,
    "met": MET,
    "not_assessed": NOT_ASSESSED,
    "turned": TURNED,
    "left": LEFT,
    "withdrawn": WITHDRAWN,
    "rules": RULES,
    "by_visit": BY_VISIT,
    "by_bureau": BUREAU,
    "days": Gap.Due.DAYS,
    "plan": Gap.Due.PLAN,
    "village": VILLAGE,
    "where": "{where}",
}

_CLOSE_TEXT = """
WITH gone AS MATERIALIZED (
    SELECT g.id, h.state <> 'registered' AS left_it, a.household_id IS NULL AS not_judged,
           CASE g.indicator {state_of} END AS now
    FROM {gap} g
    JOIN {household} h ON h.id = g.household_id
    LEFT JOIN {assessment} a ON a.household_id = g.household_id AND a.year = g.year
    LEFT JOIN {survey} s ON s.household_id = g.household_id AND s.year = g.year
    WHERE g.closed_on IS NULL AND g.year = %(year)s AND g.county IN %(counties)s AND ({where})
)
UPDATE {gap} g SET closed_on = greatest(%(today)s, g.opened_on),
    outcome = CASE
        WHEN gone.left_it THEN '{left}'
        WHEN gone.not_judged THEN '{withdrawn}'
        WHEN g.indicator = '{visit}' THEN '{met}'
        WHEN gone.now = {is_met} THEN '{met}'
        WHEN gone.now = {is_not_assessed} THEN '{not_assessed}'
        WHEN gone.now IN ({lacks}) THEN '{turned}'
        ELSE '{withdrawn}' END,
    closed_by = CASE
        WHEN gone.left_it OR gone.not_judged THEN '{rules}'
        WHEN g.indicator = '{visit}' THEN '{by_visit}'
        WHEN gone.now IS NULL THEN '{rules}'
        ELSE coalesce(
            (
                SELECT said.fact->>'source' FROM (
                    SELECT f.value AS fact FROM {survey} s, jsonb_each(s.sources) f
                    WHERE s.household_id = g.household_id AND s.year = g.year
                        AND f.key = ANY(CASE g.indicator {facts_of} END)
                    UNION ALL
                    SELECT f.value FROM {member} p
                    JOIN {member_survey} m ON m.member_id = p.id, jsonb_each(m.sources) f
                    WHERE p.household_id = g.household_id AND m.year = g.year AND g.indicator IN ({of_members})
                        AND f.key = ANY(CASE g.indicator {facts_of} END)
                ) said ORDER BY said.fact->>'on' DESC LIMIT 1
            ),
            CASE WHEN g.indicator IN ({supplied}) THEN '{by_bureau}' ELSE '{rules}' END
        ) END
FROM gone
WHERE g.id = gone.id AND g.closed_on IS NULL AND (gone.left_it OR gone.now IS DISTINCT FROM g.state)
"""

# Sorted so that all of it is found before the first row is written: a table that is empty yet is planned to be read from
# end to end for each row, which costs the square of what it grows to meanwhile.
_OPEN_TEXT = """
WITH duty AS (
    SELECT * FROM unnest(%(indicators)s::text[], %(states)s::smallint[], %(parties)s::text[], %(due)s::date[])
        AS one(indicator, state, party, due_on)
)
INSERT INTO {gap} (household_id, year, county, area_code, indicator, state, party, opened_on, due_on, due_from,
                   reason, outcome, closed_by)
SELECT a.household_id, a.year, left(a.area_code, 6), h.area_code, l.indicator, l.state, coalesce(d.party, '{village}'),
       %(today)s, coalesce(p.day, d.due_on, %(today)s), CASE WHEN p.day IS NULL THEN '{days}' ELSE '{plan}' END, '', '', ''
FROM {assessment} a
JOIN {household} h ON h.id = a.household_id AND h.state = 'registered'
LEFT JOIN {survey} s ON s.household_id = a.household_id AND s.year = a.year
CROSS JOIN LATERAL (VALUES {each}) l(indicator, state)
LEFT JOIN duty d ON d.indicator = l.indicator AND d.state = l.state
LEFT JOIN LATERAL (
    SELECT greatest(%(plan_day)s::date, %(today)s::date) AS day
    WHERE h.planned_exit_year = a.year AND %(plan_day)s::date IS NOT NULL
        AND (d.due_on IS NULL OR %(plan_day)s::date < d.due_on)
) p ON true
WHERE a.year = %(year)s AND a.verdict IN ({lacks}) AND l.state IN ({lacks}) AND ({where})
    AND NOT EXISTS (SELECT FROM {gap} g WHERE g.household_id = a.household_id AND g.year = a.year
                    AND g.indicator = l.indicator AND g.closed_on IS NULL)
ORDER BY a.household_id, l.indicator
ON CONFLICT DO NOTHING
"""

_ANYTHING_TEXT = """
SELECT EXISTS (
    SELECT FROM {gap} g
    JOIN {household} h ON h.id = g.household_id
    LEFT JOIN {assessment} a ON a.household_id = g.household_id AND a.year = g.year
    LEFT JOIN {survey} s ON s.household_id = g.household_id AND s.year = g.year
    WHERE g.closed_on IS NULL AND g.household_id = $1 AND g.year = $2
        AND (h.state <> 'registered' OR g.state IS DISTINCT FROM CASE g.indicator {state_of} END)
) OR EXISTS (
    SELECT FROM {assessment} a
    JOIN {household} h ON h.id = a.household_id AND h.state = 'registered'
    LEFT JOIN {survey} s ON s.household_id = a.household_id AND s.year = a.year
    CROSS JOIN LATERAL (VALUES {each}) l(indicator, state)
    WHERE a.household_id = $1 AND a.year = $2 AND l.state IN ({lacks})
        AND NOT EXISTS (SELECT FROM {gap} g WHERE g.household_id = a.household_id AND g.year = a.year
                        AND g.indicator = l.indicator AND g.closed_on IS NULL)
)
"""

_CLOSE, _OPEN, _ANYTHING = (text.format(**_PARTS) for text in (_CLOSE_TEXT, _OPEN_TEXT, _ANYTHING_TEXT))
