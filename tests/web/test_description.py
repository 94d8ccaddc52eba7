"""The description of the interface is true: what it says is taken, and what comes back is as it says."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.models.people import Role
from tests.faults.holding import logged
from tests.town import PASSWORD
from tests.web.conftest import Portal

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 8
# To the description an id or a name is any text. In half of the calls these are such as the clinic takes.
USUAL = {"name": "Asha Patel", "password": PASSWORD, "date": "2027-05-04", "time": "02:00 PM"}


def _as_usual(part: Any, ids: Mapping[str, str]) -> None:
    if isinstance(part, dict):
        part.update({name: value for name, value in ids.items() if name in part})


def _tried(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    address: str,
    tokens: Sequence[str],
    ids: Mapping[str, str],
) -> Counter[int]:
    """Make calls of one kind, and check each answer; return how often there was which status."""
    statuses: Counter[int] = Counter()
    checks = CHECKS + ([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode), token=st.sampled_from(tokens), is_ours=st.booleans()
    )
    def calls(case: Case[Any], token: str, *, is_ours: bool) -> None:
        if is_ours and mode is GenerationMode.POSITIVE:
            _as_usual(case.path_parameters, ids)
            _as_usual(case.body, ids)
        answer = case.call(
            base_url=address, session=session, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        case.validate_response(answer, checks=checks)
        statuses[answer.status_code] += 1

    with requests.Session() as session:
        calls()
    return statuses


@pytest.fixture
async def described(portal: Portal) -> tuple[Portal, list[str], dict[str, str]]:
    """A clinic with a patient, a doctor and an admin, and their tokens."""
    asha, patients = await portal.account("Asha")
    rao, doctors = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    _, admins = await portal.account("Nora", Role.ADMIN)
    booked = await portal.books(asha, rao, patients, reason="It flutters")
    ids: dict[str, str] = {"patientId": asha.id, "doctorId": rao.id, "doctor_id": rao.id}
    ids |= {"appointment_id": booked.body["id"], "email": asha.email}
    return portal, [patients, doctors, admins], USUAL | ids


@pytest.mark.filterwarnings(
    "ignore::hypothesis.errors.HypothesisDeprecationWarning"
)  # of schemathesis itself
async def test_calls_that_are_made_of_the_description_are_answered_as_it_says(
    described: tuple[Portal, list[str], dict[str, str]],
) -> None:
    portal, tokens, ids = described
    document = (await portal.call("GET", "/openapi.json")).body
    schema = schemathesis.openapi.from_dict(document)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    # Whoever signs out would end the calls of the others.
    operations = [each for each in operations if each.path != "/logout"]
    assert len(operations) == 17
    seen: dict[str, Counter[int]] = {}
    with logged("incident") as incident:
        for operation, mode in product(operations, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)):
            found = await asyncio.to_thread(_tried, operation, mode, portal.address, tokens, ids)
            seen.setdefault(operation.label, Counter()).update(found)
    assert incident.texts == []
    # It went somewhere: there are answers of each kind.
    assert {200, 201, 401, 403, 404, 409, 422} <= set().union(*seen.values()), seen
