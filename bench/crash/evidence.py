"""What must hold after any number of kills, read from the chats, the record of calls and the bot's file (read-only)."""

from __future__ import annotations

import difflib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import groupby
from typing import Any

from bench.crash.scene import Person
from tests.support.phones import buttons
from tests.support.process import Stage

Line = dict[str, Any]
ASIDES = (
    "Noted, for nobody",
    "I will answer shortly",
    "It is taken back.",
    "There is nothing to open here any more.",
)
STAYS = ("You are keeping this one.", "It goes on ", "Nobody is connected with you here now")


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


def judge(person: Person, model: list[str], *, repeats: int, missing: int) -> tuple[list[str], int]:
    """What is wrong, and how many messages came twice: no more than is explained."""
    said, repeated = answers(person)
    who = f"{person.phone.name} ({person.doing})"
    wrong = []
    if said != model and not (len(said) + missing >= len(model) and _is_part(said, model)):
        what = "out of order" if Counter(said) == Counter(model) else "doubled" if len(said) > len(model) else "lost"
        apart = [line for line in difflib.ndiff(model, said) if line[0] in "+-"]
        wrong.append(f"{what}: {who}: {missing} may be missing, and this differs from what was expected: {apart}")
    if repeated > repeats:
        wrong.append(f"doubled: {who}: {repeated} repeated messages, {repeats} explained")
    return wrong, repeated


def _is_part(said: list[str], model: list[str]) -> bool:
    """Whether these are messages of the model, in its order."""
    rest = iter(model)
    return all(text in rest for text in said)


def is_aside(message: Line) -> bool:
    """Letters, daily messages and the line that counts parts: they come when they come and are looked at apart."""
    data = [str(button.get("data", "")) for button in buttons(message)]
    if any(one.startswith(("n.", "l.")) for one in data):
        return True
    text = str(message.get("text") or "")
    return any(one in text for one in ASIDES) or text.split(" ", maxsplit=1)[0].isdigit()


def letters_read(people: list[Person]) -> tuple[list[str], int]:
    """Every letter that lies open shows each part once and in order, in one bubble only. Counts them."""
    wrong, count = [], 0
    for person in people:
        assert person.partner is not None
        for letter in person.partner.letters:
            shown = [m["text"] for m in person.phone.from_bot() if f"letter {letter.token}:" in (m.get("text") or "")]
            count += bool(shown)
            if len(shown) > 1 or any(words_of(text) != "\n\n".join(letter.parts) for text in shown):
                what = "doubled" if len(shown) > 1 else "changed"
                wrong.append(f"{what}: {person.phone.name} reads {shown} instead of {letter.parts}")
    return wrong, count


def words_of(page: str) -> str:
    """A bubble without its head, and without the line below that says for how long the letter stays."""
    words = page.partition("\n\n")[2]
    above, _, last = words.rpartition("\n\n")
    return above if last.startswith(STAYS) else words


def sends(stage: Stage, act: str) -> list[tuple[float, int, str]]:
    """Messages that were really sent with a button of this act: when, to whom, and the object's id."""
    return calls_with(stage, act, ("sendMessage",))


def calls_with(
    stage: Stage, act: str, methods: tuple[str, ...] = ("sendMessage", "editMessageText")
) -> list[tuple[float, int, str]]:
    """The same of calls of these methods that Telegram took."""
    found = []
    for line in stage.control.lines("/control/calls"):
        if line.get("method") in methods and (line.get("response") or {}).get("ok"):
            markup = line["params"].get("reply_markup") or "{}"
            rows = (markup if isinstance(markup, dict) else json.loads(markup)).get("inline_keyboard", [])
            for button in (one for row in rows for one in row):
                prefix, _, rest = str(button.get("callback_data", "")).partition(".")
                if f"{prefix}.{rest.partition('.')[2]}" == act:
                    found.append((float(line["at"]), int(line["params"]["chat_id"]), rest.partition(".")[0]))
    return found


def notices(stage: Stage, repeats: int) -> tuple[list[str], int]:
    """Each letter had its notice, none before its time, and none more than is explained. Counts the repeated ones."""
    sent = [one for one in sends(stage, "l.open") if one[2]]
    rows = query(stage, "SELECT id, deliver_at, state, sealed_at FROM letter WHERE kind = 'letter' AND sealed_at > 0")
    first: dict[str, float] = {}
    times: Counter[str] = Counter()
    for at, _, letter in sent:
        times[letter] += 1
        first.setdefault(letter, at)
    due = {base36(row[0]): row[1] / 1_000_000 for row in rows}
    opened = {base36(row[0]) for row in rows if row[2] == "opened"}
    wrong = [f"lost: letter {one} never arrived" for one in opened if one not in times]
    wrong += [
        f"early: letter {one} came {due[one] - at:.1f} s early" for one, at in first.items() if at < due[one] - 0.01
    ]
    repeated = sum(count - 1 for count in times.values())
    if repeated > repeats:
        wrong.append(f"doubled: {repeated} repeated notices, {repeats} explained")
    return wrong, repeated


