"""The workbook of an import: encrypted at rest, and gone when its days are over; what was done with it stays."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from poverty.audit.models import Entry
from poverty.files.services import link, store
from poverty.ledgers.models import Import, StagedRow
from poverty.ledgers.services.clearing import clear_staged, remove_originals
from poverty.ledgers.services.importing import read_import
from poverty.ledgers.services.reporting import report_of
from tests.factories.incoming import VILLAGE, bring_in, number_of, person, read, reviewer, workbook
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return reviewer()


@pytest.fixture
def path(tmp_path):
    row = person("H1", "P1", "赵一", number_of(date(1970, 1, 1), 1), 劳动技能="普通劳动力")
    return workbook(tmp_path / "人口.xlsx", [row])


def _on_disk(files_root):
    return [one for one in files_root.rglob("*") if one.is_file()]


def _aged(imported, days):
    Import.objects.filter(pk=imported.pk).update(created_at=timezone.now() - timedelta(days=days))


def test_the_workbook_stands_encrypted_and_can_be_read_again(path, actor, files_root):
    content = path.read_bytes()

    imported = read(path, actor=actor)

    (stored,) = _on_disk(files_root)
    assert stored.parent.parent == files_root / "imports"
    assert stored.name == imported.file.sha256
    assert not stored.read_bytes().startswith(b"PK")
    assert content[:200] not in stored.read_bytes()
    assert read_import(imported).counts["new"] == 1


def test_a_workbook_touched_on_disk_is_refused(path, actor, files_root):
    imported = read(path, actor=actor)
    (stored,) = _on_disk(files_root)
    stored.write_bytes(stored.read_bytes()[:-1])

    imported = read_import(imported)

    assert imported.state == "failed"
    assert imported.message == "保存的原文件已损坏，不能再读取。请重新上传。"


def test_after_thirty_days_the_bytes_go_and_the_record_stays(path, actor, files_root):
    content = path.read_bytes()
    imported = bring_in(path, actor=actor)
    _aged(imported, 31)

    assert remove_originals(timezone.now()) == 1
    assert remove_originals(timezone.now()) == 0, "run twice without harm"

    assert _on_disk(files_root) == []
    imported.refresh_from_db()
    assert imported.file_removed_at is not None
    assert imported.state == "applied"
    assert imported.file_name == "人口.xlsx"
    assert imported.file.size == len(content)
    told = Entry.objects.get(action="ledgers.import.expire")
    assert told.actor is None
    assert told.changes == {"sha256": [imported.file.sha256, None]}


def test_a_day_before_it_still_stands(path, actor, files_root):
    imported = bring_in(path, actor=actor)
    _aged(imported, 29)

    assert remove_originals(timezone.now()) == 0
    assert len(_on_disk(files_root)) == 1


def test_the_county_says_after_how_many_days(path, actor, files_root):
    make_parameter("import.keep_days", "220503", value="7")
    imported = bring_in(path, actor=actor)
    _aged(imported, 8)

    assert remove_originals(timezone.now()) == 1
    clear_staged(timezone.now())
    assert not StagedRow.objects.exists()


def test_what_was_not_applied_in_time_is_given_up(path, actor):
    imported = read(path, actor=actor)
    _aged(imported, 31)

    clear_staged(timezone.now())

    imported.refresh_from_db()
    assert (imported.state, imported.message) == ("cancelled", "30天内没有应用，核对结果已清除。")


def test_brought_in_again_it_stands_until_those_days_are_over_too(path, actor, files_root):
    first = bring_in(path, actor=actor)
    second = read(path, actor=actor, open_year=False)
    _aged(first, 31)

    assert remove_originals(timezone.now()) == 1
    assert len(_on_disk(files_root)) == 1
    assert read_import(second).state == "checked"

    _aged(second, 31)
    assert remove_originals(timezone.now()) == 1
    assert _on_disk(files_root) == []


def test_the_same_content_kept_as_a_document_is_left_alone(path, actor, files_root):
    imported = bring_in(path, actor=actor)
    with path.open("rb") as stream:
        document = store(
            ContentFile(stream.read(), "附件.xlsx"), actor=actor, area_code=VILLAGE, kind="document"
        )
    link(document, ("households.household", 1, VILLAGE), actor=actor)
    _aged(imported, 31)

    assert remove_originals(timezone.now()) == 1

    assert document.path.read_bytes() == path.read_bytes()
    assert _on_disk(files_root) == [document.path]


def test_a_clear_workbook_of_earlier_times_goes_too(path, actor, files_root):
    imported = bring_in(path, actor=actor)
    (sealed,) = _on_disk(files_root)
    sealed.unlink()
    imported.file.path.parent.mkdir(parents=True)
    imported.file.path.write_bytes(path.read_bytes())

    assert report_of(imported, str(path.parent / "错误.xlsx")) == 0, "it can still be read"
    assert remove_originals(timezone.now() + timedelta(days=31)) == 1

    assert _on_disk(files_root) == []


def test_the_page_says_so_and_offers_no_report_that_cannot_be_made(path, actor, client, tmp_path):
    wrong = person("H2", "P2", "钱二", "123", 劳动技能="普通劳动力")
    imported = read(workbook(tmp_path / "错.xlsx", [wrong]), actor=actor)
    client.force_login(actor)
    page = reverse("ledgers:import", args=[imported.pk])
    assert "下载错误行工作簿" in client.get(page).content.decode()
    _aged(imported, 31)
    remove_originals(timezone.now())

    after = client.get(page).content.decode()

    assert "错.xlsx（原文件已到期删除）" in after
    assert "下载错误行工作簿" not in after
    imported.refresh_from_db()
    with pytest.raises(ValidationError, match="原文件已到期删除。需要时请重新上传。"):
        report_of(imported, str(tmp_path / "错误.xlsx"))
    assert read_import(imported).message == "原文件已到期删除。需要时请重新上传。"
