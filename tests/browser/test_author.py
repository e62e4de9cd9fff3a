"""The author's view beside the phones: the graph of a running dialog, its values, and beginning anywhere."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.contrast import READ, too_faint
from tests.support.process import Stage


def node(page: Page, name: str) -> Locator:
    return page.locator(f'.graph-node[data-node="{name}"]')


def test_an_author_sees_where_a_person_is_and_begins_elsewhere(stage: Stage, page_of: Callable[..., Any]) -> None:
    phones = page_of(stage.url)
    page, ana = phones.page, phones.left
    phones.presses("Author\N{RIGHT SINGLE QUOTATION MARK}s view")
    view = page.locator("#drawer")
    expect(view).to_contain_text("Ana is in no dialog now")

    ana.starts()
    expect(node(page, "first")).to_have_class(re.compile("current"))
    ana.taps("Got one")
    expect(node(page, "tell")).to_have_class(re.compile("current"))
    expect(node(page, "tell")).to_be_in_viewport()
    expect(node(page, "first")).not_to_have_class(re.compile("current"))
    expect(view.locator(".way")).to_contain_text("welcome.first: got_one → tell")
    expect(page.locator(".graph-line.taken")).to_have_count(1)

    assert too_faint(page, f"{READ}, .graph-node .id, .graph-node .first-words") == []

    view.get_by_label("Dialog", exact=True).select_option("practise")
    node(page, "why").click()
    expect(view.locator(".author-node")).to_contain_text("Why does it matter to you?")
    view.get_by_role("button", name="Start here").click()
    ana.sees("Why does it matter to you?")
    expect(ana.key("Skip")).to_be_visible()
    expect(view.locator(".stack")).to_have_text("practise: why")
    expect(view.locator(".values")).to_contain_text("a little lonely")
    expect(node(page, "why")).to_have_class(re.compile("current"))

    view.get_by_label("Dialog", exact=True).select_option("menu")
    view.get_by_role("button", name="Begin it").click()
    ana.sees("Still open: Practise saying")
    expect(view.locator(".stack")).to_contain_text("menu: ")

    phones.right.root.locator(".device-label").click()
    expect(view).to_contain_text("Ben is in no dialog now")
    view.get_by_label("Dialog", exact=True).select_option("menu")
    view.get_by_role("button", name="Begin it").click()
    expect(view).to_contain_text("This person has not pressed START yet.")


def test_the_graph_is_walked_and_read_without_a_mouse(stage: Stage, page_of: Callable[..., Any]) -> None:
    phones = page_of(stage.url)
    page = phones.page
    phones.left.starts()
    phones.presses("Author\N{RIGHT SINGLE QUOTATION MARK}s view")
    page.get_by_label("Dialog", exact=True).select_option("practise")
    boxes = page.locator(".graph-node")
    expect(page.get_by_role("group", name="Graph of practise")).to_be_visible()
    places = boxes.evaluate_all("(all) => all.map((box) => box.querySelector('rect').getBoundingClientRect().toJSON())")
    assert len(places) > 60
    crossing = [
        (a, b)
        for index, a in enumerate(places)
        for b in places[index + 1 :]
        if abs(a["x"] - b["x"]) < a["width"] and abs(a["y"] - b["y"]) < a["height"]
    ]
    assert crossing == [], "boxes lie over one another"
    page.locator('.graph-node[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".graph-node:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    chosen = page.locator(".graph-node.chosen").get_attribute("data-node")
    expect(page.locator(".author-node b")).to_have_text(str(chosen))
    page.get_by_role("button", name="Whole", exact=True).click()
    for end in (boxes.first, boxes.last):
        expect(end).to_be_in_viewport()
    page.get_by_role("button", name="Larger").click()
    phones.page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_nothing_of_it_is_there_where_the_bot_does_not_show_itself(phones: Any) -> None:
    expect(phones.page.get_by_role("button", name="Call log")).to_be_visible()
    expect(phones.page.get_by_role("button", name=re.compile("Author|Next nudge"))).to_have_count(0)
