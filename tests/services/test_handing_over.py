"""A one-time code lets whoever has it look after a patient, or be them: once, and nobody else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import (
    AlreadyYours,
    ClaimExpired,
    ClaimUnknown,
    ClaimUsed,
    ClinicError,
    HasOwnAccount,
    PatientUnknown,
    RoleRequired,
    TooManyPatients,
    TooManyTries,
    VisitsOverlap,
)
from services.handover.codes import LETTERS, made_code, read_code, shown_code
from services.handover.handing_over import CLAIM_LIFETIME
from services.models.audit import Action
from services.models.handing_over import ClaimId
from services.models.notifications import EventKind
from services.models.patients import MOST_LOOKED_AFTER, Patient
from services.models.people import ChatId, Principal, Role, UserId
from tests.services.conftest import Bench
from tests.services.families import account, again, booked, patient, rows

TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)


async def _handed(bench: Bench, by: Principal, mia: Patient, request: str = "1") -> str:
    return (await bench.clinic.handover.codes.hand_over(by, mia.id, request_id=request)).code


async def _opened(bench: Bench, who: Principal, code: str) -> ClaimId:
    assert who.chat_id is not None
    return await bench.clinic.handover.codes.open(who.chat_id, code)


async def _cast(bench: Bench) -> tuple[Principal, Principal, Principal, Patient]:
    """Return a receptionist, a mother, a father, and the daughter whom the mother looks after."""
    nora = await account(bench, "nora", Role.RECEPTIONIST)
    asha, tom = await account(bench, "asha"), await account(bench, "tom")
    mia = await patient(bench, "Mia Patel", asha)
    return nora, await again(bench, asha), tom, mia


async def test_a_father_looks_after_his_daughter_with_the_code_of_the_mother(bench: Bench) -> None:
    _, asha, tom, mia = await _cast(bench)
    code = await _handed(bench, asha, mia)
    claim = await _opened(bench, tom, f" {shown_code(code).lower()} ")
    preview = await bench.clinic.handover.codes.preview(tom, claim)
    assert (preview.patient, preview.is_carer) == (mia, False)
    assert await bench.clinic.handover.codes.look_after(tom, claim) == mia
    tom = await again(bench, tom)
    assert tom.user.looks_after == (mia.id,)
    (told,) = await bench.storage.notifications.unspread(10)
    assert (told.kind, told.readers) == (EventKind.PATIENT_SHARED, (asha.id,))
    assert dict(told.facts) == {"patient_id": mia.id, "name": "Mia Patel", "carer": "Tom"}
    done = [each["action"] for each in await rows(bench, "audit", {})]
    assert sorted(done) == [Action.PATIENT_HANDED_OVER, Action.PATIENT_TAKEN_OVER]
    with pytest.raises(AlreadyYours):
        await bench.clinic.handover.codes.look_after(tom, claim)


@pytest.mark.dreadful
async def test_the_code_itself_is_nowhere_in_the_database(bench: Bench) -> None:
    nora, _, tom, mia = await _cast(bench)
    code = await _handed(bench, nora, mia)
    await _opened(bench, tom, code)
    database = bench.storage.patients._patients.database
    for name in await database.list_collection_names():
        assert code not in str(await database[name].find({}).to_list(None))


async def test_asking_twice_gives_the_same_code(bench: Bench) -> None:
    nora, _, _, mia = await _cast(bench)
    assert await _handed(bench, nora, mia) == await _handed(bench, nora, mia)
    assert await _handed(bench, nora, mia, "2") != await _handed(bench, nora, mia)
    assert len(await rows(bench, "claims", {})) == 2
    assert len(await rows(bench, "audit", {})) == 2


async def test_of_two_at_once_one_gets_it(bench: Bench) -> None:
    nora, _, tom, mia = await _cast(bench)
    ben = await account(bench, "ben")
    code = await _handed(bench, nora, mia)
    claims = [await _opened(bench, who, code) for who in (tom, ben)]
    done = await asyncio.gather(
        *(
            bench.clinic.handover.codes.look_after(who, claim)
            for who, claim in zip((tom, ben), claims, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["ClaimUsed", "Patient"]
    assert len(await bench.clinic.patients.carers(mia.id)) == 2


async def test_a_code_that_was_used_is_good_for_nothing_even_for_who_has_used_it(bench: Bench) -> None:
    nora, _, tom, mia = await _cast(bench)
    claim = await _opened(bench, tom, await _handed(bench, nora, mia))
    await bench.clinic.handover.codes.look_after(tom, claim)
    await bench.clinic.family.stop(tom, mia.id)
    for act in (bench.clinic.handover.codes.look_after, bench.clinic.handover.codes.be_them):
        with pytest.raises(ClaimUsed):
            await act(tom, claim)
    assert (await again(bench, tom)).user.looks_after == ()


async def test_what_is_wrong_with_a_code_is_told(bench: Bench) -> None:
    nora, asha, tom, mia = await _cast(bench)
    code = await _handed(bench, nora, mia)
    claim = await _opened(bench, tom, code)
    with pytest.raises(AlreadyYours):
        await bench.clinic.handover.codes.look_after(asha, await _opened(bench, asha, code))
    with pytest.raises(RoleRequired):
        await bench.clinic.handover.codes.look_after(nora, await _opened(bench, nora, code))
    ben = await account(bench, "ben")
    with pytest.raises(ClaimUnknown):  # it was typed in another chat
        await bench.clinic.handover.codes.preview(ben, claim)
    bench.clock.turn(CLAIM_LIFETIME)
    with pytest.raises(ClaimExpired):
        await bench.clinic.handover.codes.look_after(tom, claim)


async def test_whoever_has_too_many_keeps_the_code(bench: Bench) -> None:
    nora, _, tom, mia = await _cast(bench)
    claim = await _opened(bench, tom, await _handed(bench, nora, mia))
    before = tom
    for number in range(MOST_LOOKED_AFTER):
        await bench.storage.carers.look_after(tom.id, UserId(f"p-{number}"))
    for seen in (await again(bench, tom), before):  # before: ten others were added at the same time
        with pytest.raises(TooManyPatients):
            await bench.clinic.handover.codes.look_after(seen, claim)
    await bench.storage.carers.stop(tom.id, UserId("p-0"))
    assert await bench.clinic.handover.codes.look_after(await again(bench, tom), claim) == mia


async def test_only_who_acts_for_somebody_hands_them_over(bench: Bench) -> None:
    nora, asha, tom, mia = await _cast(bench)
    rao = await account(bench, "rao", Role.DOCTOR)
    expected: list[tuple[Principal, UserId, type[ClinicError]]] = [
        (tom, mia.id, PatientUnknown),
        (rao, mia.id, RoleRequired),
        (asha, asha.id, HasOwnAccount),
        (nora, asha.id, HasOwnAccount),
    ]
    for who, whom, error in expected:
        with pytest.raises(error):
            await bench.clinic.handover.codes.hand_over(who, whom, request_id="1")
        with pytest.raises(error):
            await bench.clinic.handover.codes.withdraw(who, whom)


async def test_codes_end_when_they_are_withdrawn_or_their_maker_has_no_say_any_more(bench: Bench) -> None:
    nora, asha, tom, mia = await _cast(bench)
    hers, theirs = await _handed(bench, asha, mia), await _handed(bench, nora, mia)
    claim = await _opened(bench, tom, hers)
    await bench.clinic.family.stop(asha, mia.id)
    with pytest.raises(ClaimUnknown):
        await bench.clinic.handover.codes.look_after(tom, claim)
    assert await bench.clinic.handover.codes.withdraw(nora, mia.id) == (mia, 2)
    with pytest.raises(ClaimUnknown):
        await _opened(bench, tom, theirs)


async def test_guesses_are_limited_in_a_chat_and_a_right_code_is_none(bench: Bench) -> None:
    nora, _, tom, mia = await _cast(bench)
    code = await _handed(bench, nora, mia)
    for text in ("", "x", "claim", "ABCD-EFG", "💣" * 64, "a\x00b", "ABCDEFGH" * 9):
        with pytest.raises(ClaimUnknown):
            await _opened(bench, tom, text)
    for _ in range(20):
        await _opened(bench, tom, code)
    for number in range(5):
        with pytest.raises(ClaimUnknown):
            await _opened(bench, tom, "ABCDEFG" + LETTERS[number])
    with pytest.raises(TooManyTries):
        await _opened(bench, tom, code)
    await bench.clinic.handover.codes.open(ChatId(77), code)
    bench.clock.turn(timedelta(minutes=16))
    await _opened(bench, tom, code)


async def test_a_grown_up_child_takes_their_own_patient_along(bench: Bench) -> None:
    _, asha, tom, mia = await _cast(bench)
    her = await account(bench, "mia")
    first, second = await booked(bench, mia.id, TEN), await booked(bench, her.id, TEN + timedelta(hours=1))
    code = await _handed(bench, asha, mia)
    claim = await _opened(bench, her, code)
    preview = await bench.clinic.handover.codes.preview_self(her, claim)
    assert (preview.lost.id, preview.kept.id, preview.visits, preview.overlaps) == (mia.id, her.id, 1, ())
    for _ in range(2):
        assert (await bench.clinic.handover.codes.be_them(her, claim)).id == her.id
    found = await rows(bench, "appointments", {})
    assert {(each["_id"], each["patient_id"]) for each in found} == {(first.id, her.id), (second.id, her.id)}
    assert (await again(bench, asha)).user.looks_after == ()
    told = {event.kind: event for event in await bench.storage.notifications.unspread(10)}
    assert told[EventKind.PATIENT_LEFT].readers == (asha.id,)
    with pytest.raises(PatientUnknown):
        await bench.clinic.patients.mine(await again(bench, asha), mia.id)
    assert (await bench.clinic.patients.mine(her, mia.id)).id == her.id
    with pytest.raises(AlreadyYours):
        await bench.clinic.handover.codes.preview(her, claim)
    with pytest.raises(ClaimUsed):
        await bench.clinic.handover.codes.preview(tom, await _opened(bench, tom, code))


async def test_nothing_is_taken_along_while_visits_overlap_and_the_code_stays_good(bench: Bench) -> None:
    _, asha, _, mia = await _cast(bench)
    her = await account(bench, "mia")
    await account(bench, "rao", Role.DOCTOR)
    await booked(bench, mia.id, TEN)
    own = await booked(bench, her.id, TEN + timedelta(minutes=15), "lee")
    claim = await _opened(bench, her, await _handed(bench, asha, mia))
    assert len((await bench.clinic.handover.codes.preview_self(her, claim)).overlaps) == 1
    with pytest.raises(VisitsOverlap) as refused:
        await bench.clinic.handover.codes.be_them(her, claim)
    assert not refused.value.has_begun
    assert len(await rows(bench, "appointments", {"patient_id": mia.id})) == 1
    await bench.clinic.appointments.cancel(her, own.id)
    assert (await bench.clinic.handover.codes.be_them(her, claim)).id == her.id


def test_a_code_is_read_however_it_is_typed() -> None:
    code = made_code("ff" * 32)
    assert len(code) == 8
    assert set(code) <= set(LETTERS)
    for typed in (
        code,
        code.lower(),
        shown_code(code),
        " ".join(code),
        f"{code[:4]} – {code[4:]}",
        code + "\n",
    ):
        assert read_code(typed) == code
    for typed in ("", code[:7], code + "A", "ABCDEFG1", "OIL" + code[3:]):
        assert read_code(typed) is None
