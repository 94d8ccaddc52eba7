// What the calendar part of a mail says, as a card above the mail; the demo has read it.
export function inviteCard(card, mail, mails) {
  const { invite } = mail;
  const same = mails.filter((other) => other.invite?.uid === invite.uid && other.to.join() === mail.to.join());
  const at = same.findIndex((other) => other.id === mail.id);
  const later = same.slice(at + 1).map((other) => other.invite);
  const since = changed(invite, later);
  const cancelled = invite.method === "CANCEL";
  card.classList.toggle("over", cancelled || Boolean(since));
  const moved = same.slice(0, at).some((other) => other.invite.start !== invite.start);
  const kind = line("p", "kind", cancelled ? "✖ Cancelled" : moved ? "🔁 Moved" : "📅 Invitation");
  kind.id = "invite-kind";
  const parts = [kind, line("p", "title", invite.title), line("p", "when", invite.day), line("p", "when", invite.time)];
  if (invite.place && invite.place !== invite.room) parts.push(line("p", "place", `📍 ${invite.place}`));
  if (invite.room && !cancelled) parts.push(link(invite.room, `🎥 Video visit on ${host(invite.room)}`, "_blank"));
  if (since) parts.push(line("p", "since", since));
  const file = link(invite.file, `📎 invite.ics (${Math.max(1, Math.round(invite.size / 1024))} KB)`);
  file.download = "invite.ics";
  card.replaceChildren(...parts, file);
}

function changed(invite, later) {
  if (invite.method === "CANCEL") return "";
  if (later.some(({ method }) => method === "CANCEL")) return "This event has since been cancelled.";
  return later.some(({ start }) => start !== invite.start) ? "This event has since been moved." : "";
}

function host(address) {
  return URL.canParse(address) ? new URL(address).host : address;
}

function line(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
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
