"""What PostgreSQL refuses, in the words of the field: for the moment between a check and the write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from households.models import Household, Member, Membership, Pairing, RegisterChange
from poverty.review.errors import constraint_of

_UNIQUE_FIELDS = {
    "identity_hash": ("identity", "该证件号码刚刚已被登记，请核对后再办。"),
    "member_no": ("member_no", "该人口编号已属于另一人。"),
    "household_no": ("household_no", "该户编号已属于另一户。"),
}
_WORDS = {
    constraint.name: constraint.violation_error_message
    for model in (Household, Member, Membership, Pairing, RegisterChange)
    for constraint in model._meta.constraints
}


@contextmanager
def told_in_words(*models: type[Model]) -> Iterator[None]:
    """Run a write in a savepoint; what a constraint of the register, or of `models`, refuses becomes a ValidationError.
    Others pass unchanged.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = constraint_of(error)
        for column, (field, text) in _UNIQUE_FIELDS.items():
            if f"_{column}_" in name:
                raise ValidationError({field: text}) from error
        words = _WORDS | {
            one.name: one.violation_error_message for own in models for one in own._meta.constraints
        }
        if name in words:
            raise ValidationError(str(words[name])) from error
        raise
