"""性别 of a member, AAB003 (forms.md 2): the same list that the parsing of identity numbers uses."""

from poverty.fields.sexes import FEMALE, MALE, SEXES, UNKNOWN_SEX

__all__ = ["FEMALE", "MALE", "SEXES", "UNKNOWN_SEX"]
