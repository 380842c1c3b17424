"""Some hundred malformed requests: each gets a clear refusal, none a failure of ours, none writes anything.

Every kind of nonsense is sent to every place that reads something of its kind.
"""

import json
import re
from itertools import product

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

from households.models import AssessmentRun, IncomeItem, MemberSurvey, Survey
from poverty.audit.models import Entry
from poverty.jobs.models import Job
from poverty.wsgi import application

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DEEP = "[" * 100_000 + "]" * 100_000
NESTED = "[" * 50 + "]" * 50
LONG = "长" * 200_000


@pytest.fixture
def sent(village_clerk, county_reviewer, household, survey):
    """sent(method, address, ...) as the village clerk (runs: the county reviewer), with the refusal checked."""
    clients = {"runs": APIClient(), "": APIClient()}
    clients["runs"].force_login(county_reviewer)
    clients[""].force_login(village_clerk)
    places = {"household": household.pk, "survey": survey.pk, "member": household.head_id}

    def send(method, address, status=range(400, 500), **kwargs):
        client = clients["runs" if address.startswith("runs") else ""]
        answer = client.generic(method.upper(), "/api/v1/" + address.format(**places), **kwargs)
        assert answer.status_code in status, (answer.status_code, answer.content[:300], kwargs)
        assert nothing_written()
        body = answer.json()
        if answer.status_code == 200:  # what was sent is what was seen, so nothing is changed
            return body
        assert set(body) >= {"code", "message", "fields", "error_id"}
        assert CHINESE.search(body["message"])
        assert len(answer.content) < 5000, "what was sent is not sent back"
        return body

    return send


def nothing_written():
    return (
        not Entry.objects.exists()
        and not IncomeItem.objects.exists()
        and not Job.objects.exists()
        and not AssessmentRun.objects.exists()
        and not Survey.objects.exclude(version=1).exists()
        and not MemberSurvey.objects.exclude(version=1).exists()
    )


WRITES = [
    ("post", "surveys/"),
    ("post", "runs/"),
    ("post", "households/find/"),
    ("patch", "surveys/{survey}/"),
    ("put", "surveys/{survey}/income/"),
    ("patch", "members/{member}/surveys/2018/"),
]

BODIES = {
    "nothing": b"",
    "half": b'{"year": ',
    "words": "年度".encode(),
    "nan": b'{"year": NaN}',
    "infinity": b'{"year": -Infinity}',
    "huge number": b'{"year": 1' + b"0" * 5000 + b"}",
    "huge exponent": b'{"year": 1e999999999}',
    "tiny exponent": b'{"year": 1e-999999999}',
    "twice": b'{"year": 2018, "year": 2019}',
    "comment": b'{"year": 2018} // x',
    "single quotes": b"{'year': 2018}",
    "deep": DEEP.encode(),
    "deep objects": (b'{"a":' * 5000) + b"1" + b"}" * 5000,
    "nested": NESTED.encode(),
    "not utf-8": '{"number": "王"}'.encode("gbk"),
    "utf-16": '{"year": 2018}'.encode("utf-16"),
    "cut utf-8": b'{"number": "\xe7\x8e"}',
    "surrogate": b'{"number": "\\ud800"}',
    "surrogate key": b'{"\\ud800": 1}',
    "nul": b'{"number": "\\u0000"}',
    "nul key": b'{"\\u0000": 1}',
    "bare nul": b"\x00",
    "array": b"[]",
    "array of objects": b"[{}]",
    "string": b'"x"',
    "number": b"5",
    "null": b"null",
    "true": b"true",
    "too large": b'{"number": "' + b"x" * 1_100_000 + b'"}',
    "long key": json.dumps({LONG: 1}).encode(),
    "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "unknown key": b'{"__class__": "x", "constructor": {}}',
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(sent, name):
    for method, address in WRITES:
        body = sent(method, address, data=BODIES[name], content_type="application/json")
        assert body["code"] in {"malformed", "invalid", "too_large", "forbidden"}, (address, body)


TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json; charset=gbk",
    "application/json; charset=zlib",
    "application/json; charset=hex",
    "application/json; charset=idna",
    "application/json; charset=unicode_escape",
    ";;;",
    "/",
]


@pytest.mark.parametrize("content_type", TYPES)
def test_types(sent, content_type):
    for method, address in WRITES:
        sent(method, address, data=b'{"year": 2018}', content_type=content_type)


