"""The senders' workbooks of tables from above, encrypted in FILES_ROOT/requests: each goes back as it came."""

from poverty.files.sealed import SealedFolder
from poverty.ledgers.incoming.originals import Originals

SENT = Originals(SealedFolder("requests", "request"))
