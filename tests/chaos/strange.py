"""What comes in and is not as it should be: updates that can't be parsed, forged taps, news of tomorrow."""

from datetime import date
from random import Random

from bot.callbacks.steps import PickPage
from bot.callbacks.tap import Tap, _shape
from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.phone import Phone
from services.models.notifications import ChannelName
from tests.chaos.world import World

GROUP = -100_500
# No message of this server has such a number.
NOWHERE = 900_000_000
GUESTS = ((3001, "Guest"), (3002, ""))
POLL: Json = {
    "id": "5",
    "question": "Lunch?",
    "options": [{"text": "Yes", "voter_count": 0}, {"text": "No", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}
NUMBERS = ("9" * 30, "-" + "9" * 25, str(2**63), str(-(2**63) - 1), str(2**31), "٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣")
DAYS = ("00010101", "99991231", "00000000")


class Strangeness:
    """Puts updates among the others as no server should: of people who are there, and of two guests.

    One of the guests has no name, as Telegram's own accounts that were deleted; both type a password.
    """

    def __init__(self, world: World, chance: Random) -> None:
        self.put = 0
        self._world = world
        self._chance = chance
        self._number = NOWHERE
        self._password = f"Xy{chance.randrange(16**12):012x}"
        world.wire.secrets.add(self._password.encode())
        self._guest, self.nameless = (world.telegram.phone(number, name) for number, name in GUESTS)

    def put_next(self) -> None:
        """Put the next kind of such an update."""
        kinds = (self._poll, self._reply_to_poll, self._restricted, self._pinned, self._signs_in_without_name)
        kinds[self.put % len(kinds)]()
        self.put += 1

    def _poll(self) -> None:
        """Send a poll without `persistent_id`, as servers before it was there do."""
        phone = self._chance.choice(self._world.patients).phone
        self._tell("message", self._message(phone, {"poll": POLL}))

    def _reply_to_poll(self) -> None:
        reply = {"text": "Good morning", "reply_to_message": self._message(self._guest, {"poll": POLL})}
        self._tell("message", self._message(self._guest, reply))

    def _restricted(self) -> None:
        """Send a `my_chat_member` without `can_edit_tag`, likewise."""
        telegram = self._world.telegram
        head = {"chat": telegram.group(GROUP, "The clinic's group").card, "from": self._guest.user}
        before = {"user": telegram.bot, "status": "member"}
        after = {"user": telegram.bot, "status": "restricted", "is_member": True, "until_date": 0}
        now = {"date": telegram.timestamp(), "old_chat_member": before, "new_chat_member": after}
        self._tell("my_chat_member", head | now)

    def _pinned(self) -> None:
        """Send, behind a password, that a message was pinned that can't be seen (InaccessibleMessage)."""
        self._signs_in(self._guest)
        gone = {"chat": self._guest.card, "message_id": NOWHERE, "date": 0}
        self._tell("message", self._message(self._guest, {"pinned_message": gone}))

    def _signs_in_without_name(self) -> None:
        self._signs_in(self.nameless)

    def _signs_in(self, phone: Phone) -> None:
        for text in ("/login", f"nobody{self.put}@example.org", self._password):
            phone.send(text)

    def _message(self, phone: Phone, content: Json) -> Json:
        self._number += 1
        now = self._world.telegram.timestamp()
        return {"message_id": self._number, "from": phone.user, "chat": phone.card, "date": now, **content}

    def _tell(self, kind: str, update: Json) -> None:
        self._world.telegram.tell_bot(kind, update)


def forged(chance: Random) -> str:
    """Return a tap's data with a number or a day in it that no button has, or with a field too many."""
    if chance.random() < 1 / 2:
        # What turns pages in any dialog reaches what is stored of the chat.
        return f"{PickPage.code}:{chance.choice(NUMBERS)}"
    kinds = [kind for kind in Tap.kinds.values() if {int, date} & {hint for _, hint in _shape(kind)}]
    kind = chance.choice(kinds)
    values = []
    for _, hint in _shape(kind):
        choices = NUMBERS if hint is int else DAYS if hint is date else ("0" * 24,)
        values.append(chance.choice(choices))
    extra = [""] if chance.random() < 1 / 4 else []
    return ":".join((kind.code, *values, *extra)).encode()[:64].decode(errors="ignore")


# By these it is known which notices are nobody's.
UNKNOWN_KIND, UNKNOWN_ID = "clinic_moved_to_the_moon", "of-tomorrow"


async def tell_unknown(world: World) -> None:
    """Put a notice of a kind that no version knows into the outbox, for each channel."""
    phone = world.patients[0].phone
    session = (await world.rows("sessions", {"_id": phone.chat_id}))[0]
    reader = session["user_id"]
    for channel in ChannelName:
        await world.db["notifications"].insert_one(
            {
                "_id": f"{UNKNOWN_ID}.{channel.value}",
                "event": {"id": UNKNOWN_ID, "kind": UNKNOWN_KIND, "readers": [reader], "facts": {}},
                "reader": reader,
                "channel": channel.value,
                "chat_id": phone.chat_id if channel is ChannelName.CHAT else None,
                "attempts": 0,
                "due": world.clock.now(),
                "since": world.clock.now(),
            }
        )
