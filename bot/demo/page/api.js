// The card "API": a few calls to try, each shown as curl, with what came back.
import { say } from "./words.js";

const $ = (id) => document.getElementById(id);
const DAYS = 7; // so far ahead free times are looked for

// What each call needs to be known (`needs`), what a person chooses for it (`choice`), and its request.
const CALLS = {
  login: {
    label: "sign_in",
    request: ({ login }) => ["POST", "/login", { email: login.email, password: login.password }],
  },
  me: { label: "who_am_i", needs: ["token"], request: () => ["GET", "/me"] },
  doctors: { label: "doctors", needs: ["token"], request: () => ["GET", "/doctors"] },
  slots: {
    label: "free_times",
    needs: ["token", "doctors"],
    choice: { label: "role_doctor", from: "doctors", name: ({ name }) => name },
    request: (_, doctor) => ["GET", slotsOf(doctor)],
  },
  book: {
    label: "book_time",
    needs: ["token", "me", "doctors", "slots"],
    choice: { label: "time", from: "slots", name: ({ date, time }) => `${date}, ${time}` },
    request: ({ me }, { doctorId, date, time }) => {
      return ["POST", "/appointment", { patientId: me.id, doctorId, date, time, reason: say("api_reason") }];
    },
  },
  appointments: { label: "appointments", needs: ["token"], request: () => ["GET", "/appointments"] },
  cancel: {
    label: "cancel_appointment",
    needs: ["token", "appointments"],
    choice: { label: "appointment", from: "appointments", name: ({ date, time }) => `${date}, ${time}` },
    request: (_, { id }) => ["DELETE", `/appointment/${encodeURIComponent(id)}`],
  },
};
const NONE = { doctors: "no_doctors", slots: "no_times", appointments: "nothing_booked" };

export class Api {
  constructor(loginOf) {
    this.element = document.querySelector("[data-api]");
    this.loginOf = loginOf; // how the sample patient signs in, as it is now
    this.known = {};
    this.request = ""; // what is shown to be sent, or why there is nothing to send
    $("api-call").append(...Object.entries(CALLS).map(([key, { label }]) => option(key, say(label))));
    $("api-call").addEventListener("change", () => this.#choose());
    $("api-choice").addEventListener("change", () => {
      this.#say("");
      this.#draw();
    });
    $("api-copy").addEventListener("click", () => this.#copy());
    $("api-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  // The patient's login is known, or has changed.
  update() {
    const isKnown = JSON.stringify(this.loginOf()) === JSON.stringify(this.known.login);
    if (this.call === "login" && !(isKnown && this.request)) this.#choose();
  }

  get call() {
    return $("api-call").value;
  }

  // Learns what the chosen call needs, and shows its request.
  async #choose() {
    const chosen = this.call;
    const { needs = [], choice } = CALLS[chosen];
    this.known.login = this.loginOf();
    if (this.hasChanged) {
      delete this.known.appointments;
      delete this.known.slots;
      this.hasChanged = false;
    }
    $("api-choice-row").hidden = true;
    // Until it is known what is to be sent, nothing can be.
    this.request = "";
    $("api-send").disabled = true;
    this.#say("");
    for (const need of needs) await this.#learn(need);
    if (chosen !== this.call) return;
    if (choice) this.#offer(choice);
    this.#draw();
  }

  async #learn(what) {
    if (what in this.known || !this.known.token) return;
    const [doctor] = this.known.doctors ?? [];
    const path = { me: "/me", doctors: "/doctors", appointments: "/appointments", slots: doctor && slotsOf(doctor) }[what];
    if (!path) return;
    const { status, body } = await this.#ask("GET", path);
    if (status === 200) this.#note(path, body);
  }

  #offer({ label, from, name }) {
    const found = this.known[from] ?? [];
    $("api-choice-label").textContent = say(label);
    $("api-choice").replaceChildren(...found.map((each, at) => option(at, name(each))));
    $("api-choice-row").hidden = found.length === 0;
  }

  // Returns the request as [method, path, body], or a sentence that says why there is none yet.
  #chosen() {
    const { needs = [], choice, request } = CALLS[this.call];
    if (needs.includes("token") && !this.known.token) return say("sign_in_first");
    if (this.call === "login" && !this.known.login) return say("patient_gone");
    const chosen = choice && this.known[choice.from]?.[Number($("api-choice").value)];
    if (choice && !chosen) return say(NONE[choice.from]);
    return request(this.known, chosen);
  }

