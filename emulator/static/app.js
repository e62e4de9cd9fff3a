// Puts the page together: two phones, the tabs of narrow screens, the control strip, the drawer.
import { getJson } from "./api.js";
import { Controls } from "./controls.js";
import { VirtualClock } from "./dates.js";
import { div, written } from "./dom.js";
import { Author } from "./author.js";
import { readStanding } from "./author-api.js";
import { CallLog } from "./call-log.js";
import { Drawer } from "./drawer.js";
import { Faults } from "./faults.js";
import { summary } from "./media.js";
import { Post } from "./notes.js";
import { Phone } from "./phone.js";
import { Tabs } from "./tabs.js";

const RETRY_MS = 1000;

class Page {
  clock = new VirtualClock();
  post = new Post();
  tabs = new Tabs();
  phones = [];

  /** `author` says whether the bot shows its dialogs to authors here. */
  constructor(author) {
    this.drawer = new Drawer([...(author ? [new Author(this)] : []), new CallLog(), new Faults()]);
    this.controls = new Controls(this.clock, this.drawer, author && (() => this.#nextNudge()));
  }

  fill(users) {
    this.phones = users.slice(0, 2).map((user) => new Phone(user, this));
    const bench = div("bench", this.phones.map((phone) => phone.node));
    this.tip = written("p", tipFor(this.phones), "tip");
    const desk = div("desk", div("stage", this.tabs.node, this.tip, bench, this.tabs.banner), this.drawer.node);
    document.querySelector("main").replaceChildren(desk);
    document.querySelector("#strip").replaceChildren(this.controls.node);
    this.tabs.fill(this.phones);
    this.watch(this.phones[0]);
    for (const phone of this.phones) {
      for (const act of ["pointerdown", "focusin"]) phone.node.addEventListener(act, () => this.watch(phone));
    }
    for (const phone of this.phones) phone.connect();
  }

  others(phone) {
    return this.phones.filter((each) => each !== phone).map((each) => each.user);
  }

  show(phone) {
    this.tabs.show(phone);
    this.watch(phone);
  }

  /** The author's view follows this phone: the one touched last. */
  watch(phone) {
    if (this.watched === phone) return;
    this.watched = phone;
    for (const each of this.phones) each.node.classList.toggle("watched", each === phone);
    this.drawer.stir();
  }

  /** Something changed in a chat. */
  onChange() {
    this.tip.hidden = this.phones.some((phone) => phone.messages.size > 0);
    this.drawer.stir();
  }

  openOn(id, payload) {
    this.#phoneOf(id).openStart(payload);
  }

  sendNote(from, to, text) {
    const phone = this.#phoneOf(to);
    this.post.send({ from: from.user.id, to, text, date: this.clock.now() });
    phone.foldNotes(false);
    from.toast(`Sent to ${phone.user.name}`);
    this.tabs.arrived(phone, from.user.name, text);
  }

  onMessage(phone, message) {
    if (message.from === "bot") this.tabs.arrived(phone, phone.bot.name, summary(message));
  }

  onSnapshot() {
    document.title = `${this.phones[0].bot.name}: two phones`;
    for (const phone of this.phones) phone.showNotes();
  }

  onClock() {
    this.controls.tick();
  }

  // An emulator that was started anew may hold other people: then this page is about nobody.
  async onLost() {
    const users = await readUsers().catch(() => null);
    const gone = users && this.phones.some((phone) => !users.some((user) => user.id === phone.user.id));
    if (gone) location.reload();
  }

  onReset() {
    this.post.drop(() => true);
    this.drawer.reset();
    for (const phone of this.phones) phone.showNotes();
  }

  async #nextNudge() {
    const open = this.phones.filter((phone) => phone.started && !phone.blocked);
    const standings = await Promise.all(open.map((phone) => readStanding(phone.user.id)));
    const moments = standings.map((standing) => standing.next_nudge_at).filter((moment) => moment !== null);
    return moments.length ? Math.min(...moments) : null;
  }

  #phoneOf(id) {
    return this.phones.find((phone) => phone.user.id === id);
  }
}

function tipFor([one, other]) {
  const both = other ? `${one.user.name} and ${other.user.name} sit side by side here, each with a phone. ` : "";
  return `${both}Press START on a phone. The clock above is a toy: move it on to see the next day.`;
}

async function readUsers() {
  const { users } = await getJson("users");
  return users.map((user) => ({ ...user, name: user.first_name }));
}

async function begin() {
  try {
    const { author } = await getJson("ready");
    new Page(author).fill(await readUsers());
  } catch (error) {
    document.querySelector("#wait").textContent = error.message;
    setTimeout(begin, RETRY_MS);
  }
}

begin();
