"""SealedField: encrypted in the database, masked wherever it is printed, clear only by reveal()."""

import base64
import copy
import json
import pickle

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from poverty.accounts.models import User
from poverty.fields.crypto import Damaged
from poverty.fields.sealed import Sealed, SealedField
from tests.factories.accounts import make_user

NUMBER = "220503196001021239"
MASK = "220*************39"
PHONE = "13812345678"


def _stored(user, column="identity"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {User._meta.db_table} WHERE id = %s", [user.pk])  # noqa: S608
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def test_printing_gives_the_mask_in_every_way():
    sealed = Sealed("identity", text=NUMBER)
    assert str(sealed) == MASK
    assert f"{sealed}" == MASK
    assert f"{sealed:>20}" == "  " + MASK
    assert "%s" % sealed == MASK  # noqa: UP031
    assert sealed.masked == MASK
    for printed in (
        repr(sealed),
        repr([sealed]),
        repr({"a": sealed}),
        json.dumps({"a": sealed}, default=str),
    ):
        assert NUMBER not in printed
    with pytest.raises(TypeError):
        json.dumps(sealed)


def test_reveal_gives_the_clear_text():
    assert Sealed("identity", text=NUMBER).reveal() == NUMBER
    assert Sealed("identity", sealed=Sealed("identity", text=NUMBER).sealed).reveal() == NUMBER


def test_a_damaged_value_is_said_to_be_unreadable_when_printed_and_raises_when_revealed():
    sealed = bytearray(Sealed("identity", text=NUMBER).sealed)
    sealed[-1] ^= 1
    damaged = Sealed("identity", sealed=bytes(sealed))
    assert str(damaged) == "（无法读取）"
    with pytest.raises(Damaged):
        damaged.reveal()


def test_pickle_holds_the_encrypted_form_only():
    pickled = pickle.dumps(Sealed("identity", text=NUMBER))
    assert NUMBER.encode() not in pickled
    assert pickle.loads(pickled).reveal() == NUMBER  # noqa: S301


def test_copies_are_the_same_object():
    sealed = Sealed("identity", text=NUMBER)
    assert copy.copy(sealed) is sealed
    assert copy.deepcopy([sealed])[0] is sealed


def test_comparing_is_asked_for_by_name():
    one, two = Sealed("identity", text=NUMBER), Sealed("identity", text=NUMBER)
    assert one != two
    assert one.same_as(two)
    assert one.same_as(NUMBER)
    assert not one.same_as("220503196001021238")
    assert not one.same_as(None)


def test_encrypts_once():
    sealed = Sealed("identity", text=NUMBER)
    assert sealed.sealed is sealed.sealed


def test_is_made_from_a_text_or_from_bytes():
    with pytest.raises(TypeError):
        Sealed("identity")
    with pytest.raises(TypeError):
        Sealed("identity", text="1", sealed=b"1")


def test_resealed_after_a_key_change(settings):
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
    settings.PERSONAL_DATA_KEYS = {"old": old}
    sealed = Sealed("identity", sealed=Sealed("identity", text=NUMBER).sealed)
    assert sealed.resealed() is sealed
    settings.PERSONAL_DATA_KEYS = {"new": new, "old": old}
    renewed = sealed.resealed()
    assert renewed.sealed[2:5] == b"new"
    assert renewed.reveal() == NUMBER


def test_assigning_wraps_at_once():
    user = User(identity=NUMBER)
    assert isinstance(user.identity, Sealed)
    assert NUMBER not in repr(vars(user))
    user.identity = ""
    assert user.identity is None
    with pytest.raises(TypeError):
        user.identity = 220503196001021239


@pytest.mark.django_db
def test_stored_encrypted_and_read_back():
    user = make_user(identity=NUMBER, phone=PHONE)
    assert NUMBER.encode() not in _stored(user)
    assert _stored(user)[:1] == b"\x01"
    found = User.objects.get(pk=user.pk)
    assert found.identity.reveal() == NUMBER
    assert str(found.phone) == "138******78"
    assert User.objects.filter(pk=user.pk).values_list("identity", flat=True)[0].reveal() == NUMBER


@pytest.mark.django_db
def test_saving_again_does_not_encrypt_again():
    user = make_user(identity=NUMBER)
    before = _stored(user)
    user.save()
    User.objects.get(pk=user.pk).save()
    assert _stored(user) == before


@pytest.mark.django_db
def test_null_and_empty():
    assert _stored(make_user(identity=None)) is None
    assert _stored(make_user(identity="")) is None
    assert User.objects.filter(identity__isnull=True).count() == 2


@pytest.mark.django_db
def test_bulk_create_and_bulk_update_and_update():
    one, two = User.objects.bulk_create([User(username="a", identity=NUMBER), User(username="b")])
    assert User.objects.get(pk=one.pk).identity.reveal() == NUMBER
    two.identity = "11010519491231002X"
    User.objects.bulk_update([two], ["identity"])
    assert User.objects.get(pk=two.pk).identity.reveal() == "11010519491231002X"
    User.objects.filter(pk=one.pk).update(identity="440524198001010015")
    assert User.objects.get(pk=one.pk).identity.reveal() == "440524198001010015"


@pytest.mark.django_db
def test_a_value_moved_to_a_field_of_another_kind_is_sealed_again():
    user = make_user(phone=PHONE)
    user.identity = User.objects.get(pk=user.pk).phone
    user.save()
    assert User.objects.get(pk=user.pk).identity.reveal() == PHONE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lookup", ["identity", "identity__exact", "identity__in", "identity__gt", "identity__contains"]
)
def test_cannot_be_searched(lookup):
    value = [NUMBER] if lookup.endswith("in") else NUMBER
    with pytest.raises(FieldError, match="keyed hash"):
        list(User.objects.filter(**{lookup: value}))


@pytest.mark.django_db
def test_fixtures_hold_the_encrypted_form():
    user = make_user(identity=NUMBER)
    dumped = serializers.serialize("json", [user])
    assert NUMBER not in dumped
    assert json.loads(dumped)[0]["fields"]["identity"] == base64.b64encode(_stored(user)).decode()
    User.objects.filter(pk=user.pk).update(identity=None)
    for loaded in serializers.deserialize("json", dumped):
        loaded.save()
    assert User.objects.get(pk=user.pk).identity.reveal() == NUMBER


# The 20 digits and the 12 are well-formed base64; they must not be stored as if they were encrypted.
@pytest.mark.parametrize("text", ["这不是加密内容", NUMBER, "11010519491231002143", "138123456789"])
def test_clear_text_is_not_taken_from_a_fixture(text):
    with pytest.raises(ValidationError):
        User._meta.get_field("identity").to_python(text)


def test_bytes_that_were_never_sealed_are_refused():
    with pytest.raises(Damaged):
        User(identity=NUMBER.encode())


def test_deconstructs_for_migrations():
    field = SealedField(kind="bank", null=True)
    _, path, args, kwargs = field.deconstruct()
    assert (path, args, kwargs) == ("poverty.fields.sealed.SealedField", [], {"null": True, "kind": "bank"})
    written, imports = MigrationWriter.serialize(field)
    assert written == "poverty.fields.sealed.SealedField(kind='bank', null=True)"
    assert imports == {"import poverty.fields.sealed"}


@isolate_apps("poverty.accounts")
def test_an_unknown_kind_is_found_by_the_system_check():
    class Thing(models.Model):  # noqa: DJ008
        number = SealedField(kind="passport", null=True)

        class Meta:
            app_label = "accounts"

    assert [error.id for error in Thing._meta.get_field("number").check()] == ["fields.E901"]
