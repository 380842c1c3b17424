"""Unpacking keeps to its place."""

import io
import tarfile

import pytest

from poverty.local.archives import unpack


def archive(*names, kind=tarfile.REGTYPE):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as made:
        for name in names:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.linkname = kind, 4, "/etc/passwd"
            made.addfile(member, io.BytesIO(b"text"))
    stream.seek(0)
    return tarfile.open(fileobj=stream)


def test_files_land_in_their_place(tmp_path):
    unpack(archive("a/b.txt", "c.txt"), tmp_path)
    assert (tmp_path / "a/b.txt").read_bytes() == b"text"
    assert (tmp_path / "c.txt").read_bytes() == b"text"


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out"])
def test_a_name_that_leads_outside_is_refused(tmp_path, name):
    with pytest.raises(tarfile.TarError, match="leads outside"):
        unpack(archive(name), tmp_path / "in")


def test_links_are_not_laid(tmp_path):
    unpack(archive("link", kind=tarfile.SYMTYPE), tmp_path)
    assert list(tmp_path.iterdir()) == []
