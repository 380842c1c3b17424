"""What a browser would send of a form."""


def typed(form, **changes):
    """POST data of `form` as shown (hidden fields and a MergingForm's base values included), then changed.

    `form` is a form object, mostly `response.context["form"]`. A value of None takes the field out, as an
    unticked box is left out.
    """
    data = {}
    for bound in form:
        widget, value = bound.field.widget, bound.value()
        sent = widget.format_value(value) if hasattr(widget, "format_value") else value
        if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"):
            sent = "on" if value else None
        elif isinstance(sent, (list, tuple)) and not getattr(widget, "allow_multiple_selected", False):
            sent = sent[0] if sent else ""
        if sent is not None and getattr(widget, "input_type", "") != "file":
            data[bound.html_name] = sent
    for name, value in changes.items():
        if value is None:
            data.pop(form.add_prefix(name), None)
        else:
            data[form.add_prefix(name)] = value
    return {name: "" if value is None else value for name, value in data.items()}
