"""Lists in parts: `limit`, and where the next part is (`Link: rel="next"`, RFC 8288)."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import JSONResponse

MOST = 500
USUAL = 100

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at the most.")]
After = Annotated[
    str | None, Query(max_length=64, description="The id of the last one that was seen; `Link` gives it.")
]


def listed(request: Request, rows: Sequence[dict[str, Any]], limit: int) -> JSONResponse:
    """Return the first `limit` of the rows; if there are more, the answer says where they are."""
    shown = rows[:limit]
    if len(rows) <= limit:
        return JSONResponse(shown)
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    query = urlencode([*others, ("after", shown[-1]["id"])])
    return JSONResponse(shown, headers={"Link": f'<{request.url.path}?{query}>; rel="next"'})
