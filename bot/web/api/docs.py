"""/docs: the description of the interface to read and to try, with Swagger UI. It needs no other host."""

from html import escape
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

FILES = "/docs/files"
# Swagger UI writes styles into its elements, and has pictures in its style sheet.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{files}/favicon.png">
<link rel="stylesheet" href="{files}/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="{files}/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", tryItOutEnabled: true });\n'


def docs_routes() -> list[BaseRoute]:
    """Return the routes of the page and its files."""
    return [
        Route("/docs", _page),
        Route("/docs/start.js", _start),
        Mount(FILES, StaticFiles(directory=_swagger_files())),
    ]


async def _page(request: Request) -> HTMLResponse:
    page = PAGE.format(title=escape(request.app.title), files=FILES)
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


async def _start(_request: Request) -> Response:
    return Response(START, media_type="text/javascript")


def _swagger_files() -> Path:
    """Return the folder of Swagger UI's files, which a package brings along. It is not imported for that."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("fastapi-offline is not installed, which has the files of /docs")
    return Path(spec.origin).with_name("static")
