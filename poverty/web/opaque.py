"""Data that travels through a page and comes back: encrypted, so that it neither shows nor can be altered.

A page token holds sort values (a name's pinyin), a form's base values are facts of a person: neither may be
readable in an address or in the page's source. The key is derived from SECRET_KEY; a changed key only makes
old tokens unreadable.
"""

import base64
import hashlib
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder


@lru_cache(maxsize=16)
def _box(secret: str, purpose: str) -> Fernet:
    key = hashlib.blake2b(purpose.encode(), key=secret.encode()[:64], digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def pack(purpose: str, data) -> str:
    """JSON-able `data` (dates and Decimals become text) as an address-safe token for one purpose."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode()


def unpack(purpose: str, token: str | None, *, max_age: int | None = None):
    """What was packed for this purpose; None for anything else (missing, altered, from another key).

    `max_age`: seconds after which it is nothing any more; None: it stays.
    """
    try:
        return json.loads(_box(settings.SECRET_KEY, purpose).decrypt((token or "").encode(), ttl=max_age))
    except (InvalidToken, UnicodeEncodeError):
        return None
