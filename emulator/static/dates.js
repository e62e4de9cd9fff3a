// Words for moments. Moments are unix seconds; the reader's own locale writes them. Pure but for the ticking clock.

const two = (number) => String(number).padStart(2, "0");
const asDate = (unix) => new Date(unix * 1000);

export function timeOf(unix) {
  const date = asDate(unix);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function dayOf(unix) {
  const date = asDate(unix);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "Today", "Yesterday", or the date, seen from `now`. */
export function dayLabel(unix, now) {
  if (dayOf(unix) === dayOf(now)) return "Today";
  if (dayOf(unix) === dayOf(now - 86400)) return "Yesterday";
  const sameYear = dayOf(unix).slice(0, 4) === dayOf(now).slice(0, 4);
  return asDate(unix).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: sameYear ? undefined : "numeric",
  });
}

export function fullLabel(unix) {
  const day = asDate(unix).toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  return `${day}, ${timeOf(unix)}`;
}

export function lengthLabel(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** The emulator's virtual clock as this page sees it: set from the server, it runs on by itself. */
export class VirtualClock {
  #offset = 0;

  set(unix) {
    this.#offset = unix - Date.now() / 1000;
  }

  now() {
    return Date.now() / 1000 + this.#offset;
  }
}
