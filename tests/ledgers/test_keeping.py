"""Files in the vault, and what changed between two of them."""

import pytest

from poverty.fields.crypto import Damaged
from poverty.ledgers.outgoing import vault
from poverty.ledgers.outgoing.digests import Changes, Digests, compare, records

CONTENT = b"220503198001011234" * 200_000  # more than three parts


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return vault.keep(path)


def test_comes_out_as_it_went_in(kept):
    assert b"".join(vault.read(kept.sha256)) == CONTENT
    assert kept.size == len(CONTENT)


def test_nothing_of_it_is_readable_on_disk(kept, files_root):
    stored = b"".join(path.read_bytes() for path in files_root.rglob("*") if path.is_file())

    assert len(stored) > len(CONTENT)
    assert b"220503198001011234" not in stored


def test_a_file_that_was_cut_or_mixed_up_is_noticed(kept, files_root):
    path = next(path for path in files_root.rglob(kept.sha256))
    whole = path.read_bytes()
    length = 4 + int.from_bytes(whole[:4], "big")

    path.write_bytes(whole[:length])
    with pytest.raises(Damaged):
        list(vault.read(kept.sha256))
    path.write_bytes(whole[length:])
    with pytest.raises(Damaged):
        list(vault.read(kept.sha256))


def test_removed_with_the_digests_of_its_rows(kept, files_root):
    vault.keep_rows(kept.sha256, [b"1" * 16])

    vault.remove(kept.sha256)

    assert not vault.exists(kept.sha256)
    assert [path for path in files_root.rglob("*") if path.is_file()] == []
    assert list(vault.read_rows(kept.sha256)) == []


def test_the_place_of_work_leaves_nothing_behind(files_root):
    def stop_half_way():
        with vault.workplace() as folder:
            (folder / "half").write_text("王建国")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stop_half_way()

    assert [path for path in files_root.rglob("*") if path.is_file()] == []


def _digests(rows):
    made = Digests()
    for key, text in rows.items():
        made.add(key, text.encode())
    return made.sorted()


def test_added_removed_and_changed_rows_are_counted():
    old = _digests({1: "a", 2: "b", 3: "c", 300: "d"})
    new = _digests({2: "b", 3: "C", 300: "d", 301: "e", 4: "f"})

    assert compare(old, new) == Changes(added=2, removed=1, changed=1)
    assert compare(_digests({}), _digests({1: "a"})) == Changes(added=1)
    assert compare(_digests({1: "a"}), _digests({1: "a"})) == Changes()


def test_records_are_found_across_parts():
    joined = b"a" * 16 + b"b" * 16 + b"c" * 16

    assert list(records([joined[:5], joined[5:40], joined[40:]])) == [b"a" * 16, b"b" * 16, b"c" * 16]
