"""What the description of the interface (OpenAPI) says about the answers of a call."""

from http import HTTPStatus
from typing import Any

from bot.web.api.schemas import Problem
from bot.web.refusals import PROBLEM

# Any call may be answered so: the request is too slow or too large, or the database is away.
ALWAYS = (400, 408, 413, 431, 500, 503)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of a call that are problem documents."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": schema}}}
        for status in sorted({*statuses, *ALWAYS})
    }
