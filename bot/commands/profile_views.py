"""The views of /me: one's account, and where one is signed in."""

from datetime import datetime

from bot.callbacks.account import (
    ChangeEmail,
    ChangeLanguage,
    ChangeName,
    ChangePassword,
    ChangeReminders,
    ChangeZone,
    EndApiSession,
    EndOtherSessions,
    EndSession,
    ShowSessions,
)
from bot.callbacks.steps import Do
from bot.texts import labels
from bot.texts import profile as texts
from bot.ui.email_code import code_rows
from bot.ui.keyboards import button, keyboard, pager
from bot.ui.view import View
from services.clinic_rules import ClinicRules
from services.models.paging import Page
from services.models.people import Role, SignedIn, User


def account(user: User, rules: ClinicRules, now: datetime) -> View:
    """Show the account of whoever is signed in, and what can be changed."""
    return View(
        texts.account(user, rules, now),
        keyboard(
            *(code_rows(user.id) if user.is_unverified else []),
            [button(labels.CHANGE_NAME, ChangeName()), button(labels.CHANGE_EMAIL, ChangeEmail())],
            [
                button(labels.CHANGE_PASSWORD, ChangePassword()),
                button(labels.CHANGE_LANGUAGE, ChangeLanguage()),
            ],
            [button(labels.CHANGE_ZONE, ChangeZone()), button(labels.SIGNED_IN_CHATS, ShowSessions(0))],
            [button(labels.REMINDERS, ChangeReminders())] if user.role is Role.PATIENT else [],
            [button(labels.MY_DATA, Do("mydata")), button(labels.DELETE_ACCOUNT, Do("forgetme"))],
        ),
    )


def sessions(page: Page[SignedIn], here: int, rules: ClinicRules) -> View:
    """Show where somebody is signed in, with buttons to sign out of chats other than `here`."""
    others = [session for session in page.items if session.chat_id != here]
    ends = [[button(texts.end_session_button(session, rules), _end(session))] for session in others]
    everything = [button(labels.SIGN_OUT_OTHERS, EndOtherSessions())] if page.total > 1 else []
    turn = pager(page.number, page.pages, ShowSessions)
    mine = [button(labels.BACK_TO_MY_ACCOUNT, Do("me"))]
    return View(texts.sessions(page, here, rules), keyboard(*ends, turn, everything, mine))


def _end(session: SignedIn) -> EndSession | EndApiSession:
    if session.chat_id is None:
        return EndApiSession(session.api_session or "")
    return EndSession(session.chat_id)
