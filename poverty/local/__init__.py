"""Sets the project up on one machine and runs it: `make run`, `make test`, `make lint`, `make bench`.

Everything here but `management/` uses the standard library alone, because it starts before the virtual
environment exists. Three things are kept apart: the set-up (bootstrap, browser_libraries, chromium), the
servers (postgres, redis_server) and the supervisor that starts, watches and ends processes.
"""
