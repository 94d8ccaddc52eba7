// What the page says, in its language: chosen here, or else the browser's.
const STORED = "language";
const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

const chosen = localStorage.getItem(STORED);
const wanted = chosen ? [chosen] : navigator.languages;
const [answer] = await Promise.all([
  fetch(`/words?${new URLSearchParams(wanted.map((tag) => ["language", tag]))}`),
  // What is drawn before this font is there may keep its boxes.
  document.fonts.load('1em "Emoji of the page"', "\u2705").catch(() => {}),
]);
const { language, direction, languages, words } = await answer.json();

export { language, languages };
export const isRtl = direction === "rtl";
// Digits as the bot writes them.
export const locale = `${language}-u-nu-latn`;

// Says it, with each {name} filled in. What is put into a sentence must not turn it around (Unicode UAX #9).
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => isolated(String(values[name])));
}

function isolated(value) {
  return isRtl || RTL.test(value) ? `\u2068${value}\u2069` : value;
}

// What is said of the elements below: their text, and what only some attributes say.
export function translate(root) {
  for (const element of root.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const [part, attribute] of [["label", "aria-label"], ["hint", "placeholder"], ["title", "title"]]) {
    for (const element of root.querySelectorAll(`[data-say-${part}]`)) {
      element.setAttribute(attribute, say(element.getAttribute(`data-say-${part}`)));
    }
  }
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

export function kilobytes(bytes) {
  return say("kilobytes", { size: Math.max(1, Math.round(bytes / 1024)) });
}

export function speak(code) {
  localStorage.setItem(STORED, code);
  location.reload();
}

document.documentElement.lang = language;
document.documentElement.dir = direction;
translate(document);
for (const template of document.querySelectorAll("template")) translate(template.content);
