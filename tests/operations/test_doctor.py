"""The doctor: each finding says what is so and the way out, never a secret, and the gravest is the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.db import service_state
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.intake.webhook import hook_url
from bot.operations import doctor_machine, doctor_telegram
from bot.operations.findings import Finding, Grade
from bot.settings import Settings, load_settings
from tests.operations.conftest import KEY, NEW, Verb, as_setting
from tests.operations.test_parked import one_of_each_is_parked
from tests.support.units import World

Story = Callable[[Callable[[World], object]], None]
TOKEN = "7:token"
NOW = datetime(2027, 3, 2, 16, tzinfo=UTC)


def findings(verb: Verb, **changed: str) -> tuple[int, dict[str, dict[str, str]]]:
    code, said, _ = verb("doctor", "--json", **changed)
    for secret in (TOKEN, as_setting(KEY), as_setting(NEW), "hello"):
        assert secret not in said
    return code, {one["name"]: one for one in json.loads(said)["findings"]}


def settings(**more: str) -> Settings:
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:1", "SECRET_KEYS": as_setting(KEY)}
    return load_settings({**given, **more}, prepare=False)


def test_a_well_database_is_said_to_be_well(story: Story, verb: Verb) -> None:
    story(lambda world: world.knows(world.phone("Ana", 101)))
    _, found = findings(verb)
    for name in ("dialogs", "time zones", "database", "migrations", "keys", "backlog", "parked", "SECRET_KEYS"):
        assert found[name]["grade"] == "well", found[name]
    assert found["TELEGRAM_BOT_TOKEN"]["says"] == "set."
    assert found["SECRET_KEYS"]["says"] == "set, 1 of them."


def test_a_telegram_that_is_away_needs_a_look_and_no_more(story: Story, verb: Verb) -> None:
    story(lambda world: world.knows(world.phone("Ana", 101)))
    code, found = findings(verb)
    assert (code, found["telegram"]["grade"]) == (1, "attention")


def test_what_was_given_up_is_named_by_id_and_kind(story: Story, verb: Verb) -> None:
    story(one_of_each_is_parked)
    code, found = findings(verb)
    assert code == 1
    assert "inbox:7:5 (message)" in found["parked"]["says"]
    assert "python -m bot parked" in found["parked"]["do"]


def test_what_waits_for_long_needs_a_look(story: Story, verb: Verb) -> None:
    """Rows of the spring, seen by a verb that has the clock of the machine."""
    story(lambda world: world.knows(world.phone("Ana", 101)).turn.tell("apology"))
    _, found = findings(verb)
    assert (found["backlog"]["grade"], "1 rows wait" in found["backlog"]["says"]) == ("attention", True)


def test_a_restored_backup_is_called_one(story: Story, verb: Verb, database: Database) -> None:
    database.run_sync(service_state.keep, service_state.RESTORED, "since then")
    assert "release-held" in findings(verb)[1]["restored"]["do"]


def test_a_key_that_opens_nothing_stops_it(story: Story, verb: Verb) -> None:
    story(lambda world: world.knows(world.phone("Ana", 101)))
    code, found = findings(verb, SECRET_KEYS=as_setting(NEW))
    assert (code, found["keys"]["grade"]) == (2, "will_not_run")


def test_an_unfinished_rotation_needs_a_look(story: Story, verb: Verb) -> None:
    story(lambda world: world.knows(world.phone("Ana", 101)))
    _, found = findings(verb, SECRET_KEYS=as_setting(NEW, KEY))
    assert "rotate-keys" in found["keys"]["do"]


def test_a_missing_key_store_is_no_small_thing(story: Story, verb: Verb, keys: KeyStore, tmp_path: Path) -> None:
    code, found = findings(verb, KEYS_URL=f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert (code, found["keys"]["grade"]) == (2, "will_not_run")
    assert not (tmp_path / "nowhere.db").exists()


def test_a_setting_that_is_wrong_is_named_and_the_rest_is_still_told(verb: Verb) -> None:
    code, found = findings(verb, SEND_RATE="-1")
    assert code == 2
    assert "SEND_RATE" in found["settings"]["says"]
    assert found["dialogs"]["grade"] == "well"


def test_missing_ones_are_named(verb: Verb) -> None:
    code, found = findings(verb, TELEGRAM_BOT_TOKEN="", SECRET_KEYS="")
    assert code == 2
    assert found["TELEGRAM_BOT_TOKEN"]["says"] == "is not set."
    assert found["SECRET_KEYS"]["grade"] == "will_not_run"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_before_the_first_start_it_makes_nothing(verb: Verb, tmp_path: Path) -> None:
    code, found = findings(verb, DATABASE_URL=f"sqlite:///{tmp_path / 'new' / 'bot.db'}")
    assert code == 1
    assert "when it first runs" in found["database"]["says"]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_that_is_no_database_stops_it(verb: Verb, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("this is a letter, not a database " * 100)
    code, found = findings(verb, DATABASE_URL=f"sqlite:///{tmp_path / 'letter.db'}")
    assert (code, found["database"]["grade"]) == (2, "will_not_run")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_it_knows_whether_a_bot_runs(story: Story, verb: Verb, database: Database) -> None:
    assert "A bot is running" in findings(verb)[1]["database"]["says"]
    database.close_sync()
    assert "No bot is running" in findings(verb)[1]["database"]["says"]


def test_a_line_for_each_finding(story: Story, verb: Verb) -> None:
    code, said, _ = verb("doctor")
    assert code == 1
    assert "ok    dialogs: " in said
    assert "LOOK  telegram: " in said


@pytest.mark.parametrize(
    ("seconds", "grade"), [(0, Grade.WELL), (29, Grade.WELL), (31, Grade.ATTENTION), (-31, Grade.ATTENTION)]
)
def test_the_clock_is_compared_with_telegrams(seconds: int, grade: Grade) -> None:
    date = "Tue, 02 Mar 2027 16:00:00 GMT"
    assert doctor_telegram.clock(date, NOW + timedelta(seconds=seconds)).grade == grade


HOOK = {"WEBHOOK_URL": "https://bot.example/hook", "WEBHOOK_SECRET": "s" * 43}
OURS = hook_url(HOOK["WEBHOOK_URL"], HOOK["WEBHOOK_SECRET"])


@pytest.mark.parametrize(
    ("info", "more", "grade", "says"),
    [
        ({"url": ""}, {}, Grade.WELL, "0 updates"),
        ({"url": "https://other.example/x"}, {}, Grade.ATTENTION, "polling is wanted"),
        ({"url": "", "pending_update_count": 500}, {}, Grade.ATTENTION, "500 updates"),
        ({"url": OURS}, HOOK, Grade.WELL, "0 updates"),
        ({"url": ""}, HOOK, Grade.ATTENTION, "none is set"),
        ({"url": "https://other.example/x"}, HOOK, Grade.ATTENTION, "another one"),
        ({"url": OURS, "last_error_date": NOW.timestamp() - 60}, HOOK, Grade.ATTENTION, "could not deliver"),
        ({"url": OURS, "last_error_date": NOW.timestamp() - 7200}, HOOK, Grade.WELL, "0 updates"),
    ],
)
def test_the_webhook_is_compared_with_the_settings(
    info: dict[str, object], more: dict[str, str], grade: Grade, says: str
) -> None:
    found: Finding = doctor_telegram.webhook(info, settings(**more), NOW)
    assert (found.grade, says in found.says) == (grade, True), found
    assert OURS not in found.says


@pytest.mark.parametrize(
    ("status", "grade"),
    [(200, Grade.WELL), (401, Grade.WILL_NOT_RUN), (404, Grade.WILL_NOT_RUN), (500, Grade.ATTENTION)],
)
def test_the_token_is_asked_for(status: int, grade: Grade) -> None:
    assert doctor_telegram._token((status, {"username": "rekindle_bot"}, "")).grade == grade


def test_room_is_looked_for_where_the_folder_will_be(tmp_path: Path) -> None:
    assert doctor_machine.disk("disk", tmp_path / "not" / "yet").says.endswith("GB are free.")
