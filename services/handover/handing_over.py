"""Handing a patient over: a one-time code lets whoever has it look after the patient, or be them.

The desk makes a code, or somebody who looks after the patient. Whoever has it must be signed in to use it.
Only a digest of the code is stored, made with the clinic's key. Who typed it in a chat goes on there by its
number, which is good in that chat alone, so that the code itself is in no button and no state.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from services.access import DESK, require
from services.accounts.attempts import CLAIMS, CLAIMS_A_CHAT, NEW_CLAIMS, Attempts, Counter
from services.accounts.tokens import Tokens
from services.appointments.reminders import Reminders
from services.audit import Audit
from services.clock import Clock
from services.errors import (
    AlreadyYours,
    ClaimExpired,
    ClaimUnknown,
    ClaimUsed,
    HasOwnAccount,
    MergedElsewhere,
    PatientGone,
    PatientUnknown,
    RoleRequired,
    TooManyPatients,
    UserUnknown,
    VisitsOverlap,
)
from services.handover.codes import made_code, read_code
from services.handover.events import shared_event
from services.handover.merging import PatientMerging
from services.ids import derived_id
from services.models.audit import Action
from services.models.handing_over import ClaimCode, ClaimId, ClaimPreview, ClaimUse, PatientClaim
from services.models.merging import MergePreview
from services.models.patients import MOST_LOOKED_AFTER, Patient
from services.models.people import AccountStatus, ChatId, Principal, Role, UserId
from services.patients.finding import Patients
from services.storage.carer_changes import CarerChangeStore
from services.storage.claims import ClaimStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

CLAIM_LIFETIME = timedelta(days=7)


class HandingOver:
    """Makes the codes and takes them. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        claims: ClaimStore,
        finder: Patients,
        carers: CarerChangeStore,
        users: UserStore,
        merging: PatientMerging,
        reminders: Reminders,
        attempts: Attempts,
        tokens: Tokens,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._claims = claims
        self._finder = finder
        self._carers = carers
        self._users = users
        self._merging = merging
        self._reminders = reminders
        self._attempts = attempts
        self._tokens = tokens
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def hand_over(self, principal: Principal, patient_id: UserId, *, request_id: str) -> ClaimCode:
        """Return a new code for a patient; asking twice with one `request_id` returns the same.

        The desk may for any patient without an account, others for those whom they look after.
        Raises RoleRequired, PatientGone, PatientUnknown, HasOwnAccount, TooManyTries.
        """
        patient = await self._to_hand_over(principal, patient_id)
        await self._attempts.count((f"claim:new:{principal.id}", NEW_CLAIMS))
        code = made_code(self._tokens.seal("claim", principal.id, request_id))
        expires_at = self._clock.now() + CLAIM_LIFETIME
        claim = PatientClaim(
            ClaimId(derived_id(f"{principal.id}.{request_id}")), patient.id, principal.id, expires_at
        )
        await self._claims.add(claim, self._digest(code))
        await self._audit.note(
            Action.PATIENT_HANDED_OVER,
            actor=principal.id,
            subject=patient.id,
            once=f"{claim.id}.{Action.PATIENT_HANDED_OVER}",
        )
        return ClaimCode(code, patient, expires_at)

    async def withdraw(self, principal: Principal, patient_id: UserId) -> tuple[Patient, int]:
        """End a patient's codes that nobody has used; return the patient, and how many codes there were.

        Raises what `hand_over` raises, but TooManyTries.
        """
        patient = await self._to_hand_over(principal, patient_id)
        return patient, await self._claims.withdraw(patient.id)

    async def _to_hand_over(self, principal: Principal, patient_id: UserId) -> Patient:
        require(principal, Role.PATIENT, *DESK)
        if principal.role is Role.PATIENT:
            patient = await self._finder.mine(principal, patient_id)
        else:
            try:
                patient = await self._finder.anybody(patient_id)
            except UserUnknown as error:
                raise PatientGone from error
        if patient.has_account:
            raise HasOwnAccount(patient.name)
        return patient

    async def open(self, chat_id: ChatId, text: str) -> ClaimId:
        """Return the number of the code that was typed in a chat, by which it goes on there.

        Also for people who are not signed in: it tells nothing of the patient. Raises ClaimUnknown,
        TooManyTries.
        """
        code = read_code(text)
        if code is None:
            raise ClaimUnknown
        counters: tuple[Counter, ...] = ((f"claim:chat:{chat_id}", CLAIMS_A_CHAT), ("claim:all", CLAIMS))
        await self._attempts.count(*counters)
        claim = await self._claims.open(self._digest(code), chat_id)
        if claim is None:
            log.info("claim.wrong")
            raise ClaimUnknown
        for key, _ in counters:
            await self._attempts.take_back(key)
        return claim.id

    async def preview(self, principal: Principal, claim_id: ClaimId) -> ClaimPreview:
        """Return whom a code is about that was typed in the person's chat.

        Raises RoleRequired, ClaimUnknown, ClaimUsed, ClaimExpired, AlreadyYours.
        """
        claim, patient = await self._valid(principal, claim_id)
        return ClaimPreview(claim, patient, patient.id in principal.user.looks_after)

    async def look_after(self, principal: Principal, claim_id: ClaimId) -> Patient:
        """Let the person look after the patient; the others who do hear of it.

        Raises what `preview` raises, and TooManyPatients.
        """
        claim, patient = await self._valid(principal, claim_id)
        after = principal.user.looks_after
        if patient.id in after and claim.used_by is None:
            raise AlreadyYours(patient.name, is_self=False)
        if len(after) >= MOST_LOOKED_AFTER and patient.id not in after:
            raise TooManyPatients(MOST_LOOKED_AFTER)
        await self._use(principal, claim, ClaimUse.CARER)
        others = tuple(user.id for user in await self._finder.carers(patient.id) if user.id != principal.id)
        event = shared_event(claim.id, patient, principal.user, others)
        if not await self._carers.join(principal.id, patient.id, event):
            await self._claims.release(claim.id, principal.id)
            raise TooManyPatients(MOST_LOOKED_AFTER)
        self._on_event()
        await self._reminders.plan_again(patient)
        await self._note(principal, claim, patient)
        return patient

    async def preview_self(self, principal: Principal, claim_id: ClaimId) -> MergePreview:
        """Return what it would do if the person were the patient. Raises what `preview` raises."""
        _, patient = await self._valid(principal, claim_id)
        return await self._merging.preview_own(principal, patient)

    async def be_them(self, principal: Principal, claim_id: ClaimId) -> Patient:
        """Make the patient one with the person's own; return that. Asking again goes on with it.

        Raises what `preview` raises, VisitsOverlap, MergedElsewhere.
        """
        mine = await self._claims.opened(claim_id, _chat(principal))
        if mine is not None and (mine.used_by, mine.used_as) == (principal.id, ClaimUse.SELF):
            return await self._merge(principal, mine)
        claim, patient = await self._valid(principal, claim_id)
        if overlaps := (await self._merging.preview_own(principal, patient)).overlaps:
            raise VisitsOverlap(overlaps)
        await self._use(principal, claim, ClaimUse.SELF)
        await self._note(principal, claim, patient, is_done=False)
        return await self._merge(principal, claim)

    async def _merge(self, principal: Principal, claim: PatientClaim) -> Patient:
        try:
            own = await self._merging.merge_into_own(principal, claim.patient_id)
        except VisitsOverlap as error:
            if not error.has_begun:
                await self._claims.release(claim.id, principal.id)
            raise
        except (MergedElsewhere, PatientUnknown):
            await self._claims.release(claim.id, principal.id)
            raise
        await self._claims.done(claim.id)
        return own

    async def _valid(self, principal: Principal, claim_id: ClaimId) -> tuple[PatientClaim, Patient]:
        """Return a code that the person may use, and its patient. Raises what `preview` raises."""
        if principal.role is not Role.PATIENT:
            raise RoleRequired(frozenset({Role.PATIENT}))
        claim = await self._claims.opened(claim_id, _chat(principal))
        patient = (await self._finder.by_ids([claim.patient_id])).get(claim.patient_id) if claim else None
        if claim is None or patient is None:
            raise ClaimUnknown
        is_carer = patient.id in principal.user.looks_after
        is_used = claim.used_by is not None and (claim.used_by != principal.id or claim.is_done)
        if patient.id == principal.id or (is_carer and is_used and claim.used_by == principal.id):
            raise AlreadyYours(patient.name, is_self=patient.id == principal.id)
        if is_used or patient.has_account:
            raise ClaimUsed
        if claim.expires_at <= self._clock.now():
            raise ClaimExpired
        await self._check_maker(claim, patient)
        return claim, patient

    async def _check_maker(self, claim: PatientClaim, patient: Patient) -> None:
        """Return if whoever made the code may hand the patient over still. Raises ClaimUnknown."""
        maker = await self._users.by_id(claim.made_by)
        may = maker is not None and (
            maker.role in DESK or not {patient.id, claim.patient_id}.isdisjoint(maker.looks_after)
        )
        if maker is None or maker.status is not AccountStatus.ACTIVE or not may:
            raise ClaimUnknown

    async def _use(self, principal: Principal, claim: PatientClaim, use: ClaimUse) -> None:
        if not await self._claims.use(claim.id, principal.id, use, self._clock.now()):
            raise ClaimUsed

    async def _note(
        self, principal: Principal, claim: PatientClaim, patient: Patient, *, is_done: bool = True
    ) -> None:
        await self._audit.note(
            Action.PATIENT_TAKEN_OVER,
            actor=principal.id,
            subject=patient.id,
            once=f"{claim.id}.{Action.PATIENT_TAKEN_OVER}",
        )
        if is_done:
            await self._claims.done(claim.id)

    def _digest(self, code: str) -> str:
        return self._tokens.seal("claim_code", code)


def _chat(principal: Principal) -> ChatId:
    """Return the person's chat; over HTTP there is none, and no code was typed there."""
    return principal.chat_id if principal.chat_id is not None else ChatId(0)
