"""What a standard must be like to be saved, and to be published. Messages stand at the field they belong
to.

Keys are field names of the standard, or `requirements-<row>-<field>` (rows counted from 0 as typed), which
are the names of the form's inputs too.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField

from poverty.standards.comparisons import Comparison
from poverty.standards.indicators import IndicatorSpec, spec, specs
from poverty.standards.models import FIRST_YEAR, LAST_YEAR, Requirement, Standard
from poverty.standards.subjects import Subject
from poverty.standards.wording import figure

# What a person types of a standard, and of each of its rows.
FIELDS = ("name", "document_name", "document_number", "document_date", "clause", "deviation_document")
ROW_FIELDS = ("indicator", "comparison", "threshold", "evidence", "clause", "document", "weight", "veto")

Errors = dict[str, list[str]]


def row_key(row: int, field: str) -> str:
    """Return the key of a message that belongs to a field of a requirement row."""
    return f"requirements-{row}-{field}"


def check_year(year: Any) -> None:
    """Refuse a year that no standard can be for."""
    if not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError({"year": f"年度须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。"})


def check_subject(subject: Any) -> None:
    """Refuse a subject that is none, or one for which no indicator is defined yet."""
    if subject not in Subject.values:
        raise ValidationError({"subject": "请选择对象：户、村或县。"})
    if not specs(subject):
        raise ValidationError({"subject": f"“{Subject(subject).label}”还没有可用的指标，不能起草标准。"})


def normal(subject: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with blanks trimmed, everything left out filled in as empty, and each row's comparison,
    where none was chosen, the indicator's default.
    """
    result: dict[str, Any] = {field: _trimmed(values.get(field)) for field in FIELDS}
    result["document_date"] = values.get("document_date") or None
    result["requirements"] = []
    for given in values.get("requirements", ()):
        row = {field: _trimmed(given.get(field)) for field in ROW_FIELDS}
        row["threshold"], row["weight"] = _number(given.get("threshold")), _number(given.get("weight"))
        row["veto"] = bool(given.get("veto"))
        known = spec(subject, row["indicator"])
        if known and not row["comparison"]:
            row["comparison"] = known.default_comparison
        result["requirements"].append(row)
    return result


def _trimmed(value: Any) -> str:
    return str(value).strip() if value is not None else ""


def _number(value: Any) -> Any:
    """A Decimal where it can be one; anything else is left for the checks to refuse."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _two_decimals(value) if _two_decimals(value) is not None else value


def check_draft(subject: str, values: Mapping[str, Any], *, today: date) -> None:
    """Refuse what cannot even be a draft: unknown indicators, doubles, impossible values.

    What is merely not filled in yet (a threshold, the document) may be saved; check_complete asks for it.
    Raises ValidationError with every fault at its field.
    """
    errors: Errors = {}
    if not str(values.get("name") or "").strip():
        errors["name"] = ["请填写标准名称。"]
    for field in FIELDS:
        _check_length(errors, field, Standard._meta.get_field(field), values.get(field))
    issued = values.get("document_date")
    if issued and issued > today:
        errors["document_date"] = ["发文日期不能晚于今天。"]
    elif issued and issued.year < FIRST_YEAR - 4:
        errors["document_date"] = [f"发文日期 {issued} 过早，请核对。"]
    seen: dict[str, int] = {}
    for number, row in enumerate(values.get("requirements", ())):
        _check_row(errors, number, row, subject, seen)
    if errors:
        raise ValidationError(errors)


def check_complete(standard: Standard) -> None:
    """Refuse to publish a standard that lacks its document, a requirement or a threshold.

    Indicators and values are checked again, since an app may have changed since the draft was saved.
    """
    errors: Errors = {}
    wanted = {"document_name": "文件名称", "document_number": "文号", "document_date": "发文日期"}
    for field, label in wanted.items():
        if not getattr(standard, field):
            errors[field] = [f"发布前须填写{label}。"]
    rows = list(standard.requirements.all())
    if not rows:
        errors["requirements"] = ["至少要有一项指标要求。"]
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        _check_row(
            errors, number, {field: getattr(row, field) for field in ROW_FIELDS}, standard.subject, seen
        )
        if row.comparison != Comparison.IS_TRUE and row.threshold is None:
            errors.setdefault(row_key(number, "threshold"), []).append(f"发布前须填写“{row.label}”的标准值。")
    if errors:
        raise ValidationError(errors)


def _check_row(
    errors: Errors, number: int, row: Mapping[str, Any], subject: str, seen: dict[str, int]
) -> None:
    def fault(field: str, message: str) -> None:
        errors.setdefault(row_key(number, field), []).append(message)

    code = str(row.get("indicator") or "")
    known = spec(subject, code)
    if known is None:
        named = f"指标“{code}”没有定义，不能保存；请从列表中选择。" if code else "请选择指标。"
        fault("indicator", named)
        return
    if code in seen:
        fault("indicator", f"“{known.label}”与第 {seen[code] + 1} 行重复，同一指标只能出现一次。")
    seen.setdefault(code, number)
    if row.get("comparison") not in known.comparisons:
        allowed = "、".join(Comparison(one).label for one in known.comparisons)
        fault("comparison", f"“{known.label}”只能选：{allowed}。")
    _check_threshold(fault, known, row.get("threshold"))
    _check_weight(fault, subject, row)
    for field in ("evidence", "clause", "document"):
        _check_length(errors, row_key(number, field), Requirement._meta.get_field(field), row.get(field))


def _check_threshold(fault, known: IndicatorSpec, threshold: Any) -> None:
    if threshold is None:
        return
    if known.is_boolean:
        fault("threshold", f"“{known.label}”是是否类指标，不填标准值。")
        return
    value = _two_decimals(threshold)
    if value is None:
        fault("threshold", "请填写数字，最多两位小数。")
    elif value < known.minimum or (known.maximum is not None and value > known.maximum):
        upper = f" 至 {figure(known.maximum)} 之间" if known.maximum is not None else " 以上"
        fault(
            "threshold",
            f"{figure(value)} 不合理：“{known.label}”须在 {figure(known.minimum)}{upper}（{known.unit}）。",
        )


def _check_weight(fault, subject: str, row: Mapping[str, Any]) -> None:
    weight = row.get("weight")
    if subject != Subject.VILLAGE:
        if weight is not None:
            fault("weight", "只有村的标准有权重。")
        if row.get("veto"):
            fault("veto", "只有村的标准有一票否决。")
        return
    if weight is not None and ((value := _two_decimals(weight)) is None or not 0 < value <= 100):
        fault("weight", "权重须大于 0 且不超过 100，最多两位小数。")


def _two_decimals(value: Any) -> Decimal | None:
    """Return a finite number with at most two decimals and twelve digits before them, else None."""
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12 or number != round(number, 2):
        return None
    return number


def _check_length(errors: Errors, key: str, field, value: Any) -> None:
    if not isinstance(field, CharField) or value is None:
        return
    if len(str(value)) > field.max_length:
        errors.setdefault(key, []).append(f"{field.verbose_name}最多 {field.max_length} 个字。")
    elif "\x00" in str(value):
        errors.setdefault(key, []).append(f"{field.verbose_name}含有无法保存的字符。")
