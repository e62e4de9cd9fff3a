"""Health and metrics of a running bot, as Docker, systemd and Prometheus ask for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.process import HOST, KEY, ROOT, TOKEN, Stage, free_port
from tests.support.stories import begins_alone

pytestmark = pytest.mark.xdist_group("processes")
PORT = free_port()


@pytest.fixture(scope="module", params=["polling", "webhook"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    more = {"METRICS_LISTEN": str(PORT)}
    folder = tmp_path_factory.mktemp("health")
    with Stage(folder, webhook=request.param == "webhook", more=more) as stage:
        stage.start_bot()
        yield stage


def ask(path: str, port: int = PORT) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ready() -> dict[str, Any] | None:
    code, body = ask("/health/ready")
    return json.loads(body) if code == 200 else None


def samples() -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of their names."""
    code, body = ask("/metrics")
    assert code == 200
    families = text_string_to_metric_families(body)
    found = [one for family in families for one in family.samples]
    return {(one.name, *(value for _, value in sorted(one.labels.items()))): one.value for one in found}


def health(**changed: str) -> int:
    """The exit code of the verb that Docker calls."""
    command = [sys.executable, "-m", "bot", "health"]
    environment = {"METRICS_LISTEN": str(PORT), **changed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=300, check=False).returncode


def test_a_running_bot_is_live_and_ready(stage: Stage) -> None:
    stage.until(ready, "ready")
    checks = {"database": True, "migrations": True, "intake": True, "sender": True}
    assert ready() == {"ready": True, "checks": checks}
    assert ask("/health/live") == (200, '{"live": true}')
    assert ask("/")[0] == ask("/health")[0] == 404
    assert health() == 0


def test_metrics_tell_what_was_done_and_nothing_about_whom(stage: Stage) -> None:
    zoe = stage.phone("Zoelinde")
    begins_alone(zoe)
    stage.comes_to_rest()
    found = samples()
    assert found["rekindle_sends_total", "sent", "answer"] >= 8
    assert found["rekindle_unit_wait_seconds_count",] > found["rekindle_inbox_rows", "open"]
    assert found["rekindle_unit_work_seconds_bucket", "+Inf"] == found["rekindle_unit_work_seconds_count",]
    assert found["rekindle_outbox_rows", "parked", "nudge"] == 0
    assert found["rekindle_outbox_age_seconds", "safety"] == 0
    assert found["rekindle_sender_round_age_seconds",] < 10
    assert ("rekindle_polled_age_seconds",) in found or stage.webhook
    assert any(name[0] == "rekindle_build_info" for name in found)
    text = ask("/metrics")[1]
    for secret in ("Zoelinde", str(zoe.user), TOKEN, KEY, "welcome"):
        assert secret not in text


def test_the_doctor_beside_it_finds_all_well(stage: Stage) -> None:
    stage.until(ready, "ready")
    command = [sys.executable, "-m", "bot", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=stage.settings(), capture_output=True, timeout=300, check=False)
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert [one for name, one in found.items() if one["grade"] != "well" and not name.startswith("disk")] == []
    assert "A bot is running" in found["database"]["says"]
    assert {"token", "clock", "webhook" if stage.webhook else "polling"} <= set(found)


def test_the_address_of_the_webhook_knows_neither(stage: Stage) -> None:
    if not stage.webhook:
        with pytest.raises(urllib.error.URLError):
            ask("/metrics", stage.listen)
        return
    before = samples()["rekindle_webhook_refusals_total",]
    assert {ask(path, stage.listen) for path in ("/metrics", "/health/live", "/health/ready")} == {(404, "")}
    assert samples()["rekindle_webhook_refusals_total",] == before + 3


def test_a_database_that_is_gone_is_not_ready_and_still_live(stage: Stage) -> None:
    stage.until(ready, "ready")
    away = stage.database.with_suffix(".away")
    shutil.move(stage.database, away)
    try:
        stage.until(lambda: not json.loads(ask("/health/ready")[1])["checks"]["database"], "no database")
        assert ask("/health/ready")[0] == 503
        assert ask("/health/live")[0] == 200
        assert health() == 1
        assert samples()["rekindle_database_errors_total",] > 0
    finally:
        shutil.move(away, stage.database)
    stage.until(ready, "ready again")


def test_the_verb_says_what_is_missing_when_nothing_listens() -> None:
    assert health(METRICS_LISTEN=str(free_port())) == 1
    assert health(METRICS_LISTEN="") == 2


def test_the_verb_is_light_enough_to_be_asked_often(tmp_path: Path) -> None:
    """Docker asks every half minute: neither Telegram's library nor the database is loaded for it."""
    code = "import sys; from bot.__main__ import main; main(['health'])\n"
    code += "print(*(name in sys.modules for name in ('telegram', 'sqlalchemy')))"
    environment = {"METRICS_LISTEN": str(free_port()), "PATH": os.defpath}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.split()[-2:] == ["False", "False"]
