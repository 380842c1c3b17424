"""What can be done with units, people, postings and sign-ins: one function per verb, each logged.

`actor` None is the system itself (commands, loaders); pages always give the signed-in user.
"""

from poverty.accounts.services.passwords import change_password, one_time_password, reset_password
from poverty.accounts.services.postings import add_posting, end_posting
from poverty.accounts.services.signing_in import check_sign_in, record_sign_out
from poverty.accounts.services.tokens import create_token, revoke_token
from poverty.accounts.services.units import create_unit, update_unit
from poverty.accounts.services.users import (
    create_user,
    deactivate_user,
    give_account,
    may_manage,
    reactivate_user,
    update_user,
)

__all__ = [
    "add_posting",
    "change_password",
    "check_sign_in",
    "create_token",
    "create_unit",
    "create_user",
    "deactivate_user",
    "end_posting",
    "give_account",
    "may_manage",
    "one_time_password",
    "reactivate_user",
    "record_sign_out",
    "reset_password",
    "revoke_token",
    "update_unit",
    "update_user",
]
