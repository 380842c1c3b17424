"""Which control a form field becomes, with its classes and aria attributes. The HTML is in templates/web."""

from django import forms

from poverty.web import numbers
from poverty.web.canonical import shown

SHAPES = {"green": "check", "red": "cross", "amber": "question", "grey": "dash", "blue": "clock"}
GROUPS = {"segmented", "radios", "checks"}
SEGMENTS = 4  # more radios than this stand below one another


def field_context(bound, unit, last, last_label, wide, label, help, lines) -> dict:
    """Everything `web/field.html` shows of one bound field; explicit arguments win over the form's own."""
    kind = _kind(bound)
    form = bound.form
    question = getattr(form, "questions", {}).get(bound.name, "")
    if last is None:
        last = getattr(form, "last_values", {}).get(bound.name)
    unit = unit if unit is not None else getattr(bound.field, "unit", "")
    help_text = help if help is not None else bound.help_text
    context = {
        "bound": bound,
        "kind": kind,
        "id": bound.id_for_label if kind not in GROUPS else bound.auto_id,
        "label": label or bound.label,
        "unit": unit,
        "help": help_text,
        "question": question,
        "errors": errors_of(bound),
        "last": _last_text(bound, last),
        "last_label": last_label,
        "wide": wide or kind in {"textarea", "checks"},
        "conflict": bound.name in getattr(form, "conflicts", {}),
    }
    context["control"] = (
        "" if kind in {"segmented", "radios", "checks"} else _control(bound, kind, context, lines)
    )
    context["described_by"] = _described_by(bound, context)
    return context


def _kind(bound):
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "segmented" if len(list(widget.choices)) <= SEGMENTS else "radios"
    for kind, classes in (
        ("check", forms.CheckboxInput),
        ("select", forms.Select),
        ("textarea", forms.Textarea),
        ("file", forms.FileInput),
        ("date", forms.DateInput),
    ):
        if isinstance(widget, classes):
            return kind
    return "input"


def _control(bound, kind, context, lines):
    if kind == "hidden":
        return bound.as_widget()
    classes = {"check": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    if bound.errors:
        classes += " is-invalid"
    elif context["question"]:
        classes += " is-questioned"
    own = bound.field.widget.attrs.get("class")
    attrs = {"class": f"{own} {classes}" if own else classes}
    described = _described_by(bound, context)
    if described:
        attrs["aria-describedby"] = described
    if kind == "textarea":
        attrs["rows"] = lines or 3
    if kind == "file":
        attrs["data-file-preview"] = ""
    if kind == "date":
        # The field's own format is ISO, which is what a browser's date control reads and sends.
        bound.field.widget.input_type = "date"
    if isinstance(bound.field, (forms.DecimalField, forms.IntegerField)):
        attrs["class"] += " num"
    return bound.as_widget(attrs=attrs)


def errors_of(bound) -> list[str]:
    """The field's errors in words; a missing answer says what to do instead of what Django says, unless the field
    has words of its own for it.
    """
    fill = "请选择。" if _kind(bound) in GROUPS | {"select", "file", "date"} else "请填写。"
    own = bound.field.error_messages.get("required")
    if own and own != forms.Field.default_error_messages["required"]:
        fill = own
    return [
        fill if error.code == "required" else " ".join(error.messages) for error in bound.errors.as_data()
    ]


def _described_by(bound, context):
    stem = bound.auto_id
    parts = [
        ("helptext", context["help"]),
        ("last", context["last"]),
        ("question", context["question"]),
        ("error", bound.errors),
    ]
    return " ".join(f"{stem}_{name}" for name, there in parts if stem and there)


def _last_text(bound, value):
    """Last year's value in words; None shows nothing, since there may be no last year."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(bound.field, forms.ChoiceField) and not isinstance(bound.field, forms.ModelChoiceField):
        return shown(bound.field, str(value))
    if getattr(bound.field, "unit", "") == "元":
        return numbers.money_text(value)
    return str(value)
