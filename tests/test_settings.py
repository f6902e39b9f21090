"""What the environment may say, and what is said back where it is wrong."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot import settings
from bot.settings import SettingsError
from policies_kb import loader


@pytest.fixture(autouse=True)
def only_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable is set but the directory to write in."""
    for setting in settings.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("BAOXIU_VAR", str(tmp_path / "var"))


def test_the_clock_runs_where_nobody_holds_it() -> None:
    """Without BAOXIU_NOW the time is the machine's, told in Asia/Shanghai."""
    moment = settings.now()
    assert abs(moment - datetime.now(timezone.utc)) < timedelta(seconds=5)
    assert moment.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("value", "moment", "day"),
    [
        ("2026-11-20T10:00:00+08:00", "2026-11-20T10:00:00+08:00", date(2026, 11, 20)),
        ("2026-11-20T17:30:00Z", "2026-11-21T01:30:00+08:00", date(2026, 11, 21)),
        (" 2026-12-31T16:00:00+00:00 ", "2027-01-01T00:00:00+08:00", date(2027, 1, 1)),
    ],
)
def test_the_clock_stands_still_at_a_moment(
    monkeypatch: pytest.MonkeyPatch, value: str, moment: str, day: date
) -> None:
    """BAOXIU_NOW is the present moment, whatever its offset, and the day is Shanghai's."""
    monkeypatch.setenv("BAOXIU_NOW", value)
    assert settings.now().isoformat() == moment
    assert settings.today() == day


def test_the_clock_follows_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """BAOXIU_NOW=@FILE is read again at every use."""
    file = tmp_path / "now"
    monkeypatch.setenv("BAOXIU_NOW", f"@{file}")
    for text in ("2026-11-20T10:00:00+08:00", "2026-11-27T09:30:00+08:00"):
        file.write_text(f"{text}\n")
        assert settings.now().isoformat() == text


@pytest.mark.parametrize("value", ["2026-11-20", "2026-11-20T10:00:00", "tomorrow", "@", "@/nowhere/now", "@{empty}"])
def test_a_wrong_clock_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    """A moment without offset, no moment, and a file that is missing or empty name BAOXIU_NOW."""
    empty = tmp_path / "empty"
    empty.touch()
    monkeypatch.setenv("BAOXIU_NOW", value.format(empty=empty))
    with pytest.raises(SettingsError, match=r"^BAOXIU_NOW: "):
        settings.now()


def test_the_stores_lie_in_var_by_default(tmp_path: Path) -> None:
    """Without an address tickets and Rasa's events are two SQLite files in a new directory."""
    assert settings.database_url() == f"sqlite:///{tmp_path}/var/baoxiu.db"
    assert settings.tracker_database_url() == f"sqlite:///{tmp_path}/var/rasa.db"
    assert (tmp_path / "var").is_dir()


@pytest.mark.parametrize(
    ("value", "tickets", "events"),
    [
        ("postgres://u:p@db/x", "postgresql://u:p@db/x", "postgresql://u:p@db/x"),
        ("postgresql+psycopg2://u@db/x", *["postgresql+psycopg2://u@db/x"] * 2),
        ("sqlite:////data/a.db", "sqlite:////data/a.db", "sqlite:////data/rasa.db"),
        ("sqlite:///a.db", "sqlite:///a.db", "sqlite:///rasa.db"),
    ],
)
def test_events_lie_with_the_tickets(monkeypatch: pytest.MonkeyPatch, value: str, tickets: str, events: str) -> None:
    """Rasa's events are on the same PostgreSQL server, or in a file beside the SQLite file."""
    monkeypatch.setenv("BAOXIU_DATABASE_URL", value)
    assert (settings.database_url(), settings.tracker_database_url()) == (tickets, events)


@pytest.mark.parametrize("value", ["mysql://u:p4ss@db/x", "sqlite://", "sqlite:///:memory:", "var/a.db"])
def test_a_wrong_database_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """An address that no two processes could share is refused, and not repeated."""
    monkeypatch.setenv("BAOXIU_DATABASE_URL", value)
    with pytest.raises(SettingsError, match=r"^BAOXIU_DATABASE_URL: ") as error:
        settings.database_url()
    assert "p4ss" not in str(error.value)


def test_a_var_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a file stands in the way of the directory, BAOXIU_VAR is named."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("BAOXIU_VAR", str(tmp_path / "file" / "var"))
    with pytest.raises(SettingsError, match=r"^BAOXIU_VAR: "):
        settings.database_url()


def test_a_secret_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    """Many askers at once get one key of 32 random bytes, in a file that only its owner reads."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: settings.secret(), range(32)))
    (key,) = keys
    assert len(bytes.fromhex(key.decode())) == 32
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_a_given_secret_is_used_and_nothing_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """BAOXIU_SECRET is the key of all processes."""
    monkeypatch.setenv("BAOXIU_SECRET", "s3cret")
    assert settings.secret() == b"s3cret"
    assert not (tmp_path / "var").exists()


def test_an_emptied_secret_is_named(tmp_path: Path) -> None:
    """Nothing is signed with an empty key."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret").touch()
    with pytest.raises(SettingsError, match=r"^BAOXIU_SECRET: "):
        settings.secret()


def test_the_servers_are_private_by_default() -> None:
    """Without settings everything listens on the loopback, at the ports that others call."""
    ports = (settings.web_port(), settings.rasa_port(), settings.actions_port())
    assert (settings.host(), settings.web_host(), *ports) == (*["127.0.0.1"] * 2, 8080, 5005, 5055)
    assert settings.rasa_url() == "http://127.0.0.1:5005"
    assert settings.actions_url() == "http://127.0.0.1:5055"
    assert (settings.redis_url(), settings.staff_token()) == (None, None)


def test_addresses_follow_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that listens everywhere is called on the loopback; a given address goes before."""
    monkeypatch.setenv("BAOXIU_HOST", "0.0.0.0")
    monkeypatch.setenv("BAOXIU_RASA_PORT", "15005")
    monkeypatch.setenv("BAOXIU_ACTIONS_URL", "http://actions:5055/")
    assert settings.rasa_url() == "http://127.0.0.1:15005"
    assert settings.actions_url() == "http://actions:5055"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("BAOXIU_WEB_PORT", "web", settings.web_port),
        ("BAOXIU_RASA_PORT", "0", settings.rasa_port),
        ("BAOXIU_ACTIONS_PORT", "65536", settings.actions_port),
        ("BAOXIU_RASA_URL", "rasa:5005", settings.rasa_url),
        ("BAOXIU_ACTIONS_URL", "5055", settings.actions_url),
        ("BAOXIU_REDIS_URL", "localhost:6379", settings.redis_url),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object) -> None:
    """What cannot be used is refused when it is read, by the name of its variable."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read()


def test_a_variable_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable means the default."""
    monkeypatch.setenv("BAOXIU_WEB_PORT", "")
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", " ")
    assert (settings.web_port(), settings.staff_token()) == (8080, None)


def test_the_table_names_every_variable_that_is_read() -> None:
    """SETTINGS lists exactly the variables that the functions read (and the loader's), each with its meaning."""
    source = Path(settings.__file__).read_text(encoding="utf-8")
    read = set(re.findall(r'(?:_value|_port|_url)\("(BAOXIU_\w+)"', source))
    assert read | {loader.VARIABLE} == {setting.name for setting in settings.SETTINGS}
    assert all(setting.meaning.endswith(".") for setting in settings.SETTINGS)
