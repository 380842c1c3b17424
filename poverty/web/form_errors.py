"""What a service refused, shown in the form that was sent."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError


def take_over(form: forms.BaseForm, error: ValidationError) -> None:
    """Show a service's refusal at its fields; what belongs to none, or to one the form lacks, stands above."""
    faults = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, errors in faults.items():
        form.add_error(field if field in form.fields else None, errors)


def carried_out(form: forms.BaseForm, act: Callable[[], object]) -> bool:
    """Do what a form asks for; whether it was done. What a service refused stands in the form."""
    try:
        act()
    except ValidationError as error:
        take_over(form, error)
        return False
    return True
