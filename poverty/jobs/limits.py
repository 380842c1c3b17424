"""Times by which a job counts as lost. Together with beat's interval they keep it under two minutes."""

from datetime import timedelta

HEARTBEAT_SECONDS = 5  # a running job beats at least this often, also during one long SQL statement
SILENT_AFTER = timedelta(seconds=90)  # running without a heartbeat for longer: failed
RESEND_AFTER = timedelta(seconds=60)  # queued for longer since it was last sent: sent again
