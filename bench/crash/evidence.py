"""What must hold after any number of kills, read from the chats, the record of calls and the bot's file (read-only)."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import groupby
from typing import Any

from bench.crash.scene import Letter, Person
from tests.support.phones import buttons
from tests.support.process import Stage

Line = dict[str, Any]


def answers(person: Person) -> tuple[list[str], int]:
    """What the bot has answered in this burst, freed of names and numbers, and how many messages came twice in a row.

    Each input leads to exactly one advance where this is the same as in a chat that nothing disturbs.
    """
    said = [m for m in person.phone.messages()[person.seen :] if m["from"] == "bot" and not is_aside(m)]
    runs = [(text, len(list(same))) for text, same in groupby(str(m["text"]) for m in said)]
    return [_plain(person, text) for text, _ in runs], sum(count - 1 for _, count in runs)


def _plain(person: Person, text: str) -> str:
    assert person.partner is not None
    return text.replace(person.body, "(all of it)").replace(person.token, "@").replace(person.partner.phone.name, "*")


def answers_are_single(person: Person, model: list[str], kills: int) -> tuple[list[str], int]:
    """What is wrong, and how many messages came twice; a kill may repeat one, the one that was on its way."""
    said, repeated = answers(person)
    wrong = [] if said == model else [f"{person.phone.name} ({person.doing}): expected {model}, saw {said}"]
    if repeated > kills:
        wrong.append(f"{person.phone.name}: {repeated} repeated messages after {kills} kills")
    return wrong, repeated


def is_aside(message: Line) -> bool:
    """Letters, daily messages and the line that counts parts: they come when they come and are looked at apart."""
    data = [str(button.get("data", "")) for button in buttons(message)]
    if any(one.startswith(("n.", "l.")) for one in data):
        return True
    text = str(message.get("text") or "")
    return "Noted, for nobody" in text or text.split(" ", maxsplit=1)[0].isdigit()


def letters_read(people: list[Person]) -> tuple[list[str], int]:
    """Every letter that lies open shows each part once and in order, in one bubble only. Counts them."""
    wrong, count = [], 0
    for person in people:
        assert person.partner is not None
        for letter in person.partner.letters:
            shown = [m["text"] for m in person.phone.from_bot() if f"letter {letter.token}:" in (m.get("text") or "")]
            count += bool(shown)
            if len(shown) > 1 or any(words_of(text) != "\n\n".join(letter.parts) for text in shown):
                wrong.append(f"{person.phone.name} reads {shown} instead of {letter.parts}")
    return wrong, count


def words_of(page: str) -> str:
    """A bubble without its head."""
    return page.partition("\n\n")[2]


def sends(stage: Stage, act: str) -> list[tuple[float, int, str]]:
    """Messages that were really sent with a button of this act: when, to whom, and the object's id."""
    found = []
    for line in stage.control.lines("/control/calls"):
        if line.get("method") == "sendMessage" and (line.get("response") or {}).get("ok"):
            markup = line["params"].get("reply_markup") or "{}"
            rows = (markup if isinstance(markup, dict) else json.loads(markup)).get("inline_keyboard", [])
            for button in (one for row in rows for one in row):
                prefix, _, rest = str(button.get("callback_data", "")).partition(".")
                if f"{prefix}.{rest.partition('.')[2]}" == act:
                    found.append((float(line["at"]), int(line["params"]["chat_id"]), rest.partition(".")[0]))
    return found


def notices(stage: Stage, letters: list[Letter], kills: int) -> tuple[list[str], int]:
    """Each letter had its notice, none before its time, and at most one more a kill. Counts the repeated ones."""
    sent = [one for one in sends(stage, "l.open") if one[2]]
    rows = query(stage, "SELECT id, deliver_at, waiting_at FROM letter WHERE kind = 'letter' AND state != 'draft'")
    first: dict[str, float] = {}
    times: Counter[str] = Counter()
    for at, _, letter in sent:
        times[letter] += 1
        first.setdefault(letter, at)
    due = {base36(row[0]): row[1] / 1_000_000 for row in rows}
    wrong = [f"letter {one} never arrived" for one in due if one not in times]
    wrong += [f"letter {one} came {due[one] - at:.1f} s early" for one, at in first.items() if at < due[one] - 0.01]
    repeated = sum(count - 1 for count in times.values())
    if len(due) != len(letters):
        wrong.append(f"{len(letters)} letters were written, {len(due)} are sealed")
    if repeated > kills * 2:
        wrong.append(f"{repeated} repeated notices after {kills} kills")
    return wrong, repeated


def base36(number: int) -> str:
    """As the bot writes ids into buttons."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def nudges(stage: Stage) -> tuple[list[str], int]:
    """No daily message was sent twice, and none of two for one day. Counts them."""
    sent = sends(stage, "n.done")
    ids = Counter(nudge for _, _, nudge in sent)
    days = Counter((chat, int((at + 3600) // 86_400)) for at, chat, _ in sent)
    wrong = [f"nudge {one} was sent {count} times" for one, count in ids.items() if count > 1]
    wrong += [f"chat {one[0]} had {count} nudges on day {one[1]}" for one, count in days.items() if count > 1]
    return wrong, len(sent)


def updates(stage: Stage) -> tuple[list[str], int]:
    """Every update that Telegram ever had is done in the inbox, and nothing else is there. Counts them."""
    given = {int(line["update"]["update_id"]) for line in stage.control.lines("/control/calls") if "update" in line}
    rows = query(stage, "SELECT update_id, state FROM inbox WHERE bot_id != 0")
    done = {row[0] for row in rows if row[1] == "done"}
    wrong = [f"update {one} was lost" for one in sorted(given - {row[0] for row in rows})]
    wrong += [f"update {one} is {state}" for one, state in rows if one not in done]
    return wrong, len(given)


def states(stage: Stage, people: list[Person]) -> list[str]:
    """No letter or sentence more or fewer than was typed, no part doubled, no dialog left over."""
    wrong = []
    kept = query(stage, "SELECT count(*) FROM letter WHERE state = 'kept'")[0][0]
    if kept != sum(len(person.sentences) for person in people):
        wrong.append(f"{kept} sentences are kept")
    parts = query(
        stage,
        "SELECT letter_id, count(*), count(DISTINCT message_id) FROM letter_part JOIN letter "
        "ON letter.id = letter_id WHERE letter.kind = 'letter' GROUP BY letter_id",
    )
    expected = len(next((letter.parts for person in people for letter in person.letters), ()))
    wrong += [f"letter {one} has {n} parts of {m} messages" for one, n, m in parts if not n == m == expected]
    parked = query(stage, "SELECT kind FROM outbox WHERE state = 'parked' AND kind NOT IN ('hidden', 'unbutton')")
    wrong += [f"a parked {row[0]}" for row in parked]
    running = query(stage, "SELECT dialog FROM dialog_session")
    return wrong + [f"{row[0]} is still running" for row in running]


def query(stage: Stage, sql: str) -> list[Any]:
    """Rows of the bot's file, read-only."""
    with closing(sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True, timeout=10)) as raw:
        return raw.execute(sql).fetchall()
