// The reply keyboard: buttons under the text field that write their own label, until the bot takes them away.
import { button, div, el } from "./dom.js";

export class ReplyKeyboard {
  #phone;

  constructor(phone) {
    this.#phone = phone;
    this.node = el("div", { class: "replies", role: "group", "aria-label": "Suggested answers", hidden: true });
  }

  /** Shows what the newest message with a say in it wants: a keyboard, or none. */
  follow(messages) {
    const markups = [...messages.values()].map((message) => message.reply_markup);
    const last = markups.findLast((markup) => markup?.keyboard || markup?.remove_keyboard);
    this.#show(last?.keyboard ?? [], Boolean(last?.one_time_keyboard));
  }

  #show(rows, once) {
    this.node.hidden = !rows.length;
    this.node.replaceChildren(...rows.map((row) => div("key-row", row.map((key) => this.#key(key, once)))));
  }

  #key(key, once) {
    const text = key.text ?? key;
    const say = () => {
      if (once) this.node.hidden = true;
      this.#phone.act("say", { text });
    };
    return button(text, say, { class: "key" });
  }
}
