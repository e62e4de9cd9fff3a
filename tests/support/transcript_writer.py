"""Adds chats for the edges that no transcript walks yet: python -m tests.support.transcript_writer [dialog ...]"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.effects import Edge
from bot.engine.script import Value
from tests.support.transcript_edges import edges_of
from tests.support.transcript_lines import page
from tests.support.transcript_search import Key, Search, State, Way
from tests.support.transcripts import FOLDER, Chat, Point, Stage, files, library, read_chats


class Writer:
    """Makes chats of the ways found, as few as will do."""

    def __init__(self, search: Search, missing: set[Edge]) -> None:
        self.search = search
        self.stage = search.stage
        self.missing = missing
        self.names: set[str] = set()

    def chats(self) -> Iterator[Chat]:
        """Until no way found covers anything more."""
        found = self.search.explore(self.missing)
        for state, way in sorted(found, key=lambda one: one[1].ended):
            if self.missing & set(way.trace):
                yield self._chat(state, way)

    def _chat(self, state: State | None, way: Way) -> Chat:
        if state is None:
            start, facts, path = way.changes, way.said, []
        else:
            (start, facts), path = state.start, [*state.path, (way.changes, way.said)]
        point, done = self.stage.begin(start, facts)
        items: list[dict[str, Any]] = []
        self.missing -= set(done.trace)
        todo = deque(path)
        while point.session.status == "waiting":
            if not todo:
                todo.extend(self._further(point))
            changes, said = todo.popleft()
            after, done = self.stage.go(point, said, changes)
            self.missing -= set(done.trace)
            items += self._asides(point, after)
            items.append(_done(said, changes))
            point = after
        raw = Chat(self.search.dialog.id, "", facts, start, tuple(items))
        chat = raw.rewritten(self.stage)
        return Chat(chat.dialog, self._name(chat), facts, start, chat.items)

    def _further(self, point: Point) -> list[tuple[dict[str, Value], Any]]:
        """The nearest way to something new, else to an end."""
        return self._nearest(point, new=True) or self._nearest(point, new=False)

    def _nearest(self, point: Point, *, new: bool) -> list[tuple[dict[str, Value], Any]]:
        here = self.search.key(point)
        waiting: deque[tuple[Key, Point, list[tuple[dict[str, Value], Any]]]] = deque([(here, point, [])])
        seen = {here}
        last: list[tuple[dict[str, Value], Any]] = []
        while waiting:
            _, where, path = waiting.popleft()
            for changes, said in self._ways(where, new=new):
                after, done = self.stage.go(where, said, changes)
                ended = done.session.status == "ended"
                steps = [*path, (changes, said)]
                if new and self.missing & set(done.trace):
                    if not ended:
                        return steps
                    last = last or steps
                elif ended and not new and said != {"clock": "expire"}:
                    return steps
                key = self.search.key(after)
                if not ended and key not in seen and len(steps) < (3 if new else 12):
                    seen.add(key)
                    waiting.append((key, after, steps))
            if last and len(waiting) > 200:
                return last
        return last or ([] if new else [({}, {"clock": "expire"})])

    def _ways(self, point: Point, *, new: bool) -> Iterator[tuple[dict[str, Value], Any]]:
        for changes, said in self.search.inputs(point):
            if not changes or (new and len({**point.facts, **changes}) <= 3):
                yield changes, said

    def _asides(self, point: Point, after: Point) -> list[dict[str, Any]]:
        """What else might have been said here, where it ends at once or comes to the same question."""
        items: list[dict[str, Any]] = []
        for changes, said in self.search.inputs(point):
            other, done = self.stage.go(point, said, changes)
            ended = done.session.status == "ended"
            same = _place(other) == _place(after)
            if self.missing & set(done.trace) and (ended or same):
                self.missing -= set(done.trace)
                item = _done(said, changes)
                items.append({"instead": item.pop("ana", {"clock": item.pop("clock", None)}), **item})
        return items

    def _name(self, chat: Chat) -> str:
        name = _named(chat)
        taken = sum(1 for other in self.names if other.startswith(name))
        name += ("", ", again", ", a third way", ", a fourth way")[taken] if taken < 4 else f", way {taken + 1}"
        self.names.add(name)
        return name


def _place(point: Point) -> list[tuple[str, str]]:
    return [(frame.dialog, frame.node) for frame in point.session.frames]


def _done(said: Any, changes: dict[str, Value]) -> dict[str, Any]:
    item = {"clock": said["clock"]} if isinstance(said, dict) and "clock" in said else {"ana": said}
    return {**item, **({"facts": changes} if changes else {})}


# -- names of chats: sentences that say what is special


_PHRASES: Mapping[tuple[str, Value], str] = {
    ("paired", False): "without a partner",
    ("known", False): "as a stranger",
    ("name", ""): "without a name",
    ("resting", True): "on quiet days",
    ("nudges_on", False): "without a daily message",
    ("suspended", True): "with something still open",
    ("letters_left", 0): "with no letter left for today",
    ("focus", "infidelity"): "after a break of trust",
    ("invited", True): "as one who was invited",
    ("draft.has_rewrite", True): "with other words at hand",
    ("has_country", False): "in a country not yet chosen",
    ("draft.threat", True): "with a threat in the letter",
    ("note.threat", True): "with a threat in it",
    ("draft.marks", 1): "with a marked sentence",
    ("muted", True): "with letters held back",
    ("path", "solo"): "on her own",
    ("letters_any", False): "without letters",
    ("has_rewrite", True): "with other words at hand",
    ("has_rewrite", False): "without other words",
    ("operator", ""): "with nobody named who runs it",
}
_QUIET = {"words", "rewrite", "to", "invitation", "draft", "note"}


def _named(chat: Chat) -> str:
    given = {**chat.facts, **chat.start.get("args", {}), **chat.start.get("vars", {})}
    for item in chat.items:
        given |= item.get("facts", {}) if "instead" not in item else {}
    parts = [f"back at {chat.start['resumes']}"] if "resumes" in chat.start else []
    parts += [_PHRASES.get((key, value), f"with {key} {value}") for key, value in given.items() if key not in _QUIET]
    deeds = [_deed(item) for item in chat.items if "ana" in item or "clock" in item]
    told = _listed(_elided(deeds if len(deeds) < 6 else [*deeds[:3], ("goes", "on"), *deeds[-2:]]))
    name = f"{_listed(parts)}{', ' * bool(parts)}{f'Ana {told}' if told else 'nothing is asked'}"
    return name[0].upper() + name[1:]


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _elided(deeds: list[tuple[str, str]]) -> list[str]:
    """A verb is said once for all that follow with it."""
    verbs = ["", *(verb for verb, _ in deeds)]
    return [what if verb == before else f"{verb} {what}" for before, (verb, what) in zip(verbs, deeds, strict=False)]


def _deed(item: Mapping[str, Any]) -> tuple[str, str]:
    if "clock" in item:
        return "gives", "no answer"
    said = item["ana"] if isinstance(item["ana"], str) else item["ana"]["typed"]
    return ("taps", said) if said.startswith("[") else ("says", f"“{said}”")


# -- the files


def _still_goes(chat: Chat, stage: Stage) -> bool:
    """Whether the dialog still has what Ana does in this chat; one that has not is left out, and said to be."""
    try:
        chat.rewritten(stage)
    except AssertionError as gone:
        sys.stdout.write(f"left out: {chat.name} ({gone})\n")
        return False
    return True


def main(only: list[str]) -> None:
    """Adds what is missing to the files, and leaves out chats that cannot be had any more."""
    stage = Stage(library().book, library().catalogue)
    chats = {path.stem: read_chats(path) for path in files()}
    for dialog in stage.book.dialogs.values():
        if only and dialog.id not in only:
            continue
        kept = [chat.rewritten(stage) for chat in chats.get(dialog.id, []) if _still_goes(chat, stage)]
        walked = {edge for chat in kept for move in chat.play(stage) for edge in move.trace}
        missing = set(edges_of(dialog)) - walked
        if not missing:
            continue
        new = list(Writer(Search(stage, dialog), missing).chats())
        (FOLDER / f"{dialog.id}.yaml").write_text(page([*kept, *new]), "utf-8")
        sys.stdout.write(f"{dialog.id}: {len(new)} chats, {len(missing)} edges left\n")
        for edge in sorted(missing, key=str):
            sys.stdout.write(f"  {edge.node} --{edge.by}--> {edge.to}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
