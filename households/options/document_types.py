"""证件类型 of a member (forms.md 2): the same list that the parsing of identity numbers uses."""

from poverty.fields.document_types import DISABILITY_CARD, DOCUMENT_TYPES, OFFICER_CARD, RESIDENT_ID

__all__ = ["DISABILITY_CARD", "DOCUMENT_TYPES", "OFFICER_CARD", "RESIDENT_ID"]
