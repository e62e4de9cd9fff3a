import re
from pathlib import Path

from bot.engine.codes import CODES, page

BOT = Path(__file__).parents[2] / "bot"


def test_every_finding_that_can_be_made_is_explained_and_no_other():
    sources = [*(BOT / "engine").rglob("*.py"), *(BOT / "content").rglob("*.py")]
    made = {
        code
        for path in sources
        if path.name != "codes.py"
        for code in re.findall(r'"(D\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert made == set(CODES)


def test_the_page_has_a_heading_for_each_finding():
    assert re.findall(r"^### (D\d{3})$", page(), re.MULTILINE) == sorted(CODES)
