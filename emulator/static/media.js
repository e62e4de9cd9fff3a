// Pictures, voice notes, files, stickers and contacts inside a bubble.
import { button, div, el, icon, written } from "./dom.js";
import { lengthLabel } from "./dates.js";

const BARS = 28;

/** The media part of a message, or null for plain text. */
export function media(message) {
  return { photo, voice, document: file, sticker, contact }[message.kind]?.(message) ?? null;
}

function photo(message) {
  const label = message.caption ? `Photo: ${message.caption}` : "Photo";
  const picture = message.media_url
    ? el("img", {
      src: message.media_url,
      alt: label,
      on: { error: (event) => event.target.replaceWith(standIn(label)) },
    })
    : standIn(label);
  const frame = div("photo", picture);
  if (message.has_spoiler) coverPhoto(frame);
  return frame;
}

function standIn(label) {
  return el("div", { class: "photo-stand-in", role: "img", "aria-label": label }, icon("photo"));
}

function coverPhoto(frame) {
  frame.classList.add("covered");
  const show = (event) => {
    frame.classList.remove("covered");
    event.currentTarget.remove();
  };
  frame.append(button("Hidden photo. Tap to show it.", show, { class: "photo-cover" }));
}

function voice(message) {
  const length = message.duration ?? 0;
  const bars = el("span", { class: "bars", "aria-hidden": "true" }, barsOf(message.id));
  const time = written("span", lengthLabel(length), "length");
  const sound = message.media_url && new Audio();
  if (sound) Object.assign(sound, { preload: "none", src: message.media_url });
  const play = el(
    "button",
    { type: "button", class: "play", "aria-label": `Play voice note, ${lengthLabel(length)}` },
    icon("play"),
  );
  play.addEventListener("click", () => playback(play, bars, Math.max(1, length), sound));
  return div("voice", play, div("voice-line", bars, time));
}

function barsOf(seed) {
  return Array.from({ length: BARS }, (_, index) => {
    const height = 20 + ((seed * 37 + index * 53 + ((index * index) % 7) * 29) % 80);
    return el("span", { style: `height:${height}%` });
  });
}

// The bars follow the stated length and not the sound, so that they also move where a machine has no loudspeaker.
function playback(play, bars, seconds, sound) {
  if (play.dataset.timer) return pause(play, sound);
  const steps = [...bars.children];
  const heard = () => steps.filter((step) => step.classList.contains("heard")).length;
  if (heard() === steps.length) for (const step of steps) step.classList.remove("heard");
  if (sound) {
    if (!heard()) sound.currentTime = 0;
    sound.play().catch(() => {});
  }
  setPlaying(play, true);
  play.dataset.timer = setInterval(() => {
    if (heard() < steps.length) steps[heard()].classList.add("heard");
    else pause(play, sound);
  }, (seconds * 1000) / steps.length);
}

function pause(play, sound) {
  clearInterval(Number(play.dataset.timer));
  delete play.dataset.timer;
  sound?.pause();
  setPlaying(play, false);
}

function setPlaying(play, playing) {
  play.setAttribute("aria-pressed", String(playing));
  play.replaceChildren(icon(playing ? "pause" : "play"));
}

function file(message) {
  const name = message.file_name ?? "File";
  const words = written("span", name, "file-name");
  const size = message.file_size ? written("span", sizeLabel(message.file_size), "length") : null;
  const tag = message.media_url ? "a" : "div";
  return el(
    tag,
    { class: "file", href: message.media_url, download: message.media_url && name },
    icon("file"),
    el("span", {}, words, size),
  );
}

function sizeLabel(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function sticker(message) {
  return el("div", { class: "sticker", role: "img", "aria-label": "Sticker" }, message.emoji ?? icon("sticker"));
}

function contact(message) {
  return div("file", icon("file"), written("span", message.text || "Contact", "file-name"));
}

const NAMES = { photo: "Photo", voice: "Voice note", document: "File", sticker: "Sticker", contact: "Contact" };

/** One line that stands for a message in quotes, banners and labels. */
export function summary(message) {
  const words = message.text || message.caption;
  if (words) return words.replace(/\s+/g, " ").slice(0, 140);
  return NAMES[message.kind] ?? "Message";
}