def fates(stage: Stage) -> tuple[Counter[str], list[str]]:
    """What became of the sealed letters. In the end each is opened, or was taken back before it ever was."""
    rows = query(stage, "SELECT id, state, withdrawn_at FROM letter WHERE kind = 'letter' AND sealed_at IS NOT NULL")
    shown = {letter for _, _, letter in calls_with(stage, "l.fold")}
    wrong = [f"lost: letter {base36(row[0])} is {row[1]}" for row in rows if row[1] not in ("opened", "withdrawn")]
    wrong += [f"withdrawn: letter {base36(row[0])} was shown all the same" for row in rows
              if row[1] == "withdrawn" and base36(row[0]) in shown]  # fmt: skip
    wrong += [f"lost: letter {base36(row[0])} is opened and never was shown" for row in rows
              if row[1] == "opened" and base36(row[0]) not in shown]  # fmt: skip
    return Counter(row[1] for row in rows), wrong


def apart(stage: Stage) -> set[int]:
    """Chats in which the neutral sentence is still to come, since a chat was closed after the last that was typed."""
    rows = query(stage, "SELECT telegram_id FROM person WHERE parted OR unreachable_at IS NOT NULL")
    return {int(row[0]) for row in rows}


def left_over(stage: Stage) -> list[str]:
    """Messages that wait or are on their way: which they are, and for how many seconds from the last change on."""
    last = query(stage, "SELECT max(sent_at) FROM outbox")[0][0] or 0
    rows = query(
        stage,
        "SELECT id, chat_id, kind, state, urgency, attempts, next_at FROM outbox WHERE state IN ('open', 'sending')",
    )
    return [f"{row[:6]} {(row[6] - last) / 1e6:+.1f} s" for row in rows]


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
    wrong = [f"doubled: nudge {one} was sent {count} times" for one, count in ids.items() if count > 1]
    wrong += [f"doubled: chat {one[0]} had {count} nudges on day {one[1]}" for one, count in days.items() if count > 1]
    return wrong, len(sent)


def updates(stage: Stage) -> tuple[list[str], int]:
    """Every update that Telegram ever had is done in the inbox, and nothing else is there. Counts them."""
    given = {int(line["update"]["update_id"]) for line in stage.control.lines("/control/calls") if "update" in line}
    rows = query(stage, "SELECT update_id, state FROM inbox WHERE bot_id != 0")
    done = {row[0] for row in rows if row[1] == "done"}
    wrong = [f"lost: update {one}" for one in sorted(given - {row[0] for row in rows})]
    wrong += [f"update {one} is {state}" for one, state in rows if one not in done]
    return wrong, len(given)


def states(stage: Stage, people: list[Person]) -> list[str]:
    """No letter or sentence more or fewer than was typed, no part doubled, no dialog left over."""
    wrong = []
    kept = query(stage, "SELECT count(*) FROM letter WHERE state = 'kept'")[0][0]
    sure = sum(len(person.sentences) for person in people)
    if not sure <= kept <= sure + sum(person.perhaps for person in people):
        wrong.append(f"{kept} sentences are kept, {sure} were typed")
    parts = query(
        stage,
        "SELECT letter_id, count(*), count(DISTINCT message_id) FROM letter_part JOIN letter ON letter.id = letter_id "
        "WHERE letter.kind = 'letter' AND sealed_at IS NOT NULL GROUP BY letter_id",
    )
    expected = len(next((letter.parts for person in people for letter in person.letters), ()))
    wrong += [f"letter {one} has {n} parts of {m} messages" for one, n, m in parts if not n == m == expected]
    if any(person.perhaps for person in people):
        return wrong  # where a chat was closed for a moment, a dialog may have been left half way
    running = query(stage, "SELECT dialog FROM dialog_session")
    return wrong + [f"{row[0]} is still running" for row in running]


def findings(stage: Stage) -> tuple[list[str], int]:
    """What Telegram would have refused; but for taps that were answered by a life that died over them, counted."""
    found = [one for one in stage.control.get("/control/findings")["findings"] if one["level"] == "error"]
    twice = [one for one in found if str(one["message"]).endswith("answered twice")]
    return [str(one) for one in found if one not in twice], len(twice)


def query(stage: Stage, sql: str) -> list[Any]:
    """Rows of the bot's file, read-only."""
    with closing(sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True, timeout=10)) as raw:
        return raw.execute(sql).fetchall()
