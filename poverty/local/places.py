"""Where things stand: the checkout, `.local`, and what to do when a place is closed or its path too long.

PostgreSQL refuses to run as root, so a start as root gives it an unprivileged account, and a home that this
account can reach. A Unix socket path holds at most 107 bytes.
"""

import hashlib
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from poverty.local.trouble import Trouble

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LOCAL = CHECKOUT / ".local"
VENV = CHECKOUT / ".venv"
LOGS = LOCAL / "log"
VENDOR = LOCAL / "vendor"

SOCKET_PATH_LIMIT = 107
# Where a start as root keeps the database of a checkout that lies under a closed directory.
OPEN_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108


@dataclass(frozen=True)
class Account:
    """The unprivileged account that PostgreSQL runs as when everything else runs as root."""

    name: str
    uid: int
    gid: int


def short_name(checkout: Path = CHECKOUT) -> str:
    """A name for this checkout that is short, stable and differs from that of every other checkout."""
    return "poverty-" + hashlib.sha256(os.fsencode(checkout)).hexdigest()[:10]


def make_local(local: Path = LOCAL) -> Path:
    """Create `.local`, closed to others (as root it can be passed through, so that PostgreSQL gets in)."""
    try:
        local.mkdir(exist_ok=True)
        owner = local.stat().st_uid
        if owner != os.geteuid():
            # Two users would leave files behind that the other cannot touch.
            raise Trouble(
                f"{local} belongs to {user_name(owner)}, whose earlier start made it: start as that user."
            )
        local.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (local / "log").mkdir(exist_ok=True)
    except OSError as error:
        raise Trouble(f"{local} cannot be written ({error.strerror}): use a checkout of your own.") from error
    return local


def private_directory(path: Path, *, account: Account | None = None) -> Path:
    """Create a directory that only its owner may enter; refuse one that somebody else made or opened."""
    owner = account.uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account:
            os.chown(path, account.uid, account.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise Trouble(f"{path} exists and is not ours: remove it, then start again.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o700)
    return path


def socket_fits(directory: Path, name: str) -> bool:
    """Whether the socket `name` in `directory` stays within the limit of a Unix socket path (bytes)."""
    return len(os.fsencode(directory / name)) <= SOCKET_PATH_LIMIT


def socket_directory(wanted: Path, name: str, *, account: Account | None = None) -> Path:
    """A private directory for the socket `name`: `wanted`, or a short one where that path is too long."""
    if socket_fits(wanted, name):
        return private_directory(wanted, account=account)
    uid = account.uid if account else os.geteuid()
    short = f"{short_name(wanted)}-{uid}"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    if (
        account is None
        and runtime.is_dir()
        and os.access(runtime, os.W_OK)
        and socket_fits(runtime / short, name)
    ):
        return private_directory(runtime / short)
    return private_directory(Path("/tmp") / short, account=account)  # noqa: S108


def unprivileged() -> Account | None:
    """The account for PostgreSQL when we are root, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise Trouble("PostgreSQL does not run as root and there is no user 'nobody': start as an ordinary user.")


def user_name(uid: int) -> str:
    """The name of a user, or his number where he has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def as_account(account: Account | None) -> dict:
    """Arguments for subprocess that run a program as `account`, from a directory it can stand in."""
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.uid, "group": account.gid, "extra_groups": []}


def reachable(directory: Path, account: Account | None) -> bool:
    """Whether `account` can enter `directory`, found by trying it."""
    if account is None:
        return os.access(directory, os.X_OK)
    found = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        **as_account(account),
    )
    return found.returncode == 0


def server_base(account: Account | None, local: Path = LOCAL) -> Path:
    """The directory under which `account` keeps its server: `.local`, or as root one it can reach."""
    if account is None or reachable(local, account):
        return local
    for place in OPEN_PLACES:
        base = place / short_name(local.parent)
        try:
            base.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        found = base.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
            raise Trouble(f"{base} exists and is not root's: remove it, then start again.")
        if reachable(base, account):
            return base
    raise Trouble(
        f"{account.name} cannot reach {local} (a directory above it is closed): start as an ordinary user."
    )
