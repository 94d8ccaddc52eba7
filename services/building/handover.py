"""How the services are built that hand patients over, and make one of two."""

from services.accounts.attempts import Attempts
from services.accounts.tokens import Tokens
from services.appointments.reminders import Reminders
from services.building.base import Base
from services.handover.carrying import Carrier
from services.handover.handing_over import HandingOver
from services.handover.merging import PatientMerging
from services.privacy.patient_removal import PatientRemoval


class HandoverServices:
    """Codes for patients (`codes`), merging two, and letting one go."""

    def __init__(self, base: Base, tokens: Tokens, reminders: Reminders, removal: PatientRemoval) -> None:
        storage, clock = base.storage, base.clock
        self.removal = removal
        carrier = Carrier(
            finder=base.patients,
            merges=storage.merging,
            carrying=storage.carrying,
            places=storage.carrying_places,
            carers=storage.carer_changes,
            reminders=reminders,
            audit=base.audit,
            clock=clock,
            on_event=base.on_event,
        )
        self.merging = PatientMerging(
            finder=base.patients,
            merges=storage.merging,
            carrying=storage.carrying,
            carrier=carrier,
            views=base.views,
            clock=clock,
        )
        self.codes = HandingOver(
            claims=storage.claims,
            finder=base.patients,
            carers=storage.carer_changes,
            users=storage.users,
            merging=self.merging,
            reminders=reminders,
            attempts=Attempts(storage.attempts, clock),
            tokens=tokens,
            audit=base.audit,
            clock=clock,
            on_event=base.on_event,
        )
