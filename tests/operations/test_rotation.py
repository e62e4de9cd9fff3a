"""A new key: everything comes under it, beside a running bot, and a kill -9 in the middle costs nothing (S4)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.chance import SystemChance
from bot.db import service_state
from bot.db.keystore import KeyStore
from bot.db.models import Inbox, Outbox
from bot.db.session import Database
from bot.delivery import leases, outcomes
from bot.intake import inbox
from bot.vault import Vault
from tests.operations.conftest import KEY, NEW, Verb, as_setting
from tests.operations.test_backlog import update_of
from tests.support.units import NOON, World

ROOT = Path(__file__).resolve().parents[2]
Story = Callable[[Callable[[World], object]], None]


def people_with_rows(world: World) -> None:
    for number in range(1, 8):
        phone = world.knows(world.phone(f"P{number}", number))
        phone.turn.tell("apology")
        inbox.receive(world.connection, world.desk.vault, [update_of(number, number)], bot_id=7, now=world.now)


def test_afterwards_the_new_key_alone_opens_everything(
    story: Story, verb: Verb, database: Database, keys: KeyStore
) -> None:
    story(people_with_rows)
    code, said, _ = verb("rotate-keys", SECRET_KEYS=as_setting(NEW, KEY))
    assert code == 0
    assert "7 keys of persons" in said
    assert "0 keys of persons, 0 rows" in verb("rotate-keys", SECRET_KEYS=as_setting(NEW, KEY))[1]
    alone = Vault([NEW], keys, SystemChance())
    alone.check()
    updates, messages = Inbox, Outbox
    for row in database.run_sync(lambda c: c.execute(select(updates).where(updates.c.payload.is_not(None))).all()):
        assert b"hello" in alone.open_service(row.payload, f"inbox:{row.bot_id}:{row.update_id}")
    kept = database.run_sync(lambda c: c.execute(select(messages).where(messages.c.payload.is_not(None))).all())
    assert len(kept) >= 7
    assert all(alone.open_service(row.payload, row.dedupe_key) for row in kept)
    assert verb("rotate-keys", SECRET_KEYS=as_setting(KEY))[0] == 4


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_bot_that_does_not_know_the_new_key_is_spared(
    story: Story, verb: Verb, database: Database, keys: KeyStore
) -> None:
    story(people_with_rows)
    mark = Vault([KEY], keys, SystemChance()).sealing_mark
    database.run_sync(service_state.keep, service_state.SEALING, mark.hex())
    code, _, complaint = verb("rotate-keys", SECRET_KEYS=as_setting(NEW, KEY))
    assert (code, "Restart it" in complaint) == (4, True)
    Vault([KEY], keys, SystemChance()).check()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_each_living_worker_must_know_the_new_key(story: Story, verb: Verb, database: Database, keys: KeyStore) -> None:
    story(people_with_rows)
    old, new = (Vault([key], keys, SystemChance()).sealing_mark.hex() for key in (KEY, NEW))
    first = database.run_sync(leases.join, release=1, seals_with=old)
    silent = database.run_sync(leases.join, release=1)
    database.run_sync(leases.join, release=1, seals_with=new)
    both = as_setting(NEW, KEY)
    assert verb("rotate-keys", SECRET_KEYS=both)[0] == 4, "the newest worker is not the only one"
    database.run_sync(leases.leave, first)
    assert verb("rotate-keys", SECRET_KEYS=both)[0] == 4, "one does not say what it seals with"
    database.run_sync(lambda c: c.execute(RUNS_OUT, {"id": silent}) and None)
    code, _, _ = verb("rotate-keys", SECRET_KEYS=both)
    assert code == 0, "the dead do not count"
    database.run_sync(leases.bury, outcomes.recover, now=NOON)
    facts = database.run_sync(lambda c: c.execute(text("SELECT name FROM service_state")).scalars().all())
    assert len([name for name in facts if name.startswith(leases.MARK)]) == 1, "nothing is left of who has gone"


RUNS_OUT = text("UPDATE worker SET lease_until = lease_until - interval '1 minute' WHERE id = :id")
DIES = """
import itertools, os, signal, sys
from bot import vault
from bot.__main__ import main
from bot.db.keystore import KeyStore
vault.REWRAP_BATCH = 2
real, batches = KeyStore.rewrap, itertools.count(1)
def rewrap(self, changes, *, mark):
    real(self, changes, mark=mark)
    if next(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
KeyStore.rewrap = rewrap
sys.exit(main(["rotate-keys"]))
"""


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_killed_in_the_middle_it_goes_on_where_it_stopped(
    story: Story, verb: Verb, url: str, keys_url: str, keys: KeyStore
) -> None:
    story(people_with_rows)
    both = as_setting(NEW, KEY)
    environment = {"DATABASE_URL": url, "KEYS_URL": keys_url, "SECRET_KEYS": both, "PATH": os.defpath}
    done = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=environment, timeout=300, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(keys.marks()) == 2, "it died in the middle"
    Vault([NEW, KEY], keys, SystemChance()).check()
    code, said, _ = verb("rotate-keys", SECRET_KEYS=both)
    assert (code, "1 keys of persons" in said) == (0, True)
    Vault([NEW], keys, SystemChance()).check()
