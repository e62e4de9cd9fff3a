// What a person can do with one message: react, reply, copy, edit, delete.
import { icon } from "./dom.js";
import { openShare } from "./notes.js";

const FEELINGS = [
  ["👍", "Thumbs up"],
  ["❤", "Heart"],
  ["🔥", "Fire"],
  ["😢", "Sad"],
  ["🙏", "Thanks"],
];

const PROTECTED = { note: "Protected: no copying, no forwarding" };

export function messageActions(message, phone) {
  const mine = message.from === "user";
  const words = message.text || message.caption || "";
  return [
    { label: "React", row: FEELINGS.map(([emoji, name]) => reaction(message, phone, emoji, name)) },
    { label: "Reply", picture: icon("reply"), run: () => phone.composer.reply(message) },
    ...(message.protected ? [PROTECTED] : passing(words, phone)),
    mine && words ? { label: "Edit", picture: icon("pencil"), run: () => phone.composer.edit(message) } : null,
    { label: "Delete", picture: icon("close"), run: () => phone.act("delete", { message_ids: [message.id] }) },
  ].filter(Boolean);
}

/** What may be done with words that are not protected. */
function passing(words, phone) {
  const others = phone.around.others(phone);
  if (!words) return [];
  const forward = { label: "Forward", picture: icon("forward"), run: () => openShare(phone, words, others) };
  const copying = { label: "Copy text", picture: icon("file"), run: () => copy(words, phone) };
  return others.length ? [copying, forward] : [copying];
}

function reaction(message, phone, emoji, name) {
  return { label: name, text: emoji, run: () => phone.act("react", { message_id: message.id, emoji }) };
}

async function copy(words, phone) {
  try {
    await navigator.clipboard.writeText(words);
    phone.toast("Copied");
  } catch {
    phone.toast("The browser did not allow copying.");
  }
}