@pytest.mark.parametrize(
    "charset", ["=zlib", "=hex", "=idna", "=utf-16", "=unicode_escape", "=x", "*=idna''%ff", "*=nonsense''x"]
)
def test_a_strange_charset_does_not_decode_the_address(db, charset):
    """Django's test client stands behind the guard, so this goes through the application as a server does."""
    environ = RequestFactory().get("/api/v1/households/", {"q": "王"}).environ
    environ["CONTENT_TYPE"] = f"application/json; charset{charset}"
    told = []
    b"".join(application(environ, lambda status, headers: told.append(status)))
    assert told == ["401 Unauthorized"]


VALUES = [
    None,
    True,
    "",
    " ",
    "x",
    -1,
    0,
    1.5,
    10**30,
    -(10**30),
    "1e5",
    "NaN",
    "Infinity",
    "９９",
    LONG,
    [],
    [1],
    {},
    {"a": 1},
    "2018-13-45",
    "' OR 1=1 --",
    "\u202e\u200b",
]
PLACES = [
    ("post", "surveys/", lambda value: {"household": value, "year": 2018}),
    ("post", "surveys/", lambda value: {"household": 1, "year": value}),
    ("post", "runs/", lambda value: {"area": value, "year": 2018}),
    ("post", "runs/", lambda value: {"area": "220503", "year": value}),
    ("patch", "surveys/{survey}/", lambda value: {"changes": value, "base": {}}),
    ("patch", "surveys/{survey}/", lambda value: {"changes": {"food_ok": False}, "base": value}),
    ("patch", "members/{member}/surveys/2018/", lambda value: {"changes": value, "base": {}}),
    ("put", "surveys/{survey}/income/", lambda value: {"items": value, "base": {"items": {"wage_work": 1}}}),
    ("put", "surveys/{survey}/income/", lambda value: {"items": {"wage_work": value}, "base": {"items": {}}}),
    ("put", "surveys/{survey}/income/", lambda value: {"items": {}, "base": value}),
]


@pytest.mark.parametrize("value", VALUES, ids=[repr(value)[:12] for value in VALUES])
def test_values(sent, value):
    for method, address, make in PLACES:
        body = json.dumps(make(value)).encode()
        sent(method, address, data=body, content_type="application/json")


FACTS = {
    "food_ok": [[], {}, "ja", 2, "x" * 1000],
    "house_area": ["x", [], {}, True, "1e400", "-0.001", 10**20, "1" * 2000, "NaN", "sNaN", "-Infinity"],
    "wage_income": ["x", [], True, "99999999999.00", "1.005", "-1", "0x10"],
    "built_year": ["x", [], 1.5, 99999, -5, 10**30, True, "9" * 5000],
    "visited_on": ["x", 20180101, [], "2018-02-30", "0000-01-01", "2018-01-01T00:00:00", "9999-12-31", True],
    "dangerous_grade": ["x", 5, [], {}, True, "A"],
    "industry_support": [[], {}, True, "x" * 101],
    "housing_document": [5.5, [], "x" * 201],
    "no_such_field": [1, None],
    "sources": [{}, "x"],
    "pk": [1],
}


@pytest.mark.parametrize("field", FACTS)
def test_facts(sent, field):
    for value, seen in product(FACTS[field], (False, True)):
        base = {field: value if seen else None}
        body = {"changes": {field: value}, "base": base, "happened_on": "2018-09-25", "late_reason": "补"}
        sent(
            "patch",
            "surveys/{survey}/",
            status={200, 409, 422} if seen else {409, 422},
            data=json.dumps(body).encode(),
            content_type="application/json",
        )


MEMBER_FACTS = {
    "work_months": [13, -1, "x", 1.5, [], 10**30],
    "health_states": ["chronic", ["x"], {}, [[]], [None], ["healthy"] * 3 + [1]],
    "disability_card_year": [1800, 2999, "x"],
    "school_status": ["x", [], 5],
    "receives_dibao": ["x", []],
}


@pytest.mark.parametrize("field", MEMBER_FACTS)
def test_member_facts(sent, field):
    for value in MEMBER_FACTS[field]:
        body = {
            "changes": {field: value},
            "base": {field: None},
            "happened_on": "2018-09-25",
            "late_reason": "补",
        }
        sent(
            "patch",
            "members/{member}/surveys/2018/",
            status={422, 409},
            data=json.dumps(body).encode(),
            content_type="application/json",
        )


