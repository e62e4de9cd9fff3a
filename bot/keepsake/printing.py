"""A manuscript becomes a PDF. Slow, and it loads fpdf2 (28 MB): import it in the thread that prints, when one does.

Logs nothing. Nothing is written but the bytes that it returns.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image

from bot.keepsake.manuscript import Leaf, Manuscript, Piece
from bot.keepsake.typeface import (
    FOLDER,
    JOINERS,
    SERIF,
    WIDE,
    covered,
    family,
    is_leftward,
    needed,
    pieces_of,
    rows,
    shown,
)

PAPER = (419.53, 595.28)  # A5, which stands well on A4 too
SIDE, ABOVE, BELOW = 58, 62, 66
SIZE, LEADING = 12.5, 18
SMALL, SMALL_LEADING = 10.5, 14
WIDE_SIZE = 0.88  # its letters are larger
HEAD_GAP, PARAGRAPH_GAP, PHOTO_GAP = 30, 8, 14
TALLEST_PHOTO = 0.62  # of the space for text
MOST_PIXELS = 20_000_000
LARGEST_SCALE = 1.5  # points for a pixel
BLACK, GREY = 25, 110
SLACK = 1  # points at the end of a line that is filled piece by piece


def printed(manuscript: Manuscript) -> bytes:
    """The file. Raises what fpdf2 raises; the words of such an error may quote a letter and are for no log."""
    paper = _Paper(manuscript)
    try:
        for leaf in manuscript.leaves:
            paper.add_leaf(leaf)
        return paper.bound()
    finally:
        paper.close_fonts()


class _Paper(FPDF):
    """Pages that are being filled."""

    def __init__(self, manuscript: Manuscript) -> None:
        super().__init__(unit="pt", format=PAPER)
        self._asides = manuscript.asides
        self._ends = False
        self._before: str | None = None
        self._widths: dict[tuple[str, float, str], float] = {}
        self.set_margins(SIDE, ABOVE, SIDE)
        self.set_auto_page_break(auto=True, margin=BELOW)
        self.alias_nb_pages("")  # a letter may hold what stands for the number of pages
        self.set_title(manuscript.title)
        self.set_lang(manuscript.lang)
        self.set_creation_date(manuscript.dated)
        self._load(manuscript)

    def _load(self, manuscript: Manuscript) -> None:
        asides = manuscript.asides
        texts = [asides.photo_missing, asides.voice, asides.no_shape]
        for leaf in manuscript.leaves:
            texts += [leaf.head, *(piece.text for piece in leaf.pieces)]
        others = needed({letter for text in texts for letter in shown(text)[0]})
        self.add_font(SERIF, "", FOLDER / "serif.ttf")
        self.add_font(SERIF, "I", FOLDER / "italic.ttf")
        for name in others:
            self.add_font(name, "", FOLDER / f"{name}.ttf")
        self.set_fallback_fonts([SERIF, *others], exact_match=False)
        self.set_text_shaping(use_shaping_engine=True, features={"lnum": True})  # a 1 that is no i

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """Joiners stay with what they join."""
        if char in JOINERS and self._before is not None and ord(char) in covered(self._before):
            return self._before
        self._before = super().get_fallback_font(char, style)
        return self._before

    def close_fonts(self) -> None:
        """Their files are held open until then."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def footer(self) -> None:
        """The number of the page, where there is more than one."""
        if self._ends and self.page_no() == 1:
            return
        self.set_y(-BELOW + 22)
        self._ink(SMALL, GREY)
        self.cell(0, SMALL_LEADING, str(self.page_no()), align="C")

    def bound(self) -> bytes:
        """The whole file."""
        self._ends = True
        return bytes(self.output())

    # -- a letter

    def add_leaf(self, leaf: Leaf) -> None:
        """One letter, on a page of its own."""
        self.add_page()
        head, incomplete = shown(_head(leaf))
        self._ink(SIZE, BLACK, head, style="I")
        self._line(head, LEADING, align="C")
        self._rule()
        for number, piece in enumerate(leaf.pieces):
            if number:
                self.ln(LEADING / 2)
            incomplete |= self._add_piece(piece)
        if incomplete:
            self.ln(LEADING)
            self._aside(self._asides.no_shape)

    def _rule(self) -> None:
        middle, y = self.w / 2, self.get_y() + HEAD_GAP / 3
        self.set_draw_color(GREY)
        self.set_line_width(0.4)
        self.line(middle - 22, y, middle + 22, y)
        self.ln(HEAD_GAP)

    def _add_piece(self, piece: Piece) -> bool:
        """Whether something in it had no shape."""
        if piece.kind == "photo":
            self._photo(piece.data)
        elif piece.kind == "voice":
            self._aside(self._asides.voice)
        return self._body(piece.text) if piece.text else False

    def _body(self, text: str) -> bool:
        found, incomplete = shown(text)
        self._ink(SIZE, BLACK, found)
        gap = False
        for line in found.split("\n"):
            if line.strip():
                self._line(line, LEADING, align="R" if is_leftward(line) else "L")
            elif not gap:
                self.ln(PARAGRAPH_GAP)
            gap = not line.strip()
        return incomplete

    def _aside(self, text: str) -> None:
        text = shown(text)[0]
        self._ink(SMALL, GREY, text, style="I")
        self._line(text, SMALL_LEADING, align="C")

    def _line(self, text: str, leading: float, *, align: str) -> None:
        self._before = None
        for row in rows(text):
            for line in self._broken(row):
                self.multi_cell(0, leading, line, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _broken(self, row: str) -> Iterator[str]:
        """A row of a script without spaces, line by line: fpdf2 would end a line at any letter."""
        pieces = pieces_of(row)
        line, room = "", 0.0
        for piece in pieces if len(pieces) > 1 else ():
            width = self._width(piece)
            if line and width > room:
                yield line.rstrip(" ")
                line = ""
            if not line:
                room = self.epw - 2 * self.c_margin - SLACK
            line, room = line + piece, room - width
        yield line or row

    def _width(self, piece: str) -> float:
        key = (self.font_family, self.font_size_pt, piece)
        if key not in self._widths:
            self._before = None
            self._widths[key] = self.get_string_width(piece)
        self._before = None
        return self._widths[key]

    def _ink(self, size: float, shade: int, text: str = "", *, style: str = "") -> None:
        if family(text) == WIDE:
            self.set_font(WIDE, "", size * WIDE_SIZE)
        else:
            self.set_font(SERIF, style, size)
        self.set_text_color(shade)

    # -- photos

    def _photo(self, data: bytes | None) -> None:
        size = _size(data)
        if data is None or size is None:
            self._aside(self._asides.photo_missing)
            return
        scale = min(self.epw / size[0], self.eph * TALLEST_PHOTO / size[1], LARGEST_SCALE)
        width, height = size[0] * scale, size[1] * scale
        if self.get_y() + height > self.page_break_trigger:
            self.add_page()
        self.image(io.BytesIO(data), x=(self.w - width) / 2, w=width, h=height)
        self.ln(PHOTO_GAP)


def _head(leaf: Leaf) -> str:
    """A name that is read from right to left turns nothing around it."""
    return leaf.head.replace(leaf.hand, f"\u2068{leaf.hand}\u2069", 1) if is_leftward(leaf.hand) else leaf.head


def _size(data: bytes | None) -> tuple[int, int] | None:
    """Width and height of a picture, or None where it cannot be shown."""
    try:
        with Image.open(io.BytesIO(data or b"")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.load()
            return picture.size
    except Exception:  # noqa: BLE001 - whatever a file may hold, the page says that a photo is missing
        return None
