// Formatted text: a message's text and its entities become elements. Offsets are UTF-16, as in JavaScript strings.
import { el } from "./dom.js";
import { safeHref } from "./links.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const LINKS = {
  url: (text) => text,
  text_link: (text, entity) => entity.url,
  email: (text) => `mailto:${text}`,
  phone_number: (text) => `tel:${text.replace(/[^\d+]/g, "")}`,
};

/** Renders to a list of nodes. `actions` has openLink(address) and sendCommand(text). */
export function formatted(text, entities, actions) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nest({ text, actions }, 0, text.length, sorted);
}

function nest(source, from, to, entities) {
  const nodes = [];
  let at = from;
  let rest = entities.filter((entity) => entity.offset < to && entity.length > 0);
  while (rest.length) {
    const [head, ...tail] = rest;
    const end = Math.min(head.offset + head.length, to);
    nodes.push(source.text.slice(at, head.offset));
    const inner = nest(source, head.offset, end, tail.filter((entity) => entity.offset < end));
    nodes.push(wrap(source, head, end, inner));
    at = end;
    rest = tail.map((entity) => after(entity, end)).filter((entity) => entity.length > 0);
  }
  nodes.push(source.text.slice(at, to));
  return nodes.filter((node) => node !== "");
}

/** What is left of an entity behind `end`: crossing entities are split, as Telegram does. */
function after(entity, end) {
  if (entity.offset >= end) return entity;
  return { ...entity, offset: end, length: entity.offset + entity.length - end };
}

function wrap({ text, actions }, entity, end, inner) {
  const words = text.slice(entity.offset, end);
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, inner);
  if (LINKS[entity.type]) return link(LINKS[entity.type](words, entity), inner, actions);
  if (entity.type === "bot_command") return command(words, inner, actions);
  if (entity.type === "spoiler") return spoiler(inner);
  if (entity.type === "blockquote") return el("blockquote", {}, inner);
  if (entity.type === "expandable_blockquote") return folded(inner);
  return el("span", {}, inner);
}

function link(address, inner, actions) {
  const open = (event) => {
    event.preventDefault();
    actions.openLink(address);
  };
  return el("a", { href: safeHref(address) ?? "#", class: "link", on: { click: open } }, inner);
}

function command(words, inner, actions) {
  return el(
    "button",
    { type: "button", class: "link command", on: { click: () => actions.sendCommand(words) } },
    inner,
  );
}

function spoiler(inner) {
  const cover = el("span", {
    class: "spoiler",
    role: "button",
    tabindex: "0",
    "aria-label": "Hidden text. Tap to show it.",
  });
  const words = el("span", { class: "spoiler-words", inert: true }, inner);
  const show = () => {
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    words.removeAttribute("inert");
  };
  cover.addEventListener("click", show);
  cover.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      show();
    }
  });
  cover.append(words);
  return cover;
}

function folded(inner) {
  const quote = el("blockquote", { class: "folded" });
  const toggle = el("button", { type: "button", class: "fold", "aria-expanded": "false", text: "Show all" });
  toggle.addEventListener("click", () => {
    const open = !quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Show less" : "Show all";
  });
  quote.append(el("span", { class: "quoted" }, inner), toggle);
  return quote;
}
