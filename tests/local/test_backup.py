"""A backup brings everything back, or refuses with everything as it was."""

import base64
import stat
import tarfile

import pytest
from django.core.management import CommandError, call_command

from poverty.areas.models import Area
from tests.factories.areas import make_area

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_KEY = base64.b64encode(b"x" * 32).decode()


@pytest.fixture
def store(settings, tmp_path):
    """A store of files of this test's own, with one file in it."""
    settings.FILES_ROOT = tmp_path / "files"
    (settings.FILES_ROOT / "ab").mkdir(parents=True)
    (settings.FILES_ROOT / "ab" / "abcd").write_bytes(b"a signed sheet")
    return settings.FILES_ROOT


@pytest.fixture
def made(store, tmp_path):
    """A backup of a database with one county."""
    make_area("220503")
    path = tmp_path / "county.backup"
    call_command("backup", path)
    return path


def test_what_was_lost_comes_back(made, store):
    Area.objects.filter(code="220503").update(name="另一个名字")
    (store / "ab" / "abcd").unlink()
    (store / "ab" / "later").write_bytes(b"stored since")
    call_command("restore", made, "--replace")
    assert Area.objects.get(code="220503").name != "另一个名字"
    assert (store / "ab" / "abcd").read_bytes() == b"a signed sheet"
    assert (store / "ab" / "later").read_bytes() == b"stored since"


def test_nobody_else_can_read_it_and_it_holds_no_key(made, settings):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    content = made.read_bytes()
    for key in (*settings.PERSONAL_DATA_KEYS.values(), settings.PERSONAL_DATA_HASH_KEY, settings.SECRET_KEY):
        assert key.encode() not in content


def test_a_backup_is_never_overwritten(made):
    before = made.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", made)
    assert made.read_bytes() == before


def test_a_database_that_is_in_use_is_not_dropped_by_mistake(made):
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", made)
    assert Area.objects.filter(code="220503").exists()


def test_other_keys_are_noticed(made, settings):
    settings.PERSONAL_DATA_KEYS = {"k2": OTHER_KEY}
    with pytest.raises(CommandError, match="other personal-data keys"):
        call_command("restore", made, "--replace")
    assert Area.objects.filter(code="220503").exists()


def test_a_new_key_beside_the_old_one_does_no_harm(made, settings):
    settings.PERSONAL_DATA_KEYS = {"k2": OTHER_KEY, **settings.PERSONAL_DATA_KEYS}
    call_command("restore", made, "--replace")
    assert Area.objects.filter(code="220503").exists()


def test_what_is_no_backup_is_refused(tmp_path):
    (tmp_path / "letter").write_text("Dear county")
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore", tmp_path / "letter", "--replace")
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    with pytest.raises(CommandError, match="is missing or damaged"):
        call_command("restore", tmp_path / "empty.tar", "--replace")


@pytest.mark.parametrize("kept", [0.5, 0.97])
def test_a_piece_of_a_backup_changes_nothing(made, store, tmp_path, kept):
    (store / "ab" / "large").write_bytes(b"0123456789" * 100_000)
    made.unlink()
    call_command("backup", made)
    half = tmp_path / "half.backup"
    content = made.read_bytes()
    half.write_bytes(content[: int(len(content) * kept)])
    make_area("220502")
    with pytest.raises(CommandError):
        call_command("restore", half, "--replace")
    assert Area.objects.filter(code="220502").exists()
