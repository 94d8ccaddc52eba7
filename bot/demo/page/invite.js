// What the calendar part of a mail says, as a card above the mail; the demo has read it.
import { kilobytes, say } from "./words.js";

export function inviteCard(card, mail, mails) {
  const { invite } = mail;
  const same = mails.filter((other) => other.invite?.uid === invite.uid && other.to.join() === mail.to.join());
  const at = same.findIndex((other) => other.id === mail.id);
  const later = same.slice(at + 1).map((other) => other.invite);
  const since = changed(invite, later);
  const cancelled = invite.method === "CANCEL";
  card.classList.toggle("over", cancelled || Boolean(since));
  const moved = same.slice(0, at).some((other) => other.invite.start !== invite.start);
  const kind = line("p", "kind", say(cancelled ? "cancelled" : moved ? "moved" : "invitation"));
  kind.id = "invite-kind";
  const parts = [kind, line("p", "title", invite.title), line("p", "when", invite.day), line("p", "when", invite.time)];
  if (invite.place && invite.place !== invite.room) parts.push(line("p", "place", `📍 ${invite.place}`));
  if (invite.room && !cancelled) parts.push(link(invite.room, say("video_on", { host: host(invite.room) }), "_blank"));
  if (since) parts.push(line("p", "since", since));
  const file = link(invite.file, `📎 invite.ics (${kilobytes(invite.size)})`);
  file.download = "invite.ics";
  card.replaceChildren(...parts, file);
}

function changed(invite, later) {
  if (invite.method === "CANCEL") return "";
  if (later.some(({ method }) => method === "CANCEL")) return say("since_cancelled");
  return later.some(({ start }) => start !== invite.start) ? say("since_moved") : "";
}

function host(address) {
  return URL.canParse(address) ? new URL(address).host : address;
}

function line(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.dir = "auto";
  element.textContent = text;
  return element;
}

function link(address, text, target) {
  const element = line("a", "", text);
  // Whoever wrote the mail wrote the address, too: nothing but a page of the web, or one of the demo's own.
  if (/^(https?:\/\/|\/mails\/)/.test(address)) element.href = address;
  if (target) Object.assign(element, { target, rel: "noopener noreferrer" });
  return element;
}
