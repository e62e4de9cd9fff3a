"""Settings: defaults, files, refusals in plain sentences, and secrets that never show."""

import base64
from pathlib import Path

import pytest

from bot.errors import DatabaseUnusable, OperatorError, SettingsError
from bot.settings import HELP, Listen, Settings, load_settings

TOKEN = "123456789:AAbbccddeeffgghhiijjkkllmmnnooppqqr"
KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "s" * 43


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "SECRET_KEYS": KEY}


def test_a_token_and_a_key_are_enough(environ: dict[str, str]) -> None:
    settings = load_settings(environ)
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.service_keys == (bytes(range(32)),)
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value() == "sqlite:///var/rekindle.db"
    assert settings.keys_url.get_secret_value() == "sqlite:///var/keys.db"
    assert (settings.send_rate, settings.send_rate_chat) == (30, 1)
    assert settings.webhook_url is None
    assert settings.clock_file is None
    assert settings.log_level == "INFO"


def test_the_folder_of_a_sqlite_file_is_made_in_the_current_folder(environ: dict[str, str], tmp_path: Path) -> None:
    load_settings({**environ, "DATABASE_URL": "sqlite:///deep/er/here.db"})
    assert (tmp_path / "deep" / "er").is_dir()
    assert (tmp_path / "var").is_dir()


def test_every_name_may_come_from_a_file(environ: dict[str, str], tmp_path: Path) -> None:
    values = {
        **environ,
        "TELEGRAM_API_URL": "http://127.0.0.1:9999/",
        "DATABASE_URL": "sqlite:///a.db",
        "KEYS_URL": "sqlite:///b.db",
        "WEBHOOK_URL": "https://bot.example/hook",
        "WEBHOOK_SECRET": SECRET,
        "LISTEN": "[::1]:0",
        "METRICS_LISTEN": "9464",
        "SEND_RATE": "0",
        "SEND_RATE_CHAT": "2.5",
        "CLOCK_FILE": "offset",
        "AUTHOR_LISTEN": "127.0.0.1:0",
        "FAULT_POINT": "kept:2",
        "LOG_LEVEL": "debug",
        "OPERATOR_CONTACT": "ana@example.org",
    }
    assert set(values) == set(HELP)
    from_files = {}
    for name, value in values.items():
        path = tmp_path / name
        path.write_text(value + "\n", encoding="utf-8")
        from_files[f"{name}_FILE"] = str(path)
    settings = load_settings(from_files)
    assert settings == load_settings(values)
    assert settings.listen == Listen("::1", 0)
    assert settings.metrics_listen == Listen("127.0.0.1", 9464)
    assert settings.telegram_api_url == "http://127.0.0.1:9999"
    assert settings.log_level == "DEBUG"
    assert settings.clock_file == Path("offset")


def test_every_name_has_a_help_line() -> None:
    assert all(line.endswith(".") and len(line) > 20 for line in HELP.values())


def test_an_empty_value_counts_as_unset(environ: dict[str, str]) -> None:
    assert load_settings({**environ, "WEBHOOK_URL": "", "SEND_RATE": " "}) == load_settings(environ)


def test_verbs_without_telegram_need_no_token(environ: dict[str, str]) -> None:
    assert load_settings({}, required=()).service_keys == ()


def test_keys_are_read_in_both_alphabets_with_and_without_padding(environ: dict[str, str]) -> None:
    raw = [bytes([255 - n]) * 31 + bytes([n]) for n in range(3)]
    written = [
        base64.b64encode(raw[0]).decode(),
        base64.urlsafe_b64encode(raw[1]).decode(),
        base64.urlsafe_b64encode(raw[2]).decode().rstrip("="),
    ]
    assert load_settings({**environ, "SECRET_KEYS": " , ".join(written)}).service_keys == tuple(raw)


def test_secrets_never_show_in_the_repr(environ: dict[str, str]) -> None:
    settings = load_settings(
        {
            **environ,
            "DATABASE_URL": "postgresql+psycopg://ana:canary-one@localhost/rekindle",
            "WEBHOOK_URL": "https://bot.example/canary-two",
            "WEBHOOK_SECRET": "canary-three" + SECRET,
        }
    )
    shown = repr(settings) + str(settings)
    assert "canary" not in shown
    assert TOKEN not in shown
    assert KEY not in shown
    assert repr(bytes(range(32))) not in shown


def test_settings_cannot_be_changed(environ: dict[str, str]) -> None:
    settings = load_settings(environ)
    with pytest.raises(ValueError, match="frozen"):
        settings.send_rate = 5  # type: ignore[misc]


