"""From a message id to the words in a person's language. Reads PO files once; falls back to English and counts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.interface import Interface
from bot.content.spans import Span, fill
from bot.content.templates import TemplateInvalid
from bot.content.translations import Translation, english_forms, load_translations
from bot.engine.script import Text, Value
from bot.errors import BrokenAssumption

ENGLISH = "en"
Args = Mapping[str, Value]
NO_ARGS: Args = {}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages. `fallbacks` counts, for each language asked for, what had to be said in English;
    `gaps` counts placeholders for which no value came, as `<message id> <name>`."""

    english: Mapping[str, tuple[str, ...]]
    translations: Mapping[str, Translation] = field(default_factory=dict)
    interface: Interface = field(default_factory=Interface)
    fallbacks: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there is something in, English first."""
        return (ENGLISH, *sorted(self.translations.keys() - {ENGLISH}))

    def ids(self) -> frozenset[str]:
        """Every message id."""
        return frozenset(self.english)

    def text(self, message_id: str, lang: str = ENGLISH, args: Args = NO_ARGS, count: int | None = None) -> str:
        """The words with the values put in. Raises BrokenAssumption for an id that no file has."""
        return self.spans(message_id, lang, args, count)[0]

    def spans(
        self, message_id: str, lang: str = ENGLISH, args: Args = NO_ARGS, count: int | None = None
    ) -> tuple[str, tuple[Span, ...]]:
        """The words and the emphasis of the template; offsets in UTF-16 units."""

        def gap(name: str) -> None:
            self.gaps[f"{message_id} {name}"] += 1

        for template in self._templates(message_id, lang, count):
            try:
                return fill(template, args, gap)
            except TemplateInvalid:
                self.fallbacks[lang] += 1
        raise BrokenAssumption(f"the English of {message_id} is not a template")

    def buttons(self, message_id: str) -> Mapping[str, str]:
        """The buttons of an interface message: button id -> message id of its label."""
        return self.interface.buttons.get(message_id, {})

    def _templates(self, message_id: str, lang: str, count: int | None) -> tuple[str, ...]:
        """The template in this language, and behind it the English one."""
        forms = self.english.get(message_id)
        if forms is None:
            raise BrokenAssumption(f"no message has the id {message_id}")
        english = forms[0] if count is None or count == 1 else forms[-1]
        if count is None and len(forms) > 1:
            english = forms[-1]
        translation = self._translation(lang)
        if translation is None:
            if _is_foreign(lang):
                self.fallbacks[lang] += 1
            return (english,)
        translated = _translated(translation, message_id, forms, count)
        if translated is None:
            self.fallbacks[lang] += 1
            return (english,)
        return (translated, english)

    def _translation(self, lang: str) -> Translation | None:
        """`pt-BR` finds pt_BR, then pt."""
        wanted = lang.lower().replace("-", "_")
        return self.translations.get(wanted) or self.translations.get(wanted.partition("_")[0])


def _is_foreign(lang: str) -> bool:
    return lang.lower().replace("-", "_").partition("_")[0] != ENGLISH


def _translated(translation: Translation, message_id: str, english: tuple[str, ...], count: int | None) -> str | None:
    entry = translation.entries.get(message_id)
    if entry is None or entry.fuzzy or entry.english != english:
        return None
    if len(english) == 1:
        return entry.forms[0] or None
    form = len(entry.forms) - 1 if count is None else translation.plural(count)
    return (entry.forms[form] or None) if form < len(entry.forms) else None


def build_catalogue(
    texts: Mapping[str, Text], interface: Interface, translations: Mapping[str, Translation]
) -> Catalogue:
    """A catalogue of these texts. A text with free variants answers under its plain id with the first."""
    english: dict[str, tuple[str, ...]] = {}
    for text in texts.values():
        forms = dict(english_forms(text))
        english.setdefault(text.id, next(iter(forms.values())))
        english.update(forms)
    return Catalogue(english, dict(translations), interface)


def load_catalogue(folder: Path, texts: Mapping[str, Text], interface: Interface) -> Catalogue:
    """The catalogue with every language of `folder`/locale; unreadable ones are left to check-dialogs."""
    translations, _ = load_translations(folder / "locale")
    return build_catalogue(texts, interface, translations)
