// One phone: its chat, its text field, its menus.
import { CommandMenu, Popup } from "./menus.js";
import { renderMessage } from "./message.js";
import { Roving } from "./roving.js";
import { locale, say } from "./words.js";

const SHORT = { receptionist: "short_receptionist" }; // has room beside the button, and in a tab
const NEAR_THE_END = 80;
const PATIENCE = 15000; // milliseconds for which a tapped key shows that it waits

export class Phone {
  constructor(card, say, alertPerson, signIn) {
    this.chatId = card.chat_id;
    this.messages = new Map();
    this.tapping = []; // keys that were tapped and have no callback query id yet
    this.busy = new Map(); // callback query id -> the key that waits
    this.early = new Set(); // callback query ids that were answered before they were known
    this.unseen = 0;
    this.say = (wish) => say({ chat_id: this.chatId, ...wish });
    this.alertPerson = alertPerson;
    this.signIn = signIn;
    this.waiting = [];
    this.#build(card);
  }

  #build(card) {
    this.element = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    this.element.dataset.phone = this.chatId;
    this.chat = find(".chat");
    // Who stands at the end of the chat stays there, whatever becomes wider or narrower.
    this.atEnd = true;
    this.chat.addEventListener("scroll", () => this.#scrolled());
    this.roving = new Roving(this.chat);
    find(".skip").addEventListener("click", () => this.focus());
    // A picture has its height only once it is here; its loading does not bubble.
    this.chat.addEventListener("load", () => this.atEnd && this.#toEnd(), true);
    new ResizeObserver(() => this.atEnd && this.#toEnd()).observe(this.chat);
    this.input = find("textarea");
    this.startButton = find(".start");
    this.menu = new CommandMenu(find(".commands"), find(".menu"), this.input, (text) => this.send(text));
    this.more = new Popup(find(".more-menu"), find(".more"));
    this.attach = new Popup(find(".attach-menu"), find(".attach"));
    this.#fillAttach(find("input[type=file]"));
    find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.defaultPrevented && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.input.addEventListener("input", () => this.#grow());
    this.startButton.addEventListener("click", () => {
      this.say({ type: "send", text: "/start" });
      this.input.focus();
    });
    this.loginButton = find(".login");
    this.loginButton.addEventListener("click", () => this.signIn(this));
    this.update(card);
  }

  #fillAttach(file) {
    this.attach.set([
      [say("photo_or_file"), () => file.click()],
      [say("sticker"), () => this.say({ type: "sticker", emoji: "🙂" })],
      [say("voice_message"), () => this.say({ type: "voice", seconds: 3 })],
    ]);
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (chosen) {
        const kind = /^image\/(png|jpeg)$/.test(chosen.type) ? "photo" : "document";
        this.say({ type: "file", kind, name: chosen.name, base64: await asBase64(chosen) });
      }
      file.value = "";
    });
  }

  // What is known of the phone's owner; parts that are not said stay as they were.
  update(card) {
    this.name = [card.first_name, card.last_name].filter(Boolean).join(" ");
    this.label = (card.label ?? this.label ?? "guest").toLowerCase();
    this.isGuest = this.label === "guest";
    this.blocked = card.blocked;
    this.element.dataset.label = this.label;
    this.title = say(SHORT[this.label] ?? `role_${this.label}`);
    this.element.querySelector("h2").textContent = this.title;
    this.element.querySelector(".who p").textContent = this.name;
    this.element.querySelector(".avatar").textContent = this.name.slice(0, 1);
    this.element.setAttribute("aria-label", say("phone_of", { role: say(`role_${this.label}`), name: this.name }));
    this.chat.setAttribute("aria-label", say("chat_of", { name: this.name }));
    this.loginButton.hidden = this.isGuest;
    this.loginButton.textContent = say("sign_in");
    this.loginButton.title = say("sign_in_how", { name: card.first_name });
    this.loginButton.setAttribute("aria-label", say("sign_in_as", { name: card.first_name }));
    const block = say(this.blocked ? "unblock" : "block");
    this.more.set([[block, () => this.say({ type: "block", blocked: !this.blocked })]]);
    this.#showStart();
  }

  restore(card) {
    this.messages.clear();
    this.chat.replaceChildren();
    for (const message of card.messages) this.show(message, true);
    this.roving.refresh();
    this.menu.set(card.commands);
    this.unseen = 0;
    this.#showStart();
  }

