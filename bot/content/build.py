"""Makes the engine's dialog from a validated file: paths, durations, conditions, references. Reads no files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.content import schema
from bot.content.document import Document, Key
from bot.content.texts import Texts
from bot.engine import script
from bot.engine.conditions import Condition, ConditionInvalid, parse
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import EffectSpec

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
Forms = Mapping[str, schema.Dialog]


def duration(text: str) -> timedelta:
    """`20m`, `2h`, `7d`, `30s` as a span of time; the schema has checked the form."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


class Builder:
    """Builds one dialog; what is wrong is collected in `found`."""

    def __init__(self, file: str, document: Document, effects: Mapping[str, EffectSpec], forms: Forms) -> None:
        self.texts = Texts(file, document)
        self.file = file
        self.document = document
        self.effects = effects
        self.forms = forms
        self.id = ""
        self.letters: frozenset[str] = frozenset()

    @property
    def found(self) -> list[Diagnostic]:
        """What was wrong."""
        return self.texts.found

    def dialog(self, form: schema.Dialog) -> script.Dialog:
        """The whole dialog."""
        self.id = form.dialog
        self.letters = frozenset(name for name, var in form.vars.items() if var.type == "letter")
        return script.Dialog(
            id=form.dialog,
            about=self.texts.line(f"{self.id}.about", form.about, "about"),
            start=form.start,
            nodes={name: self._node(name, node) for name, node in form.nodes.items()},
            vars={name: self._var(name, var) for name, var in form.vars.items()},
            expire=script.Expire(duration(form.expire.after), form.expire.go),
            needs=frozenset(form.needs),
            moved=dict(form.moved),
            exits=form.exits,
            source=form.source,
            place=self.texts.place("dialog"),
            lines=self.document.lines,
        )

    def _var(self, name: str, var: schema.Var) -> script.Var:
        place = self.texts.place("vars", name)
        return script.Var(name, var.type, var.of, var.private, var.given, place)

    def _node(self, name: str, node: schema.Node) -> script.Node:
        path = ("nodes", name)
        message_id = f"{self.id}.{name}.say"
        return script.Node(
            id=name,
            say=None if node.say is None else self.texts.say(message_id, node.say, *path, "say"),
            show=node.show,
            forget=node.forget,
            do=tuple(self._do(item, *path, "do", index) for index, item in enumerate(node.do)),
            call=None if node.call is None else self._call(node.call),
            ask=None if node.ask is None else self._ask(name, node.ask),
            go=self._go(node.go, *path, "go"),
            end=node.end,
            place=self.texts.place(*path),
        )

    # -- ways on

    def _go(self, go: schema.Go | None, *path: Key) -> tuple[script.Branch, ...]:
        if go is None:
            return ()
        if isinstance(go, str):
            return (script.Branch(go, None, self.texts.place(*path)),)
        return tuple(self._branch(branch, *path, index) for index, branch in enumerate(go))

    def _branch(self, branch: schema.Branch, *path: Key) -> script.Branch:
        condition = self._condition(branch.condition, *path, "if")
        return script.Branch(branch.to, condition, self.texts.place(*path))

    def _condition(self, source: str | None, *path: Key) -> Condition | None:
        if source is None:
            return None
        try:
            return parse(source)
        except ConditionInvalid as error:
            message = f'{error}; write for example: mood == "upset" and draft.parts > 0.'
            self.found.append(Diagnostic("D207", self.file, self.document.line(*path), message))
            return None

    # -- questions

    def _ask(self, node: str, ask: schema.Ask) -> script.Ask:
        path = ("nodes", node, "ask")
        return script.Ask(
            buttons=tuple(self._button(node, name, button) for name, button in ask.buttons.items()),
            save=ask.save,
            text=None if ask.text is None else self._text_ask(node, ask.text),
            list=None if ask.list is None else self._list_ask(ask.list),
            collect=None if ask.collect is None else script.Collect(ask.collect.into, ask.collect.kinds),
            timeout=None if ask.timeout is None else script.Timeout(duration(ask.timeout.after), ask.timeout.go),
            place=self.texts.place(*path),
        )

    def _list_ask(self, ask: schema.ListAsk) -> script.ListAsk:
        return script.ListAsk(ask.of, ask.save, ask.go, ask.only)

    def _button(self, node: str, name: str, button: schema.Button) -> script.Button:
        path = ("nodes", node, "ask", "buttons", name)
        message_id = f"{self.id}.{node}.ask.{name}"
        saves = button.saves
        return script.Button(
            id=name,
            text=self.texts.line(message_id, button.text, *path, "text"),
            go=button.go,
            when=self._condition(button.when, *path, "when"),
            consent=button.consent,
            also=button.also,
            saves=None if saves is None else self.texts.line(f"{message_id}.saves", saves, *path, "saves"),
            place=self.texts.place(*path),
        )

    def _text_ask(self, node: str, ask: schema.TextAsk) -> script.TextAsk:
        path = ("nodes", node, "ask", "text", "retry")
        retry = None if ask.retry is None else self.texts.say(f"{self.id}.{node}.retry", ask.retry, *path)
        return script.TextAsk(ask.save, ask.go, ask.check, retry, ask.max_tries, ask.give_up)

    # -- acts and sub-dialogs

    def _do(self, item: schema.DoItem, *path: Key) -> script.Do:
        place = self.texts.place(*path)
        if isinstance(item, str):
            return script.Do(item, {}, place)
        ((effect, args),) = item.items()
        spec = self.effects.get(effect)
        variables = {name for name, arg in spec.args.items() if arg.variable} if spec else set()
        values = {name: _argument(value, refers=name in variables) for name, value in args.items()}
        return script.Do(effect, values, place)

    def _call(self, call: schema.Call) -> script.Call:
        values = {
            name: _argument(value, refers=self._is_letter(call, name, value)) for name, value in call.args.items()
        }
        return script.Call(call.dialog, values)

    def _is_letter(self, call: schema.Call, name: str, value: schema.Argument) -> bool:
        """Whether a text given to a sub-dialog is the name of one of our letters."""
        callee = self.forms.get(call.dialog)
        parameter = callee.vars.get(name) if callee else None
        wanted = parameter is None or parameter.type == "letter"
        return wanted and value in self.letters if parameter is None else wanted


def _argument(value: schema.Argument, *, refers: bool) -> script.Argument:
    if isinstance(value, schema.Reference):
        return script.Name(value.var)
    return script.Name(value) if refers and isinstance(value, str) else value
