"""Where the environment enters the program: the only reader of its variables, and the only clock.

Every setting is a small function that reads its variable when it is called, so that a test or a
supervisor may change it between two calls. A variable that is set to nothing counts as not set. A
wrong value raises `SettingsError`, whose text begins with the variable's name. `SETTINGS` lists
them all for the documentation, with the one that `policies_kb.loader` reads for itself.
"""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

#: Asia/Shanghai. UTC+8 without summer time since 1992, so no time-zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

ROOT = Path(__file__).resolve().parents[1]


class SettingsError(Exception):
    """A variable holds a value that cannot be used: `NAME: what is wrong and what is allowed`."""


class Setting(NamedTuple):
    """One row of the table of settings; an empty default is explained by the meaning."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "BAOXIU_NOW",
        "",
        "Stands the clock still at a moment with an offset (2026-11-20T10:00:00+08:00), or reads"
        " the moment from a file at every use (@FILE). Without it: the machine's clock.",
    ),
    Setting(
        "BAOXIU_VAR",
        "var",
        "The directory of everything that is written at run time; relative to the project.",
    ),
    Setting(
        "BAOXIU_KNOWLEDGE",
        "",
        "The directory of catalog, clauses and sources; relative to the project. Without it policies_kb/data.",
    ),
    Setting(
        "BAOXIU_DATABASE_URL",
        "",
        "Tickets and transcript: sqlite:///FILE or postgresql://…; without it baoxiu.db in"
        " BAOXIU_VAR. Rasa's events lie in rasa.db beside the SQLite file, or in the same"
        " PostgreSQL database.",
    ),
    Setting(
        "BAOXIU_REDIS_URL",
        "",
        "Rasa's lock store and the wake-up of event streams; without it neither.",
    ),
    Setting(
        "BAOXIU_STAFF_TOKEN",
        "",
        "The bearer token of staff; without it the routes of staff refuse everybody.",
    ),
    Setting(
        "BAOXIU_SECRET",
        "",
        "Signs tokens in quick replies; the same for all processes. Without it one is made once"
        " and kept in the file secret in BAOXIU_VAR.",
    ),
    Setting("BAOXIU_HOST", "127.0.0.1", "The address that the servers listen on."),
    Setting("BAOXIU_WEB_PORT", "8080", "The port of the pages: chat, FAQ, desk, ticket API."),
    Setting("BAOXIU_RASA_PORT", "5005", "The port of Rasa and its channels."),
    Setting("BAOXIU_ACTIONS_PORT", "5055", "The port of the action server; keep it private."),
    Setting(
        "BAOXIU_RASA_URL",
        "",
        "Where other processes reach Rasa; without it BAOXIU_HOST and its port.",
    ),
    Setting(
        "BAOXIU_ACTIONS_URL",
        "",
        "Where Rasa reaches the actions; without it BAOXIU_HOST and its port.",
    ),
    Setting(
        "BAOXIU_WEBHOOK_URL",
        "",
        "Where ticket events are sent (docs/webhooks.md); without it they wait in the outbox.",
    ),
    Setting(
        "BAOXIU_WEBHOOK_SECRET",
        "",
        "Signs what is sent to BAOXIU_WEBHOOK_URL and must be set with it: whsec_ and base64, or any other text.",
    ),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def _value(name: str) -> str:
    return os.environ.get(name, "").strip() or _DEFAULTS[name]


# The clock


def now() -> datetime:
    """The present moment in Asia/Shanghai; still or steered where `BAOXIU_NOW` says so."""
    value = _value("BAOXIU_NOW")
    if not value:
        return datetime.now(SHANGHAI)
    return _moment(_clock_file(Path(value[1:])) if value.startswith("@") else value)


def today() -> date:
    """The present day in Asia/Shanghai."""
    return now().date()


def real_now() -> datetime:
    """The machine's own moment, whatever `BAOXIU_NOW` says: for leases, pauses and signatures only."""
    return datetime.now(SHANGHAI)


def _clock_file(path: Path) -> str:
    for _ in range(5):
        try:
            if text := path.read_text(encoding="utf-8").strip():
                return text
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"BAOXIU_NOW: cannot read the file {path}: {error}") from error
        time.sleep(0.01)  # a writer that truncates before it writes leaves the file empty for a moment
    raise SettingsError(f"BAOXIU_NOW: the file {path} is empty")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SettingsError(f"BAOXIU_NOW: {text!r} is not a moment with an offset, such as 2026-11-20T10:00:00+08:00")
    return moment.astimezone(SHANGHAI)


# Places


