"""Another key for personal data: everything is sealed again, the old key can go, and nothing is lost on the way."""

import hashlib
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from households.models import Household, Member, Monitoring
from households.requests.originals import SENT
from poverty.accounts.models import User
from poverty.audit.models import Entry
from poverty.fields.crypto import key_id_of
from poverty.fields.rotation import reseal_all, sealed_fields
from poverty.fields.sealed import UNREADABLE
from poverty.files.sealed import PART
from poverty.ledgers.incoming.originals import IMPORTS
from poverty.ledgers.outgoing import vault
from tests.factories.accounts import make_user
from tests.factories.households import make_household
from tests.factories.teams import make_workroom

pytestmark = pytest.mark.django_db

OLD = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
NEW = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
NUMBER = "220503196001021239"


@pytest.fixture
def old_data(settings, tmp_path):
    """A household, its people and an account under the key k1; from now on k2 writes. No sealed files but its own."""
    settings.FILES_ROOT = tmp_path
    settings.PERSONAL_DATA_KEYS = {"k1": OLD}
    household = make_household(
        members=[{"name": "王小红"}], phone="13812345678", bank_account="6222020200012345"
    )
    Monitoring.objects.create(
        household=household,
        category="other",
        identified_on=date(2020, 1, 1),
        contact_phone="13912345678",
        source="entered",
    )
    make_user("李会计", identity=NUMBER, phone="13712345678")
    settings.PERSONAL_DATA_KEYS = {"k2": NEW, "k1": OLD}
    return household


def rotate(**options):
    out, err = StringIO(), StringIO()
    call_command("rotate_keys", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def keys_in_use():
    return {
        key_id_of(value.sealed)
        for model, field in sealed_fields()
        for value in model._base_manager.exclude(**{f"{field.name}__isnull": True}).values_list(
            field.name, flat=True
        )
    }


def test_afterwards_the_old_key_can_be_removed(settings, old_data):
    numbers = {one.pk: one.identity.reveal() for one in Member.objects.all()}
    out, err = rotate()
    assert "旧密钥可以" in out
    assert "家庭成员 证件号码：2/2" in err
    settings.PERSONAL_DATA_KEYS = {"k2": NEW}
    household = Household.objects.get(pk=old_data.pk)
    assert household.phone.reveal() == "13812345678"
    assert household.bank_account.reveal() == "6222020200012345"
    assert household.monitorings.get().contact_phone.reveal() == "13912345678"
    assert {one.pk: one.identity.reveal() for one in Member.objects.all()} == numbers
    assert User.objects.get(name="李会计").identity.reveal() == NUMBER
    assert keys_in_use() == {"k2"}


def test_files_that_stand_encrypted_are_sealed_again_too(settings, old_data, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    content = b"PK" + bytes(3 * PART // 2)
    clear = tmp_path / "clear"
    clear.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    settings.PERSONAL_DATA_KEYS = {"k1": OLD}
    for folder in (SENT.folder, IMPORTS.folder):
        folder.keep(sha256, clear)
    vault.keep_rows(vault.keep(clear).sha256, [b"row"])
    settings.PERSONAL_DATA_KEYS = {"k2": NEW, "k1": OLD}
    assert "文件 exports：2/2" in rotate()[1]
    settings.PERSONAL_DATA_KEYS = {"k2": NEW}
    for folder in (SENT.folder, IMPORTS.folder):
        assert b"".join(folder.read(sha256)) == content
    assert b"".join(vault.read(sha256)) == content
    assert b"".join(vault.read_rows(sha256)) == b"row"
    assert "加密 0 处" in rotate()[0]


def test_a_file_that_cannot_be_read_keeps_the_old_key(settings, old_data, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    path = SENT.folder.path("a" * 64)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"broken")
    with pytest.raises(CommandError, match="文件 requests 1 处"):
        rotate()
    assert path.read_bytes() == b"broken"


def test_rows_that_are_guarded_are_sealed_again_too(settings, old_data):
    # Ended, a workroom changes no more; its telephone is still sealed under the old key.
    settings.PERSONAL_DATA_KEYS = {"k1": OLD}
    room = make_workroom(phone="04353752001", valid_to=date(2018, 3, 1), end_reason="村部搬迁")
    settings.PERSONAL_DATA_KEYS = {"k2": NEW, "k1": OLD}
    rotate()
    settings.PERSONAL_DATA_KEYS = {"k2": NEW}
    room.refresh_from_db()
    assert room.phone.reveal() == "04353752001"
    assert keys_in_use() == {"k2"}


def test_without_it_the_old_key_is_needed(settings, old_data):
    settings.PERSONAL_DATA_KEYS = {"k2": NEW}
    assert Household.objects.get(pk=old_data.pk).phone.masked == UNREADABLE


def test_one_entry_of_the_log_says_how_many_and_nothing_else(old_data):
    rotate()
    entry = Entry.objects.get(action="personal.rotate_keys")
    # phone and account of the household, phone of the monitoring, two numbers of members, two of the account
    assert entry.summary == "改用密钥 k2 加密 7 处"
    assert entry.changes == {}
    out, _ = rotate()
    assert "加密 0 处" in out
    assert Entry.objects.filter(action="personal.rotate_keys").count() == 1


def test_a_run_that_was_stopped_goes_on_where_it_stopped(old_data):
    steps = reseal_all(batch=1)
    first = [next(steps) for _ in range(3)][-1]
    assert first.done >= 1
    steps.close()
    assert keys_in_use() == {"k1", "k2"}
    rotate(batch=1)
    assert keys_in_use() == {"k2"}


def test_nothing_else_of_a_row_changes(old_data):
    before = Household.objects.values("version", "facts_version", "phone_hash").get(pk=old_data.pk)
    rotate()
    assert Household.objects.values("version", "facts_version", "phone_hash").get(pk=old_data.pk) == before


def test_what_cannot_be_read_stays_and_is_named(settings, old_data):
    settings.PERSONAL_DATA_KEYS = {"k0": NEW}
    Household.objects.filter(pk=old_data.pk).update(phone="13812345678")
    settings.PERSONAL_DATA_KEYS = {"k2": NEW, "k1": OLD}
    with pytest.raises(CommandError, match="户 联系电话 1 处"):
        rotate()
    assert keys_in_use() == {"k0", "k2"}
    assert "1 处无法读取" in Entry.objects.get(action="personal.rotate_keys").summary


def test_the_batch_is_at_least_one_row():
    with pytest.raises(CommandError, match="至少一行"):
        rotate(batch=0)
