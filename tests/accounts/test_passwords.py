"""Every refusal of a password is said in Chinese."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("xT9-q", "密码太短，至少 10 个字符。"),
        ("8273645190", "只包含数字"),
        ("password123", "太常见"),
    ],
)
def test_refusals_are_in_chinese(password, said):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    messages = "".join(refused.value.messages)
    assert said in messages
    assert not any("a" <= letter.lower() <= "z" for letter in messages)
