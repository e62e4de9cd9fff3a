"""How well words stand out from what they stand on, worked out in the page from what is really painted there."""

from typing import Any

from playwright.sync_api import Page

# Places whose words must reach 4.5 to 1 (WCAG AA).
READ = (
    ".title, .state, .words, .words a, .foot, .key, .chip, .about p, .start, .control, .clock-words, .menu-button, h1, "
    "h2, h3, .tip, .badge, .quote b, .quote span, .length, .command-row b, .command-row span, .menu-item, .menu-note, "
    ".sheet-text, .person, .main-action, .quiet-action, .text-input, .toast, .strip-words b, .strip-words span, "
    ".pinned-words, .tab, .call-list li, .call-list code, .faint, label, .level, .way li, .values dt, .values dd, "
    ".node-words, .link, .file-name, .reaction, .banner-button b, .banner-button span"
)

CONTRAST = """(places) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, ground) => top.slice(0, 3).map((v, i) => (v * top[3] + ground[i] * (255 - top[3])) / 255);
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const colour = rgb(getComputedStyle(node).backgroundColor);
    return colour[3] === 255 ? colour.slice(0, 3) : over(colour, ground(node.parentElement));
  };
  const between = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const inBox = (node) => node.namespaceURI.endsWith("svg");
  const colours = (node) => inBox(node)
    ? [getComputedStyle(node).fill, rgb(getComputedStyle(node.parentNode.querySelector("rect")).fill)]
    : [getComputedStyle(node).color, ground(node)];
  const ratio = (node) => {
    const [colour, under] = colours(node);
    return between(over(rgb(colour), under), under);
  };
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !node.closest("[disabled]") && node.textContent + (node.value ?? "");
  return [...document.querySelectorAll(places)].filter(shown)
    .map((node) => [node.getAttribute("class") || node.tagName, Math.round(ratio(node) * 100) / 100])
    .filter(([, value]) => value < 4.5);
}"""

# What would have to be scrolled sideways.
WIDER = """() => [document.scrollingElement, ...document.querySelectorAll(".log, .screen, .bubble, .key")]
    .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className)"""


def too_faint(page: Page, places: str = READ) -> list[Any]:
    """Where words fall short, in the light and in the dark; the page ends in the dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [[scheme, *place] for place in page.evaluate(CONTRAST, places)]
    return found
