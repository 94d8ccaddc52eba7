"""Deleting an account for its owner: upcoming appointments are cancelled, and past ones keep no name.

First the account is closed, in one write that also notes that it is to be deleted. From then on nobody can
sign in to it or book with it, and `work` finishes the rest after any crash. Then an order is given to cancel
the upcoming appointments (see bulk_cancellation.py); erasing is the last step of that order. The order stays
valid for a while, so that a booking that was under way when the account was closed is cancelled, too.
"""

from datetime import timedelta

from services.accounts.attempts import tries_keys
from services.accounts.last_admin import LastAdminGuard
from services.accounts.one_time_codes import code_keys
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.visibility import FORMER_DOCTOR, FORMER_PATIENT
from services.audit import Audit
from services.availability.booking_window import FAR_AHEAD
from services.clock import Clock
from services.errors import SessionEnded
from services.ids import new_id
from services.models.appointments import AppointmentCard, CancellationCause, CancellationOrder
from services.models.audit import Action
from services.models.merging import Merging
from services.models.patients import Patient, has_no_account
from services.models.people import Principal, Role, User, UserId, Via
from services.models.slots import Slot
from services.privacy.patient_removal import PatientRemoval
from services.storage.carers import CarerStore
from services.storage.erasure import ErasureStore
from services.storage.merging import MergeStore
from services.storage.patients import PatientStore
from services.storage.users import UserStore

# What is not finished after so long was interrupted by a crash.
INTERRUPTED_AFTER = timedelta(seconds=30)


class AccountDeletion:
    """Deletes accounts for their owners."""

    def __init__(
        self,
        *,
        users: UserStore,
        admins: LastAdminGuard,
        bulk_cancellation: BulkCancellation,
        erasure: ErasureStore,
        patients: PatientRemoval,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._users = users
        self._admins = admins
        self._bulk_cancellation = bulk_cancellation
        self._erasure = erasure
        self._patients = patients
        self._audit = audit
        self._clock = clock

    async def affected(self, principal: Principal) -> list[AppointmentCard]:
        """Return the upcoming appointments that will be cancelled, earliest first.

        They are the person's own, and those of the patients whom nobody else looks after.
        """
        affected = self._bulk_cancellation.affected
        found = await affected(_part(principal.role), principal.id, self._ahead())
        for patient_id in await self._along(principal.user):
            found += await affected(Role.PATIENT, patient_id, self._ahead())
        return sorted(found, key=lambda card: card.appointment.slot)

    async def going(self, principal: Principal) -> list[Patient]:
        """Return the patients who are erased with the account, as nobody else looks after them."""
        return await self._patients.left_by(principal.user)

    async def leave(self, principal: Principal) -> int:
        """Delete the person's account, and return how many appointments were cancelled. Raises LastAdmin.

        Raises SessionEnded where the account was closed meanwhile.
        """
        mark = await self._admins.let_go(principal.id) if principal.role is Role.ADMIN else None
        if not await self._users.go(principal.id, self._clock.now(), mark):
            raise SessionEnded
        return await self._finish(principal.user, principal.via)

    async def work(self) -> None:
        """Finish deletions that a crash has interrupted. Any number of workers may do so at once."""
        for user in await self._users.going(self._clock.now() - INTERRUPTED_AFTER):
            await self._finish(user)

    async def _finish(self, user: User, via: Via | None = None) -> int:
        once = f"{user.id}.{Action.ACCOUNT_DELETED}"
        await self._audit.note(Action.ACCOUNT_DELETED, actor=user.id, subject=user.id, once=once)
        if user.role is Role.PATIENT:
            # Before the events of the cancellations are made, so that none of them has a reason in it.
            await self._erasure.erase_reasons(user.id)
        order = CancellationOrder(
            id=new_id(self._clock.now()),
            kind=CancellationCause.ACCOUNT_DELETED,
            role=_part(user.role),
            user_id=user.id,
            window=self._ahead(),
            by=user.id,
            until=self._bulk_cancellation.until(),
            via=via,
        )
        # The account goes last, as it alone knows whom it looks after.
        family = [await self._erase(patient_id, user, via) for patient_id in await self._along(user)]
        return await self._bulk_cancellation.order(*family, order)

    async def _along(self, user: User) -> list[UserId]:
        """Return which patients go along with an account.

        They are those whom only that account looks after, and whoever is just being made one with any of
        these, or with the account's own.
        """
        going = [patient.id for patient in await self._patients.left_by(user)]
        return [*going, *await self._patients.joining([user.id, *going])]

    async def _erase(self, patient_id: UserId, user: User, via: Via | None) -> CancellationOrder:
        """Return the order that erases a patient along with that account."""
        once = f"{patient_id}.{Action.ACCOUNT_DELETED}"
        await self._audit.note(Action.ACCOUNT_DELETED, actor=user.id, subject=patient_id, once=once)
        await self._erasure.erase_reasons(patient_id)
        return self._patients.erasing(patient_id, user.id, via)

    def _ahead(self) -> Slot:
        now = self._clock.now()
        return Slot(now, now + FAR_AHEAD)


class AccountEraser:
    """Erases a person's data, as the last step of the order to cancel their upcoming appointments."""

    def __init__(
        self,
        *,
        users: UserStore,
        patients: PatientStore,
        carers: CarerStore,
        merges: MergeStore,
        erasure: ErasureStore,
        clock: Clock,
    ) -> None:
        self._users = users
        self._patients = patients
        self._carers = carers
        self._merges = merges
        self._erasure = erasure
        self._clock = clock

    async def erase(self, order: CancellationOrder) -> None:
        """Erase all but what others need, and remove the name from that. The account itself is removed last.

        It may be done again, and then finds what has been stored meanwhile.
        """
        user_id, role, now = order.user_id, order.role, self._clock.now()
        erasure, name = self._erasure, FORMER_PATIENT if role is Role.PATIENT else FORMER_DOCTOR
        if role is Role.PATIENT:
            await erasure.erase_reasons(user_id)
            await erasure.rename_in_digests(user_id, name, now)
            known_as = filter(has_no_account, await self._merges.known_as(user_id))
            await erasure.rename_in_merges(list(known_as), name)
        else:
            await erasure.rename_doctor(user_id, name)
        await erasure.rename_in_visits(role, user_id, name, now)
        chats, user = await erasure.chats(user_id), await self._users.by_id(user_id)
        if user is not None:
            await erasure.forget_secrets(
                tries_keys(user.email, user_id, chats), code_keys(user.email, user_id)
            )
        await erasure.forget_settings(user_id)
        await erasure.forget_claims(user_id)
        await erasure.forget_chats(user_id, chats)
        await erasure.forget_account(user_id)
        if has_no_account(user_id):
            await self._end_merge(user_id, order.by)
            await self._patients.delete(user_id)
            await self._carers.forget(user_id)

    async def _end_merge(self, patient_id: UserId, by: UserId) -> None:
        """Take back the order to make a patient one with whoever goes too, or has gone.

        With anybody else they are made one, as the desk has ordered; that ends with the tombstone.
        """
        merging = await self._merges.of(patient_id)
        if isinstance(merging, Merging):
            stays = None if merging.into == by else await self._patients.by_id(patient_id)
            if stays is None:
                await self._merges.unmark(merging)


def _part(role: Role) -> Role:
    """Return whether somebody has appointments as a doctor or as a patient; staff have none."""
    return Role.DOCTOR if role is Role.DOCTOR else Role.PATIENT
