// What stands at the bottom of a phone: START, Unblock, or the text field. Keeps the invitation that START hands over.
import { button, div, iconButton } from "./dom.js";

export class Bottom {
  #phone;
  #payload = null;
  #shown = "";

  constructor(phone) {
    this.#phone = phone;
    this.node = div("bottom");
  }

  /** An invitation link was opened: START hands over `payload`, as in Telegram. */
  invite(payload) {
    this.#payload = payload;
    this.refresh();
    this.node.querySelector(".wide-action")?.focus();
  }

  forgetInvitation() {
    this.#payload = null;
  }

  refresh() {
    const wanted = this.#wanted();
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const held = this.node.contains(document.activeElement);
    this.node.replaceChildren(this.#bar(wanted));
    if (held) this.#phone.composer.rest();
  }

  #wanted() {
    const { blocked, messages } = this.#phone;
    if (blocked) return "unblock";
    if (!messages.size) return "start";
    return this.#payload === null ? "text" : "start or not";
  }

  #bar(wanted) {
    if (wanted === "text") return this.#phone.composer.node;
    if (wanted === "unblock") return button("UNBLOCK", () => this.#phone.act("unblock", {}), { class: "wide-action" });
    const later = wanted === "start or not" && iconButton("close", "Not now", () => this.#leave());
    return div("start-bar", button("START", () => this.#start(), { class: "wide-action start" }), later);
  }

  #leave() {
    this.forgetInvitation();
    this.refresh();
  }

  async #start() {
    const payload = this.#payload;
    this.forgetInvitation();
    const done = await this.#phone.act("start", payload ? { payload } : {});
    if (!done) this.#payload = payload;
    this.refresh();
  }
}
