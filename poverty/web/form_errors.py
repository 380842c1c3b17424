"""What a service refused, shown in the form that was sent."""

from django import forms
from django.core.exceptions import ValidationError


def take_over(form: forms.BaseForm, error: ValidationError) -> None:
    """Show a service's refusal at its fields; what belongs to none, or to one the form lacks, stands above."""
    faults = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, errors in faults.items():
        form.add_error(field if field in form.fields else None, errors)
