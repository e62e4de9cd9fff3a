// The scrolling list of messages: order, date chips, staying at the bottom, the "down" button.
import { button, div, el, hiddenText, icon, written } from "./dom.js";
import { messageView } from "./bubble.js";
import { dayLabel, dayOf } from "./dates.js";

const NEAR_BOTTOM = 60;

export class Chat {
  #phone;
  #rows = new Map();
  #stuck = true;
  #news = 0;
  #size = "";

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
    this.#insert(message);
    this.relabel();
    if (message.from === "user" || this.#stuck) this.toBottom();
    else this.#count(this.#news + 1);
  }

  replace(message) {
    const row = this.#rows.get(message.id);
    if (!row) return this.add(message);
    const old = row.lastElementChild;
    const focused = old.contains(document.activeElement);
    const fresh = messageView(message, this.#phone);
    old.replaceWith(fresh);
    if (focused) (fresh.querySelector(".key") ?? this.log).focus({ preventScroll: true });
  }

  drop(ids) {
    for (const id of ids) {
      this.#rows.get(id)?.remove();
      this.#rows.delete(id);
    }
    this.relabel();
  }

  /** Puts a date chip above the first message of each day. */
  relabel() {
    let last = "";
    for (const row of this.list.children) {
      const date = Number(row.dataset.date);
      const day = dayOf(date);
      this.#chip(row, day === last ? "" : dayLabel(date, this.#phone.clock.now()));
      last = day;
    }
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
    const row = el("div", { class: "row", data: { date: message.date } }, messageView(message, this.#phone));
    const later = [...this.#rows.keys()].filter((id) => id > message.id);
    const next = later.length ? this.#rows.get(Math.min(...later)) : null;
    this.list.insertBefore(row, next);
    this.#rows.set(message.id, row);
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
