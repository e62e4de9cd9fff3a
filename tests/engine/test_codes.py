import re
from pathlib import Path

from bot.engine.codes import CODES, THEMES, theme_of
from bot.engine.codes.pages import pages

BOT = Path(__file__).parents[2] / "bot"


def test_every_finding_that_can_be_made_is_explained_and_no_other():
    sources = [*(BOT / "engine").rglob("*.py"), *(BOT / "content").rglob("*.py")]
    made = {
        code
        for path in sources
        if path.parent.name != "codes"
        for code in re.findall(r'"(D\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert made == set(CODES)


def test_there_is_a_page_for_each_finding_and_the_index_links_to_it():
    made = pages()
    assert set(made) == {"README.md", *(f"{code}.md" for code in CODES)}
    assert re.findall(r"\]\((D\d{3})\.md\) \|", made["README.md"]) == sorted(CODES)
    assert {theme_of(code) for code in CODES} == set(THEMES)
