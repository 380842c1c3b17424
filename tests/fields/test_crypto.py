"""Sealing: what is stored can be read back with the right key and purpose, and in no other way."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from poverty.fields.crypto import Damaged, UnknownKey, keyed_hash, needs_reseal, reseal, seal, unseal

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()
TEXT = "11010519491231002X"


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.PERSONAL_DATA_KEYS = {"old": OLD}


def test_reads_back_what_was_sealed():
    assert unseal(seal(TEXT, "identity"), "identity") == TEXT
    assert unseal(seal("王建国 ·", "identity"), "identity") == "王建国 ·"


def test_layout_is_version_key_id_nonce_and_ciphertext_with_tag():
    sealed = seal(TEXT, "identity")
    assert sealed[:5] == b"\x01\x03old"
    assert len(sealed) == 5 + 12 + len(TEXT) + 16
    assert TEXT.encode() not in sealed


def test_same_text_is_never_sealed_the_same_twice():
    assert seal(TEXT, "identity") != seal(TEXT, "identity")


def test_every_altered_byte_is_noticed():
    sealed = seal(TEXT, "identity")
    for place in range(5, len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(Damaged):
            unseal(bytes(altered), "identity")


def test_cannot_be_moved_to_a_column_of_another_purpose():
    with pytest.raises(Damaged, match="another purpose"):
        unseal(seal("13812345678", "phone"), "bank")


def test_cannot_be_relabelled_to_another_key(settings):
    settings.PERSONAL_DATA_KEYS = {"old": OLD, "new": OLD}
    sealed = seal(TEXT, "identity")
    with pytest.raises(Damaged):
        unseal(sealed.replace(b"old", b"new"), "identity")


@pytest.mark.parametrize(
    "sealed", [b"", b"\x01", b"\x02\x03old" + b"x" * 40, b"\x01\x03old", b"\x01\xff" + b"x" * 30]
)
def test_what_was_never_sealed_is_refused(sealed):
    with pytest.raises(Damaged):
        unseal(sealed, "identity")


def test_unknown_key_is_named_and_the_value_is_not(settings):
    sealed = seal(TEXT, "identity")
    settings.PERSONAL_DATA_KEYS = {"new": NEW}
    with pytest.raises(UnknownKey, match="'old'") as raised:
        unseal(sealed, "identity")
    assert TEXT not in str(raised.value)


def test_rotation(settings):
    sealed = seal(TEXT, "identity")
    assert not needs_reseal(sealed)

    settings.PERSONAL_DATA_KEYS = {"new": NEW, "old": OLD}
    assert unseal(sealed, "identity") == TEXT
    assert needs_reseal(sealed)
    renewed = reseal(sealed, "identity")
    assert not needs_reseal(renewed)

    settings.PERSONAL_DATA_KEYS = {"new": NEW}
    assert unseal(renewed, "identity") == TEXT


@pytest.mark.parametrize("raw", ["not base64!", base64.b64encode(b"short").decode()])
def test_a_wrong_key_is_a_setting_error(settings, raw):
    settings.PERSONAL_DATA_KEYS = {"bad": raw}
    with pytest.raises(ImproperlyConfigured):
        seal(TEXT, "identity")


def test_no_key_is_a_setting_error(settings):
    settings.PERSONAL_DATA_KEYS = {}
    with pytest.raises(ImproperlyConfigured):
        seal(TEXT, "identity")


def test_keyed_hash_is_hmac_sha256(settings):
    # By openssl dgst -sha256 -mac HMAC over "identity" NUL "x", key 32 times "h".
    settings.PERSONAL_DATA_HASH_KEY = base64.b64encode(b"h" * 32).decode()
    expected = "7f99daab046eb659195c94b01c21b315b9f93acf2857cfd79df737060cda905f"
    assert keyed_hash("identity", "x").hex() == expected


def test_keyed_hash_depends_on_purpose_text_and_key(settings):
    first = keyed_hash("identity", TEXT)
    assert len(first) == 32
    assert keyed_hash("identity", TEXT) == first
    assert keyed_hash("phone", TEXT) != first
    assert keyed_hash("identity", TEXT + "1") != first
    settings.PERSONAL_DATA_HASH_KEY = base64.b64encode(b"z" * 32).decode()
    assert keyed_hash("identity", TEXT) != first


@pytest.mark.parametrize("raw", ["not base64!", base64.b64encode(b"short").decode()])
def test_a_wrong_hash_key_is_a_setting_error(settings, raw):
    settings.PERSONAL_DATA_HASH_KEY = raw
    with pytest.raises(ImproperlyConfigured):
        keyed_hash("identity", TEXT)
