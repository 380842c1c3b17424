"""Make the servers ready for the web: versions, tables, static files, a demo county where there is none."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError

OLDEST_POSTGRES = 160000  # as PostgreSQL counts: major version * 10000


class Command(BaseCommand):
    help = "Check the servers, migrate, collect static files, load the demo county into an empty register."
    requires_system_checks = ()

    def handle(self, *args, **options):
        self.check_postgres()
        self.check_redis()
        self.migrate()
        self.collect_static()
        known = get_commands()
        if "load_visit_templates" in known:
            call_command("load_visit_templates", stdout=self.stdout)
        if "load_demo" in known:
            call_command("load_demo", "--if-empty", stdout=self.stdout)
        if "demo_accounts" in known:
            call_command("demo_accounts", stdout=self.stdout)

    def check_postgres(self) -> None:
        """The database answers and is not too old for what the tables ask of it."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            first = str(error).strip().splitlines()[0]
            raise CommandError(f"The database of DATABASE_URL cannot be reached: {first}") from error
        found = connection.pg_version
        if found < OLDEST_POSTGRES:
            raise CommandError(f"DATABASE_URL is PostgreSQL {found // 10000}; 16 or later is needed.")

    def check_redis(self) -> None:
        """Redis answers."""
        try:
            with Redis.from_url(settings.REDIS_URL) as redis:
                redis.ping()
        except (RedisError, ValueError) as error:
            raise CommandError(f"The Redis of REDIS_URL cannot be reached: {error}") from error

    def migrate(self) -> None:
        """Bring the tables up to date, saying so when there is something to do."""
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"Bringing the database up to date ({len(plan)} migrations).")
            self.stdout.flush()
        call_command("migrate", verbosity=0, interactive=False)

    def collect_static(self) -> None:
        """Collect the static files when one of them has changed since the last time."""
        root = Path(settings.STATIC_ROOT)
        stamp = root / ".collected"
        wanted = static_digest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(wanted)


def static_digest() -> str:
    """One hash over all static files of the project and over the lock that brings those of packages."""
    directories = [entry[1] if isinstance(entry, tuple) else entry for entry in settings.STATICFILES_DIRS]
    files = sorted(path for directory in directories for path in Path(directory).rglob("*") if path.is_file())
    found = hashlib.sha256()
    for path in [settings.BASE_DIR / "requirements.lock", *files]:
        found.update(str(path).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
