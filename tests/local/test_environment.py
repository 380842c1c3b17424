"""The secrets of a machine: made once, kept, never replaced behind anybody's back."""

import base64
import stat

import pytest

from poverty.local import environment
from poverty.local.trouble import Trouble


@pytest.fixture(autouse=True)
def _no_keys_from_outside(monkeypatch):
    for name in environment.IRREPLACEABLE:
        monkeypatch.delenv(name, raising=False)


def test_secrets_are_made_once(tmp_path):
    first = environment.secrets_of(tmp_path)
    assert environment.secrets_of(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600
    key_id, key = first["PERSONAL_DATA_KEYS"].split(":")
    assert key_id == "k1"
    assert len(base64.b64decode(key)) == 32
    assert len(base64.b64decode(first["PERSONAL_DATA_HASH_KEY"])) == 32
    assert len(first["SECRET_KEY"]) >= 50


def test_two_machines_have_different_secrets(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = environment.secrets_of(tmp_path / "a"), environment.secrets_of(tmp_path / "b")
    assert not set(first.values()) & set(second.values())


def test_what_is_missing_is_added_and_the_rest_stays(tmp_path):
    (tmp_path / "env").write_text("# mine\nSECRET_KEY=chosen by hand\n\n")
    found = environment.secrets_of(tmp_path)
    assert found["SECRET_KEY"] == "chosen by hand"
    assert set(found) == set(environment.GENERATED)


def test_a_half_written_file_does_not_count(tmp_path):
    (tmp_path / "env.new").write_text("SECRET_KEY=hal")
    assert environment.secrets_of(tmp_path)["SECRET_KEY"] != "hal"


def test_a_file_open_to_others_is_closed(tmp_path):
    environment.secrets_of(tmp_path)
    (tmp_path / "env").chmod(0o644)
    environment.secrets_of(tmp_path)
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600


def test_lost_keys_are_not_replaced_while_data_is_there(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with pytest.raises(Trouble, match="PERSONAL_DATA_KEYS"):
        environment.secrets_of(tmp_path, data=data)
    assert not (tmp_path / "env").exists()


def test_a_command_by_hand_gets_what_is_kept_and_overrides_it(tmp_path):
    kept = environment.secrets_of(tmp_path)
    environment.write(tmp_path / "servers", {"DATABASE_URL": "postgresql:///own"}, title="running")
    environ = {"SECRET_KEY": "mine"}
    environment.fill(environ, tmp_path)
    assert environ == {
        "SECRET_KEY": "mine",
        "PERSONAL_DATA_KEYS": kept["PERSONAL_DATA_KEYS"],
        "PERSONAL_DATA_HASH_KEY": kept["PERSONAL_DATA_HASH_KEY"],
        "DATABASE_URL": "postgresql:///own",
    }


def test_without_a_local_directory_nothing_is_filled(tmp_path):
    environ = {}
    environment.fill(environ, tmp_path / "none")
    assert environ == {}
