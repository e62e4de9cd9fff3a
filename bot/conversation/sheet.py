"""A page in HTML that stands alone: no script, nothing from elsewhere, and every word of a person only ever text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

HEAD = (
    "<!doctype html>",
    '<html lang="{lang}" dir="auto">',
    "<head>",
    '<meta charset="utf-8">',
    """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">""",
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    "<title>{title}</title>",
    "<style>",
    ":root{{color-scheme:light dark}}",
    "body{{font:1.05rem/1.5 Georgia,serif;max-width:38rem;margin:2rem auto;padding:0 1rem}}",
    "h2{{margin-top:3rem;border-bottom:1px solid}}",
    "h3{{margin-top:2rem}}",
    "p,li{{white-space:pre-wrap;overflow-wrap:anywhere}}",
    "blockquote{{margin:0}}",
    "</style>",
    "</head>",
    "<body>",
    "<h1>{title}</h1>",
    "",
)
_SEEN = {"\0": "\ufffd", "\r": ""}


class Sheet:
    """Collects headings, lines and the words of letters, from the top."""

    def __init__(self, lang: str, title: str) -> None:
        self._made = ["\n".join(HEAD).format(lang=_plain(lang), title=_plain(title))]

    def head(self, text: str) -> None:
        """A section begins."""
        self._made.append(f'<h2 dir="auto">{_plain(text)}</h2>\n')

    def below(self, text: str) -> None:
        """A heading within the section."""
        self._made.append(f'<h3 dir="auto">{_plain(text)}</h3>\n')

    def line(self, text: str) -> None:
        """A line of ours."""
        self._made.append(f'<p dir="auto">{_plain(text)}</p>\n')

    def lines(self, texts: Sequence[str]) -> None:
        """A list."""
        self._made.append("<ul>\n" + "".join(f'<li dir="auto">{_plain(text)}</li>\n' for text in texts) + "</ul>\n")

    def words(self, text: str) -> None:
        """What somebody wrote, whole, its own paragraphs each in its own direction."""
        paragraphs = "".join(f'<p dir="auto">{_plain(part)}</p>\n' for part in text.split("\n\n"))
        self._made.append(f"<blockquote>\n{paragraphs}</blockquote>\n")

    def text(self) -> str:
        """The whole page."""
        return "".join((*self._made, "</body>\n</html>\n"))


def _plain(text: str) -> str:
    for sign, instead in _SEEN.items():
        text = text.replace(sign, instead)
    return escape(text)
