"""How the tests of the register ask for a refusal."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction


def refused(call, *args, **kwargs) -> dict[str, list[str]]:
    """The messages of a ValidationError by field ("" without one); what was half done is rolled back."""
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        call(*args, **kwargs)
    error = caught.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