  show(message, silently = false) {
    const before = this.messages.get(message.message_id);
    const drawn = renderMessage(message, {
      onTap: (key) => this.#tap(message.message_id, key),
      onCommand: (text) => this.send(text),
      onCopy: (text) => this.#copy(text),
      onTime: (seconds) => this.toast(say("in_your_clock", { when: inOwnClock(seconds) })),
    });
    this.messages.set(message.message_id, drawn);
    if (before) {
      const hadFocus = before.contains(document.activeElement);
      before.replaceWith(drawn);
      drawn.style.animation = "none";
      if (hadFocus) (drawn.querySelector(".keys button:not([data-callback='-'])") ?? this.input).focus();
    } else {
      this.chat.append(drawn);
      if (message.from.is_bot && !silently) this.unseen += 1;
    }
    if (!silently) this.roving.refresh();
    if (message.from.is_bot) this.element.querySelector(".typing").hidden = true;
    if (this.atEnd || !message.from.is_bot || silently) this.#toEnd();
    this.#showStart();
    // What was there before and is written anew, such as the card of a dialog that ends, answers nobody.
    const isNew = message.from.is_bot && !silently && !before && !message.edit_date;
    if (isNew) for (const heard of this.waiting.splice(0)) heard(message);
  }

  // Only who scrolls up leaves the end: what grows or shrinks meanwhile is heard of late, and scrolls, too.
  #scrolled() {
    const top = this.chat.scrollTop;
    const isAtEnd = this.chat.scrollHeight - top - this.chat.clientHeight < NEAR_THE_END;
    this.atEnd = isAtEnd || (this.atEnd && top >= this.top);
    this.top = top;
  }

  #toEnd() {
    this.atEnd = true;
    this.chat.scrollTop = this.chat.scrollHeight;
    this.top = this.chat.scrollTop;
  }

  remove(ids) {
    for (const id of ids) {
      const drawn = this.messages.get(id);
      this.messages.delete(id);
      if (!drawn) continue;
      if (drawn.contains(document.activeElement)) this.input.focus();
      drawn.classList.add("leaving");
      drawn.addEventListener("animationend", () => drawn.remove());
      setTimeout(() => drawn.remove(), 600);
    }
    this.roving.refresh();
    this.#showStart();
  }

  #tap(messageId, key) {
    if (key.classList.contains("busy")) return;
    if (!this.say({ type: "tap", message_id: messageId, data: key.dataset.callback })) {
      this.toast(say("tap_again"));
      return;
    }
    key.classList.add("busy");
    key.setAttribute("aria-busy", "true");
    this.tapping.push(key);
    setTimeout(() => rest(key), PATIENCE);
  }

  async #copy(text) {
    await navigator.clipboard?.writeText(text);
    this.toast(say("copied_text", { text }));
  }

  // The tap has its id now; its answer may have been here before.
  tapped({ callback_query_id: id, message_id: messageId, data }) {
    const isThat = (key) => key.dataset.callback === data && key.closest(".message").dataset.message === String(messageId);
    const at = this.tapping.findIndex(isThat);
    const [key] = this.tapping.splice(at, at < 0 ? 0 : 1);
    if (this.early.delete(id)) rest(key);
    else this.busy.set(id, key);
  }

  answered({ callback_query_id: id, text, show_alert: alert }) {
    if (this.busy.has(id)) rest(this.busy.get(id));
    else if (this.tapping.length) this.early.add(id);
    this.busy.delete(id);
    if (text && alert) this.alertPerson(text);
    else if (text) this.toast(text);
  }

  toast(text) {
    const toast = this.element.querySelector(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastEnd);
    this.toastEnd = setTimeout(() => (toast.hidden = true), 3500);
  }

  typing() {
    const line = this.element.querySelector(".typing");
    line.hidden = false;
    clearTimeout(this.typingEnd);
    this.typingEnd = setTimeout(() => (line.hidden = true), 5000);
  }

  // Sends it, and tells whether anybody heard.
  send(text) {
    const isHeard = this.say({ type: "send", text });
    if (!isHeard) this.toast(say("send_it_again"));
    return isHeard;
  }

  // The bot's next new message, or null where there is none for a while.
  heard(milliseconds) {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      setTimeout(() => resolve(null), milliseconds);
    });
  }

  focus() {
    (this.startButton.hidden ? this.input : this.startButton).focus();
  }

  #submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    if (!this.send(text)) return; // it stays where it was typed
    this.input.value = "";
    this.menu.close();
    this.#grow();
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  #showStart() {
    this.element.querySelector(".skip").textContent = say("skip_to", { name: this.name });
    this.startButton.hidden = this.messages.size > 0 && !this.blocked;
    this.startButton.textContent = say(this.blocked ? "unblock_and_start" : "start");
    this.element.querySelector(".composer").inert = !this.startButton.hidden;
  }
}

// A Unix time in seconds, in the clock of whoever looks at the page.
function inOwnClock(seconds) {
  return new Date(seconds * 1000).toLocaleString(locale, { dateStyle: "full", timeStyle: "short" });
}

function rest(key) {
  key?.classList.remove("busy");
  key?.removeAttribute("aria-busy");
}

async function asBase64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}