REFUSED = [
    ({"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN is not set"),
    ({"SECRET_KEYS": ""}, "SECRET_KEYS is not set"),
    ({"SECRET_KEYS": ","}, "SECRET_KEYS"),
    ({"TELEGRAM_BOT_TOKEN": "123456:short"}, "TELEGRAM_BOT_TOKEN does not look like a token"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN + " x"}, "@BotFather"),
    ({"TELEGRAM_API_URL": "ftp://x"}, "TELEGRAM_API_URL"),
    ({"TELEGRAM_API_URL": "http://api.telegram.org"}, "https://"),
    ({"TELEGRAM_API_URL": "https://api.telegram.org/bot"}, "must not end with /bot"),
    ({"SECRET_KEYS": "not base64!"}, "openssl rand -base64 32"),
    ({"SECRET_KEYS": base64.b64encode(b"short").decode()}, "32 bytes"),
    ({"SECRET_KEYS": f"{KEY},{KEY}"}, "twice"),
    ({"DATABASE_URL": "postgres://localhost/x"}, "DATABASE_URL must be sqlite:///"),
    ({"DATABASE_URL": "postgresql+psycopg://localhost"}, "DATABASE_URL"),
    ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL"),
    ({"KEYS_URL": "mysql://x"}, "KEYS_URL must be"),
    ({"KEYS_URL": "sqlite:///var/rekindle.db"}, "must differ"),
    ({"WEBHOOK_URL": "http://bot.example/x", "WEBHOOK_SECRET": SECRET}, "https://"),
    ({"WEBHOOK_URL": "https://bot.example:notaport/x"}, "https://"),
    ({"WEBHOOK_URL": "https://bot.example:8080/x"}, "443, 80, 88 or 8443"),
    ({"WEBHOOK_URL": "http://localhost:8443/x"}, "443, 80, 88 or 8443"),
    ({"WEBHOOK_SECRET": "not a token"}, "1 to 256"),
    ({"LISTEN": "8080"}, "host:port"),
    ({"LISTEN": "localhost:99999"}, "host:port"),
    ({"SEND_RATE": "fast"}, "SEND_RATE cannot be used"),
    ({"SEND_RATE": "-1"}, "SEND_RATE cannot be used"),
    ({"SEND_RATE_CHAT": "nan"}, "SEND_RATE_CHAT cannot be used"),
    ({"LOG_LEVEL": "chatty"}, "LOG_LEVEL cannot be used"),
    ({"CLOCK_FILE": "offset"}, "CLOCK_FILE"),
    ({"AUTHOR_LISTEN": "127.0.0.1:8079"}, "refused with Telegram's own server"),
    ({"AUTHOR_LISTEN": "0.0.0.0:8079", "TELEGRAM_API_URL": "http://127.0.0.1:1"}, "AUTHOR_LISTEN shows private words"),
    ({"METRICS_LISTEN": "nine"}, "METRICS_LISTEN must be host:port"),
    ({"METRICS_LISTEN": "127.0.0.1:8080", "WEBHOOK_URL": "https://bot.example/x"}, "METRICS_LISTEN must differ"),
    ({"AUTHOR_LISTEN": "8079"}, "AUTHOR_LISTEN must be host:port"),
    ({"FAULT_POINT": "kept"}, "FAULT_POINT"),
    ({"SEND_RATE_FILE": "absent.txt"}, "cannot be read"),
    ({"SEND_RATE": "1", "SEND_RATE_FILE": "x"}, "both set"),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_a_wrong_setting_is_named_with_the_way_out(
    environ: dict[str, str], change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({**environ, **change})
    assert sentence in refused.value.message
    assert refused.value.exit_code == 2
    assert "{name}" not in refused.value.message


def test_a_refusal_never_repeats_a_secret(environ: dict[str, str]) -> None:
    wrong = {
        "TELEGRAM_BOT_TOKEN": "canary:canary",
        "SECRET_KEYS": "canary",
        "WEBHOOK_SECRET": "canary!",
        "DATABASE_URL": "mysql://canary",
        "SEND_RATE": "canary",
    }
    with pytest.raises(SettingsError) as refused:
        load_settings({**environ, **wrong})
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert str(refused.value).count("\n") >= 3


def test_an_empty_secret_file_is_refused(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="is empty"):
        load_settings({**environ, "WEBHOOK_SECRET_FILE": "empty"})


def test_a_short_token_is_fine_for_a_local_server(environ: dict[str, str]) -> None:
    local = {**environ, "TELEGRAM_API_URL": "http://127.0.0.1:1", "TELEGRAM_BOT_TOKEN": "1:demo"}
    assert not load_settings(local).uses_telegram


def test_plain_http_webhooks_are_for_this_machine(environ: dict[str, str]) -> None:
    own = {"TELEGRAM_API_URL": "http://127.0.0.1:1", "TELEGRAM_BOT_TOKEN": "1:demo"}
    for url in ("http://localhost:1/x", "http://[::1]:1/x"):
        local = {**environ, **own, "WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET}
        assert load_settings(local).webhook_url == url


@pytest.mark.parametrize("url", ["sqlite:///blocked/x.db", "sqlite:////proc/nowhere/x.db", "sqlite:///folder"])
def test_a_path_that_cannot_be_written_is_named(environ: dict[str, str], tmp_path: Path, url: str) -> None:
    (tmp_path / "blocked").write_text("a file, not a folder", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DatabaseUnusable) as refused:
        load_settings({**environ, "DATABASE_URL": url})
    assert url.removeprefix("sqlite:///").removesuffix("/x.db") in refused.value.message
    assert refused.value.exit_code == 3


def test_exit_codes_of_operator_errors_are_all_different() -> None:
    codes = [kind.default_exit_code for kind in OperatorError.__subclasses__()]
    assert sorted(codes) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert OperatorError("x", 77).exit_code == 77


def test_the_real_environment_is_read_by_default(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HELP:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SECRET_KEYS", KEY)
    assert load_settings() == load_settings(environ)
    assert isinstance(load_settings(), Settings)


def test_a_webhook_secret_is_made_where_none_is_set(environ: dict[str, str]) -> None:
    unset = {name: value for name, value in environ.items() if name != "WEBHOOK_SECRET"}
    settings = load_settings({**unset, "WEBHOOK_URL": "https://bot.example/x"})
    assert len(settings.hook_secret) == 64
    assert settings.hook_secret == load_settings({**unset, "WEBHOOK_URL": "https://bot.example/x"}).hook_secret
