"""The typed settings: names in any case, from the environment and from a .env file."""

import os
import re
from collections.abc import Collection, Mapping
from ipaddress import IPv6Address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.hosts import has_host, with_plain_host
from bot.logs.formats import LogFormat
from services.storage.mongo.driver import Driver, check_url
from services.working_hours.public_holidays import CountryUnknown, check_place

MIN_KEY_BYTES = 32
MIN_STAFF_CODE = 8
MOST_WORKERS = 64
PHONE = re.compile(r"\+?[0-9(][0-9 ()/.-]{2,30}(?: ?(?:ext|x)\.? ?[0-9]{1,6})?", re.IGNORECASE)
# Emergency numbers have three digits.
FEWEST_DIGITS = 3
TOKEN = re.compile(r"[0-9]{6,16}:[A-Za-z0-9_-]{30,64}")
# The rest of such an address can only be parsed by a DNS query, so it is checked when the bot connects.
SRV_ADDRESS = re.compile(r"mongodb\+srv://([^@/\s]+@)?[^@/:,\s]+\.[^@/:,\s]+(/\S*)?")

SWITCH = dict.fromkeys(("on", "true", "yes", "1"), True) | dict.fromkeys(("off", "false", "no", "0"), False)

TELEGRAM_HOST = "api.telegram.org"
# Where Telegram delivers updates, below the path of `webhook_url`.
WEBHOOK_PATH = "/telegram/updates"

# The settings that are needed to open the database.
OF_THE_DATABASE = ("db_url", "db_driver", "data_dir")


class SettingsError(Exception):
    """Some settings cannot be used; the text has one line for each of them."""


def _a_limit(example: str) -> str:
    return f"a whole number of at least 1, for example {example}, or none for no limit"


# What each setting should be, with an example. Said whenever it is wrong.
WANTED = {
    "host": "the address to listen on, for example HOST=127.0.0.1, or HOST=0.0.0.0 for all",
    "port": "a whole number from 0 to 65535, for example PORT=8080",
    "workers": f"a whole number from 1 to {MOST_WORKERS}, for example WORKERS=2",
    "public_url": "the address under which others reach this, for example PUBLIC_URL=https://clinic.example.org",
    "api": "on or off, for example API=off",
    "cors_origins": "origins, with commas between, for example CORS_ORIGINS=https://clinic.example.org",
    "trusted_proxies": "addresses or networks, with commas between, for example TRUSTED_PROXIES=10.0.0.0/8",
    "key": f"a secret of at least {MIN_KEY_BYTES} bytes, for example the output of: openssl rand -hex 32",
    "email_password": "the password of email_user, for example EMAIL_PASSWORD=abcd-efgh-ijkl-mnop",
    "db_url": "a MongoDB connection string, for example DB_URL=mongodb://localhost:27017/mediconnect",
    "db_driver": "motor or pymongo, for example DB_DRIVER=pymongo",
    "bot_token": "the token from BotFather, for example BOT_TOKEN=123456789:AAE…, or none for the demo",
    "telegram_api_url": "an http or https address, for example TELEGRAM_API_URL=https://api.telegram.org",
    "webhook_url": "the https address at which Telegram reaches this, for example WEBHOOK_URL=https://clinic.example.org",
    "webhook_secret": "1 to 256 of A-Z a-z 0-9 _ and -, for example WEBHOOK_SECRET=blue-kettle-42",
    "email_host": "the name of an SMTP server, for example EMAIL_HOST=smtp.gmail.com",
    "email_port": "a whole number from 1 to 65535, for example EMAIL_PORT=587",
    "email_security": "starttls, tls or none, for example EMAIL_SECURITY=starttls",
    "email_user": "the account at the SMTP server, for example EMAIL_USER=clinic@example.org",
    "email_from": "the sender's email address, for example EMAIL_FROM=clinic@example.org",
    "timezone": "the name of an IANA time zone, for example TIMEZONE=Europe/Berlin",
    "clinic_name": "a name of 1 to 64 characters, for example CLINIC_NAME=MediConnect",
    "clinic_address": "one line of 1 to 200 characters, for example CLINIC_ADDRESS=12 Harbour Street",
    "clinic_phone": "a telephone number, for example CLINIC_PHONE=+44 117 496 0123",
    "clinic_hours": "one line of 1 to 200 characters, for example CLINIC_HOURS=Mon to Fri 8:00 to 18:00",
    "emergency_number": "a telephone number, for example EMERGENCY_NUMBER=112",
    "holidays": "a country, and perhaps a region of it (ISO 3166), for example HOLIDAYS=DE-BY",
    "video_url": "the https address of a video server, for example VIDEO_URL=https://meet.jit.si, or none",
    "registrations_an_hour": "a whole number from 1 to 100000, for example REGISTRATIONS_AN_HOUR=200",
    "staff_code": f"at least {MIN_STAFF_CODE} characters, for example STAFF_CODE=blue-kettle-42",
    "max_open_appointments": _a_limit("MAX_OPEN_APPOINTMENTS=5"),
    "max_a_day": _a_limit("MAX_A_DAY=1"),
    "max_changes_an_hour": _a_limit("MAX_CHANGES_AN_HOUR=10"),
    "max_holds": _a_limit("MAX_HOLDS=2"),
    "log_format": "text or json, for example LOG_FORMAT=json",
    "data_dir": "a folder, for example DATA_DIR=.mediconnect",
}


