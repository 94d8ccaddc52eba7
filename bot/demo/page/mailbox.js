// The mailbox: a list of mails, and the one that is open.
import { fontsFor } from "./fonts.js";
import { inviteCard } from "./invite.js";
import { clock, kilobytes, locale, say } from "./words.js";

const $ = (id) => document.getElementById(id);

const START = /^https:\/\/t\.me\/\w+\?start=([\w-]{1,64})$/;
export class Mailbox {
  constructor(changed, follow) {
    this.follow = follow;
    this.element = document.querySelector("[data-mailbox]");
    this.mails = new Map();
    this.unread = new Set();
    this.changed = changed;
    $("mail-back").addEventListener("click", () => this.#close());
    $("show-html").addEventListener("click", () => this.#part("html"));
    $("show-text").addEventListener("click", () => this.#part("text"));
  }

  // A demo that was begun anew has other mails, be it under the same ids.
  restore(mails) {
    const before = this.mails;
    const isKnown = (mail) => before.get(mail.id)?.at === mail.at;
    this.unread = new Set(mails.filter((mail) => isKnown(mail) && this.unread.has(mail.id)).map(({ id }) => id));
    this.mails = new Map();
    $("mails").replaceChildren();
    for (const mail of mails) this.#add(mail, !isKnown(mail) && before.size > 0);
    if (this.opened && this.mails.get(this.opened.id)?.at !== this.opened.at) this.#forget();
    this.#changedSince();
    this.#count();
  }

  arrive(mail) {
    this.#add(mail, true);
    this.#changedSince();
    this.#count();
  }

  #changedSince() {
    if (this.opened && !$("mail").hidden) this.#invite(this.opened);
  }

  #add(mail, isNew) {
    this.mails.set(mail.id, mail);
    if (isNew) this.unread.add(mail.id);
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.mail = mail.id;
    const to = line("span", "to", mail.to.join(", "));
    const time = line("time", "", clock(mail.at));
    time.dateTime = mail.at;
    button.append(to, time, line("span", "subject", mail.subject));
    button.classList.toggle("unread", this.unread.has(mail.id));
    if (isNew) item.className = "arrived";
    button.addEventListener("click", () => this.#open(mail));
    item.append(button);
    $("mails").prepend(item);
  }

  #open(mail) {
    this.unread.delete(mail.id);
    document.querySelector(`[data-mail="${mail.id}"]`)?.classList.remove("unread");
    this.opened = mail;
    $("mail-subject").textContent = mail.subject;
    const facts = [["from", mail.from], ["to", mail.to.join(", ")], ["at", new Date(mail.at).toLocaleString(locale)]];
    $("mail-facts").replaceChildren(...facts.flatMap(([name, text]) => [line("dt", "", say(name)), line("dd", "", text)]));
    $("mail-files").replaceChildren(
      ...mail.attachments.map(({ name, size }) => line("li", "", `📎 ${name} (${kilobytes(size)})`)),
    );
    this.#invite(mail);
    $("mail-links").replaceChildren(...this.#links(mail));
    $("mail-text").textContent = mail.text;
    this.#part(mail.html ? "html" : "text");
    this.#showList(false);
    // A frame that was hidden once is not always painted again: each mail gets one of its own.
    const frame = $("mail-html").cloneNode();
    fontsFor(mail.html).then((fonts) => (frame.srcdoc = mail.html && mail.html + fonts));
    $("mail-html").replaceWith(frame);
    $("mail-subject").focus();
    this.#count();
  }

  #invite(mail) {
    const card = $("mail-invite");
    card.hidden = !mail.invite;
    if (mail.invite) inviteCard(card, mail, [...this.mails.values()]);
  }

  // Links in the frame lead out of the demo; those that open the bot are buttons beside it.
  #links(mail) {
    const inert = new DOMParser().parseFromString(mail.html, "text/html");
    const found = [...inert.links].map((link) => [link.textContent, START.exec(link.href)?.[1]]);
    return found.filter(([, payload]) => payload).map(([label, payload]) => {
      const button = line("button", "link", `▶ ${label}`);
      button.type = "button";
      button.addEventListener("click", () => this.follow(mail, payload));
      return button;
    });
  }

  // The mail that is open is there no more.
  #forget() {
    this.opened = null;
    this.#showList(true);
  }

  #close() {
    this.#showList(true);
    document.querySelector(`[data-mail="${this.opened?.id}"]`)?.focus();
  }

  #showList(list) {
    $("mail").hidden = list;
    $("mails").hidden = !list;
  }

  #part(part) {
    $("mail-html").hidden = part !== "html";
    $("mail-text").hidden = part !== "text";
    $("show-html").setAttribute("aria-pressed", String(part === "html"));
    $("show-text").setAttribute("aria-pressed", String(part === "text"));
  }

  #count() {
    $("mail-empty").hidden = this.mails.size > 0;
    $("mail-count").hidden = this.unread.size === 0;
    $("mail-count").textContent = this.unread.size;
    $("mail-count").setAttribute("aria-label", say("unread", { count: this.unread.size }));
    this.changed();
  }
}

function line(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  element.dir = "auto";
  return element;
}
