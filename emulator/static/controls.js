// The strip outside the phones: the demo's clock, moving time on, looking behind the chats, starting over.
import { button, el, icon, written } from "./dom.js";
import { post } from "./api.js";
import { fullLabel } from "./dates.js";

const SURE_MS = 4000;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const MOVES = [
  ["+1 hour", { advance: "1h" }, "Moves the clock of both phones one hour on"],
  ["Next 9:00", { to: "09:00", zone: ZONE }, "Moves the clock to nine in the morning, when daily messages often come"],
  ["+1 day", { advance: "1d" }, "Moves the clock of both phones one day on"],
];
const BEHIND = {
  author: ["Author’s view", "The dialog behind the chat, as a graph; begin anywhere in it"],
  calls: ["Call log", "What the bot calls and what Telegram hands to it"],
  faults: ["Faults", "Make Telegram slow, deaf or broken and see what the bot does"],
};

export class Controls {
  #clock;
  #drawer;
  #nextNudge;

  /** `nextNudge()` answers with the moment of the next daily message, or null; it is absent where nobody can know. */
  constructor(clock, drawer, nextNudge) {
    this.#clock = clock;
    this.#drawer = drawer;
    this.#nextNudge = nextNudge;
    this.time = el("span", { class: "clock-words" });
    this.message = el("span", { class: "strip-message", role: "status" });
    this.steps = el("div", { class: "control-buttons", id: "control-buttons" }, this.#groups());
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

  #groups() {
    const moves = MOVES.map(([label, body, title]) =>
      button(label, () => this.#run("clock", body), { class: "control", title }));
    const nudge = this.#nextNudge && button("Next nudge", () => this.#toNudge(), {
      class: "control",
      title: "Moves the clock to the next daily message that either of them gets",
    });
    const behind = this.#drawer.parts.map(({ id }) => this.#opener(id, ...BEHIND[id]));
    const reset = button("Reset", () => this.#askReset(reset), {
      class: "control quiet",
      title: "Both chats begin anew, with two people whom the bot has never met",
    });
    return [group("Move the clock", [...moves, nudge]), group("Look behind", behind), reset];
  }

  #opener(id, label, title) {
    const opener = button(label, () => this.#drawer.toggle(id, opener), {
      class: "control",
      title,
      "aria-expanded": "false",
      "aria-controls": "drawer",
    });
    return opener;
  }

  #toggle() {
    const open = this.node.classList.toggle("open");
    this.more.setAttribute("aria-expanded", String(open));
  }

  async #toNudge() {
    try {
      const moment = await this.#nextNudge();
      if (moment === null) this.#say("No daily message is planned yet. Answer the first questions on a phone.");
      else await this.#run("clock", { at: moment + 1 });
    } catch (error) {
      this.#say(error.message);
    }
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

  #say(words) {
    this.message.textContent = words;
  }

  async #run(path, body) {
    try {
      const answer = await post(path, body);
      if (answer.now) this.#clock.set(answer.now);
      this.#say("");
    } catch (error) {
      this.#say(error.message);
    }
    this.tick();
  }
}

function group(label, buttons) {
  return el(
    "div",
    { class: "control-group", role: "group", "aria-label": label },
    written("span", label, "group-label"),
    buttons,
  );
}