def _wrong() -> PydanticCustomError:
    return PydanticCustomError("setting", "wrong")


def _check_key(value: Any) -> Any:
    if len(str(value).encode()) < MIN_KEY_BYTES:
        raise _wrong()
    return value


def _check_token(value: Any) -> Any:
    if not TOKEN.fullmatch(str(value)):
        raise _wrong()
    return value


def _check_staff_code(value: Any) -> Any:
    if len(str(value).strip()) < MIN_STAFF_CODE:
        raise _wrong()
    return str(value).strip()


def _check_database(value: Any) -> Any:
    if SRV_ADDRESS.fullmatch(str(value)):
        return value
    try:
        check_url(str(value))
    except ValueError as error:
        raise _wrong() from error
    return value


def _read_number(value: Any) -> Any:
    # Python reads 8_0, +80 and 80.0 as well, which nobody means.
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise _wrong()
    return value


def _check_address(value: Any) -> Any:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", str(value)) or not has_host(str(value)):
        raise _wrong()
    return with_plain_host(str(value)).rstrip("/")


def _read_host(value: Any) -> Any:
    # An IPv6 address may stand in brackets, as it does in a URL (RFC 3986 section 3.2.2).
    host = re.sub(r"^\[(.*)\]$", r"\1", str(value))
    if host == value and ":" not in host:
        return host
    try:
        IPv6Address(host)
    except ValueError as error:
        raise _wrong() from error
    return host


def _check_public(value: Any) -> Any:
    # The paths of the calendar feeds are appended.
    if not re.fullmatch(r"https?://[^\s/?#@]+", str(value).rstrip("/")) or not has_host(str(value)):
        raise _wrong()
    return with_plain_host(str(value)).rstrip("/")


def _read_switch(value: Any) -> Any:
    if str(value).lower() not in SWITCH:
        raise _wrong()
    return SWITCH[str(value).lower()]


