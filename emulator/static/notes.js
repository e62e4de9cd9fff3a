// Messages from one person to the other, beside the bot's chat: what the share sheet sends. Only this page keeps them.
import { button, div, el, face, iconButton, written } from "./dom.js";
import { timeOf } from "./dates.js";
import { findAddresses, readLink } from "./links.js";
import { formatted } from "./entities.js";
import { openSheet } from "./overlay.js";

const STORE = "emulator-notes";

/** The notes on their way between the phones of this page; a reload keeps them. */
export class Post {
  #notes = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");

  send(note) {
    this.#keep([...this.#notes, { ...note, id: Math.random() }]);
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
  const toggle = button(
    title,
    () => phone.foldNotes(open),
    { class: "note-toggle", "aria-expanded": String(open) },
    face(name, "small"),
    written("b", title),
  );
  const close = iconButton("close", `Put away the messages from ${name}`, () => phone.putAway(notes));
  const views = open ? notes.map((note) => noteView(note, phone)) : [];
  return el(
    "section",
    { class: `note-card ${open ? "" : "folded-card"}`, "aria-label": title },
    div("note-head", toggle, close),
    views,
  );
}

function noteView(note, phone) {
  const addresses = findAddresses(note.text);
  // It has reached the person it was meant for: no question on whose phone an invitation shall open.
  const openHere = (address) => phone.openLink(address, { here: true });
  const words = el("div", { class: "words", dir: "auto" }, formatted(note.text, addresses, { openLink: openHere }));
  const start = addresses
    .map(({ offset, length }) => note.text.slice(offset, offset + length))
    .find((address) => readLink(address, phone.bot.username).kind === "start");
  const open = start && button(`Open ${phone.bot.name}`, () => openHere(start), { class: "main-action note-open" });
  return div("note", words, el("span", { class: "foot" }, written("time", timeOf(note.date))), open);
}

/** Telegram's share sheet: choose whom to send to, change the words, send. */
export function openShare(phone, text, others) {
  const words = el("textarea", { class: "text-input", rows: "8", "aria-label": "Message to share", dir: "auto" });
  words.value = text;
  const body = div("share");
  const hint = written("p", "Send to", "faint");
  body.append(hint, chooser(phone, others), words);
  const to = () => Number(body.querySelector("input:checked")?.value);
  const check = () => Boolean(to() && words.value.trim());
  const run = () => phone.sendNote(to(), words.value.trim());
  openSheet(phone, { title: "Share", body, actions: [{ label: "Cancel" }, { label: "Send", main: true, check, run }] });
}

function chooser(phone, others) {
  const options = others.map((other, index) => {
    const radio = el("input", {
      type: "radio",
      name: `share-from-${phone.user.id}`,
      value: String(other.id),
      checked: index === 0,
    });
    return el(
      "label",
      { class: "person" },
      radio,
      face(other.name),
      written("span", other.name),
    );
  });
  return el("div", { class: "people", role: "radiogroup", "aria-label": "Send to" }, options);
}
