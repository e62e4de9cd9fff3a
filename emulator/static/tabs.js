// Narrow screens: one phone at a time, a tab for each with what arrived unseen, a banner for the other phone's news.
import { button, el, hiddenText, written } from "./dom.js";

const BANNER_MS = 6000;
const NARROW = window.matchMedia("(max-width: 700px)");

export class Tabs {
  #phones = [];
  #tabs = new Map();
  #unseen = new Map();
  #active = null;
  #timer = 0;

  constructor() {
    this.node = el("div", { class: "tabs", role: "tablist", "aria-label": "Phones" });
    this.banner = el("div", { class: "banner", role: "status" });
    this.node.addEventListener("keydown", (event) => this.#walk(event));
    NARROW.addEventListener("change", () => this.#active && this.show(this.#active));
  }

  fill(phones) {
    this.#phones = phones;
    for (const phone of phones) this.#tabs.set(phone, this.#tab(phone));
    this.node.replaceChildren(...this.#tabs.values());
    this.show(phones[0]);
  }

  show(phone) {
    this.#active = phone;
    this.#unseen.set(phone, 0);
    this.banner.replaceChildren();
    for (const each of this.#phones) {
      each.node.classList.toggle("away", each !== phone);
      this.#mark(each);
    }
    if (phone.chat.atBottom) phone.chat.toBottom();
  }

  /** A message or a note arrived on that phone: counted and announced when it is not the one in front. */
  arrived(phone, from, words) {
    if (!NARROW.matches || phone === this.#active) return;
    this.#unseen.set(phone, (this.#unseen.get(phone) ?? 0) + 1);
    this.#mark(phone);
    const open = button(
      "",
      () => phone.around.show(phone),
      { class: "banner-button" },
      written("b", `${phone.user.name}’s phone · ${from}`),
      written("span", words),
    );
    this.banner.replaceChildren(open);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.banner.replaceChildren(), BANNER_MS);
  }

  #tab(phone) {
    const id = `phone-${phone.user.id}`;
    phone.node.id = id;
    return el("button", {
      type: "button",
      class: "tab",
      role: "tab",
      "aria-controls": id,
      on: { click: () => phone.around.show(phone) },
    });
  }

  #mark(phone) {
    const tab = this.#tabs.get(phone);
    const count = this.#unseen.get(phone) ?? 0;
    const badge = count ? el("span", { class: "badge" }, String(count), hiddenText(" new")) : "";
    tab.replaceChildren(phone.user.name, badge);
    tab.setAttribute("aria-selected", String(phone === this.#active));
    tab.tabIndex = phone === this.#active ? 0 : -1;
  }

  #walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (this.#phones.indexOf(this.#active) + step + this.#phones.length) % this.#phones.length;
    this.#phones[next].around.show(this.#phones[next]);
    this.#tabs.get(this.#active).focus();
  }
}