PAPERS = {
    "happened_on": ["x", "2999-01-01", "1900-01-01", 5, [], "0001-01-01"],
    "source": ["import", "bureau", "carried", "x", 5, [], None],
    "late_reason": [[], {}, "x" * 201, None],
    "decided_by_name": [[], "x" * 41, None],
    "year": [2018],
}


_PAPER_OF = (
    ("surveys/{survey}/", "patch", {"changes": {"food_ok": False}, "base": {"food_ok": True}}),
    ("surveys/{survey}/income/", "put", {"items": {"wage_work": {"amount": 1}}, "base": {"items": {}}}),
)


@pytest.mark.parametrize("name", PAPERS)
def test_papers(sent, name):
    for value, (address, method, body) in product(PAPERS[name], _PAPER_OF):
        whole = {**body, "happened_on": "2018-09-25", "late_reason": "补", name: value}
        if name == "happened_on":
            del whole["late_reason"]
        data = json.dumps(whole).encode()
        sent(method, address, status={422}, data=data, content_type="application/json")


QUERIES = {
    "households/": [
        "year",
        "sort",
        "area",
        "verdict",
        "indicator",
        "kind",
        "cause",
        "register",
        "size",
        "cursor",
    ],
    "members/": ["household", "area", "size", "cursor"],
    "surveys/": ["household", "year", "area", "cursor"],
    "member-surveys/": ["member", "household", "year", "area", "cursor"],
    "assessments/": ["household", "year", "area", "verdict", "income", "water", "cursor"],
    "standards/": ["year", "subject", "status", "cursor"],
    "areas/": ["parent", "level", "under", "cursor"],
    "runs/": ["area", "year", "cursor"],
    "jobs/": ["kind", "state", "mine", "cursor"],
    "standards/in_force/": ["year", "subject", "offset"],
    "households/{household}/": ["year", "limit"],
    "households/{household}/explanation/": ["year", "page"],
}
WHOLE_NUMBERS = {"household", "member"}
NONSENSE = [
    "x",
    "-1",
    "1.5",
    "1e3",
    "9" * 30,
    "9" * 5000,
    "NaN",
    "Infinity",
    "%00",
    "%ED%A0%80",
    "%ff%fe",
    "%F4%8F%BF%BF",
    "' OR '1'='1",
    "[]",
    "%0d%0aX: y",
    "９",
    "null",
    "../../etc/passwd",
    "gAAAAABxxxx",
    "=" * 100,
]


@pytest.mark.parametrize("address", QUERIES)
def test_queries(sent, address):
    for name, text in product(QUERIES[address], NONSENSE):
        if text == "９" and name in WHOLE_NUMBERS:
            continue  # a digit all the same
        body = sent("get", f"{address}?{name}={text}", status={400})
        assert list(body["fields"]) == [name] or address == "standards/in_force/"


def test_what_is_searched_for_may_be_anything_that_is_no_number(village_clerk, household):
    client = APIClient()
    client.force_login(village_clerk)
    for text in NONSENSE:
        for address in ("households/?q=", "households/?helper=", "standards/?place="):
            assert client.get(f"/api/v1/{address}{text}").status_code in {200, 400}, text
        answer = client.post("/api/v1/households/find/", {"number": text}, format="json")
        assert answer.status_code in {200, 422}, text


@pytest.mark.parametrize(
    "text", ["x=1", "cursor=a&cursor=b", "offset=10", "page=2", "limit=5", "format=json", "%00=1"]
)
def test_parameters_that_nobody_knows(sent, text):
    for address in QUERIES:
        sent("get", f"{address}?{text}", status={400})


PATHS = [
    "0",
    "-1",
    "x",
    "1.5",
    "9" * 18,
    "9" * 19,
    "9" * 400,
    "%00",
    "1%00",
    "１",
    "1;2",
    "%F0%9F",
    "..%2f",
    "1/x",
]


def test_paths(sent):
    for place, text in product(
        ("households", "surveys", "assessments", "standards", "areas", "runs", "members", "jobs"), PATHS
    ):
        sent("get", f"{place}/{text}/", status={404})
