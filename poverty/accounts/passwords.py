"""What a password must be, in words: Django's own Chinese translation lacks the sentence on the length."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    """At least `min_length` characters."""

    def get_error_message(self) -> str:
        """Return the refusal as the form shows it at the field."""
        return f"密码太短，至少 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """Return the rule as the form shows it beforehand."""
        return f"密码至少 {self.min_length} 个字符。"
