"""A model field for identity numbers, phones and bank accounts: encrypted at rest, masked in sight.

    identity_number = SealedField(kind="identity", null=True)
    member.identity_number = "..."         # becomes a Sealed, encrypted when it is written
    str(member.identity_number)            # the mask, wherever it is printed
    member.identity_number.reveal()        # the clear text; the caller has right, purpose and log

It cannot be searched: beside it stand keyed hashes (`poverty.fields.identity` and others).
"""

import base64
import hmac
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from poverty.fields.crypto import SealedDataError, key_id_of, needs_reseal, seal, unseal
from poverty.fields.masks import MASKS

UNREADABLE = "（无法读取）"


class Sealed:
    """One personal value. Prints as its mask everywhere; only `reveal()` gives the clear text.

    Two Sealed are equal only when they are the same object: comparing is `same_as`.
    """

    __slots__ = ("_bytes", "_text", "kind")

    def __init__(self, kind: str, *, text: str | None = None, sealed: bytes | None = None):
        if (text is None) == (sealed is None):
            raise TypeError("A Sealed is made from a text or from sealed bytes.")
        self.kind = kind
        self._text = text
        self._bytes = sealed

    def reveal(self) -> str:
        """The clear text. Raises SealedDataError when the bytes cannot be read."""
        if self._text is None:
            self._text = unseal(self._bytes, self.kind)
        return self._text

    @property
    def sealed(self) -> bytes:
        """The stored form; encrypted once, so that saving again changes nothing."""
        if self._bytes is None:
            self._bytes = seal(self._text, self.kind)
        return self._bytes

    @property
    def masked(self) -> str:
        """The mask; one unreadable value says so and does not take the page down with it."""
        try:
            return MASKS[self.kind](self.reveal())
        except SealedDataError:
            return UNREADABLE

    def same_as(self, other: "Sealed | str | None") -> bool:
        """Whether both hold the same clear text, compared in constant time."""
        if other is None:
            return False
        text = other.reveal() if isinstance(other, Sealed) else other
        return hmac.compare_digest(self.reveal().encode(), text.encode())

    def resealed(self) -> "Sealed":
        """Itself, or a copy under the key that writes now, for key rotation."""
        if self._bytes is not None and needs_reseal(self._bytes):
            return Sealed(self.kind, text=self.reveal())
        return self

    def __str__(self) -> str:
        return self.masked

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    def __repr__(self) -> str:
        return f"<Sealed {self.kind} {self.masked}>"

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: dict) -> "Sealed":
        return self

    def __reduce__(self) -> tuple:
        # Caches and queues pickle: only the encrypted form leaves the process.
        return _unpickle, (self.kind, self.sealed)


def _unpickle(kind: str, sealed: bytes) -> Sealed:
    return Sealed(kind, sealed=sealed)


class SealedAttribute(DeferredAttribute):
    """Turns what is assigned into a Sealed at once, so that no instance ever holds clear text."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.wrap(value)


class SealedField(models.BinaryField):
    """An encrypted text of one kind: "identity", "phone" or "bank". "" is stored as NULL."""

    descriptor_class = SealedAttribute
    description = "Encrypted personal value"

    def __init__(self, *args: Any, kind: str, **kwargs: Any):
        self.kind = kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        kwargs["kind"] = self.kind
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list:
        errors = super().check(**kwargs)
        if self.kind not in MASKS:
            known = ", ".join(sorted(MASKS))
            errors.append(
                checks.Error(f"SealedField kind must be one of {known}.", obj=self, id="fields.E901")
            )
        return errors

    def wrap(self, value: Any) -> Any:
        """What an instance keeps: None, a Sealed, or an expression given to be saved."""
        if value is None or isinstance(value, Sealed) or hasattr(value, "resolve_expression"):
            return value
        if isinstance(value, str):
            return Sealed(self.kind, text=value) if value else None
        if isinstance(value, bytes | bytearray | memoryview):
            sealed = bytes(value)
            if sealed:
                key_id_of(sealed)  # raises Damaged: bytes that were never sealed must not be stored
            return Sealed(self.kind, sealed=sealed) if sealed else None
        raise TypeError(f"{self.name}: a {type(value).__name__} cannot be sealed.")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(self.kind, sealed=bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        value = self.wrap(value)
        if not isinstance(value, Sealed):
            return value
        if value.kind != self.kind:
            # Read and sealed again: the purpose is bound into the bytes.
            value = Sealed(self.kind, text=value.reveal())
        return value.sealed

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return connection.Database.Binary(value) if isinstance(value, bytes) else value

    def to_python(self, value: Any) -> Sealed | None:
        """From a fixture: base64 of the sealed bytes. Clear text is never read from a fixture."""
        if not isinstance(value, str):
            return self.wrap(value)
        try:
            return self.wrap(base64.b64decode(value, validate=True))
        except (ValueError, SealedDataError) as error:  # binascii.Error is a ValueError
            raise ValidationError("加密内容无法读取，请重新导出后再载入。") from error

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else base64.b64encode(value.sealed).decode("ascii")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched; search by its keyed hash.")
        return super().get_lookup(lookup_name)
