"""Lists in parts: from one `Link` to the next, everything is there once."""

import re
from datetime import timedelta
from typing import Any

from services.models.people import Role
from tests.web.conftest import Portal

NEXT = re.compile(r'<([^>]+)>; rel="next"')


async def parts(portal: Portal, path: str, token: str) -> list[list[dict[str, Any]]]:
    """Follow the links to the end; return what each part had."""
    found, next_path = [], path
    while next_path:
        answer = await portal.call("GET", next_path, token=token)
        assert answer.status == 200, answer.body
        found.append(answer.body)
        link = NEXT.fullmatch(answer.headers.get("Link", ""))
        next_path = link[1] if link else ""
    return found


async def test_appointments_come_in_order_without_gap_or_repetition(portal: Portal) -> None:
    asha, token = await portal.account("Asha")
    rao, doctors = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    made = []
    # Four that begin at the same instant, all but one cancelled, and others around them.
    for at in ("10:00 AM", "09:30 AM", "10:00 AM", "10:00 AM", "11:00 AM", "10:00 AM"):
        booked = await portal.books(asha, rao, token, at)
        made.append(booked.body["id"])
        if at == "10:00 AM" and made.count(booked.body["id"]) == 1 and len(made) < 6:
            assert (await portal.call("DELETE", f"/appointment/{made[-1]}", token=token)).status == 200
    for limit in range(1, 8):
        for reader in (token, doctors):
            found = await parts(portal, f"/appointments?limit={limit}", reader)
            ids = [each["id"] for part in found for each in part]
            assert sorted(ids) == sorted(made), limit
            assert [len(part) for part in found[:-1]] == [limit] * (len(found) - 1)
            starts = [each["start"] for part in found for each in part]
            assert starts == sorted(starts)
    held = await portal.town.signed_in("Bela", "bela@example.org")
    await held.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await held.talks([("tomorrow", "Which time?"), ("«02:00 PM»", "reason")])
    assert len(await parts(portal, "/appointments", doctors)) == 1
    assert len((await parts(portal, "/appointments", doctors))[0]) == 6


async def test_accounts_and_doctors_come_without_gap_or_repetition(portal: Portal) -> None:
    _, token = await portal.account("Nora", Role.ADMIN)
    for number in range(5):
        await portal.town.account(
            f"Doc{'abcde'[number]}", f"d{number}@example.org", Role.DOCTOR, "Cardiology"
        )
        portal.clock.turn(timedelta(seconds=1))
    for path, count in (("/alluser", 6), ("/doctors", 5)):
        for limit in (1, 2, 3, 5, 6, 7):
            found = await parts(portal, f"{path}?limit={limit}", token)
            ids = [each["id"] for part in found for each in part]
            assert len(ids) == len(set(ids)) == count, (path, limit)
            assert ids == sorted(ids)


async def test_the_bounds_of_a_list_are_told(portal: Portal) -> None:
    asha, token = await portal.account("Asha")
    for limit in ("0", "-1", "501", "1.5", "many", "", "9" * 400, "%00", "1e2"):
        answer = await portal.call("GET", f"/appointments?limit={limit}", token=token)
        assert (answer.status, list(answer.body["errors"])) == (422, ["limit"]), limit
        assert "Input" not in answer.body["errors"]["limit"]
    for limit in ("1", "500"):
        assert (await portal.call("GET", f"/appointments?limit={limit}", token=token)).status == 200
    for after in ("f" * 24, "x", "%00", "%F0%9F%98%80", "$gt"):
        answer = await portal.call("GET", f"/appointments?after={after}", token=token)
        assert (answer.status, answer.is_problem) == (404, True), after
        assert (await portal.call("GET", f"/doctors?after={after}", token=token)).status == 200, after
    long = await portal.call("GET", f"/doctors?after={'f' * 65}", token=token)
    assert (long.status, list(long.body["errors"])) == (422, ["after"])
    assert asha.id not in str(long.body)
