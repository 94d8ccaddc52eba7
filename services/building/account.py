"""Builds the services about accounts, passwords and email addresses."""

from services.accounts.api_sessions import ApiSessions
from services.accounts.attempts import Attempts
from services.accounts.credential_check import CredentialCheck
from services.accounts.email_availability import EmailAvailability
from services.accounts.email_verification import EmailVerification
from services.accounts.new_passwords import NewPasswords
from services.accounts.one_step_registration import OneStepRegistration
from services.accounts.one_time_codes import CodeMailer, OneTimeCodes
from services.accounts.passwords import Passwords
from services.accounts.profile import Profile
from services.accounts.receptionists import Receptionists
from services.accounts.registration import Accounts
from services.accounts.renaming import Renaming
from services.accounts.sessions import Sessions
from services.accounts.tokens import Tokens
from services.building.base import Base, calendar_feeds
from services.patients.desk import PatientDesk
from services.patients.family import Family


class AccountServices:
    """Registering, signing in, names, email addresses, passwords, and the addresses of calendar feeds."""

    def __init__(self, base: Base, tokens: Tokens, passwords: Passwords, mailer: CodeMailer) -> None:
        storage, rules, clock, users = base.storage, base.rules, base.clock, base.storage.users
        attempts = Attempts(storage.attempts, clock)
        email_availability = EmailAvailability(
            users=users, attempts=attempts, clock=clock, on_event=base.on_event
        )
        codes = OneTimeCodes(
            codes=storage.one_time_codes, attempts=storage.attempts, tokens=tokens, clock=clock
        )
        self.calendar_feeds = calendar_feeds(base, tokens)
        self.accounts = Accounts(
            users=users,
            user_search=storage.user_search,
            schedules=storage.schedules,
            passwords=passwords,
            attempts=attempts,
            email_availability=email_availability,
            namesakes=base.namesakes,
            audit=base.audit,
            clock=clock,
            staff_code=rules.staff_code,
            per_hour=rules.registrations_an_hour,
            on_event=base.on_event,
        )
        self.one_step_registration = OneStepRegistration(
            accounts=self.accounts,
            email_availability=email_availability,
            passwords=passwords,
            attempts=attempts,
            per_hour=rules.registrations_an_hour,
        )
        self.signing_in = SigningIn(base, tokens, passwords, attempts)
        self.renaming = Renaming(
            users=users, namesakes=base.namesakes, audit=base.audit, clock=clock, on_event=base.on_event
        )
        self.family = Family(
            patients=storage.patients,
            carers=storage.carers,
            finder=base.patients,
            rules=rules,
            audit=base.audit,
            clock=clock,
        )
        self.patient_desk = _patient_desk(base, self.family)
        addresses = EmailAddresses(base, self.renaming, email_availability, codes, mailer)
        self.profile, self.email_verification = addresses.profile, addresses.verification
        self.new_passwords = NewPasswords(
            users=users,
            sessions=storage.sessions,
            passwords=passwords,
            attempts=attempts,
            codes=codes,
            mailer=mailer,
            verification=storage.email_verification,
            audit=base.audit,
            clock=clock,
        )
        self.receptionists = Receptionists(
            users=users, accounts=self.accounts, passwords=passwords, codes=codes, mailer=mailer
        )


def _patient_desk(base: Base, family: Family) -> PatientDesk:
    return PatientDesk(
        patients=base.storage.patients,
        finder=base.patients,
        family=family,
        namesakes=base.namesakes,
        rules=base.rules,
    )


class EmailAddresses:
    """What people change about themselves, and whether their addresses are right."""

    def __init__(
        self,
        base: Base,
        renaming: Renaming,
        email_availability: EmailAvailability,
        codes: OneTimeCodes,
        mailer: CodeMailer,
    ) -> None:
        storage, users, audit, clock = base.storage, base.storage.users, base.audit, base.clock
        self.profile = Profile(
            users=users,
            renaming=renaming,
            email_availability=email_availability,
            codes=codes,
            mailer=mailer,
            verification=storage.email_verification,
            audit=audit,
            clock=clock,
        )
        self.verification = EmailVerification(
            users=users,
            verification=storage.email_verification,
            sessions=storage.sessions,
            profile=self.profile,
            email_availability=email_availability,
            codes=codes,
            mailer=mailer,
            audit=audit,
            clock=clock,
            on_event=base.on_event,
        )


class SigningIn:
    """Signing in and out, in chats and over HTTP."""

    def __init__(self, base: Base, tokens: Tokens, passwords: Passwords, attempts: Attempts) -> None:
        storage, clock, audit = base.storage, base.clock, base.audit
        credentials = CredentialCheck(
            users=storage.users,
            attempts=attempts,
            passwords=passwords,
            tokens=tokens,
            audit=audit,
            clock=clock,
        )
        self.sessions = Sessions(
            chat_lookup=storage.chat_lookup,
            sessions=storage.sessions,
            known_chats=storage.known_chats,
            api_sessions=storage.api_sessions,
            credentials=credentials,
            tokens=tokens,
            audit=audit,
            clock=clock,
        )
        self.api_sessions = ApiSessions(
            credentials=credentials, sessions=storage.api_sessions, tokens=tokens, audit=audit, clock=clock
        )
