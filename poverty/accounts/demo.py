"""The accounts of the demo county, in one place: the loader makes them, the sign-in page names them.

Only shown where settings.DEMO is on (`make run`); they exist only where demo data was loaded.
"""

from django.conf import settings

from poverty.accounts.models import User
from poverty.accounts.roles import Role

PASSWORD = "Erdaojiang-2026"  # noqa: S105 - printed on the sign-in page of the demo

USERNAMES: dict[str, str] = {
    Role.HELPER: "bangfu",
    Role.VILLAGE_CLERK: "cunji",
    Role.TOWNSHIP_OFFICER: "xiangzhen",
    Role.COUNTY_REVIEWER: "xianban",
    Role.BUREAU_OFFICER: "hangye",
    Role.FINANCE_OFFICER: "caizheng",
    Role.INSPECTOR: "ducha",
    Role.AUDITOR: "shenji",
    Role.LEADER: "lingdao",
    Role.ADMINISTRATOR: "guanli",
}


def demo_accounts() -> list[tuple[str, str, str, str]]:
    """(role label, account, person, place) of the demo accounts that exist and can sign in, in order."""
    people = {
        user.username: user
        for user in User.objects.filter(username__in=USERNAMES.values(), is_active=True).prefetch_related(
            "postings__area"
        )
    }
    found = []
    for role, username in USERNAMES.items():
        user = people.get(username)
        posting = (
            next((p for p in user.postings.all() if p.role == role and p.is_open), None) if user else None
        )
        if posting:
            found.append((Role(role).label, username, user.name, posting.area.name))
    return found


def shown_accounts() -> list[tuple[str, str, str, str]]:
    """What the sign-in page offers: nothing outside the demo."""
    return demo_accounts() if settings.DEMO else []
