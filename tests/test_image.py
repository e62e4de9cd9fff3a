"""The Dockerfile without Docker: what it copies is enough to run, as the user it names would find it."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.settings import HELP, load_settings

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DATA = "/var/lib/rekindle"
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def lines(word: str) -> list[str]:
    """The arguments of every line that begins with `word`."""
    return re.findall(rf"^{word} (.+)$", DOCKERFILE, re.MULTILINE)


def copied() -> list[str]:
    """Files and folders that come from the project."""
    return [name for line in lines("COPY") if "--from" not in line for name in shlex.split(line)[:-1]]


def settings(data: Path) -> dict[str, str]:
    """The image's own environment, with the volume somewhere else."""
    pairs = (pair.split("=", 1) for line in lines("ENV") for pair in shlex.split(line))
    return {name: value.replace(DATA, str(data)) for name, value in pairs if name != "PATH"}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The image's /app, but for the Python environment."""
    folder = tmp_path / "app"
    folder.mkdir()
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def run(app: Path, data: Path, *verb: str) -> subprocess.CompletedProcess[str]:
    environment = settings(data) | {"SECRET_KEYS": KEY}
    command = [sys.executable, "-m", "bot", *verb]
    return subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_image_finds_its_dialogs_and_migrates_into_its_volume_alone(app: Path, tmp_path: Path) -> None:
    data = tmp_path / "volume"
    before = sorted(app.rglob("*"))
    checked, migrated = run(app, data, "check-dialogs"), run(app, data, "migrate")
    assert (checked.returncode, migrated.returncode) == (0, 0), checked.stdout + migrated.stderr
    assert (data / "rekindle.db").exists()
    assert sorted(app.rglob("*")) == before, "the root file system is read-only"


def test_without_a_token_the_image_says_what_is_missing(app: Path, tmp_path: Path) -> None:
    started = run(app, tmp_path / "volume", "run")
    assert started.returncode != 0
    assert "TELEGRAM_BOT_TOKEN is not set." in started.stderr
    assert "Traceback" not in started.stderr


def test_the_context_lets_through_what_is_copied_and_nothing_else() -> None:
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert allowed[1] == "*"
    assert {line[1:] for line in allowed if line.startswith("!")} == set(copied())


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert re.search(r"^USER rekindle$", last, re.MULTILINE)
    assert lines("VOLUME") == [DATA]
    assert not re.search(r"TOKEN=|SECRET_KEYS=|ARG ", DOCKERFILE)


def test_image_and_scripts_pin_the_same_uv() -> None:
    pinned = re.search(r"uv==([\d.]+)", (ROOT / "scripts" / "uv").read_text(encoding="utf-8"))
    assert pinned is not None
    assert f"uv=={pinned[1]}" in DOCKERFILE


def compose(name: str) -> dict[str, Any]:
    text = (ROOT / name).read_text(encoding="utf-8")
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return found


def environment_of(name: str, service: str, given: dict[str, str]) -> dict[str, str]:
    """What a service gets from a compose file, with these values in .env."""
    environment = compose(name)["services"][service]["environment"]
    assert not set(environment) - set(HELP), "a setting that the bot does not know"

    def filled(match: re.Match[str]) -> str:
        return given.get(match[1], match[2] or "")

    return {key: re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", filled, str(value)) for key, value in environment.items()}


GIVEN = {"TELEGRAM_BOT_TOKEN": f"70010011:{'a' * 35}", "SECRET_KEYS": KEY, "LOG_LEVEL": "INFO", "OPERATOR_CONTACT": "x"}


def test_the_settings_of_both_compose_files_are_accepted() -> None:
    alone = load_settings(environment_of("compose.yaml", "bot", GIVEN), prepare=False)
    given = GIVEN | {"DOMAIN": "bot.example", "DATABASE_PASSWORD": "one", "KEYS_PASSWORD": "two"}
    worker = load_settings(environment_of("compose.postgres.yaml", "worker", given), prepare=False)
    assert alone.webhook_url is None
    assert worker.webhook_url == "https://bot.example/hook"
    assert worker.database_url.get_secret_value() == "postgresql+psycopg://rekindle:one@database/rekindle"
    assert worker.metrics_listen is not None


def test_only_the_proxy_is_published_and_the_workers_share_the_limit() -> None:
    services = compose("compose.postgres.yaml")["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    worker = services["worker"]
    assert worker["deploy"]["replicas"] > 1
    assert worker["environment"]["SEND_RATE"] <= 30  # one rate: the workers share it in the database


def test_docker_asks_for_health_where_the_image_listens(app: Path, tmp_path: Path) -> None:
    found = re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found is not None
    command = json.loads(found[1])
    assert command[:3] == ["python", "-m", "bot"]
    asked = run(app, tmp_path / "volume", *command[3:])
    assert (asked.returncode, asked.stdout) == (1, "Nobody answers at 127.0.0.1:9464.\n")
