// Messages from one person to another, beside the bot's chat: what Telegram's share sheet sends. They live in this page only.
import { button, el, iconButton } from "./dom.js";
import { timeOf } from "./dates.js";
import { findAddresses, readLink } from "./links.js";
import { formatted } from "./entities.js";
import { openSheet } from "./overlay.js";

const STORE = "emulator-notes";

/** The notes on their way between the phones of this page; a reload keeps them. */
export class Post {
  #notes = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");

  send(note) {
    this.#keep([...this.#notes, { ...note, id: crypto.randomUUID?.() ?? String(Math.random()) }]);
  }

  for(user) {
    return this.#notes.filter((note) => note.to === user);
  }

  drop(test) {
    this.#keep(this.#notes.filter((note) => !test(note)));
  }

  #keep(notes) {
    this.#notes = notes;
    sessionStorage.setItem(STORE, JSON.stringify(notes));
  }
}

/** The card "Messages from Ana" on top of a phone's chat. */
export function noteCard(name, notes, phone) {
  const title = `Messages from ${name}`;
  const open = phone.notesOpen;
  const face = el("span", { class: "avatar small", "aria-hidden": "true", text: name.slice(0, 1) });
  const toggle = button(title, () => phone.foldNotes(open), { class: "note-toggle", "aria-expanded": String(open) }, face, el("b", { text: title }));
  const close = iconButton("close", `Put away the messages from ${name}`, () => phone.putAway(notes));
  const views = open ? notes.map((note) => noteView(note, phone)) : [];
  return el("section", { class: `note-card ${open ? "" : "folded-card"}`, "aria-label": title }, el("div", { class: "note-head" }, toggle, close), views);
}

function noteView(note, phone) {
  const words = el("div", { class: "words", dir: "auto" }, formatted(note.text, findAddresses(note.text), phone));
  const start = findAddresses(note.text)
    .map(({ offset, length }) => note.text.slice(offset, offset + length))
    .find((address) => readLink(address, phone.bot.username).kind === "start");
  const open = start && button(`Open ${phone.bot.name}`, () => phone.openLink(start, { here: true }), { class: "main-action note-open" });
  return el("div", { class: "note" }, words, el("span", { class: "foot" }, el("time", { text: timeOf(note.date) })), open);
}

/** Telegram's share sheet: choose whom to send to, change the words, send. */
export function openShare(phone, text, others) {
  const words = el("textarea", { class: "text-input", rows: "6", "aria-label": "Message to share", dir: "auto" });
  words.value = text;
  const body = el("div", { class: "share" });
  const hint = el("p", { class: "faint", text: "Send to" });
  body.append(hint, chooser(others), words);
  const to = () => Number(body.querySelector("input:checked")?.value);
  const check = () => Boolean(to() && words.value.trim());
  const run = () => phone.sendNote(to(), words.value.trim());
  openSheet(phone, { title: "Share", body, actions: [{ label: "Cancel" }, { label: "Send", main: true, check, run }] });
}

function chooser(others) {
  const options = others.map((other, index) => {
    const radio = el("input", { type: "radio", name: `to-${Math.random()}`, value: String(other.id), checked: index === 0 });
    return el("label", { class: "person" }, radio, el("span", { class: "avatar", "aria-hidden": "true", text: other.name.slice(0, 1) }), el("span", { text: other.name }));
  });
  return el("div", { class: "people", role: "radiogroup", "aria-label": "Send to" }, options);
}
