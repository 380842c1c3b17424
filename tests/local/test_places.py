"""Sockets in short, private places."""

import os
import stat
from pathlib import Path

import pytest

from poverty.local import places
from poverty.local.trouble import Trouble


@pytest.mark.parametrize(("length", "fits"), [(107, True), (108, False)])
def test_a_socket_path_holds_107_bytes(length, fits):
    directory = Path("/" + "d" * (length - len("//redis.sock")))
    assert len(str(directory / "redis.sock")) == length
    assert places.socket_fits(directory, "redis.sock") is fits


def test_bytes_count_not_letters():
    directory = Path("/" + "户" * 34)  # 3 bytes each: 103 with the slash, 108 with "/sock"
    assert not places.socket_fits(directory, "sock")


def test_a_short_path_is_used_as_it_is(tmp_path):
    wanted = tmp_path / "s"
    assert places.socket_directory(wanted, "a.sock") == wanted
    assert stat.S_IMODE(wanted.stat().st_mode) == 0o700


def test_a_long_path_gets_a_short_one_of_its_own(tmp_path, monkeypatch):
    runtime = tmp_path / "r"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    first = places.socket_directory(tmp_path / ("x" * 120) / "a", "a.sock")
    second = places.socket_directory(tmp_path / ("x" * 120) / "b", "a.sock")
    assert first.parent == second.parent == runtime
    assert first != second
    assert places.socket_directory(tmp_path / ("x" * 120) / "a", "a.sock") == first
    assert stat.S_IMODE(first.stat().st_mode) == 0o700


def test_a_directory_that_is_open_is_closed(tmp_path):
    (tmp_path / "s").mkdir(mode=0o755)
    places.private_directory(tmp_path / "s")
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


def test_a_link_laid_in_the_way_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "s").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Trouble, match="is not ours"):
        places.private_directory(tmp_path / "s")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories to others")
def test_a_directory_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "s").mkdir(mode=0o700)
    os.chown(tmp_path / "s", 65534, 65534)
    with pytest.raises(Trouble, match="is not ours"):
        places.private_directory(tmp_path / "s")


def test_checkouts_have_different_short_names():
    assert places.short_name(Path("/a")) != places.short_name(Path("/b"))
    assert places.short_name(Path("/a")) == places.short_name(Path("/a"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories to others")
def test_two_users_do_not_mix_in_one_checkout(tmp_path):
    (tmp_path / ".local").mkdir()
    os.chown(tmp_path / ".local", 65534, 65534)
    with pytest.raises(Trouble, match=r"belongs to nobody.*start as that user"):
        places.make_local(tmp_path / ".local")
