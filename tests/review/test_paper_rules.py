"""The papers that come with the system: loaded once, and what stands there counts."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from poverty.files.cases import get
from poverty.review.models import RequiredPaper
from poverty.review.paper_rules import PaperRule, load_papers, register

pytestmark = pytest.mark.django_db


def test_loaded_once_and_again_without_harm():
    call_command("load_papers")
    assert set(
        RequiredPaper.objects.filter(case_type="households.exitcase").values_list(
            "transition", "per", "meeting", "role"
        )
    ) == {
        ("verify", "roster", "", "verify_sheet"),
        ("verify", "meeting", "village", "minutes"),
        ("check", "roster", "", "check_sheet"),
        ("review", "roster", "", "review_sheet"),
        ("announce", "meeting", "leading_group", "minutes"),
    }
    assert load_papers() == 0
    assert not RequiredPaper.objects.filter(blocking=False).exists()


def test_what_stands_there_counts():
    RequiredPaper.objects.create(
        case_type="households.exitcase",
        transition="verify",
        per="roster",
        role="verify_sheet",
        blocking=False,
        valid_from=date(2020, 1, 1),
        document_name="县扶贫办通知",
    )
    load_papers()
    rows = RequiredPaper.objects.filter(
        case_type="households.exitcase", transition="verify", role="verify_sheet"
    )
    assert rows.get().document_name == "县扶贫办通知"


def test_every_paper_has_a_place_where_it_is_uploaded():
    load_papers()
    holders = {"roster": "review.roster", "meeting": "review.meeting"}
    for row in RequiredPaper.objects.all():
        assert row.role in get(holders[row.per]).roles


def test_a_paper_for_a_step_that_is_none():
    with pytest.raises(ImproperlyConfigured, match="no step"):
        register([PaperRule("households.exitcase", "sing", "roster", "sheet", date(2016, 1, 1), "x")])
