// The bar under the header: the newest pinned message; a tap leads there, and on to the one pinned before it.
import { el, icon, written } from "./dom.js";
import { summary } from "./media.js";

export class PinnedBar {
  #phone;
  #ids = [];
  #at = 0;

  constructor(phone) {
    this.#phone = phone;
    this.words = el("span", { class: "pinned-words" });
    this.node = el(
      "button",
      { type: "button", class: "pinned", hidden: true, on: { click: () => this.#jump() } },
      icon("pin"),
      el("span", { class: "strip-words" }, written("b", "Pinned message"), this.words),
    );
  }

  /** `ids` from the oldest to the newest. */
  show(ids = []) {
    this.#ids = ids;
    this.#at = ids.length - 1;
    this.refresh();
  }

  /** After a message was edited or deleted. */
  refresh() {
    this.#ids = this.#ids.filter((id) => this.#phone.messages.has(id));
    this.#at = Math.min(Math.max(this.#at, 0), this.#ids.length - 1);
    const message = this.#phone.messages.get(this.#ids[this.#at]);
    this.node.hidden = !message;
    if (message) this.words.textContent = summary(message);
  }

  #jump() {
    this.#phone.chat.jumpTo(this.#ids[this.#at]);
    this.#at = (this.#at - 1 + this.#ids.length) % this.#ids.length;
    this.refresh();
  }
}
