// Puts the page together: two phones, the tabs of narrow screens, the control strip, the drawer.
import { getJson } from "./api.js";
import { Controls } from "./controls.js";
import { VirtualClock } from "./dates.js";
import { div } from "./dom.js";
import { Drawer } from "./drawer.js";
import { summary } from "./media.js";
import { Post } from "./notes.js";
import { Phone } from "./phone.js";
import { Tabs } from "./tabs.js";

const RETRY_MS = 1000;

class Page {
  clock = new VirtualClock();
  post = new Post();
  tabs = new Tabs();
  drawer = new Drawer();
  controls = new Controls(this.clock, this.drawer);
  phones = [];

  fill(users) {
    this.phones = users.slice(0, 2).map((user) => new Phone(user, this));
    const bench = div("bench", this.phones.map((phone) => phone.node));
    document.querySelector("main").replaceChildren(this.tabs.node, bench, this.tabs.banner);
    document.querySelector("#strip").replaceChildren(this.controls.node);
    document.body.append(this.drawer.node);
    this.tabs.fill(this.phones);
    for (const phone of this.phones) phone.connect();
  }

  others(phone) {
    return this.phones.filter((each) => each !== phone).map((each) => each.user);
  }

  show(phone) {
    this.tabs.show(phone);
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

  #phoneOf(id) {
    return this.phones.find((phone) => phone.user.id === id);
  }
}

async function readUsers() {
  const { users } = await getJson("users");
  return users.map((user) => ({ ...user, name: user.first_name }));
}

async function begin() {
  try {
    new Page().fill(await readUsers());
  } catch (error) {
    document.querySelector("#wait").textContent = error.message;
    setTimeout(begin, RETRY_MS);
  }
}

begin();
