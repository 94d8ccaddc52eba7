"""Names that change: patients' at once, doctors' once an admin approves, and all of it audited."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.fields import read_name, read_specialization
from services.errors import BadName, NoNameWaits, RoleRequired
from services.models.audit import Action
from services.models.notifications import EventKind
from services.models.people import ChatId, Principal, Role
from services.names.folding import folded, name_words, visible
from tests.services.conftest import Bench

UNSEEN = "\u200b\u200d\u2060\ufeff\u00ad\u202e\u2066\ufe0f\u3164\u115f\u2800\u034f\x07"


async def _done(bench: Bench, principal: Principal) -> list[Action]:
    rows = await bench.storage.audit.of_person(principal.id)
    return [action for row in rows if (action := Action(row["action"])).value.startswith("name_")]


async def test_a_doctors_new_name_waits_and_the_old_one_stands(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    user = await bench.clinic.profile.rename(rao, "Dr. Meera\u200b Rao")
    assert (user.name, user.wanted_name) == ("Rao", "Meera Rao")
    (event,) = await bench.storage.notifications.unspread(9)
    assert (event.kind, event.readers) == (EventKind.NAME_WAITS, (nora.id,))
    assert event.facts["wanted"] == "Meera Rao"
    assert not event.facts["alike"]
    decided = await bench.clinic.renaming.decide(nora, rao.id, "Meera Rao", approve=True)
    assert (decided.name, decided.wanted_name) == ("Meera Rao", None)
    told = (await bench.storage.notifications.unspread(9))[-1]
    assert (told.kind, told.readers) == (EventKind.NAME_APPROVED, (rao.id,))
    assert await _done(bench, rao) == [Action.NAME_WANTED, Action.NAME_APPROVED]
    assert [found.id for found in (await bench.clinic.administration.page(nora, "meera", 0)).items] == [
        rao.id
    ]


async def test_a_name_that_is_refused_is_gone(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    await bench.clinic.profile.rename(rao, "Meera Rao")
    decided = await bench.clinic.renaming.decide(nora, rao.id, "Meera Rao", approve=False)
    assert (decided.name, decided.wanted_name) == ("Rao", None)
    for approve in (True, False):
        with pytest.raises(NoNameWaits):
            await bench.clinic.renaming.decide(nora, rao.id, "Meera Rao", approve=approve)
    assert await _done(bench, rao) == [Action.NAME_WANTED, Action.NAME_REFUSED]


async def test_what_is_approved_is_the_name_that_was_shown(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    for name in ("Meera Rao", "Somebody Else"):
        await bench.clinic.profile.rename(await bench.clinic.sessions.authenticate(ChatId(2)), name)
    with pytest.raises(NoNameWaits):
        await bench.clinic.renaming.decide(nora, rao.id, "Meera Rao", approve=True)
    for nobody in (rao, await bench.principal("asha@example.org", chat=3)):
        with pytest.raises(RoleRequired):
            await bench.clinic.renaming.decide(nobody, rao.id, "Somebody Else", approve=True)
    user = await bench.clinic.profile.rename(await bench.clinic.sessions.authenticate(ChatId(2)), "Rao")
    assert (user.name, user.wanted_name) == ("Rao", None)


@pytest.mark.parametrize("wanted", ["Sen", "SEN", "Ѕеn", "S\u200ben", "Sén", "Տen"])
async def test_an_admin_is_told_that_a_wanted_name_looks_like_anothers(bench: Bench, wanted: str) -> None:
    await bench.principal("nora@example.org", Role.ADMIN)
    sen = await bench.user("sen@example.org", Role.DOCTOR)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    await bench.user("asha@example.org")
    user = await bench.clinic.profile.rename(rao, wanted)
    (event,) = await bench.storage.notifications.unspread(9)
    assert event.facts["alike"]
    assert [other.id for other in await bench.clinic.renaming.alike(user)] == [sen.id]


async def test_patients_are_renamed_at_once_and_that_is_audited_once(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    for name in ("Asha Rao", "Asha  Rao"):
        user = await bench.clinic.profile.rename(await bench.clinic.sessions.authenticate(ChatId(1)), name)
        assert (user.name, user.wanted_name) == ("Asha Rao", None)
    assert await _done(bench, asha) == [Action.NAME_CHANGED]


@pytest.mark.parametrize(
    "text", [UNSEEN, "\u3164", "\u200b42\u200b", "\u0301", "\u2800 \u2800", "\u115f\u1160"]
)
def test_a_name_has_a_letter_that_is_seen(text: str) -> None:
    with pytest.raises(BadName):
        read_name(text)


def test_what_is_not_seen_is_no_part_of_a_name() -> None:
    assert read_name(f"{UNSEEN}Vik{UNSEEN}ram Sen", Role.DOCTOR) == "Vikram Sen"
    assert read_specialization(f"Card{UNSEEN}iology") == "Cardiology"
    assert read_name("Z" + "\u0300" * 40 + "oe") == "Z" + "\u0300" * 4 + "oe"
    assert read_name("Jose\u0301") == "José"
    assert read_name("علی\u200cرضا") == "علی\u200cرضا"
    assert read_name("Vikram\u200c Sen\u200d") == "Vikram Sen"


@given(st.text(max_size=60))
def test_forms_of_a_name_are_stable(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert folded(folded(text)) == folded(text)
    assert set(folded(text).split()) <= set(name_words(text))


@given(st.text(alphabet="abc áßøłđÉ’'-\u200b\u0301", max_size=20))
def test_a_name_is_found_by_its_words_in_any_order(name: str) -> None:
    words = name_words(name)
    for word in folded(name).split():
        assert any(each.startswith(word[:2]) for each in words)
    with suppress(BadName):
        read = read_name(name)
        assert not {unicodedata.category(c) for c in read} & {"Cf", "Cc"}
