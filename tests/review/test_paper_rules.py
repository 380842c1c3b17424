"""The papers that come with the system: loaded once, and what stands there counts."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from poverty.files.cases import get
from poverty.review.models import RequiredPaper
from poverty.review.paper_rules import PaperRule, load_papers, register

pytestmark = pytest.mark.django_db
_FIELDS = (
    "case_type", "transition", "per", "meeting", "role", "area_code", "blocking", "each_round", "valid_from",
    "document_name",
)  # fmt: skip


def test_they_are_there_after_migrating_without_a_command():
    """A county that is set up by migrations alone asks for the same papers."""
    RequiredPaper.objects.all().delete()
    for name in (
        "households.migrations.0038_papers_are_asked",
        "households.migrations.0082_papers_of_monitoring",
        "households.migrations.0089_relocation_applications_guarded",
        "villages.migrations.0007_paper_of_the_acceptance",
    ):
        for _ in range(2):
            import_module(name).load(apps, None)
    assert RequiredPaper.objects.filter(transition="check", role="check_sheet").count() == 2
    assert load_papers() == 0
    by_migration = set(RequiredPaper.objects.values_list(*_FIELDS))
    RequiredPaper.objects.all().delete()
    assert load_papers() == len(by_migration)
    assert set(RequiredPaper.objects.values_list(*_FIELDS)) == by_migration


def test_loaded_once_and_again_without_harm():
    RequiredPaper.objects.all().delete()
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
    RequiredPaper.objects.all().delete()
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
        assert row.role in get(holders.get(row.per, row.case_type)).roles


def test_a_paper_for_a_step_that_is_none():
    with pytest.raises(ImproperlyConfigured, match="no step"):
        register([PaperRule("households.exitcase", "sing", "roster", "sheet", date(2016, 1, 1), "x")])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "again"])
def test_a_test_with_real_transactions_leaves_them_to_the_next(time):
    """Else what a test finds would hang on which tests came before it."""
    assert load_papers() == 0
