"""What this app tells the apps above it, once, when everything is loaded."""

from poverty.accounts.rights import who_can
from poverty.web import rights as web_rights

# The page that says "no right" names the roles that have it.
web_rights.who_can = who_can
