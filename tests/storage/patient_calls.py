"""Every call of the storage about patients and who looks after them (see calls.py)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from services.models.handing_over import ClaimId, ClaimUse, PatientClaim
from services.models.merging import Merging, VisitRow
from services.models.notifications import EventKind
from services.models.patients import CallbackRequest, Made, Patient, own_patient
from services.models.people import ChatId, UserId
from services.storage.storage import Storage
from tests.storage.conftest import a_user, an_appointment, an_event
from tests.turning import MONDAY


def patient_calls(s: Storage) -> Mapping[str, Callable[[], Awaitable[Any]]]:
    """Return "collection.method" -> a call of it."""
    lost, kept = UserId("p-1"), own_patient(a_user("asha"))
    order = Merging(lost, kept.id, UserId("nora"), MONDAY, "Mia")
    code = PatientClaim(ClaimId("1"), lost, UserId("asha"), MONDAY + timedelta(days=7))
    asha, event = UserId("asha"), an_event("e9", EventKind.PATIENT_SHARED, "tom")
    visit = an_appointment(77, patient=lost)
    row = VisitRow(visit.id, visit.slot.start, visit.slot.end, is_held=False, takes_time=True)
    mia = Patient(UserId("p-1"), "Mia", phone="+442079460018")
    wish = CallbackRequest("1", MONDAY)
    return {
        "callbacks.ask": lambda: s.callbacks.ask(asha, wish, "+442079460018", event, timedelta(hours=1)),
        "callbacks.last": lambda: s.callbacks.last(asha),
        "callbacks.note_called": lambda: s.callbacks.note_called(asha, MONDAY, UserId("nora"), MONDAY),
        "patients.add": lambda: s.patients.add(mia, Made(MONDAY, UserId("asha"))),
        "patients.by_ids": lambda: s.patients.by_ids([mia.id]),
        "patients.by_id": lambda: s.patients.by_id(mia.id),
        "patients.made": lambda: s.patients.made(mia.id),
        "patients.change": lambda: s.patients.change(mia),
        "patients.search": lambda: s.patients.search("mia", mia.phone),
        "patients.alike": lambda: s.patients.alike("Mia", mia.phone),
        "patients.delete": lambda: s.patients.delete(mia.id),
        "personal_data.patients": lambda: s.personal_data.patients([mia.id]),
        "carers.look_after": lambda: s.carers.look_after(UserId("asha"), mia.id),
        "carers.of_patients": lambda: s.carers.of_patients([mia.id]),
        "carers.forget": lambda: s.carers.forget(mia.id),
        "carers.stop": lambda: s.carers.stop(UserId("asha"), mia.id),
        "claims.add": lambda: s.claims.add(code, "digest"),
        "claims.open": lambda: s.claims.open("digest", ChatId(1)),
        "claims.opened": lambda: s.claims.opened(code.id, ChatId(1)),
        "claims.use": lambda: s.claims.use(code.id, asha, ClaimUse.CARER, MONDAY),
        "claims.done": lambda: s.claims.done(code.id),
        "claims.release": lambda: s.claims.release(code.id, asha),
        "claims.withdraw": lambda: s.claims.withdraw([lost]),
        "carer_changes.join": lambda: s.carer_changes.join(asha, lost, event),
        "carer_changes.share": lambda: s.carer_changes.share(lost, UserId("p-2")),
        "carer_changes.lend": lambda: s.carer_changes.lend([asha], lost),
        "carer_changes.leave": lambda: s.carer_changes.leave(asha, lost, None, event),
        "carer_changes.tell": lambda: s.carer_changes.tell(asha, event),
        "merging.mark": lambda: s.merging.mark(order),
        "merging.of": lambda: s.merging.of(lost),
        "merging.joining": lambda: s.merging.joining([kept.id]),
        "merging.known_as": lambda: s.merging.known_as(kept.id),
        "erasure.rename_in_merges": lambda: s.erasure.rename_in_merges([lost], "Somebody"),
        "erasure.forget_claims": lambda: s.erasure.forget_claims(asha),
        "personal_data.claims": lambda: s.personal_data.claims(asha, [lost]),
        "merging.open_orders": s.merging.open_orders,
        "merging.known_of": lambda: s.merging.known_of(lost),
        "merging.fill": lambda: s.merging.fill(kept, {"gender": "female"}),
        "merging.note_told": lambda: s.merging.note_told(order, visit.id),
        "merging.note_settled": lambda: s.merging.note_settled(order),
        "merging.unmark": lambda: s.merging.unmark(order),
        "merging.bury": lambda: s.merging.bury(order, kept.id),
        "carrying.visits": lambda: s.carrying.visits(lost),
        "carrying.taking_time": lambda: s.carrying.taking_time(lost, visit.slot),
        "carrying.in_the_way": lambda: s.carrying.in_the_way(lost, visit.slot),
        "carrying.carry": lambda: s.carrying.carry(row, lost, kept, ()),
        "carrying.carry_series_news": lambda: s.carrying.carry_series_news(lost, kept),
        "carrying.drop_hold": lambda: s.carrying.drop_hold(visit.id),
        "carrying_places.carry": lambda: s.carrying_places.carry(lost, kept),
    }
