"""The buttons for an email address that is not confirmed yet."""

from collections.abc import Callable

from bot.callbacks.account import EnterEmailCode, FixEmail, SendEmailCode
from bot.callbacks.tap import Tap
from bot.localization.messages import Words
from bot.texts import labels
from bot.ui.keyboards import Button, Row, button
from services.models.people import UserId


def code_rows(user_id: UserId, make: Callable[[Words, Tap], Button] = button) -> list[Row]:
    """Return the rows to enter the code, to have another one sent, or to change the address.

    `make`: notice_button, where the message above is to stay.
    """
    return [
        [make(labels.ENTER_CODE, EnterEmailCode(user_id))],
        [
            make(labels.SEND_NEW_CODE, SendEmailCode(user_id)),
            make(labels.CHANGE_ADDRESS, FixEmail(user_id)),
        ],
    ]
