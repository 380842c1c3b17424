"""政治面貌 of a member, AAK033 (forms.md 2.7): the same list that helpers use."""

from poverty.accounts.options.political_status import POLITICAL_STATUSES

__all__ = ["POLITICAL_STATUSES"]
