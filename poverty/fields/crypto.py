"""Encryption and keyed hashes of identity numbers, phones and bank accounts (architecture 9).

A sealed value is AES-256-GCM in this layout:

    1 byte   version (1)
    1 byte   length n of the key id
    n bytes  key id, ASCII
    12 bytes nonce, random for every value
    rest     ciphertext and 16-byte tag

Everything before the nonce and the purpose ("identity", "phone", "bank") are authenticated with
it, so a value cannot be moved into a column of another purpose or be relabelled to another key.
It is not bound to its row: the keyed hash stored beside it is what ties value and row together.

Keys: `settings.PERSONAL_DATA_KEYS` maps key ids to base64 of 32 bytes. The first writes, all
read. To rotate, put a new key in front, reseal every value with `needs_reseal`, then drop the
old one. The hash key `settings.PERSONAL_DATA_HASH_KEY` cannot be changed without hashing again.

A random nonce is safe for about four thousand million values under one key.
"""

import base64
import binascii
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class SealedDataError(Exception):
    """A sealed value cannot be read. The message never holds any part of the value."""


class UnknownKey(SealedDataError):
    """Sealed under a key that is not in PERSONAL_DATA_KEYS any more."""


class Damaged(SealedDataError):
    """Altered, cut, of another purpose, or not a sealed value at all."""


def seal(text: str, purpose: str = "") -> bytes:
    """Encrypt a text under the first key. Two calls never give the same bytes."""
    return seal_bytes(text.encode(), purpose)


def seal_bytes(content: bytes, purpose: str) -> bytes:
    """The same for a part of a file."""
    keys = settings.PERSONAL_DATA_KEYS
    for key_id in keys:  # the first key writes
        cipher, header, bound = _writer(key_id, keys[key_id], purpose)
        nonce = os.urandom(NONCE_BYTES)
        return header + nonce + cipher.encrypt(nonce, content, bound)
    raise ImproperlyConfigured("PERSONAL_DATA_KEYS is empty: personal data cannot be stored.")


def unseal(sealed: bytes, purpose: str = "") -> str:
    """Decrypt what `seal` gave for the same purpose.

    Raises UnknownKey when its key is not configured, Damaged when the bytes are not what was
    sealed for this purpose.
    """
    try:
        return unseal_bytes(sealed, purpose).decode()
    except UnicodeDecodeError as error:
        raise Damaged("A sealed value is not text.") from error


def unseal_bytes(sealed: bytes, purpose: str) -> bytes:
    """The same for a part of a file. Errors as `unseal`."""
    key_id, start = _read_header(sealed)
    raw = settings.PERSONAL_DATA_KEYS.get(key_id)
    if raw is None:
        raise UnknownKey(f"Sealed under key {key_id!r}, which is not in PERSONAL_DATA_KEYS.")
    cipher, _, bound = _writer(key_id, raw, purpose)
    nonce = sealed[start : start + NONCE_BYTES]
    try:
        return cipher.decrypt(nonce, sealed[start + NONCE_BYTES :], bound)
    except InvalidTag as error:
        raise Damaged(f"A value sealed under key {key_id!r} was altered or has another purpose.") from error


def needs_reseal(sealed: bytes) -> bool:
    """Whether a value is not sealed under the key that writes now."""
    return key_id_of(sealed) != next(iter(settings.PERSONAL_DATA_KEYS), None)


def writing_header() -> bytes:
    """The bytes with which every value begins that is sealed under the key that writes now."""
    key_id = next(iter(settings.PERSONAL_DATA_KEYS)).encode("ascii")
    return bytes((VERSION, len(key_id))) + key_id


def key_id_of(sealed: bytes) -> str:
    """The id of the key that sealed a value. Raises Damaged for bytes that were never sealed."""
    return _read_header(sealed)[0]


def reseal(sealed: bytes, purpose: str = "") -> bytes:
    """Seal again under the key that writes now. Errors as `unseal`."""
    return seal(unseal(sealed, purpose), purpose)


def keyed_hash(purpose: str, text: str) -> bytes:
    """HMAC-SHA256 (32 bytes) for equality and uniqueness; hashes of two purposes never agree."""
    key = _hash_key(settings.PERSONAL_DATA_HASH_KEY)
    return hmac.digest(key, purpose.encode() + b"\0" + text.encode(), "sha256")


def _read_header(sealed: bytes) -> tuple[str, int]:
    """The key id, and where the nonce begins."""
    if len(sealed) < 2 or sealed[0] != VERSION:
        raise Damaged("Not a sealed value, or of a version that this program does not know.")
    start = 2 + sealed[1]
    if len(sealed) < start + NONCE_BYTES + TAG_BYTES:
        raise Damaged("A sealed value is too short.")
    try:
        return sealed[2:start].decode("ascii"), start
    except UnicodeDecodeError as error:
        raise Damaged("A sealed value has an unreadable key id.") from error


# Keyed by the settings' values, so that a changed setting never meets a cached old key.
@lru_cache(maxsize=256)
def _writer(key_id: str, raw: str, purpose: str) -> tuple[AESGCM, bytes, bytes]:
    """Cipher, header bytes and authenticated bytes of one key and purpose."""
    try:
        key = base64.b64decode(raw, validate=True)
        name = key_id.encode("ascii")
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"PERSONAL_DATA_KEYS[{key_id!r}] is not base64.") from error
    if len(key) != KEY_BYTES or not 1 <= len(name) <= 255:
        raise ImproperlyConfigured(f"PERSONAL_DATA_KEYS[{key_id!r}] must be base64 of {KEY_BYTES} bytes.")
    header = bytes((VERSION, len(name))) + name
    return AESGCM(key), header, header + purpose.encode()


@lru_cache(maxsize=8)
def _hash_key(raw: str) -> bytes:
    try:
        key = base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("PERSONAL_DATA_HASH_KEY is not base64.") from error
    if len(key) < KEY_BYTES:
        raise ImproperlyConfigured(f"PERSONAL_DATA_HASH_KEY must be base64 of at least {KEY_BYTES} bytes.")
    return key
