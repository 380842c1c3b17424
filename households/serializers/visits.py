"""Visits as a phone sends them, read into `Sent`, and what is answered to each."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.income_sheet import GROUP_FIELDS
from households.models import VisitAmount
from households.options.income_items import INCOME_ITEMS
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from households.options.visits import PHOTO_KINDS, VISIT_WAYS
from households.visits.sent import Sent, SentAmount, SentFact, SentIncome, SentNeed, SentPhoto
from households.visits.services.answers import Received
from households.visits.services.unsent import OnPhone
from poverty.web.strict_bodies import StrictSerializer

MOST_VISITS = 50
MOST_PHOTOS = 30
_LONGEST_VALUE = 500
_MICRO = Decimal("0.000001")
_BLANK = {"required": False, "allow_blank": True, "default": ""}
_NULL = {"required": False, "allow_null": True, "default": None}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "number"},
            {"type": "boolean"},
            {"type": "array", "items": {"type": "string"}},
        ],
        "nullable": True,
    }
)
class Value(serializers.Field):
    """A value of a fact or an answer: text, number, yes or no, nothing, or a list of texts."""

    default_error_messages = {"invalid": "值的格式不对。"}

    def to_internal_value(self, data):
        if data is None or isinstance(data, bool):
            return data
        if isinstance(data, int) and abs(data) < 10**15:
            return data
        if isinstance(data, Decimal):
            return format(data, "f")
        if isinstance(data, str) and len(data) <= _LONGEST_VALUE:
            return data
        texts = isinstance(data, list) and len(data) <= 30 and all(isinstance(one, str) for one in data)
        if texts and sum(map(len, data)) <= _LONGEST_VALUE:
            return data
        return self.fail("invalid")

    def to_representation(self, value):
        return value


@extend_schema_field({"type": "number"})
class Degrees(serializers.Field):
    """Degrees as the phone gives them, kept to a millionth."""

    default_error_messages = {"invalid": "请填数字。", "range": "经纬度超出范围。"}

    def __init__(self, *, limit: int, **kwargs):
        self.limit = limit
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("invalid")
        if abs(data) > self.limit:
            self.fail("range")
        return Decimal(data).quantize(_MICRO, ROUND_HALF_EVEN)

    def to_representation(self, value):
        return str(value)


@extend_schema_field({"type": "number", "nullable": True})
class Metres(serializers.Field):
    """Metres, rounded."""

    default_error_messages = {"invalid": "请填数字。"}

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | Decimal) or not 0 <= data < 10**7:
            self.fail("invalid")
        return round(data)

    def to_representation(self, value):
        return value


@extend_schema_field({"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2})
class Line(serializers.Field):
    """A line of the income sheet: [yuan, remark], or {"amount", "note"}."""

    default_error_messages = {"invalid": '金额写成 ["8000.00", "备注"] 的样子。'}
    _amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)

    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            data = [data.get("amount"), data.get("note", "")]
        if not isinstance(data, list) or len(data) != 2 or not isinstance(data[1] or "", str):
            self.fail("invalid")
        if len(data[1] or "") > 200:
            raise serializers.ValidationError("备注最多200字。")
        return self._amount.run_validation(data[0]), data[1] or ""

    def to_representation(self, value):
        return [format(value[0], ".2f"), value[1]]


class Lines(serializers.DictField):
    """{"wage_work": ["8000.00", ""]}: keys of the income catalogue."""

    child = Line()

    def to_internal_value(self, data):
        if isinstance(data, Mapping) and (unknown := [str(key) for key in data if key not in INCOME_ITEMS]):
            raise serializers.ValidationError({key: ["没有这个收入项目。"] for key in unknown})
        return super().to_internal_value(data)


class VisitSheetSerializer(StrictSerializer):
    """Items of the income sheet, and the groups that were answered "none"."""

    items = Lines(help_text="收入和支出项目：键 → [金额, 备注]。")
    none_groups = serializers.ListField(
        child=serializers.ChoiceField(list(GROUP_FIELDS)), required=False, default=list
    )


class VisitIncomeSerializer(VisitSheetSerializer):
    """The whole sheet as it is to be, and as it was seen."""

    base = VisitSheetSerializer(help_text="填写时看到的收入表。")


class VisitFactSerializer(StrictSerializer):
    """A fact of the year: what was seen, what is said. `member` null: of the household."""

    member = serializers.IntegerField(min_value=1, max_value=2**63 - 1, **_NULL)
    field = serializers.RegexField(r"^[a-z][a-z0-9_]{0,59}$")
    base = Value(**_NULL)
    value = Value(**_NULL)


class VisitAmountSerializer(StrictSerializer):
    """A large income or expense of the month."""

    direction = serializers.ChoiceField(VisitAmount.Direction.choices)
    item = serializers.ChoiceField(INCOME_ITEMS.choices, required=False, allow_blank=True)
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), help_text="元，大于 0。"
    )
    note = serializers.CharField(max_length=200, **_BLANK)


class VisitNeedSerializer(StrictSerializer):
    """A need (诉求). What is refused of it waits with the visit, and refuses nothing else."""

    identity = serializers.UUIDField()
    kind = serializers.CharField(max_length=40, help_text=f"{'、'.join(NEED_KINDS.keys)}")
    text = serializers.CharField(max_length=500)
    whom = serializers.CharField(max_length=40, help_text=f"{'、'.join(NEED_PARTIES.keys)}", **_BLANK)


class VisitPhotoSerializer(StrictSerializer):
    """A photo that follows by PUT."""

    identity = serializers.UUIDField()
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="照片内容的 SHA-256，小写。")
    bytes = serializers.IntegerField(min_value=1, max_value=20 * 1024 * 1024)
    taken_at = serializers.DateTimeField(**_NULL)
    kind = serializers.ChoiceField(PHOTO_KINDS.choices, required=False, default="other")


class PromiseSerializer(StrictSerializer):
    """What is promised for the next time."""

    text = serializers.CharField(max_length=500, **_BLANK)
    on = serializers.DateField(**_NULL)


class SignatureSerializer(StrictSerializer):
    """Who signed and who that is to the head; or why nobody did."""

    name = serializers.CharField(max_length=60, **_BLANK)
    relation = serializers.CharField(max_length=40, **_BLANK)
    signed = serializers.BooleanField(**_NULL)
    reason = serializers.CharField(max_length=200, **_BLANK)


class PositionSerializer(StrictSerializer):
    """Where the phone was."""

    latitude = Degrees(limit=90)
    longitude = Degrees(limit=180)
    accuracy = Metres(**_NULL)


class VisitSerializer(StrictSerializer):
    """One visit as it was made."""

    identity = serializers.UUIDField(help_text="手机上生成的编号；同一编号再送一次，回答同样的结果。")
    user = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="走访人；须是登录的人自己。")
    household = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    year = serializers.IntegerField(min_value=2013, max_value=2100)
    template = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    happened_on = serializers.DateField()
    started_at = serializers.DateTimeField(**_NULL)
    ended_at = serializers.DateTimeField(**_NULL)
    way = serializers.ChoiceField(VISIT_WAYS.choices, required=False, default="home")
    whole_away = serializers.BooleanField(required=False, default=False)
    late_reason = serializers.CharField(max_length=200, **_BLANK)
    companions = serializers.CharField(max_length=200, **_BLANK)
    answers = serializers.DictField(child=Value(allow_null=True), required=False, default=dict)
    facts = VisitFactSerializer(many=True, required=False, default=list, max_length=600)
    amounts = VisitAmountSerializer(many=True, required=False, default=list, max_length=40)
    income = VisitIncomeSerializer(**_NULL)
    needs = VisitNeedSerializer(many=True, required=False, default=list, max_length=20)
    remark = serializers.CharField(max_length=2000, **_BLANK)
    problems = serializers.CharField(max_length=2000, **_BLANK)
    promise = PromiseSerializer(**_NULL)
    signature = SignatureSerializer(**_NULL)
    position = PositionSerializer(**_NULL)
    position_reason = serializers.CharField(
        max_length=200, help_text="县里要求定位而没有定位的原因；有定位的不写。", **_BLANK
    )
    photos = VisitPhotoSerializer(many=True, required=False, default=list, max_length=MOST_PHOTOS)
    device = serializers.CharField(max_length=60, **_BLANK)
    sent_at = serializers.DateTimeField(**_NULL)


def sent_of(validated: Mapping[str, Any]) -> Sent:
    """The visit, of data that VisitSerializer has checked."""
    values: dict[str, Any] = dict(validated)
    values.pop("user")
    income, promise = values.pop("income"), values.pop("promise") or {}
    signature, position = values.pop("signature") or {}, values.pop("position") or {}
    return Sent(
        **{
            **values,
            "facts": tuple(SentFact(**one) for one in values["facts"]),
            "amounts": tuple(SentAmount(**{"item": "", **one}) for one in values["amounts"]),
            "needs": tuple(SentNeed(**one) for one in values["needs"]),
            "photos": tuple(SentPhoto(**one) for one in values["photos"]),
            "income": _income(income) if income is not None else None,
            "next_promise": promise.get("text", ""),
            "next_on": promise.get("on"),
            "signer_name": signature.get("name", ""),
            "signer_relation": signature.get("relation", ""),
            "signed": signature.get("signed"),
            "refusal_reason": signature.get("reason", ""),
            "latitude": position.get("latitude"),
            "longitude": position.get("longitude"),
            "accuracy": position.get("accuracy"),
        }
    )


def _income(values: Mapping[str, Any]) -> SentIncome:
    base = values["base"]
    return SentIncome(
        items=dict(values["items"]),
        none_groups=tuple(sorted(set(values["none_groups"]))),
        base_items=dict(base["items"]),
        base_none_groups=tuple(sorted(set(base["none_groups"]))),
    )


class SyncSerializer(StrictSerializer):
    """A batch of visits; each is answered on its own."""

    visits = VisitSerializer(many=True)


class UnsentSerializer(StrictSerializer):
    """What a phone still holds of its person's visits: counts and a day."""

    phone = serializers.UUIDField(help_text="浏览器自己生成的编号，不含手机信息。")
    device = serializers.CharField(max_length=60, **_BLANK)
    visits = serializers.IntegerField(min_value=0, max_value=1000, help_text="未发送或照片未到齐的走访次数。")
    drafts = serializers.IntegerField(min_value=0, max_value=1000, default=0, help_text="其中还在填写的。")
    troubled = serializers.IntegerField(
        min_value=0, max_value=1000, default=0, help_text="其中需本人处理的。"
    )
    oldest_on = serializers.DateField(allow_null=True, default=None, help_text="最早的走访日期；没有则为空。")

    def told(self) -> OnPhone:
        """The checked values."""
        data = self.validated_data
        return OnPhone(data["visits"], data["drafts"], data["troubled"], data["oldest_on"])


