"""One settings file, read from the environment, safe by default.

`make run` and `make test` set DATABASE_URL, REDIS_URL, SECRET_KEY and the
personal-data keys from `.local/env`; a deployment sets its own.
"""

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from poverty.celery import app as celery_app
from poverty.local.environment import fill

__all__ = [
    "celery_app"
]  # loaded with the settings, so that every process, the web too, sends its tasks through it

# A command started by hand beside a `make run` uses the same servers and keys; the environment comes first.
fill(os.environ)

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes"}


def _database(url: str) -> dict:
    """Turn a postgresql:// URL (host, port, or ?host=/socket/dir) into Django's form.

    Other parameters of the query (sslmode=verify-full, application_name=...) go to PostgreSQL's client library.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": os.environ.get("TEST_DATABASE_NAME") or None},
    }


def _required(name: str) -> str:
    """A variable without which nothing may start."""
    try:
        return os.environ[name]
    except KeyError as error:
        raise ImproperlyConfigured(
            f"{name} is not set: start `make run` in another terminal, or set it (docs/operations.md)."
        ) from error


DEBUG = _flag("DEBUG")
SECRET_KEY = _required("SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
# HTTPS is the rule; `make run` on 127.0.0.1 is the one place that turns it off.
HTTPS = _flag("HTTPS", True)

# Names the demo accounts on the sign-in page; set by `make run` only.
DEMO = _flag("DEMO")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "csp",
    "drf_spectacular",
    "poverty.local",
    "poverty.web",
    "poverty.audit",
    "poverty.areas",
    "poverty.accounts",
    "poverty.files",
    "poverty.jobs",
    "poverty.parameters",
    "poverty.review",
    "poverty.notices",
    "poverty.standards",
    "poverty.ledgers",
    "households",
    "villages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "poverty.audit.context.remember_origin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "poverty.accounts.middleware.note_ended_session",
    "poverty.accounts.middleware.keep_session_alive",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
]
CSRF_FAILURE_VIEW = "poverty.web.errors.csrf_failure"

# No inline script or style anywhere. img data: is for the icons inside Tabler's stylesheet, blob: for the preview
# of a photo before it is sent.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

ROOT_URLCONF = "poverty.urls"
WSGI_APPLICATION = "poverty.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "poverty.web.layout.layout",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
            ],
        },
    }
]

DATABASES = {"default": _database(_required("DATABASE_URL"))}
REDIS_URL = _required("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["poverty.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "pinyin")},
    },
    {"NAME": "poverty.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
# Idle log-out: the session ends this long after the last request.
SESSION_COOKIE_AGE = int(os.environ.get("SESSION_IDLE_SECONDS", 30 * 60))
SESSION_SAVE_EVERY_REQUEST = False  # poverty.accounts.middleware.keep_session_alive writes it
SESSION_WRITTEN_EVERY = 60  # seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only behind a proxy of our own may its X-Forwarded-* headers be believed.
BEHIND_PROXY = _flag("BEHIND_PROXY")
# Scheme and host by which people outside reach the public notices, printed on sheets; "": as the printing person does.
PUBLIC_ADDRESS = os.environ.get("PUBLIC_ADDRESS", "").rstrip("/")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Personal data (poverty/fields): key id -> base64 of 32 bytes; the first is used to write.
PERSONAL_DATA_KEYS = dict(item.split(":", 1) for item in _required("PERSONAL_DATA_KEYS").split(",") if item)
PERSONAL_DATA_HASH_KEY = _required("PERSONAL_DATA_HASH_KEY")

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
FORMAT_MODULE_PATH = ["poverty.web.formats"]

STATIC_URL = "static/"
# Browser libraries are copied out of the npm packages by poverty/local; pages name them under vendor/.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor", Path(os.environ.get("VENDOR_ROOT", BASE_DIR / ".local" / "vendor"))),
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "poverty.web.static_finders.PackageFinder",
]
STATIC_ROOT = os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "poverty.web.static_storage.HashedStorage"},
}
# Stored files live outside the web root and are served by a view with rights checked.
FILES_ROOT = Path(os.environ.get("FILES_ROOT", BASE_DIR / ".local" / "files"))
LEDGER_ROWS_AT_ONCE = 2000  # rows of a ledger that a page may wait for; more go to the background
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_MAX_REQUEST_SIZE = 120 * 1024 * 1024  # a form with its files; each file has its own limit
FILE_UPLOAD_HANDLERS = [
    "poverty.files.uploads.SizeGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Celery writes the address of a Unix socket in its own way.
CELERY_BROKER_URL = re.sub(r"^unix://(.*)\?db=", r"redis+socket://\1?virtual_host=", REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_TIMEOUT = 3
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("JOB_QUEUE", "poverty")  # another name lets two share one Redis
# Redis hands out again what no worker has acknowledged; a job that is claimed twice runs once all the same.
# Whoever sends does not wait for a broker that is away: the row waits, the sweep sends it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_keepalive": True,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # the row, not the message, is what counts
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_SOFT_TIME_LIMIT = int(os.environ.get("JOB_SECONDS", 4 * 3600))
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 300
# Beat runs these in its own process. 90 s of silence and one interval must stay under two minutes.
CELERY_BEAT_SCHEDULER = "poverty.jobs.beat:RowScheduler"
CELERY_BEAT_SCHEDULE: dict = {
    "sweep": {"task": "jobs.sweep", "schedule": 20.0},
    "pictures": {"task": "files.sweep", "schedule": 60.0},
    "visit-photos": {"task": "visits.sweep", "schedule": 30.0},
    "coverage": {"task": "benefits.sweep", "schedule": 120.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one decides what nobody gets: 401 with the way to sign in.
        "poverty.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["poverty.web.rights.HasRights"],
    "DEFAULT_FILTER_BACKENDS": ["poverty.web.strict_filters.StrictFilters"],
    "DEFAULT_PAGINATION_CLASS": "poverty.web.cursor.Cursor",
    "DEFAULT_PARSER_CLASSES": ["poverty.web.json_body.JsonBody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would tell fields to whoever may only read
    "DEFAULT_THROTTLE_CLASSES": ["poverty.web.throttle.AnonymousThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "300/min"},
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "EXCEPTION_HANDLER": "poverty.web.api_errors.handle",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "脱贫攻坚信息指挥系统 API",
    "DESCRIPTION": "与网页同一套范围、权限和规则。用法见 docs/api.md。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # What a person may not see is left out of the answer, so nothing that is read can be promised.
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    # Option lists stand where they are used: one name per list would have to be given by hand.
    "POSTPROCESSING_HOOKS": [],
}

# Reports and logs never hold what was typed (poverty/fields/error_reports.py).
DEFAULT_EXCEPTION_REPORTER = "poverty.fields.error_reports.Report"
DEFAULT_EXCEPTION_REPORTER_FILTER = "poverty.fields.error_reports.ReportFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "personal_data": {"()": "poverty.fields.error_reports.PersonalDataFilter"},
        "not_debug": {"()": "django.utils.log.RequireDebugFalse"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["personal_data"]},
        "mail_admins": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "filters": ["not_debug", "personal_data"],
        },
    },
    # Django's own loggers have handlers of their own, which would write past the filter.
    "loggers": {
        "django": {"handlers": ["mail_admins"], "level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