  #draw() {
    this.request = this.#chosen();
    const isReady = Array.isArray(this.request);
    $("api-curl").textContent = isReady ? curl(this.request, "$TOKEN") : this.request;
    $("api-copy").hidden = !isReady;
    $("api-send").disabled = !isReady;
  }

  async #send() {
    const sent = this.request;
    const [method, path] = sent;
    $("api-send").disabled = true;
    this.#say(say("sending"));
    const { status, said, body } = await this.#ask(...sent);
    if (status < 400) await this.#learnFrom(method, path, body);
    else if (status === 401) this.#signedOut();
    if (this.request !== sent) return; // another call has been chosen meanwhile
    // What was sent stays beside its answer, and can be sent again.
    this.#say(said, status < 400, body);
    $("api-send").disabled = false;
  }

  async #learnFrom(method, path, body) {
    if (method === "GET") this.#note(path, body);
    // The free times and the appointments are asked for anew when the next call is chosen.
    this.hasChanged ||= method !== "GET";
    if (path !== "/login") return;
    this.known = { login: this.known.login, token: body.token };
    await this.#learn("me");
    $("api-who").textContent = this.known.me ? say("signed_in_as", { name: this.known.me.name }) : say("signed_in");
  }

  #note(path, body) {
    const [, doctorId] = /^\/doctors\/([^/]+)\/slots/.exec(path) ?? [];
    if (doctorId) this.known.slots = body.map((slot) => ({ ...slot, doctorId: decodeURIComponent(doctorId) }));
    else if (path === "/appointments") this.known.appointments = body.filter(({ status }) => status === "booked");
    else this.known[path.slice(1)] = body;
  }

  #signedOut() {
    this.known = { login: this.known.login };
    $("api-who").textContent = say("not_signed_in");
  }

  async #ask(method, path, body) {
    const headers = body ? { "Content-Type": "application/json" } : {};
    if (this.known.token && path !== "/login") headers.Authorization = `Bearer ${this.known.token}`;
    try {
      const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
      const text = await answer.text();
      return { status: answer.status, said: `${answer.status} ${answer.statusText}`, body: parsed(text) };
    } catch {
      return { status: 599, said: say("not_answered"), body: "" };
    }
  }

  #say(said, isGood = true, body = "") {
    $("api-status").textContent = said;
    $("api-status").classList.toggle("bad", !isGood);
    $("api-answer").textContent = typeof body === "string" ? body : JSON.stringify(body, null, 2);
    $("api-answer").hidden = body === "";
    $("api-answer").scrollTop = 0;
  }

  async #copy() {
    await navigator.clipboard?.writeText(curl(this.request, this.known.token));
    $("api-copy").textContent = say("copied");
    setTimeout(() => ($("api-copy").textContent = say("copy")), 1500);
  }
}

function slotsOf({ id }) {
  const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  return `/doctors/${encodeURIComponent(id)}/slots?from=${day(0)}&to=${day(DAYS)}`;
}

// The request as a line for a shell, in quotes where it has to be.
function curl([method, path, body], token) {
  const address = `'${location.origin}${path}'`;
  const lines = [method === "GET" ? `curl ${address}` : `curl -X ${method} ${address}`];
  if (path !== "/login") lines.push(`-H "Authorization: Bearer ${token}"`);
  if (body) lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`);
  return lines.join(" \\\n  ");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function option(value, label) {
  const element = document.createElement("option");
  element.value = value;
  element.textContent = label;
  return element;
}
