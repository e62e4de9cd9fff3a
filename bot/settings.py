"""All settings, read once at the start. The only reader of os.environ; touches files for secrets and folders only."""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretBytes,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.errors import DatabaseUnusable, SettingsError

TELEGRAM_HOST = "api.telegram.org"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HOOK_PORTS = frozenset({None, 443, 80, 88, 8443})
REQUIRED = ("TELEGRAM_BOT_TOKEN", "SECRET_KEYS")

_SQLITE = "sqlite:///"
_POSTGRES = "postgresql+psycopg://"
_KEY_BYTES = 32
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]+")
_TOKEN_OF_TELEGRAM = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,}")


class Listen(NamedTuple):
    """Where our own HTTP server listens; port 0 lets the system choose one."""

    host: str
    port: int


def _parse_keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    keys = tuple(_parse_key(part.strip()) for part in value.split(",") if part.strip())
    if not keys:
        raise ValueError("SECRET_KEYS holds no key. Make one with: openssl rand -base64 32")
    if len(set(keys)) != len(keys):
        raise ValueError("SECRET_KEYS names one key twice. Remove the repeated key.")
    return tuple(SecretBytes(key) for key in keys)


def _parse_key(part: str) -> bytes:
    standard = part.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(
            "SECRET_KEYS holds a key that is not 32 bytes in base64. Make one with: openssl rand -base64 32"
        )
    return key


def _parse_listen(value: object) -> object:
    if not isinstance(value, str):
        return value
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("{name} must be host:port, for example 127.0.0.1:8080.")
    return Listen(host.removeprefix("[").removesuffix("]"), int(port))


