"""The configurations for proxies in deploy/, tried with the real nginx and Caddy where they are there."""

import asyncio
import os
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web.server import listen, served

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX, CADDY = shutil.which("nginx"), shutil.which("caddy")
HOST = "127.0.0.1"
PATIENCE_SECONDS = 60
SECRET = "/calendar/very-secret.ics"
WRAPPED = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log info;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


async def tells_the_client(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address of whoever asks."""
    request = Request(scope, receive)
    await request.body()
    answer = PlainTextResponse(request.client.host if request.client else "")
    await answer(scope, receive, send)


@asynccontextmanager
async def process_at(port: int) -> AsyncIterator[None]:
    """Serve as a process of the bot does."""
    async with served(tells_the_client, listen(HOST, port), trusted_proxies=[f"{HOST}/32"]):
        yield


def free_port() -> int:
    with listen(HOST, 0) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def running(command: list[str], folder: Path, port: int) -> AsyncIterator[str]:
    """Run a proxy; give its address once it listens. What it says goes to the file `said`."""
    with (folder / "said").open("wb") as said:
        environ = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        program = await create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=said, env=environ)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await is_open(port):
                    assert program.returncode is None, (folder / "said").read_text()
                    await asyncio.sleep(0.02)
            yield f"http://{HOST}:{port}"
        finally:
            with suppress(ProcessLookupError):
                program.terminate()
            await program.wait()


async def is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def nginx(folder: Path, *processes: int, without: str = "") -> AsyncIterator[str]:
    """Run nginx with our file, but on a loopback port without TLS; in front of these `processes`."""
    port, text = free_port(), (DEPLOY / "nginx.conf").read_text().replace(without, "")
    line = next(line for line in text.splitlines() if line.strip().startswith("server 127.0.0.1:8080"))
    text = text.replace(line, "\n".join(line.replace("8080", str(each)) for each in processes))
    for pattern, new in {
        r"listen 80;": f"listen {HOST}:{free_port()};",
        r"listen 443 ssl;": f"listen {HOST}:{port};",
        r"listen \[::\].*|ssl_certificate.*": "",
    }.items():
        text = re.sub(pattern, new, text)
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(WRAPPED.format(folder=folder))
    async with running([NGINX or "", "-c", str(folder / "nginx.conf")], folder, port) as address:
        yield address


@asynccontextmanager
async def caddy(folder: Path, process: int) -> AsyncIterator[str]:
    """Run Caddy with our file, but on a loopback port without TLS."""
    port, text = free_port(), (DEPLOY / "Caddyfile").read_text()
    text = text.replace("clinic.example.org {", f"http://{HOST}:{port} {{").replace("8080", str(process))
    file = folder / "Caddyfile"
    file.write_text(text.replace("{\n", "{\n\tadmin off\n", 1))
    command = [CADDY or "", "run", "--adapter", "caddyfile", "--config", str(file)]
    async with running(command, folder, port) as address:
        yield address


Asks = Callable[[str], "asyncio.Task[tuple[int, str, str]]"]


@pytest.fixture
async def asks() -> AsyncIterator[Asks]:
    """Return what makes a call, as somebody who claims another address; its status, text and Retry-After."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session:

        async def ask(address: str) -> tuple[int, str, str]:
            method, body = ("POST", {"a": 1}) if address.endswith("/login") else ("GET", None)
            headers = {"X-Forwarded-For": "203.0.113.9"}
            async with session.request(method, address, headers=headers, json=body) as answer:
                return answer.status, await answer.text(), answer.headers.get("Retry-After", "")

        yield lambda address: asyncio.create_task(ask(address))


SERVED = (200, HOST, "")


@pytest.mark.skipif(NGINX is None, reason="there is no nginx")
async def test_nginx_asks_another_process_and_says_when_to_try_again(tmp_path: Path, asks: Asks) -> None:
    """Whoever claims to be somebody else is not believed; processes that were away are asked at once."""
    first, second = free_port(), free_port()
    async with nginx(tmp_path, first, second) as address:
        async with process_at(first):
            assert [await asks(f"{address}/login") for _ in range(6)] == [SERVED] * 6
            assert (await asks(f"{address}/metrics"))[0] == 403
            assert await asks(f"{address}{SECRET}") == SERVED
        async with process_at(second):
            assert [await asks(f"{address}/login") for _ in range(6)] == [SERVED] * 6
        status, _, retry_after = await asks(f"{address}/login")
        assert (status, retry_after) == (503, "1")
        await asks(f"{address}{SECRET}")
    for log in ("access.log", "error.log", "said"):
        assert SECRET not in (tmp_path / log).read_text()


@pytest.mark.skipif(NGINX is None, reason="there is no nginx")
async def test_control_nginx_leaves_processes_out_by_default(tmp_path: Path, asks: Asks) -> None:
    first, second = free_port(), free_port()
    async with nginx(tmp_path, first, second, without=" max_fails=0") as address:
        async with process_at(first):
            assert [await asks(f"{address}/login") for _ in range(6)] == [SERVED] * 6
        async with process_at(second):
            assert 503 in [(await asks(f"{address}/login"))[0] for _ in range(6)]


@pytest.mark.skipif(CADDY is None, reason="there is no Caddy")
async def test_caddy_waits_for_a_process_that_is_restarted(tmp_path: Path, asks: Asks) -> None:
    port = free_port()
    async with caddy(tmp_path, port) as address:
        waiting = asks(f"{address}/me")
        assert not (await asyncio.wait({waiting}, timeout=0.3))[0]
        async with process_at(port):
            assert await waiting == SERVED
            assert await asks(f"{address}/login") == SERVED
            assert (await asks(f"{address}/metrics"))[0] == 403
        # Caddy logs what it could not hand on.
        await asks(f"{address}{SECRET}/login")
    said = (tmp_path / "said").read_text()
    assert "http.log.error" in said
    assert SECRET not in said
