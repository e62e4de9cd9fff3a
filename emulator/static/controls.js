// The strip outside the phones: the demo's clock, moving time on, starting over, details.
import { button, el, icon } from "./dom.js";
import { post } from "./api.js";
import { fullLabel } from "./dates.js";

const SURE_MS = 4000;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const MOVES = [
  ["+1 hour", { advance: "1h" }],
  ["Next 9:00", { to: "09:00", zone: ZONE }],
  ["+1 day", { advance: "1d" }],
];

export class Controls {
  #clock;
  #drawer;

  constructor(clock, drawer) {
    this.#clock = clock;
    this.#drawer = drawer;
    this.time = el("span", { class: "clock-words" });
    this.message = el("span", { class: "strip-message", role: "status" });
    this.steps = el("div", { class: "control-buttons", id: "control-buttons" }, this.#buttons());
    this.more = button("Time and tools", () => this.#toggle(), {
      class: "control more-tools",
      "aria-expanded": "false",
      "aria-controls": "control-buttons",
    });
    const label = el(
      "div",
      { class: "clock", title: "The demo has a clock of its own. Move it on to see what happens later." },
      icon("clock"),
      this.time,
    );
    this.node = el(
      "div",
      { class: "controls", role: "toolbar", "aria-label": "Time and tools" },
      label,
      this.more,
      this.steps,
      this.message,
    );
    setInterval(() => this.tick(), 5000);
    this.tick();
  }

  tick() {
    const words = fullLabel(this.#clock.now());
    if (this.time.textContent !== words) this.time.textContent = words;
  }

  #buttons() {
    const moves = MOVES.map(([label, body]) => button(label, () => this.#run("clock", body), { class: "control" }));
    const reset = button("Reset", () => this.#askReset(reset), { class: "control" });
    this.details = button("Details", () => this.#drawer.toggle(this.details), {
      class: "control",
      "aria-expanded": "false",
      "aria-controls": "drawer",
    });
    return [...moves, reset, this.details];
  }

  #toggle() {
    const open = this.node.classList.toggle("open");
    this.more.setAttribute("aria-expanded", String(open));
  }

  // Two taps, because it deletes both chats.
  #askReset(reset) {
    if (reset.dataset.sure) {
      this.#doubt(reset);
      return this.#run("reset", { strangers: true }).then(() => location.reload()); // the phones have new owners
    }
    reset.dataset.sure = "yes";
    reset.textContent = "Really? Both chats go";
    setTimeout(() => this.#doubt(reset), SURE_MS);
  }

  #doubt(reset) {
    delete reset.dataset.sure;
    reset.textContent = "Reset";
  }

  async #run(path, body) {
    try {
      const answer = await post(path, body);
      if (answer.now) this.#clock.set(answer.now);
      this.message.textContent = "";
    } catch (error) {
      this.message.textContent = error.message;
    }
    this.tick();
  }
}
