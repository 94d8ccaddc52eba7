// A Bot API Message as an element. Chat text only ever becomes text nodes, never markup.
const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const MARKED = 5; // more buttons than this in a row are set closer
const FILLER = "-";
const LONG_WORD = /\S{24}/; // a word that no button of a phone has room for may be broken

export function renderMessage(message, onTap, onCommand) {
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
    body.append(...marked(text, message.entities ?? message.caption_entities ?? [], onCommand), stamp(message));
    bubble.append(body);
  } else {
    bubble.append(stamp(message));
  }
  element.append(bubble);
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length) {
    element.classList.add("keyed");
    element.append(keys(rows, onTap));
  }
  return element;
}

// Offsets and lengths are in UTF-16 units (Bot API MessageEntity), as JavaScript's own are.
function marked(text, entities, onCommand, from = 0, to = text.length) {
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
    const children = marked(text, others, onCommand, entity.offset, end);
    nodes.push(span(entity, text.slice(entity.offset, end), children, onCommand));
    at = end;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

function span(entity, text, children, onCommand) {
  if (entity.type === "bot_command") {
    // A link and not a button: browsers break the line around a button, even before a full stop.
    const command = make("a", "command");
    command.href = "#";
    command.setAttribute("role", "button");
    command.append(...children);
    command.addEventListener("click", (event) => {
      event.preventDefault();
      onCommand(text);
    });
    return command;
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

function spoiler(children) {
  const hidden = make("button", "spoiler");
  hidden.type = "button";
  hidden.setAttribute("aria-expanded", "false");
  const words = make("span");
  words.append(...children);
  words.setAttribute("aria-hidden", "true");
  hidden.setAttribute("aria-label", "Hidden text, press to show");
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
    image.alt = message.caption ?? "Photo";
    return [image];
  }
  if (message.document) return [file("📄", message.document.file_name ?? "File", message.document)];
  if (message.voice) return [file("🎤", `Voice message, ${message.voice.duration} s`, message.voice)];
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
  size.textContent = stored.file_size ? `${Math.max(1, Math.round(stored.file_size / 1024))} KB` : "";
  words.append(name, size);
  link.append(sign, words);
  return link;
}

function stamp(message) {
  const time = make("time", "stamp");
  time.dir = "ltr";
  const at = new Date(message.date * 1000);
  time.dateTime = at.toISOString();
  const edited = message.edit_date ? "edited " : "";
  time.textContent = edited + at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return time;
}

function keys(rows, onTap) {
  const grid = make("div", "keys");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", "Buttons");
  for (const row of rows) {
    const line = make("div", row.length > MARKED ? "keys-row wide" : "keys-row");
    line.append(...row.map((key) => (key.url ? linkKey(key) : tapKey(key, onTap))));
    grid.append(line);
  }
  return grid;
}

function tapKey(key, onTap) {
  const button = make("button");
  button.type = "button";
  button.textContent = key.text;
  button.dataset.callback = key.callback_data;
  if (key.callback_data === FILLER) button.tabIndex = -1; // a day that can't be chosen: nothing to do by keyboard
  if (LONG_WORD.test(key.text)) button.classList.add("long");
  button.addEventListener("click", () => onTap(button));
  return button;
}

function linkKey(key) {
  const link = make("a");
  link.href = key.url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = `${key.text} ↗`;
  if (LONG_WORD.test(key.text)) link.classList.add("long");
  return link;
}

function make(tag, name) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  return element;
}
