// A Bot API Message as an element. Chat text only ever becomes text nodes, never markup.
import { clock, kilobytes, locale, say } from "./words.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const MARKED = 5; // more buttons than this in a row are set closer
const FILLER = "-";
const LONG_WORD = /\S{24}/; // a word that no button of a phone has room for may be broken
// How the letters of a date_time entity are written in the reader's clock (Bot API, "Date-time entity formatting").
const TIMES = {
  w: { weekday: "long" },
  d: { day: "2-digit", month: "2-digit", year: "2-digit" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const SPANS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

// What a tap does: `onTap` on a button, `onCommand` on a command, `onCopy` on a button that copies, `onTime` on a time.
export function renderMessage(message, acts = {}) {
  const element = document.createElement("article");
  element.className = "message";
  element.dataset.message = message.message_id;
  element.dataset.from = message.from.is_bot ? "bot" : "person";
  const bubble = make("div", "bubble");
  bubble.append(...media(message));
  const text = message.text ?? message.caption;
  if (text) {
    const body = make("div", "text");
    body.dir = "auto";
    body.append(...marked(text, message.entities ?? message.caption_entities ?? [], acts), stamp(message));
    bubble.append(body);
  } else {
    bubble.append(stamp(message));
  }
  element.append(bubble);
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length) {
    element.classList.add("keyed");
    element.append(keys(rows, acts));
  }
  return element;
}

// Offsets and lengths are in UTF-16 units (Bot API MessageEntity), as JavaScript's own are.
function marked(text, entities, acts, from = 0, to = text.length) {
  const nodes = [];
  let at = from;
  const inside = entities
    .filter((entity) => entity.offset >= from && entity.offset + entity.length <= to)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  for (let index = 0; index < inside.length; index += 1) {
    const entity = inside[index];
    if (entity.offset < at) continue; // it lies within one that is drawn already
    const end = entity.offset + entity.length;
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const others = inside.slice(index + 1);
    const children = marked(text, others, acts, entity.offset, end);
    nodes.push(span(entity, text.slice(entity.offset, end), children, acts));
    at = end;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

function span(entity, text, children, { onCommand, onTime }) {
  if (entity.type === "bot_command") return tappable("command", children, () => onCommand(text));
  if (entity.type === "date_time") {
    const shown = entity.date_time_format ? [written(entity)] : children;
    return tappable("instant", shown, () => onTime(entity.unix_time));
  }
  if (entity.type === "spoiler") return spoiler(children);
  if (entity.type === "url" || entity.type === "text_link" || entity.type === "email") {
    const link = make("a");
    const address = entity.url ?? (entity.type === "email" ? `mailto:${text}` : text);
    link.href = /^(https?|mailto):/i.test(address) ? address : `https://${address}`;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.append(...children);
    return link;
  }
  const plain = make(TAGS[entity.type] ?? "span");
  plain.append(...children);
  return plain;
}

// A link and not a button: browsers break the line around a button, even before a full stop.
function tappable(name, children, act) {
  const link = make("a", name);
  link.href = "#";
  link.setAttribute("role", "button");
  link.append(...children);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    act();
  });
  return link;
}

function written({ unix_time: seconds, date_time_format: letters }) {
  const at = new Date(seconds * 1000);
  if (letters !== "r") return at.toLocaleString(locale, Object.assign({}, ...[...letters].map((each) => TIMES[each])));
  const ahead = Math.round((at - Date.now()) / 1000);
  const [unit, length] = SPANS.find(([, size]) => Math.abs(ahead) >= size) ?? SPANS.at(-1);
  return new Intl.RelativeTimeFormat(locale).format(Math.round(ahead / length), unit);
}

function spoiler(children) {
  const hidden = make("button", "spoiler");
  hidden.type = "button";
  hidden.setAttribute("aria-expanded", "false");
  const words = make("span");
  words.append(...children);
  words.setAttribute("aria-hidden", "true");
  hidden.setAttribute("aria-label", say("hidden_text"));
  hidden.append(words);
  hidden.addEventListener("click", () => {
    hidden.setAttribute("aria-expanded", "true");
    hidden.removeAttribute("aria-label");
    words.removeAttribute("aria-hidden");
  });
  return hidden;
}

function media(message) {
  if (message.photo) {
    const image = make("img", "photo");
    image.src = `/files/${encodeURIComponent(message.photo.at(-1).file_id)}`;
    image.alt = message.caption ?? say("photo");
    return [image];
  }
  if (message.document) return [file("📄", message.document.file_name ?? say("file"), message.document)];
  if (message.voice) return [file("🎤", say("voice_lasting", { seconds: message.voice.duration }), message.voice)];
  if (message.sticker) {
    const sticker = make("div", "sticker");
    sticker.textContent = message.sticker.emoji ?? "🙂";
    return [sticker];
  }
  return [];
}

function file(glyph, name, stored) {
  const link = make("a", "file");
  link.href = `/files/${encodeURIComponent(stored.file_id)}`;
  link.download = name;
  const sign = make("span", "glyph");
  sign.textContent = glyph;
  sign.setAttribute("aria-hidden", "true");
  const words = make("span");
  const size = make("small");
  size.textContent = stored.file_size ? kilobytes(stored.file_size) : "";
  words.append(name, size);
  link.append(sign, words);
  return link;
}

function stamp(message) {
  const time = make("time", "stamp");
  const at = new Date(message.date * 1000);
  time.dateTime = at.toISOString();
  time.textContent = message.edit_date ? say("edited", { time: clock(at) }) : clock(at);
  return time;
}

function keys(rows, acts) {
  const grid = make("div", "keys");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", say("buttons"));
  for (const row of rows) {
    const line = make("div", row.length > MARKED ? "keys-row wide" : "keys-row");
    line.append(...row.map((key) => drawn(key, acts)));
    grid.append(line);
  }
  return grid;
}

function drawn(key, acts) {
  const button = key.url ? linkKey(key) : key.copy_text ? copyKey(key, acts) : tapKey(key, acts);
  if (key.style) button.dataset.style = key.style;
  if (LONG_WORD.test(key.text)) button.classList.add("long");
  return button;
}

function tapKey(key, { onTap }) {
  const button = make("button");
  button.type = "button";
  button.textContent = key.text;
  button.dataset.callback = key.callback_data;
  if (key.callback_data === FILLER) button.tabIndex = -1; // a day that can't be chosen: nothing to do by keyboard
  button.addEventListener("click", () => onTap(button));
  return button;
}

function copyKey(key, { onCopy }) {
  const button = make("button");
  button.type = "button";
  button.textContent = key.text;
  button.dataset.copy = key.copy_text.text;
  button.addEventListener("click", () => onCopy(key.copy_text.text));
  return button;
}

function linkKey(key) {
  const link = make("a");
  link.href = key.url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = `${key.text} ↗`;
  return link;
}

function make(tag, name) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  return element;
}
