// The inline keyboard under a bubble: rows as given, a spinner on a button until its tap is answered.
import { div, el, hiddenText, icon, written } from "./dom.js";

const PATIENCE = 15000;

/** Taps that wait for an answer. It may overtake the reply that carries its query id, so both orders are kept. */
export class WaitingTaps {
  #waiting = new Map();
  #answered = new Set();

  add(query, stop) {
    if (this.#answered.delete(query)) return stop();
    this.#waiting.set(query, stop);
    setTimeout(() => this.end(query), PATIENCE);
  }

  end(query) {
    const stop = this.#waiting.get(query);
    if (stop) stop();
    else this.#answered.add(query);
    this.#waiting.delete(query);
  }
}

export function keyboard(message, phone) {
  if (!message.buttons?.length) return null;
  const rows = message.buttons.map((row) => div("key-row", row.map((key) => keyButton(message, key, phone))));
  return el("div", { class: "keys", role: "group", "aria-label": "Answers" }, rows);
}

function keyButton(message, key, phone) {
  const words = written("span", key.text, "key-words");
  const node = el("button", { type: "button", class: "key" }, words);
  if (key.url) {
    node.append(icon("outward"), hiddenText(" (link)"));
    node.addEventListener("click", () => phone.openLink(key.url));
  } else {
    node.addEventListener("click", () => tap(node, message, key, phone));
  }
  return node;
}

async function tap(node, message, key, phone) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  const stop = () => node.removeAttribute("aria-busy");
  const answer = await phone.act("tap", { message_id: message.id, data: key.data });
  if (answer?.query_id) phone.taps.add(answer.query_id, stop);
  else stop();
}
