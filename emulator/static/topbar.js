// The bar on top of a phone: who this chat is with, what they are doing, and the ⋮ menu.
import { el, iconButton, written } from "./dom.js";
import { openMenu, openSheet } from "./overlay.js";

const TYPING_SECONDS = 6;

export class TopBar {
  #phone;
  #timer = 0;
  #up = true;
  #typing = false;

  constructor(phone) {
    this.#phone = phone;
    this.letter = el("span", { class: "avatar", "aria-hidden": "true" });
    this.title = el("span", { class: "title" });
    this.state = el("span", { class: "state", "aria-live": "off" });
    const more = iconButton("more", "Chat menu", (event) => this.#menu(event.currentTarget));
    const who = el(
      "button",
      { type: "button", class: "who", title: "About this bot", on: { click: () => this.#about() } },
      this.letter,
      el("span", { class: "names" }, this.title, this.state),
    );
    this.node = el("header", { class: "topbar" }, who, more);
  }

  name(bot) {
    this.title.textContent = bot.name;
    this.letter.textContent = bot.name.slice(0, 1);
    this.#show();
  }

  typing(on) {
    clearTimeout(this.#timer);
    this.#typing = on;
    if (on) this.#timer = setTimeout(() => this.typing(false), TYPING_SECONDS * 1000);
    this.#show();
  }

  link(up) {
    this.#up = up;
    this.#show();
  }

  #show() {
    this.state.textContent = this.#up ? (this.#typing ? "typing…" : "bot") : "connecting…";
    this.state.classList.toggle("busy", this.#typing || !this.#up);
  }

  #menu(anchor) {
    const phone = this.#phone;
    const verb = phone.blocked ? "unblock" : "block";
    const block = { label: phone.blocked ? "Unblock bot" : "Block bot", run: () => phone.act(verb, {}) };
    const about = { label: "About this bot", run: () => this.#about() };
    const started = [{ label: "Clear chat", run: () => this.#clear() }, block];
    openMenu(phone, anchor, "Chat menu", phone.started ? [about, ...started] : [about]);
  }

  #about() {
    const { bot } = this.#phone;
    const body = [
      written("p", bot.description || "This bot says nothing about itself.", "sheet-text"),
      written("p", `@${bot.username}`, "faint"),
    ];
    openSheet(this.#phone, { title: bot.name, body, actions: [{ label: "Close", main: true }] });
  }

  #clear() {
    const phone = this.#phone;
    const run = () => phone.act("delete", { message_ids: [...phone.messages.keys()] });
    const body = written("p", "All messages of this chat go, for you and for the bot.", "sheet-text");
    openSheet(phone, {
      title: "Clear this chat?",
      body,
      actions: [{ label: "Cancel" }, { label: "Clear", main: true, run }],
    });
  }
}