class FactAnswerSerializer(serializers.Serializer):
    """What became of one fact."""

    member = serializers.IntegerField(allow_null=True)
    field = serializers.CharField()
    outcome = serializers.CharField(help_text="written、same、conflict、refused、held、kept、taken")
    said = serializers.CharField()


class VerdictSerializer(serializers.Serializer):
    """The verdict before the visit and after it: met, unmet, unknown, not_assessed, none."""

    before = serializers.CharField()
    after = serializers.CharField()


class ReceivedSerializer(serializers.Serializer):
    """What stands of one visit."""

    identity = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(["received", "waiting_photos", "inbox", "refused", "later"])
    visit = serializers.IntegerField(allow_null=True)
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    missing_photos = serializers.ListField(child=serializers.UUIDField())
    facts = FactAnswerSerializer(many=True)
    verdict = VerdictSerializer()
    closed = serializers.ListField(child=serializers.CharField(), help_text="这次走访后达标的指标。")
    open = serializers.ListField(child=serializers.CharField(), help_text="仍未达标或待核实的指标。")


class SyncAnswerSerializer(serializers.Serializer):
    """The answers, in the order of the visits."""

    results = ReceivedSerializer(many=True)


class GiveUpSerializer(StrictSerializer):
    """Why a photo is not waited for any more."""

    reason = serializers.CharField(max_length=200, help_text="例如：照片打不开，当时没有另拍。")


def photo_of(validated: Mapping[str, Any]) -> SentPhoto:
    """A photo, of data that VisitPhotoSerializer has checked."""
    return SentPhoto(**validated)


class PhotoAnswerSerializer(serializers.Serializer):
    """What stands of the visit after the photo."""

    state = serializers.ChoiceField(["received", "waiting_photos", "inbox"])


def told(answer: Received) -> dict[str, Any]:
    """An answer as it is sent."""
    return {
        "identity": None if answer.identity == "" else str(answer.identity),
        "state": answer.state,
        "visit": answer.visit,
        "errors": answer.errors,
        "missing_photos": [str(one) for one in answer.missing_photos],
        "facts": answer.facts,
        "verdict": {"before": answer.before, "after": answer.after},
        "closed": answer.closed,
        "open": answer.open,
    }
