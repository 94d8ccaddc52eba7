"""What `python -m bot check` says in the terminal, without any secret."""

from pathlib import Path

from bot.settings import Settings
from services.storage.inspection import Inspection

SETTINGS, DATABASE, INDEXES, BOT_API, SMTP, HTTP = (
    "settings",
    "database",
    "indexes",
    "bot api",
    "smtp",
    "http",
)
OK, FAILED, SKIPPED = "ok", "failed", "skipped"
# An index that is missing is named; when there are many, only the first are.
MOST_NAMED = 5


def line(part: str, state: str, text: str) -> str:
    """Return a line of the report."""
    return f"{part}: {state}: {text}"


def settings(given: Settings) -> str:
    """Return what the settings amount to."""
    return (
        "this is the demo, as there is no bot_token"
        if given.demo
        else f"for {given.clinic_name}, {given.timezone}"
    )


def database(found: Inspection, given: Settings) -> str:
    """Return what was found of a database that can be used."""
    kind = f"replica set {found.replica_set}" if found.replica_set else "a single server"
    own = "" if given.db_url else f", the bot's own in {given.data_dir}: for the demo, tests and a first look"
    return f"MongoDB {found.version}, {kind}{own}"


def later(found: Inspection) -> str:
    """Return why a database can't be used that a later version has used."""
    return f"a later version of MediConnect has used it (step {found.step}, this one knows {found.known}). Start that version"


def indexes(found: Inspection) -> str:
    """Return how the indexes are."""
    if found.is_new:
        return "the database is new; the first start makes them"
    if not found.missing:
        return f"all {len(found.wanted)} are there"
    named = ", ".join(map(str, found.missing[:MOST_NAMED])) + (
        ", …" if len(found.missing) > MOST_NAMED else ""
    )
    return f"{len(found.missing)} of {len(found.wanted)} are missing or different: {named}. A start makes what is missing"


def no_database(why: str) -> str:
    """Return that the database does not answer; `why` is a class of error."""
    return f"it doesn't answer, or doesn't let us in ({why}). Is it running, and is db_url right?"


def not_made_yet(data_dir: Path) -> str:
    """Return that the bot's own database is not there yet."""
    return f"there is none in {data_dir} yet; the first start makes it"


def in_use(data_dir: Path) -> str:
    """Return that the bot's own database can't be opened twice."""
    return f"a MediConnect that is running has it open, in {data_dir}"


UNFINISHED = "only a part of a backup has been restored into it. Run restore again"
UNSEEN = "they can't be seen while that one runs; its start has made them"
NOTHING_TO_SEE = "there is no database to look at"
OWN = "the demo brings its own"
TOKEN_REFUSED = "it doesn't know this token. Ask BotFather for one, and set bot_token"  # noqa: S105 - a sentence


def bot_api(username: str, server: str) -> str:
    """Return who the bot is."""
    return f"{server} knows this bot as @{username}"


def no_bot_api(server: str, why: str) -> str:
    """Return that the Bot API does not answer."""
    return (
        f"{server} doesn't answer as it should ({why}). Look at telegram_api_url, the network and the proxy"
    )


def smtp(given: Settings) -> str:
    """Return that the mail server lets us in."""
    signed_in = "signed in" if given.email_user else "without an account"
    return f"{_server(given)}, {given.email_security}, {signed_in}"


def no_smtp(given: Settings, why: str) -> str:
    """Return that the mail server does not."""
    return f"{_server(given)}: {why}. Look at email_host, email_port, email_security, email_user and email_password"


def http(given: Settings) -> str:
    """Return where the HTTP interface listens, and how others reach it."""
    proxies = f", believing {', '.join(given.trusted_proxies)}" if given.trusted_proxies else ""
    api = "with the interface" if given.api else "without the interface (api is off)"
    if given.port == 0:
        # Which one it is to be is not known before the start.
        reached = given.public_url or "the address that web.ready says in the log"
        return f"{given.host}: any free port, chosen at the start; reached at {reached}, {api}{proxies}"
    return f"{_listens(given)} is free; reached at {given.reached_at}, {api}{proxies}"


def http_taken(given: Settings) -> str:
    """Return that the port is taken by a MediConnect."""
    return f"{_listens(given)} is taken by a MediConnect that is running; reached at {given.reached_at}"


def _server(given: Settings) -> str:
    return f"{given.email_host}:{given.email_port}"


def _listens(given: Settings) -> str:
    return f"{given.host}:{given.port}"
