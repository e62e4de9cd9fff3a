// The scrolling list of messages: order, date chips, staying at the bottom, the "down" button.
import { button, div, el, hiddenText, icon, written } from "./dom.js";
import { markFetched, messageView } from "./bubble.js";
import { dayLabel, dayOf } from "./dates.js";

const NEAR_BOTTOM = 60;
const GOING_MS = 160;
const KEYS_WAIT_MS = 6000; // how long after a tap from the keyboard the focus may go on to the next question

export class Chat {
  #phone;
  #rows = new Map();
  #stuck = true;
  #news = 0;
  #size = "";
  #wantsKeys = 0;

  constructor(phone) {
    this.#phone = phone;
    this.list = div("list");
    this.about = div("about");
    this.log = el(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-label": `Chat of ${phone.user.name}`, tabindex: "0" },
      this.about,
      this.list,
    );
    this.badge = el("span", { class: "badge", hidden: true });
    this.down = button(
      "",
      () => this.toBottom(),
      { class: "down", title: "To the newest message", hidden: true },
      icon("down"),
      this.badge,
      hiddenText("To the newest message"),
    );
    this.node = div("chat", this.log, this.down);
    this.log.addEventListener("scroll", () => this.#noteScroll());
    this.log.addEventListener("keydown", (event) => this.#walk(event));
    new ResizeObserver(() => this.#stuck && this.#jumpDown()).observe(this.list);
    new ResizeObserver(() => this.#stuck && this.#jumpDown()).observe(this.log);
  }

  /** True when the newest message is in sight (as far as this phone is itself in sight). */
  get atBottom() {
    return this.#stuck;
  }

  fill(messages) {
    this.log.setAttribute("aria-busy", "true");
    this.list.replaceChildren();
    this.#rows.clear();
    for (const message of messages) this.#insert(message);
    this.relabel();
    this.toBottom();
    this.log.removeAttribute("aria-busy");
  }

  add(message) {
    if (this.#rows.has(message.id)) return this.replace(message);
    const row = this.#insert(message);
    row.classList.add("new");
    this.relabel();
    if (message.from === "user" || this.#stuck) this.toBottom();
    else this.#count(this.#news + 1);
    this.#handKeysOver(row);
  }

  replace(message) {
    const row = this.#rows.get(message.id);
    if (!row) return this.add(message);
    const old = row.lastElementChild;
    const focused = old.contains(document.activeElement);
    const fresh = messageView(message, this.#phone);
    row.classList.remove("new"); // an edit does not arrive once more
    old.replaceWith(fresh);
    this.#requote([message.id]);
    if (focused) this.#keepFocus(row, fresh.querySelector(".key"));
    else this.#handKeysOver(row);
  }

  /** The bot has these: a second tick, in place, so that no screen reader reads the message again. */
  fetched(ids) {
    for (const id of ids) markFetched(this.#rows.get(id));
  }

  drop(ids) {
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (!row) continue;
      this.#rows.delete(id);
      if (row.contains(document.activeElement)) this.#keepFocus(row, null);
      row.classList.add("going");
      row.inert = true;
      setTimeout(() => row.remove(), GOING_MS);
    }
    this.relabel();
    this.#requote(ids);
  }

  /** Replies show what has become of the message that they answer. */
  #requote(ids) {
    const { messages } = this.#phone;
    for (const [id, row] of this.#rows) {
      const message = messages.get(id);
      if (!message?.reply_to || !ids.includes(message.reply_to)) continue;
      row.querySelector(".quote")?.replaceWith(messageView(message, this.#phone).querySelector(".quote"));
    }
  }

  /** The focused part of a row goes: on to `key`, to the next question's buttons, or to the chat until they come. */
  #keepFocus(row, key) {
    const later = [...this.list.querySelectorAll(".row")].filter((each) => isAfter(row, each));
    const next = key ?? later.map((each) => each.querySelector(".key")).find(Boolean);
    this.#wantsKeys = next ? 0 : Date.now() + KEYS_WAIT_MS;
    (next ?? this.log).focus({ preventScroll: true });
  }

  /** Whoever answers by keyboard finds the next question's buttons under their fingers. */
  #handKeysOver(row) {
    if (Date.now() > this.#wantsKeys || document.activeElement !== this.log) return;
    const key = row.querySelector(".key");
    if (!key) return;
    this.#wantsKeys = 0;
    key.focus({ preventScroll: true });
  }

  // Up and down go from message to message, and from button to button inside a keyboard; Enter opens the menu.
  #walk(event) {
    const key = event.target.closest(".key");
    if (key) return this.#walkKeys(event, key);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const here = event.target.closest(".message");
    if (event.target !== this.log && event.target !== here) return;
    if (here && ["Enter", "ContextMenu"].includes(event.key)) {
      event.preventDefault();
      return this.#phone.messageMenu(this.#phone.messages.get(Number(here.dataset.id)), here);
    }
    if (!step) return;
    event.preventDefault();
    const all = [...this.list.querySelectorAll(".message")];
    const next = here ? all.indexOf(here) + step : all.length - 1;
    const message = all[Math.max(0, Math.min(all.length - 1, next))];
    message?.focus({ preventScroll: true });
    message?.scrollIntoView({ block: "nearest" });
  }

  #walkKeys(event, key) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...key.closest(".keys").querySelectorAll(".key")];
    all[(all.indexOf(key) + step + all.length) % all.length].focus();
  }

  /** Puts a date chip above the first message of each day, and a tail on the last of one person's messages. */
  relabel() {
    let before = null;
    for (const row of [...this.list.children].filter((each) => !each.inert)) {
      const date = Number(row.dataset.date);
      const sameDay = before && dayOf(date) === dayOf(Number(before.dataset.date));
      const sameSide = Boolean(sameDay && before.dataset.from === row.dataset.from);
      this.#chip(row, sameDay ? "" : dayLabel(date, this.#phone.clock.now()));
      before?.classList.toggle("tailed", !sameSide);
      row.classList.toggle("joined", sameSide);
      before = row;
    }
    before?.classList.add("tailed");
  }

  jumpTo(id) {
    const row = this.#rows.get(id);
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.classList.add("found");
    setTimeout(() => row.classList.remove("found"), 1500);
  }

  toBottom() {
    this.#stuck = true;
    this.#count(0);
    this.#jumpDown();
    this.down.hidden = true;
  }

  #insert(message) {
    const data = { date: message.date, from: message.from };
    const row = el("div", { class: "row", data }, messageView(message, this.#phone));
    const later = [...this.#rows.keys()].filter((id) => id > message.id);
    const next = later.length ? this.#rows.get(Math.min(...later)) : null;
    this.list.insertBefore(row, next);
    this.#rows.set(message.id, row);
    return row;
  }

  #chip(row, label) {
    const old = row.querySelector(":scope > .chip");
    if (old?.textContent === label) return;
    old?.remove();
    if (label) row.prepend(written("div", label, "chip"));
  }

  #jumpDown() {
    this.log.scrollTop = this.log.scrollHeight;
    this.#size = this.#measure();
  }

  #measure() {
    return `${this.log.scrollHeight}/${this.log.clientHeight}/${this.log.clientWidth}`;
  }

  #noteScroll() {
    if (!this.log.clientHeight) return;
    // A new layout moves the list too; only a person's own scrolling may let go of the bottom.
    if (this.#stuck && this.#size !== this.#measure()) return this.#jumpDown();
    this.#stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_BOTTOM;
    this.down.hidden = this.#stuck;
    if (this.#stuck) this.#count(0);
  }

  #count(number) {
    this.#news = number;
    this.badge.textContent = String(number);
    this.badge.hidden = !number;
  }
}

const isAfter = (row, other) => Boolean(row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
