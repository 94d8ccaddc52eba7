// On a narrow page: one phone, the API or the mailbox at a time.
import { say } from "./words.js";

const MAIL = "mail";
const API = "api";
const NARROW = matchMedia("(max-width: 760px)");

export class Tabs {
  constructor(nav, phones, mailbox, api, addPhone) {
    Object.assign(this, { nav, phones, mailbox, api, addPhone, current: null });
  }

  start() {
    this.current ??= this.phones.keys().next().value;
    this.show(this.current);
  }

  show(key) {
    this.current = key;
    for (const [chatId, phone] of this.phones) phone.element.classList.toggle("shown", chatId === key);
    this.mailbox.element.classList.toggle("shown", key === MAIL);
    this.api.element.classList.toggle("shown", key === API);
    const phone = this.phones.get(key);
    if (phone) phone.chat.scrollTop = phone.chat.scrollHeight;
    if (phone && !NARROW.matches) phone.element.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.draw();
  }

  draw() {
    for (const phone of this.phones.values()) {
      if (!NARROW.matches || phone.chatId === this.current) phone.unseen = 0;
    }
    const labels = [...this.phones.values()].map((phone) => [phone.chatId, this.#name(phone), phone.unseen]);
    const others = this.api.element.hidden ? [] : [[API, say("api"), 0]];
    const wanted = [...labels, ["add", say("tab_add"), 0], ...others, [MAIL, say("tab_mail"), this.mailbox.unread.size]];
    const drawn = JSON.stringify([wanted, this.current]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.nav.contains(document.activeElement) ? document.activeElement.dataset.tab : null;
    this.nav.replaceChildren(...wanted.map(([key, label, unseen]) => this.#tab(key, label, unseen)));
    if (focused) this.nav.querySelector(`[data-tab="${focused}"]`)?.focus();
  }

  #name(phone) {
    return phone.isGuest ? phone.name : phone.title;
  }

  #tab(key, label, unseen) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.tab = key;
    button.textContent = label;
    if (key === this.current) button.setAttribute("aria-current", "true");
    if (unseen) {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = unseen;
      badge.setAttribute("aria-label", say("tab_new", { count: unseen }));
      button.append(badge);
    }
    button.addEventListener("click", () => (key === "add" ? this.addPhone() : this.show(key)));
    return button;
  }
}
