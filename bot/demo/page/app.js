// The page: hears over one WebSocket what happens, and says what is typed and tapped.
import { Api } from "./api.js";
import { Mailbox } from "./mailbox.js";
import { Phone } from "./phone.js";
import { showFurther } from "./row.js";
import { signIn } from "./signin.js";
import { Tabs } from "./tabs.js";
import { language, languages, say as words, speak } from "./words.js";

const $ = (id) => document.getElementById(id);
const phones = new Map();
let socket = null;
let pause = 300;
let logins = []; // how the phones' owners sign in, as far as is known
let staffCode = null;
let added = null; // the phone that this page asked for and has not seen yet

// Says it to the demo, and tells whether anybody hears.
const say = (wish) => {
  const isOpen = socket?.readyState === WebSocket.OPEN;
  if (isOpen) socket.send(JSON.stringify(wish));
  return isOpen;
};
const mailbox = new Mailbox(() => tabs.draw(), follow);
const api = new Api(() => logins.find(({ label }) => label === "Patient"));
const tabs = new Tabs($("tabs"), phones, mailbox, api, () => $("new-phone").showModal());

// Follows a link of a mail on the phone of whom it was sent to, or else on the first one.
function follow(mail, payload) {
  const login = logins.find(({ email }) => mail.to.includes(email));
  const theirs = phones.get(login?.chat_id) ?? phones.values().next().value;
  say({ type: "start", chat_id: theirs.chatId, payload });
  tabs.show(theirs.chatId);
}

showFurther($("phones"), $("phones-left"), $("phones-right"));

function phoneOf(card) {
  let phone = phones.get(card.chat_id);
  if (!phone) {
    phone = new Phone(card, say, alertPerson, signInTo);
    phones.set(card.chat_id, phone);
    $("phones").insertBefore(phone.element, api.element);
  }
  phone.update(card);
  return phone;
}

function alertPerson(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

const on = {
  hello(event) {
    $("clinic").textContent = event.clinic_name;
    document.title = words("title", { clinic: event.clinic_name });
    for (const card of event.phones) phoneOf(card).restore(card);
    mailbox.restore(event.mails);
    staffCode = event.staff_code;
    $("docs").hidden = api.element.hidden = !event.api;
    learnLogins();
    tabs.start();
    $("banner").hidden = true; // what is shown is up to date again
  },
  phone({ phone }) {
    phoneOf(phone);
    if (phone.chat_id === added) hand(phone.chat_id);
  },
  message: ({ chat_id, message }) => phones.get(chat_id)?.show(message),
  deleted: ({ chat_id, message_ids }) => phones.get(chat_id)?.remove(message_ids),
  commands: ({ chat_id, commands }) => phones.get(chat_id)?.menu.set(commands),
  answer: (event) => phones.get(event.chat_id)?.answered(event),
  tapped: (event) => phones.get(event.chat_id)?.tapped(event),
  action: ({ chat_id }) => phones.get(chat_id)?.typing(),
  mail: ({ mail }) => mailbox.arrive(mail),
  refused: () => alertPerson(words("cant_be_done")),
  // The phone itself may come before this or after it.
  added({ chat_id }) {
    added = chat_id;
    if (phones.has(chat_id)) hand(chat_id);
  },
};

function hand(chatId) {
  added = null;
  tabs.show(chatId);
  phones.get(chatId).focus();
}

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws?language=${language}`);
  socket.addEventListener("open", () => (pause = 300));
  socket.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    on[event.type]?.(event);
    tabs.draw();
  });
  socket.addEventListener("close", () => {
    $("banner").textContent = words("reconnecting");
    $("banner").hidden = false;
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 5000);
  });
}

// People change their mail, or go: what was known of how they sign in may be over. Tells whether anybody answered.
async function learnLogins() {
  try {
    const answer = await fetch("/logins");
    if (!answer.ok) return false;
    logins = await answer.json();
  } catch {
    return false;
  }
  showLogins();
  api.update();
  return true;
}

// The button rests meanwhile, but stays a stop of the keyboard: a `disabled` one would lose the focus to nowhere.
async function signInTo(phone) {
  if (phone.loginButton.ariaDisabled) return;
  phone.loginButton.ariaDisabled = "true";
  const isAnswered = await learnLogins();
  const login = logins.find(({ chat_id }) => chat_id === phone.chatId);
  if (!isAnswered) phone.toast(words("tap_again"));
  else if (!login) phone.toast(words("no_account"));
  else await signIn(phone, login);
  phone.loginButton.ariaDisabled = null;
}

function showLogins() {
  const items = logins.map(({ label, email, password }) => {
    return loginItem(words(`role_${label.toLowerCase()}`), copyLine("copy_email", email), copyLine("copy_password", password));
  });
  if (staffCode) items.push(loginItem(words("staff_code"), copyLine("copy_staff_code", staffCode)));
  $("login-list").replaceChildren(...items);
}

function loginItem(label, ...lines) {
  const item = document.createElement("li");
  const title = document.createElement("strong");
  title.textContent = label;
  item.append(title, ...lines);
  return item;
}

function copyLine(what, text) {
  const line = document.createElement("span");
  line.className = "copy";
  const code = document.createElement("code");
  code.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = words("copy");
  button.setAttribute("aria-label", words(what, { text }));
  button.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(text);
    button.textContent = words("copied");
    setTimeout(() => (button.textContent = words("copy")), 1500);
  });
  line.append(code, button);
  return line;
}

$("add-phone").addEventListener("click", () => $("new-phone").showModal());
$("new-phone-cancel").addEventListener("click", () => $("new-phone").close());
$("new-phone-form").addEventListener("submit", (event) => {
  const form = new FormData(event.target);
  const name = form.get("first_name").trim();
  if (name) say({ type: "add_phone", first_name: name, language_code: form.get("language_code") });
});
for (const list of [$("language"), $("phone-language")]) {
  list.append(...languages.map(([code, name]) => new Option(name, code, code === language, code === language)));
  for (const option of list.options) Object.assign(option, { lang: option.value, dir: "auto" });
}
$("language").addEventListener("change", () => speak($("language").value));
$("logins").addEventListener("toggle", () => $("logins").open && learnLogins());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && $("logins").open) {
    $("logins").open = false;
    $("logins").querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  if (!$("logins").contains(event.target)) $("logins").open = false;
});
connect();