def var_dir() -> Path:
    """The directory of what is written at run time, made when it is missing."""
    path = ROOT / _value("BAOXIU_VAR")
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)  # requests with names and numbers lie here
    except OSError as error:
        raise SettingsError(f"BAOXIU_VAR: cannot make the directory {path}: {error.strerror}") from error
    return path


def database_url() -> str:
    """SQLAlchemy's address of tickets and transcript: a SQLite file or PostgreSQL."""
    url = _value("BAOXIU_DATABASE_URL")
    if not url:
        return f"sqlite:///{var_dir() / 'baoxiu.db'}"
    scheme, separator, rest = url.partition("://")
    if scheme == "postgres":
        scheme = "postgresql"  # the spelling of many hosters, which SQLAlchemy refuses
    is_file = scheme == "sqlite" and rest.startswith("/") and rest not in ("/", "/:memory:")
    if not separator or not (is_file or scheme.split("+")[0] == "postgresql"):
        # Without the value: an address may hold a password.
        raise SettingsError("BAOXIU_DATABASE_URL: must be sqlite:///FILE or postgresql://USER@HOST/NAME")
    return f"{scheme}://{rest}"


def tracker_database_url() -> str:
    """SQLAlchemy's address of Rasa's events: a file beside a SQLite file, else the same server."""
    url = database_url()
    return url.rsplit("/", 1)[0] + "/rasa.db" if url.startswith("sqlite:") else url


def redis_url() -> str | None:
    """The address of Redis, or None where there is none."""
    url = _value("BAOXIU_REDIS_URL")
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("BAOXIU_REDIS_URL: must begin with redis://, rediss:// or unix://")
    return url or None


# Keys


def staff_token() -> str | None:
    """The bearer token of staff, or None: then nobody is staff."""
    return _value("BAOXIU_STAFF_TOKEN") or None


def webhook() -> tuple[str, bytes] | None:
    """The address that ticket events are sent to and the key that signs them, or None where nobody listens."""
    url, key = _value("BAOXIU_WEBHOOK_URL"), _value("BAOXIU_WEBHOOK_SECRET")
    if not url:
        return None
    if not _is_web_address(url):
        raise SettingsError("BAOXIU_WEBHOOK_URL: must begin with http:// or https:// and name a host")
    if not key:
        raise SettingsError("BAOXIU_WEBHOOK_SECRET: must be set where BAOXIU_WEBHOOK_URL is")
    if not key.startswith("whsec_"):
        return url, key.encode()
    try:
        return url, base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise SettingsError("BAOXIU_WEBHOOK_SECRET: what follows whsec_ is not base64") from error


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # half a bracket
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def secret() -> bytes:
    """The key that signs tokens: the variable, else one made once and kept for its owner alone."""
    if value := _value("BAOXIU_SECRET"):
        return value.encode()
    path = var_dir() / "secret"
    try:
        if not path.exists():
            _make_secret(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"BAOXIU_SECRET: not set, and {path} cannot be kept: {error.strerror}") from error
    if not key:
        raise SettingsError(f"BAOXIU_SECRET: not set, and {path} is empty: remove it")
    return key


def _make_secret(path: Path) -> None:
    # Written whole (mkstemp gives mode 600), then linked: of two processes one wins, and nobody
    # reads half a key.
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        os.link(name, path)
    except FileExistsError:
        pass  # another process was faster; its key is the key
    finally:
        os.unlink(name)


# Servers


def host() -> str:
    """The address that the servers listen on."""
    return _value("BAOXIU_HOST")


def web_host() -> str:
    """The address that the pages listen on."""
    return host()


def web_port() -> int:
    """The port of the pages."""
    return _port("BAOXIU_WEB_PORT")


def rasa_port() -> int:
    """The port of Rasa and its channels."""
    return _port("BAOXIU_RASA_PORT")


def actions_port() -> int:
    """The port of the action server."""
    return _port("BAOXIU_ACTIONS_PORT")


def rasa_url() -> str:
    """Where other processes reach Rasa; no slash at the end."""
    return _url("BAOXIU_RASA_URL", port=rasa_port())


def actions_url() -> str:
    """Where Rasa reaches the action server; no slash at the end."""
    return _url("BAOXIU_ACTIONS_URL", port=actions_port())


def _port(name: str) -> int:
    value = _value(name)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise SettingsError(f"{name}: {value!r} is not a port (1 to 65535)")
    return int(value)


def _url(name: str, *, port: int) -> str:
    if not (value := _value(name)):
        # A server that listens everywhere is reached on this machine by the loopback.
        reachable = "127.0.0.1" if host() in ("0.0.0.0", "::") else host()
        return f"http://{reachable}:{port}"
    if not value.startswith(("http://", "https://")):
        raise SettingsError(f"{name}: {value!r} must begin with http:// or https://")
    return value.rstrip("/")
