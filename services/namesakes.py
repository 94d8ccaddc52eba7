"""Telling namesakes apart: what is added to a name that several people have, or that looks like another's."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from services.access import DESK
from services.models.appointments import AppointmentCard
from services.models.patients import Patient
from services.models.people import AccountStatus, Role, User, UserId
from services.names.email_addresses import masked
from services.names.folding import looks
from services.storage.name_keys import NameKeyStore
from services.storage.users import UserStore

# Stands between a name and what was added to it.
BETWEEN = " · "
# A button has room for so many characters of what is added.
MAX_MARK = 24

Mark = Callable[[User], str]


class Namesakes:
    """Finds who has, or seems to have, the same name."""

    def __init__(self, *, users: UserStore, name_keys: NameKeyStore) -> None:
        self._users = users
        self._keys = name_keys

    async def alike(self, name: str, role: Role, but: UserId | None = None) -> list[User]:
        """Return who of that role, whatever the status, has a name that is or looks the same; by id."""
        ids = await self._keys.ids_alike([name], role)
        found = await self._users.by_ids(each for each in ids if each != but)
        return [found[each] for each in sorted(found)]

    async def apart(self, reader: Role, people: Iterable[User]) -> list[User]:
        """Return these people, with something added to each name that another person has, too.

        For a doctor that is the specialization. The desk sees a part of the email address; nobody else does.
        """
        shown = list(people)
        others = await self._others(reader, shown)
        names = _told_apart([*{user.id: user for user in (*shown, *others)}.values()], reader)
        return [replace(user, name=names.get(user.id, user.name)) for user in shown]

    async def one(self, reader: Role, user: User) -> User:
        """Return somebody as `apart` does."""
        return (await self.apart(reader, [user]))[0]

    async def cards(self, reader: Role, cards: Sequence[AppointmentCard]) -> list[AppointmentCard]:
        """Return appointments in which namesakes are told apart, as `apart` does for that reader."""
        doctors = {card.doctor.id: card.doctor for card in cards}
        patients = {card.patient.id: card.patient for card in cards}
        names = await self._names(reader, [*doctors.values(), *patients.values()])
        return [
            replace(
                card,
                doctor=replace(card.doctor, name=names[card.doctor.id]),
                patient=replace(card.patient, name=names[card.patient.id]),
            )
            for card in cards
        ]

    async def mixed(self, reader: Role, people: Iterable[User | Patient]) -> list[User | Patient]:
        """Return accounts and patients as `apart` does."""
        shown = list(people)
        names = await self._names(reader, shown)
        return [replace(person, name=names[person.id]) for person in shown]

    async def _names(self, reader: Role, people: Iterable[User | Patient]) -> Mapping[UserId, str]:
        """Return the names of these people, with something added as `apart` does, by id."""
        accounts = [each if isinstance(each, User) else _as_account(each) for each in people]
        return {user.id: user.name for user in await self.apart(reader, accounts)}

    async def _others(self, reader: Role, shown: Sequence[User]) -> list[User]:
        """Return the people who are not shown and could be taken for those who are.

        Doctors and patients learn nothing of other patients: for them only doctors count.
        """
        is_desk = reader in DESK
        names = [user.name for user in shown if user.email and (is_desk or user.role is Role.DOCTOR)]
        if not names:
            return []
        ids = await self._keys.ids_alike(names, None if is_desk else Role.DOCTOR)
        left = set(ids) - {user.id for user in shown}
        found = (await self._users.by_ids(left)).values() if left else ()
        return [user for user in found if is_desk or user.status is AccountStatus.ACTIVE]


def _as_account(patient: Patient) -> User:
    """Return a patient in the form in which people are told apart.

    Who has no address is told apart by the birth date, or else the end of the telephone number.
    """
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    known = patient.email or born or (f"…{patient.phone[-4:]}" if patient.phone else "")
    return User(patient.id, patient.name, known, Role.PATIENT, patient.status, patient.gender)


def _told_apart(people: Sequence[User], reader: Role) -> Mapping[UserId, str]:
    """Return the new names of those who share one."""
    by_look: defaultdict[str, list[User]] = defaultdict(list)
    for user in people:
        # Deleted accounts have no address. They all share one name, and that is meant.
        if not user.email or (reader is Role.PATIENT and user.role is not Role.DOCTOR):
            continue
        side = "" if reader in DESK else user.role.value
        for look in looks(user.name):
            by_look[f"{side} {look}"].append(user)
    names: dict[UserId, str] = {}
    for group in by_look.values():
        if len(group) > 1:
            names |= {user.id: user.name + BETWEEN + mark for user, mark in _marked(group, reader)}
    return names


def _marked(group: Sequence[User], reader: Role) -> list[tuple[User, str]]:
    """Return what to add to each name: what is different for each, or else a number, oldest first."""
    choices = _MARKS_FOR_DESK if reader in DESK else _MARKS
    for mark_of in choices:
        marks = [mark_of(user)[:MAX_MARK] for user in group]
        if len({mark.casefold() for mark in marks}) == len(group) and all(marks):
            return list(zip(group, marks, strict=True))
    numbered = enumerate(sorted(group, key=lambda user: user.id), 1)
    return [
        (user, BETWEEN.join(filter(None, (choices[0](user), f"no. {number}")))) for number, user in numbered
    ]


def _kind(user: User) -> str:
    """Return a doctor's specialization; for others a masked email address, which patients are never shown."""
    if user.role is Role.DOCTOR:
        return user.specialization or ""
    return masked(user.email) if "@" in user.email else user.email


def _kind_and_gender(user: User) -> str:
    if user.role is not Role.DOCTOR or user.gender is None:
        return _kind(user)
    return BETWEEN.join(filter(None, (_kind(user), user.gender.value)))


def _kind_or_local_part(user: User) -> str:
    return user.specialization or "" if user.role is Role.DOCTOR else user.email.partition("@")[0]


def _local_part(user: User) -> str:
    return user.email.partition("@")[0]


def _address(user: User) -> str:
    return user.email


_MARKS: tuple[Mark, ...] = (_kind, _kind_and_gender)
_MARKS_FOR_DESK: tuple[Mark, ...] = (_kind_or_local_part, _local_part, _address)
