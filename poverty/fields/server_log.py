"""gunicorn's own log: it names the address of a request that failed outside Django, with its query."""

from gunicorn.glogging import Logger

from poverty.fields.error_reports import PersonalDataFilter


class CoveredLogger(Logger):
    """gunicorn's logger with everything covered that could be personal."""

    def setup(self, cfg) -> None:
        """As gunicorn's; its handlers exist only afterwards."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(PersonalDataFilter())