def _parse_metrics_listen(value: object) -> object:
    """A port alone is one of this machine."""
    return _parse_listen(f"127.0.0.1:{value}" if isinstance(value, str) and value.isdecimal() else value)


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if there is one, is a number that a port can have."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def _fold_level(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Settings(BaseModel):
    """What the operator chose. Frozen; secrets never show in its repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    telegram_bot_token: SecretStr = Field(SecretStr(""), description="The bot's token, as @BotFather gave it.")
    telegram_api_url: str = Field(
        f"https://{TELEGRAM_HOST}", description="The Bot API server, without /bot. Default: Telegram's own."
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/rekindle.db"),
        description="sqlite:///path (from the current folder) or postgresql+psycopg://user:password@host/name.",
    )
    keys_url: SecretStr = Field(
        SecretStr("sqlite:///var/keys.db"),
        description="Where person keys are kept, apart from the database. The same forms as DATABASE_URL.",
    )
    secret_keys: Annotated[tuple[SecretBytes, ...], BeforeValidator(_parse_keys)] = Field(
        (), description="Keys of 32 bytes in base64, separated by commas. The first one seals, all of them open."
    )
    webhook_url: str | None = Field(
        None,
        repr=False,
        description="The public https address of the webhook; a last segment is added. Unset: the bot polls.",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Comes with each webhook request: 1 to 256 of A-Z a-z 0-9 _ -. Unset: made from SECRET_KEYS.",
    )
    listen: Annotated[Listen, BeforeValidator(_parse_listen)] = Field(
        Listen("127.0.0.1", 8080), description="host:port of our own HTTP server, for webhooks alone."
    )
    metrics_listen: Annotated[Listen | None, BeforeValidator(_parse_metrics_listen)] = Field(
        None,
        description="host:port, or a port of this machine, of health and metrics. Not for strangers. Unset: neither.",
    )
    send_rate: float = Field(
        30.0, ge=0, le=1000, allow_inf_nan=False, description="Messages a second in all. 0: no limit."
    )
    send_rate_chat: float = Field(
        1.0, ge=0, le=1000, allow_inf_nan=False, description="Messages a second to one chat. 0: no limit."
    )
    clock_file: Path | None = Field(
        None, description="A file with a signed offset in seconds added to the clock. For tests only."
    )
    author_listen: Annotated[Listen | None, BeforeValidator(_parse_listen)] = Field(
        None, description="host:port of this machine for the author's view of running dialogs. For the demo only."
    )
    fault_point: str = Field(
        "", description="A place where the process dies at once, name or name:count. For tests only."
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_fold_level)] = Field(
        "INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )
    operator_contact: str = Field("", description="How people can reach whoever runs this bot. Shown in the bot.")

    @property
    def service_keys(self) -> tuple[bytes, ...]:
        """SECRET_KEYS as bytes; the first seals, all open."""
        return tuple(key.get_secret_value() for key in self.secret_keys)

    @property
    def hook_secret(self) -> str:
        """WEBHOOK_SECRET, or one of 256 bits made from the first key and the token."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        token = self.telegram_bot_token.get_secret_value().encode()
        return hmac.digest(self.service_keys[0], b"webhook:" + token, "sha256").hex()

    @property
    def uses_telegram(self) -> bool:
        """Whether the Bot API server is Telegram's own."""
        return urlsplit(self.telegram_api_url).hostname == TELEGRAM_HOST

    @field_validator("telegram_api_url")
    @classmethod
    def _check_api_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"TELEGRAM_API_URL must be an address like https://{TELEGRAM_HOST}.")
        if parts.hostname == TELEGRAM_HOST and parts.scheme != "https":
            raise ValueError("TELEGRAM_API_URL must begin with https:// for Telegram's own server.")
        if parts.path.rstrip("/").endswith("/bot"):
            raise ValueError("TELEGRAM_API_URL must not end with /bot. Remove that part.")
        return value.rstrip("/")

    @field_validator("database_url", "keys_url")
    @classmethod
    def _check_database_url(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url.startswith(_POSTGRES) and urlsplit(url).path.strip("/"):
            return value
        if url.startswith(_SQLITE) and url.removeprefix(_SQLITE) not in {"", ":memory:"}:
            return value
        raise ValueError("{name} must be sqlite:///path/to/file.db or postgresql+psycopg://user:password@host/name.")

    @field_validator("webhook_url")
    @classmethod
    def _check_webhook_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if ((parts.scheme == "https" and parts.hostname) or local) and _has_port(parts):
            return value
        raise ValueError("WEBHOOK_URL must begin with https:// (http:// only on this machine). Unset it to poll.")

    @field_validator("webhook_secret")
    @classmethod
    def _check_webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError(
                "WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -. Make one with: openssl rand -hex 32"
            )
        return value

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.clock_file and self.uses_telegram:
            raise ValueError("CLOCK_FILE is for tests and is refused with Telegram's own server. Unset it.")
        if self.author_listen and self.uses_telegram:
            raise ValueError("AUTHOR_LISTEN shows private words and is refused with Telegram's own server. Unset it.")
        if self.author_listen and self.author_listen.host not in LOOPBACK:
            raise ValueError("AUTHOR_LISTEN shows private words and must be on this machine, as 127.0.0.1:8079 is.")
        if self.fault_point and self.uses_telegram:
            raise ValueError("FAULT_POINT is for tests and is refused with Telegram's own server. Unset it.")
        if self.database_url == self.keys_url:
            raise ValueError("KEYS_URL must differ from DATABASE_URL: erasing works only if keys are kept apart.")
        return self

    @model_validator(mode="after")
    def _check_metrics_apart(self) -> Self:
        if self.metrics_listen and self.metrics_listen == self.listen and self.webhook_url:
            raise ValueError("METRICS_LISTEN must differ from LISTEN: what strangers can reach shows no metrics.")
        return self

    @model_validator(mode="after")
    def _check_hook_for_telegram(self) -> Self:
        parts = urlsplit(self.webhook_url or "")
        if self.webhook_url and self.uses_telegram and (parts.scheme != "https" or parts.port not in HOOK_PORTS):
            raise ValueError("WEBHOOK_URL: Telegram comes by https on port 443, 80, 88 or 8443 only. Unset it to poll.")
        return self

    @model_validator(mode="after")
    def _check_token(self) -> Self:
        token = self.telegram_bot_token.get_secret_value()
        pattern = _TOKEN_OF_TELEGRAM if self.uses_telegram else _TOKEN
        if token and not pattern.fullmatch(token):
            raise ValueError(
                "TELEGRAM_BOT_TOKEN does not look like a token (digits, a colon, then about 35 letters and digits). "
                "Copy it again from @BotFather."
            )
        return self


HELP: Mapping[str, str] = {name.upper(): field.description or "" for name, field in Settings.model_fields.items()}


def load_settings(
    environ: Mapping[str, str] | None = None, *, required: Collection[str] = REQUIRED, prepare: bool = True
) -> Settings:
    """The settings of this process, from `environ` (default: the real one); each NAME also as NAME_FILE.

    Creates the folders of SQLite files, unless `prepare` is off. Raises SettingsError with one line a problem,
    DatabaseUnusable when a folder cannot be made or written. Verbs without token or keys pass a shorter `required`.
    """
    given = _given(os.environ if environ is None else environ)  # noqa: TID251  the one home
    missing = [f"{name} is not set. {HELP[name]}" for name in required if name not in given]
    if missing:
        raise SettingsError("\n".join(missing))
    try:
        settings = Settings(**{name.lower(): value for name, value in given.items()})
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from None
    for name, url in (("DATABASE_URL", settings.database_url), ("KEYS_URL", settings.keys_url)) if prepare else ():
        _prepare_folder(name, url.get_secret_value())
    return settings


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """Set values by name; an empty value counts as unset, as compose files pass it."""
    given: dict[str, str] = {}
    for name in HELP:
        value, file = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
        if value and file:
            raise SettingsError(f"{name} and {name}_FILE are both set. Keep one of them.")
        if file:
            value = _read_secret(name, Path(file))
        if value:
            given[name] = value
    return given


def _read_secret(name: str, path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read. Check the path and its rights.") from None
    if not value:
        raise SettingsError(f"{name}_FILE names {path}, which is empty. Write the value into it.")
    return value


def _sentences(error: ValidationError) -> list[str]:
    """Plain sentences; pydantic's own words only for plain types, and never the value itself."""
    sentences = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else ""
        if problem["type"] == "value_error":
            sentences.append(str(problem["ctx"]["error"]).replace("{name}", name))
        else:
            sentences.append(f"{name} cannot be used: {problem['msg'][:1].lower()}{problem['msg'][1:]}. {HELP[name]}")
    return sentences


def _prepare_folder(name: str, url: str) -> None:
    if not url.startswith(_SQLITE):
        return
    path = Path(url.removeprefix(_SQLITE).partition("?")[0])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise DatabaseUnusable(
            f"The folder {path.parent} of {name} cannot be made. Give the bot the right to write there."
        ) from None
    writable = os.access(path if path.exists() else path.parent, os.W_OK)
    if path.is_dir() or not writable or not os.access(path.parent, os.W_OK):
        raise DatabaseUnusable(
            f"{path} ({name}) cannot be written. Give the bot the right to write this file and its folder."
        )
