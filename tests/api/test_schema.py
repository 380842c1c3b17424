"""The OpenAPI document: valid, without a warning, written down, served, and true of what is answered."""

import io

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from jsonschema import Draft4Validator
from openapi_spec_validator import validate

from poverty.accounts.roles import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.jobs import make_job

PATH = settings.BASE_DIR / "docs" / "api.yaml"


@pytest.fixture(scope="module")
def document():
    """The document as the code gives it now."""
    written = io.StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=written)
    return written.getvalue()


@pytest.fixture(scope="module")
def parsed(document):
    """The same as data: reading so much YAML takes seconds."""
    return as_data(document)


def as_data(text):
    """What a YAML text says; libyaml reads it ten times as fast as Python does, where there is one."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def test_the_written_document_is_up_to_date(document):
    assert PATH.read_text(encoding="utf-8") == document, "manage.py spectacular --file docs/api.yaml"


def test_the_document_is_valid(parsed):
    validate(parsed)


def test_every_address_is_told_with_a_summary(parsed):
    told = parsed["paths"]
    bare = [
        f"{method} {path}"
        for path, methods in told.items()
        for method, one in methods.items()
        if not one.get("summary")
    ]
    assert bare == []
    assert {path.split("/")[3] for path in told} == {
        "areas",
        "clues",
        "gaps",
        "measures",
        "needs",
        "policies",
        "benefits",
        "loans",
        "trainees",
        "employments",
        "entries",
        "exits",
        "households",
        "members",
        "member-surveys",
        "surveys",
        "assessments",
        "standards",
        "duties",
        "presence",
        "desk-cases",
        "desk-lists",
        "findings",
        "tables",
        "table-parts",
        "table-rows",
        "villages",
        "village-years",
        "village-assessments",
        "village-exits",
        "village-posts",
        "village-workrooms",
        "village-evaluations",
        "enterprise-agreements",
        "pairings",
        "responsibilities",
        "teacher-pairings",
        "relocation-charges",
        "sale-agreements",
        "relocation-applications",
        "goods-entries",
        "rosters",
        "meetings",
        "monitoring",
        "monitoring-cases",
        "notices",
        "objections",
        "runs",
        "jobs",
        "session",
        "visits",
    }


def test_it_is_served_to_whoever_is_signed_in(ask, administrator, parsed, db):
    asker = ask(administrator)
    answer = asker.get("schema/")
    assert answer.status_code == 200
    served = answer.content.decode()
    assert as_data(served) == parsed
    as_yaml = asker.client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi")
    assert as_data(as_yaml.content.decode()) == parsed
    assert ask().get("schema/").status_code == 401


# --- true of what is answered -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checker(parsed):
    """checker(path, status="200"): a validator of an answer. OpenAPI 3.0 writes null as `nullable`."""
    components = _with_null(parsed["components"])

    def check(path, status="200"):
        answer = parsed["paths"][path]["get"]["responses"][status]
        [content] = answer["content"].values()
        return Draft4Validator({**_with_null(content["schema"]), "components": components})

    return check


def _with_null(part):
    if isinstance(part, list):
        return [_with_null(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: _with_null(value) for name, value in part.items()}
    if found.pop("nullable", False) is True:
        if "enum" in found and None not in found["enum"]:
            found["enum"] = [*found["enum"], None]
        return {"anyOf": [found, {"type": "null"}]}
    if found.get("additionalProperties") is None and "properties" in found:
        found["additionalProperties"] = False
    return found


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.BUREAU_OFFICER])
def test_answers_are_as_the_document_says(ask, household, survey, checker, role):
    user = make_actor(role, VILLAGE_A)
    job = make_job(created_by=user, area_code="220503")
    result = household.assessments.get()
    asker = ask(user)
    addresses = {
        "areas/": {},
        "areas/{code}/": {"code": VILLAGE_A},
        "households/": {},
        "households/{id}/": {"id": household.pk},
        "households/{id}/explanation/": {"id": household.pk},
        "members/": {},
        "members/{id}/": {"id": household.head_id},
        "members/{id}/surveys/{year}/": {"id": household.head_id, "year": 2018},
        "member-surveys/": {},
        "surveys/": {},
        "surveys/{id}/": {"id": survey.pk},
        "assessments/": {},
        "assessments/{id}/": {"id": result.pk},
        "standards/": {},
        "standards/{id}/": {"id": result.standard_id},
        "jobs/": {},
        "jobs/{id}/": {"id": job.pk},
    }
    if role == Role.COUNTY_REVIEWER:
        addresses |= {"surveys/{id}/income/": {"id": survey.pk}, "runs/": {}}
    wrong = {}
    for template, names in addresses.items():
        answer = asker.get(template.format(**names))
        assert answer.status_code == 200, template
        errors = list(checker(f"/api/v1/{template}").iter_errors(answer.json()))
        if errors:
            wrong[template] = [f"{list(e.path)}: {e.message[:200]}" for e in errors]
    assert wrong == {}
