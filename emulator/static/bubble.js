// One message as a person sees it: bubble, quote, text, time, ticks, reactions, keyboard.
import { div, el, hiddenText, icon, iconButton, written } from "./dom.js";
import { timeOf } from "./dates.js";
import { formatted } from "./entities.js";
import { keyboard } from "./keyboard.js";
import { media, summary } from "./media.js";
import { onMenuPress } from "./press.js";

export function messageView(message, phone) {
  const mine = message.from === "user";
  const node = el("div", { class: classes(message, mine), tabindex: "-1", data: { id: message.id } });
  const bubble = div("bubble", hiddenText(mine ? "You: " : `${phone.bot.name}: `), parts(message, phone));
  bubble.append(footer(message, mine));
  const line = div("bubble-line", bubble, moreButton(message, phone));
  node.append(line, ...[reactions(message, phone), keyboard(message, phone)].filter(Boolean));
  onMenuPress(bubble, (place) => phone.messageMenu(message, place));
  if (message.protected) node.addEventListener("copy", (event) => event.preventDefault());
  return node;
}

function classes(message, mine) {
  return [
    "message",
    mine ? "mine" : "theirs",
    `kind-${message.kind ?? "text"}`,
    message.protected && "protected",
    message.buttons?.length && "has-keys",
  ]
    .filter(Boolean)
    .join(" ");
}

function parts(message, phone) {
  const text = shownText(message);
  const words = text && el("div", { class: "words", dir: "auto" }, formatted(text, message.entities, phone));
  return [quote(message, phone), media(message), words].filter(Boolean);
}

// Telegram's apps do not show what an invitation link hands over with START.
function shownText(message) {
  if (message.kind === "contact") return "";
  if (message.from === "user" && /^\/start \S+$/.test(message.text)) return "/start";
  return message.text || message.caption || "";
}

function quote(message, phone) {
  if (!message.reply_to) return null;
  const id = message.reply_to;
  const target = phone.messages.get(id);
  const name = target?.from === "user" ? phone.user.name : phone.bot.name;
  const words = target ? summary(target) : "Deleted message";
  const jump = () => phone.chat.jumpTo(id);
  const label = `In reply to ${name}: ${words}`;
  return el(
    "button",
    { type: "button", class: "quote", "aria-label": label, on: { click: jump } },
    written("b", name),
    written("span", words),
  );
}

function footer(message, mine) {
  const lock = message.protected && el(
    "span",
    { class: "lock", title: "Protected: it cannot be forwarded or copied." },
    icon("lock"),
    hiddenText("protected, "),
  );
  const edited = message.edit_date && written("span", "edited");
  const time = el("time", { datetime: new Date(message.date * 1000).toISOString(), text: timeOf(message.date) });
  return el("span", { class: "foot" }, lock, edited, time, mine && ticks(message));
}

// One tick: stored. Two: the bot has fetched it. Nobody learns whether anything was read.
function ticks(message) {
  const node = el("span", { class: "ticks", role: "img" });
  setTicks(node, message.fetched);
  return node;
}

function setTicks(node, fetched) {
  const label = fetched ? "Received by the bot" : "Sent";
  node.title = label;
  node.setAttribute("aria-label", label);
  node.replaceChildren(icon(fetched ? "ticks" : "tick"));
}

/** The second tick, in a row that stands already. */
export function markFetched(row) {
  const node = row?.querySelector(".ticks");
  if (node) setTicks(node, true);
}

// With the arrow keys a message is reached without it, and Enter opens the same menu.
function moreButton(message, phone) {
  const open = (event) => phone.messageMenu(message, event.currentTarget);
  return iconButton("dots", "Message menu", open, { class: "more", tabindex: "-1" });
}

function reactions(message, phone) {
  if (!message.reactions.length) return null;
  return el(
    "div",
    { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map(({ emoji, from }) => reaction(message, phone, emoji, from === "user")),
  );
}

/** A tap takes an own reaction back. */
function reaction(message, phone, emoji, own) {
  if (!own) return written("span", emoji, "reaction");
  const takeBack = () => phone.act("react", { message_id: message.id, emoji: "" });
  return el("button", {
    type: "button",
    class: "reaction own",
    title: "Take it back",
    "aria-label": `Your reaction ${emoji}: take it back`,
    text: emoji,
    on: { click: takeBack },
  });
}