def _listed(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _read_origins(value: Any) -> Any:
    # An origin is a scheme, a host and perhaps a port (RFC 6454 section 6.2), and nothing after it.
    origins = _listed(value)
    if not all(re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", origin) for origin in origins):
        raise _wrong()
    return tuple(origin.lower() for origin in origins)


def _read_networks(value: Any) -> Any:
    try:
        return tuple(str(ip_network(each, strict=False)) for each in _listed(value))
    except ValueError as error:
        raise _wrong() from error


def _check_video(value: Any) -> Any:
    # Browsers allow the camera only with https, and the name of the room is appended.
    if not re.fullmatch(r"https://[^\s/?#@]+\.[^\s/?#@]+(/[^\s?#]*)?", str(value)):
        raise _wrong()
    return with_plain_host(str(value)).rstrip("/")


def _check_zone(value: Any) -> Any:
    if value not in available_timezones():
        raise _wrong()
    return ZoneInfo(str(value)).key


def _read_place(value: Any) -> Any:
    try:
        return check_place(str(value))
    except CountryUnknown as error:
        raise _wrong() from error


def _check_line(value: Any) -> Any:
    # The clinic's name stands in the headers of emails, so it must be printable.
    if not str(value).isprintable():
        raise _wrong()
    return value


def _check_phone(value: Any) -> Any:
    # In any usual form; Telegram and email clients make a link of it.
    if not PHONE.fullmatch(str(value)) or sum(map(str.isdigit, str(value))) < FEWEST_DIGITS:
        raise _wrong()
    return value


def _check_sender(value: Any) -> Any:
    try:
        return validate_email(str(value), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise _wrong() from error


def _check_webhook(value: Any) -> Any:
    # The path of the route is appended.
    # In the path of a route, braces mean something else; "." and ".." are left out on the way (RFC 3986).
    is_plain = re.fullmatch(r"https?://[^\s/?#@]+(/(?!\.{1,2}(/|$))[^\s?#{}/]*)*", str(value))
    if not is_plain or not has_host(str(value)):
        raise _wrong()
    return with_plain_host(str(value)).rstrip("/")


def _check_webhook_secret(value: Any) -> Any:
    # Bot API, setWebhook.
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", str(value)):
        raise _wrong()
    return value


def _read_limit(value: Any) -> Any:
    # A limit of 0 would allow nothing at all, so it means no limit.
    return None if str(value).strip().lower() in {"none", "0"} else value


Number = Annotated[int, BeforeValidator(_read_number)]
# The most that one patient may have of something; None is no limit.
Limit = Annotated[Annotated[Number, Field(ge=1)] | None, BeforeValidator(_read_limit)]


class Settings(BaseModel):
    """Everything that an installation can set; README.md explains each setting."""

    model_config = ConfigDict(frozen=True)

    host: Annotated[str, BeforeValidator(_read_host)] = Field(
        "127.0.0.1", min_length=1, max_length=255, pattern=r"^[^\s/\[\]]+$"
    )
    port: Number = Field(8080, ge=0, le=65535)
    workers: Number = Field(1, ge=1, le=MOST_WORKERS)
    public_url: Annotated[str | None, BeforeValidator(_check_public)] = None
    api: Annotated[bool, BeforeValidator(_read_switch)] = True
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_read_origins)] = ()
    trusted_proxies: Annotated[tuple[str, ...], BeforeValidator(_read_networks)] = ()
    key: Annotated[SecretStr | None, BeforeValidator(_check_key)] = None
    email_password: SecretStr | None = None
    db_url: Annotated[SecretStr | None, BeforeValidator(_check_database)] = None
    db_driver: Driver = "motor"
    bot_token: Annotated[SecretStr | None, BeforeValidator(_check_token)] = None
    telegram_api_url: Annotated[str, BeforeValidator(_check_address)] = "https://api.telegram.org"
    webhook_url: Annotated[str | None, BeforeValidator(_check_webhook)] = None
    webhook_secret: Annotated[SecretStr | None, BeforeValidator(_check_webhook_secret)] = None
    email_host: str = "smtp.gmail.com"
    email_port: Number = Field(587, ge=1, le=65535)
    email_security: Literal["starttls", "tls", "none"] = "starttls"
    email_user: str | None = None
    email_from: Annotated[str | None, BeforeValidator(_check_sender)] = None
    timezone: Annotated[str, BeforeValidator(_check_zone)] = "UTC"
    clinic_name: Annotated[str, BeforeValidator(_check_line)] = Field(
        "MediConnect", min_length=1, max_length=64
    )
    clinic_address: Annotated[str | None, BeforeValidator(_check_line)] = Field(None, max_length=200)
    clinic_phone: Annotated[str | None, BeforeValidator(_check_phone)] = None
    clinic_hours: Annotated[str | None, BeforeValidator(_check_line)] = Field(None, max_length=200)
    emergency_number: Annotated[str, BeforeValidator(_check_phone)] = "112"
    holidays: Annotated[str | None, BeforeValidator(_read_place)] = None
    video_url: Annotated[str | None, BeforeValidator(_check_video)] = None
    registrations_an_hour: Number = Field(200, ge=1, le=100_000)
    staff_code: Annotated[SecretStr | None, BeforeValidator(_check_staff_code)] = None
    max_open_appointments: Limit = 5
    max_a_day: Limit = 1
    max_changes_an_hour: Limit = 10
    max_holds: Limit = 2
    log_format: LogFormat = "text"
    data_dir: Path = Path(".mediconnect")

    @property
    def demo(self) -> bool:
        """Whether this is the demo: there is no token, so there is no Telegram to talk to."""
        return self.bot_token is None

    @property
    def reached_at(self) -> str:
        """The address under which others reach what is served, without a slash at its end."""
        if self.public_url is not None:
            return self.public_url
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::"} else self.host  # noqa: S104 - compared
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def webhook_address(self) -> str | None:
        """The whole address at which Telegram delivers updates; None where they are polled."""
        return f"{self.webhook_url}{WEBHOOK_PATH}" if self.webhook_url else None

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches what is served, as far as the settings tell."""
        return self.public_url is None and urlsplit(self.reached_at).hostname in {"localhost", "::1"}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Check that the settings that a real bot needs are there."""
        missing: list[str] = []
        if not self.demo:
            missing += ["key"] if self.key is None else []
            if self.email_security != "none":
                missing += [name for name in ("email_user", "email_password") if not getattr(self, name)]
            # Without email_from, email_user is the sender, if it is an address.
            unknown_user = "email_user" in missing
            if self.email_from is None and not unknown_user and not _is_address(self.email_user):
                missing.append("email_from")
        # Telegram's own server delivers over https alone; one that somebody hosts may do without.
        is_telegram = urlsplit(self.telegram_api_url).hostname == TELEGRAM_HOST
        if self.webhook_url and is_telegram and not self.webhook_url.startswith("https://"):
            raise PydanticCustomError("webhook", "webhook_url")
        if missing:
            raise PydanticCustomError("missing", "{names}", {"names": " ".join(missing)})
        return self

    @classmethod
    def load(
        cls,
        env_file: str | Path | None = ".env",
        environ: Mapping[str, str] | None = None,
        *,
        only: Collection[str] | None = None,
    ) -> "Settings":
        """Read the settings; the environment comes before the file, and an empty value counts as not set.

        If `only` some of them are needed, the others are not read, and have their defaults.
        Raises SettingsError, with one line for each setting that cannot be used.
        """
        values = {name.lower(): value for name, value in _in_file(env_file).items()}
        environment = os.environ if environ is None else environ
        values |= {name.lower(): value for name, value in environment.items()}
        known = {
            name: value.strip()
            for name, value in values.items()
            if name in (only or cls.model_fields) and value and value.strip()
        }
        try:
            return cls(**known)  # type: ignore[arg-type] # pydantic turns the texts into what each field is
        except ValidationError as error:
            raise SettingsError("\n".join(_lines(error))) from None


def _in_file(env_file: str | Path | None) -> dict[str, str | None]:
    if env_file is None or not Path(env_file).is_file():
        return {}
    try:
        # Without interpolation: a password may contain ${.
        return dotenv_values(env_file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{env_file}: can't be read. It should be lines of UTF-8 text like PORT=8080"
        ) from error


def _is_address(text: str | None) -> bool:
    try:
        return text is not None and bool(_check_sender(text))
    except PydanticCustomError:
        return False


def _lines(error: ValidationError) -> list[str]:
    """Return one line for each problem, without the value, which may be a secret."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        if problem["type"] == "missing":
            lines += [f"{name}: is missing. It should be {WANTED[name]}" for name in problem["msg"].split()]
        else:
            name = str(problem["loc"][0]) if problem["loc"] else problem["msg"]
            lines.append(f"{name}: should be {WANTED[name]}")
    return lines
