"""gunicorn's settings: threads, because slow uploads from phones would hold a synchronous worker each."""

import os

_socket = os.environ.get("WEB_SOCKET")
bind = [f"fd://{_socket}"] if _socket else [os.environ.get("WEB_BIND", "127.0.0.1:8000")]
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 8
keepalive = 5
# Workers tell the master that they live through a file; on a slow disk that would stall them.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Fresh workers from time to time bound what a leak could cost; the jitter keeps them from leaving together.
max_requests = 20_000
max_requests_jitter = 2_000
# Addresses of pages can hold what was searched for: requests are not logged, errors are.
accesslog = None
errorlog = "-"
logger_class = "poverty.fields.server_log.CoveredLogger"
# Its control socket stands in the home directory, where two checkouts would fight over it.
control_socket_disable = True
