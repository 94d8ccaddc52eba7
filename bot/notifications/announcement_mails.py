"""How announcements are sent by email, to those who have no chat."""

from collections.abc import Callable

from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.notifications.mail_channel import mail_of
from bot.texts.announcements import announcement_news
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.models.announcements import Announcement
from services.models.people import User
from services.notifications.smtp import MailSender


class AnnouncementMails:
    """Sends announcements as emails. `link` returns the link that opens the bot, once that is known."""

    def __init__(self, link: Callable[[], str], sender: MailSender, rules: ClinicRules, clock: Clock) -> None:
        self._link = link
        self._sender = sender
        self._rules = rules
        self._clock = clock

    async def mail(self, announcement: Announcement, reader: User) -> None:
        """Email the announcement; a repeat has the same id. Raises TryLater, RecipientGone.

        What stands around it is in the reader's language; it stays itself as it was typed.
        """
        to = (reader.email, reader.name)
        mail_id = f"{announcement.id}.{reader.id}"
        with speaking(speaks(reader.language)):
            said = announcement_news(self._rules.name, announcement.text)
            mail = mail_of(mail_id, to, said, self._rules.name, self._clock.now(), link=self._link())
        await self._sender.send(mail)
