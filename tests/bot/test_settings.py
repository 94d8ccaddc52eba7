"""The settings: where they come from, what they default to, and what is said of a wrong one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import WANTED, Settings, SettingsError

TOKEN = "123456789:AAHsettings-settings-settings-sett"
KEY = "0123456789abcdef0123456789abcdef"
MAIL = {"email_user": "clinic@example.org", "email_password": "correct horse"}
REAL = {"bot_token": TOKEN, "key": KEY, **MAIL}


def load(**environ: str) -> Settings:
    return Settings.load(None, environ)


def complaints(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(**environ)
    return str(refused.value).splitlines()


def env_file(folder: Path, content: str | bytes) -> Path:
    path = folder / ".env"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_nothing_set_is_the_demo_with_the_defaults() -> None:
    settings = load()
    assert settings.demo
    assert settings.port == 8080
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert (settings.email_host, settings.email_port, settings.email_security) == (
        "smtp.gmail.com",
        587,
        "starttls",
    )
    assert (settings.timezone, settings.clinic_name) == ("UTC", "MediConnect")
    assert settings.data_dir == Path(".mediconnect")
    assert settings.db_url is settings.key is settings.staff_code is None


def test_a_token_with_a_key_and_a_mail_account_is_the_real_bot() -> None:
    settings = load(**REAL)
    assert not settings.demo
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN


@pytest.mark.parametrize("name", ["port", "PORT", "Port"])
def test_names_are_read_in_any_case_in_the_environment_and_in_the_file(tmp_path: Path, name: str) -> None:
    assert load(**{name: "1234"}).port == 1234
    assert Settings.load(env_file(tmp_path, f"{name}=1234\n"), {}).port == 1234


def test_the_environment_wins_over_the_file_whatever_the_case(tmp_path: Path) -> None:
    path = env_file(tmp_path, "PORT=1111\nCLINIC_NAME=From the file\n")
    settings = Settings.load(path, {"port": "2222"})
    assert (settings.port, settings.clinic_name) == (2222, "From the file")


def test_the_processs_own_environment_is_read_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_NAME", "From the process")
    assert Settings.load(None).clinic_name == "From the process"


@given(name=st.sampled_from(sorted(Settings.model_fields)), empty=st.sampled_from(["", " ", "\t "]))
def test_what_is_empty_counts_as_not_set(name: str, empty: str) -> None:
    assert load(**{name: empty}) == load()


def test_the_file_may_be_missing_and_may_say_nothing(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / ".env", {}) == load()
    assert Settings.load(env_file(tmp_path, "# PORT=1\n\nkey=\n"), {}) == load()


def test_a_password_in_the_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    settings = Settings.load(env_file(tmp_path, "EMAIL_PASSWORD='ab${HOME}#c d'\n"), {})
    assert settings.email_password is not None
    assert settings.email_password.get_secret_value() == "ab${HOME}#c d"


def test_a_file_that_is_not_text_is_said_in_one_line_that_shows_an_example(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.load(env_file(tmp_path, b"CLINIC_NAME=Caf\xe9\n"), {})
    assert str(refused.value).startswith(f"{tmp_path / '.env'}: ")
    assert "PORT=8080" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "-1"),
        ("port", "65536"),
        ("key", "short"),
        ("key", "k" * 31),
        ("db_url", "postgres://localhost/x"),
        ("db_url", "mongodb://"),
        ("db_url", "mongodb://user:p@ss@host/"),
        ("db_url", "mongodb+srv://localhost/"),
        ("db_url", "localhost:27017"),
        ("bot_token", "not-a-token"),
        ("bot_token", f"bot{TOKEN}"),
        ("bot_token", "123456789:short"),
        ("port", "8_0"),
        ("port", "+80"),
        ("port", "80.0"),
        ("workers", "1_0"),
        ("max_holds", "1_0"),
        ("telegram_api_url", "https://."),
        ("telegram_api_url", "https://api..telegram.org"),
        ("telegram_api_url", "https://api.telegram.org.."),
        ("telegram_api_url", "api.telegram.org"),
        ("telegram_api_url", "ftp://api.telegram.org"),
        ("telegram_api_url", "https://"),
        ("telegram_api_url", "https://api.telegram.org/?a=b"),
        ("webhook_url", "clinic.example.org"),
        ("webhook_url", "http://clinic.example.org"),
        ("webhook_url", "https://me:secret@clinic.example.org"),
        ("webhook_url", "https://clinic.example.org/?a=b"),
        ("webhook_url", "https://["),
        ("webhook_url", "https://:443"),
        ("webhook_url", "https://clinic.example.org:99999"),
        ("webhook_url", "https://clinic.example.org/{a}/{a}"),
        ("webhook_url", "https://clinic.example.org/../bot"),
        ("telegram_api_url", "https://["),
        ("public_url", "https://["),
        ("webhook_secret", "open sesame"),
        ("webhook_secret", "s" * 257),
        ("email_port", "0"),
        ("email_port", "smtp"),
        ("email_security", "ssl"),
        ("email_from", "clinic"),
        ("email_from", "Clinic <clinic@example.org>"),
        ("timezone", "Mars/Olympus_Mons"),
        ("timezone", "../UTC"),
        ("timezone", "+02:00"),
        ("holidays", "XX"),
        ("holidays", "DE-ZZ"),
        ("holidays", "Germany"),
        ("clinic_name", "N" * 65),
        ("clinic_name", "MediConnect\nBcc: all@example.org"),
        ("clinic_address", "A" * 201),
        ("clinic_address", "12 Harbour Street\nBristol"),
        ("clinic_hours", "Mon to Fri\n8 to 18"),
        ("emergency_number", "the police"),
        ("clinic_phone", "ask at the desk"),
        ("clinic_phone", "+44"),
        ("clinic_phone", "(((("),
        ("clinic_phone", "0---"),
        ("clinic_phone", "1" * 33),
        ("staff_code", "1234567"),
        ("max_open_appointments", "-1"),
        ("max_a_day", "two"),
        ("max_changes_an_hour", "1.5"),
        ("max_holds", "-0.5"),
        ("video_url", "meet.jit.si"),
        ("video_url", "http://meet.jit.si"),
        ("video_url", "https://localhost"),
        ("video_url", "https://me:secret@meet.jit.si"),
        ("video_url", "https://meet.jit.si/?room=1"),
        ("video_url", "https://meet jit.si"),
    ],
)
def test_a_wrong_value_gets_one_line_that_names_it_and_shows_an_example(name: str, value: str) -> None:
    (line,) = complaints(**{name.upper(): value})
    assert line == f"{name}: should be {WANTED[name]}"


@pytest.mark.parametrize("name", sorted(set(WANTED) - {"key"}))
def test_each_line_shows_an_example_that_would_be_taken(name: str) -> None:
    assert f"{name.upper()}=" in WANTED[name]
    example = WANTED[name].partition(f"{name.upper()}=")[2].partition(",")[0]
    if name != "bot_token":
        assert name in load(**{name: example}).model_fields_set


def test_each_setting_has_its_line() -> None:
    assert set(WANTED) == set(Settings.model_fields)


def test_several_wrong_values_get_a_line_each() -> None:
    assert [line.partition(":")[0] for line in complaints(port="x", timezone="x", staff_code="x")] == [
        "port",
        "timezone",
        "staff_code",
    ]


@pytest.mark.parametrize(
    ("without", "named"),
    [
        ({"key"}, ["key"]),
        ({"email_user"}, ["email_user"]),
        ({"email_password"}, ["email_password"]),
        ({"email_user", "email_password", "key"}, ["key", "email_user", "email_password"]),
    ],
)
def test_what_a_real_bot_needs_is_asked_for_by_name(without: set[str], named: list[str]) -> None:
    lines = complaints(**{name: value for name, value in REAL.items() if name not in without})
    assert [line.partition(":")[0] for line in lines] == named
    assert all("for example" in line for line in lines)


def test_an_smtp_server_without_security_needs_no_account_but_a_sender() -> None:
    unguarded = {"bot_token": TOKEN, "key": KEY, "email_security": "none"}
    assert not load(**unguarded, email_from="clinic@example.org").demo
    (line,) = complaints(**unguarded)
    assert line.startswith("email_from: is missing")


def test_an_account_that_is_no_address_needs_a_sender_beside_it() -> None:
    (line,) = complaints(**REAL | {"email_user": "apikey"})
    assert line.startswith("email_from: is missing")
    assert not load(**REAL | {"email_user": "apikey", "email_from": "clinic@example.org"}).demo


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://localhost:27017/mediconnect",
        "mongodb://a.example.org,b.example.org:27018/clinic?replicaSet=rs0",
        # Its host is in no name server: the settings are read without asking one.
        "mongodb+srv://user:secret@cluster0.abcde.invalid/clinic?retryWrites=true&w=majority",
        "mongodb+srv://cluster0.abcde.invalid",
    ],
)
def test_every_kind_of_mongodb_address_is_taken(url: str) -> None:
    settings = load(db_url=url)
    assert settings.db_url is not None
    assert settings.db_url.get_secret_value() == url


def test_the_bot_api_servers_address_loses_its_last_slash() -> None:
    assert load(telegram_api_url="http://localhost:8081/").telegram_api_url == "http://localhost:8081"


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("TELEGRAM_API_URL", "https://api.telegram.org.", "https://api.telegram.org"),
        ("TELEGRAM_API_URL", "http://localhost.:8081/", "http://localhost:8081"),
        ("TELEGRAM_API_URL", "http://[::1]:8081", "http://[::1]:8081"),
        ("PUBLIC_URL", "https://clinic.example.org./", "https://clinic.example.org"),
        ("WEBHOOK_URL", "https://clinic.example.org.:8443/bot", "https://clinic.example.org:8443/bot"),
        ("VIDEO_URL", "https://meet.example.org./rooms", "https://meet.example.org/rooms"),
    ],
)
def test_the_dot_that_may_end_the_name_of_a_host_is_left_out(name: str, given: str, read: str) -> None:
    assert getattr(Settings.load(None, {name: given}), name.lower()) == read


def test_telegrams_own_server_is_known_with_a_dot_at_its_end_too() -> None:
    environ = {"TELEGRAM_API_URL": "https://api.telegram.org.", "WEBHOOK_URL": "http://clinic.example.org"}
    with pytest.raises(SettingsError):
        Settings.load(None, environ)


def test_port_0_is_any_free_one() -> None:
    assert load(port="0").port == 0


@given(key=st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=40))
def test_a_key_is_measured_in_bytes(key: str) -> None:
    if len(key.encode()) >= 32:
        assert load(key=key).key is not None
    else:
        assert len(complaints(key=key)) == 1


@given(
    name=st.sampled_from(sorted(Settings.model_fields)),
    value=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
def test_no_value_whatever_gets_more_than_a_line(name: str, value: str) -> None:
    try:
        load(**{name: value})
    except SettingsError as error:
        assert str(error) == f"{name}: should be {WANTED[name]}"  # noqa: PT017 - most values are taken by some


@pytest.mark.parametrize("name", ["key", "email_password", "db_url", "bot_token", "staff_code"])
def test_a_secret_is_in_no_complaint_and_in_no_repr(name: str) -> None:
    secrets = {**REAL, "db_url": "mongodb://user:hush-hush@localhost/", "staff_code": "blue-kettle-42"}
    settings = load(**secrets)
    lines = complaints(**secrets, port="x")
    assert secrets[name] not in repr(settings) + str(settings) + "".join(lines)


def test_no_complaint_shows_a_wrong_secret_not_even_in_what_caused_it() -> None:
    with pytest.raises(SettingsError) as refused:
        load(key="hush-hush", bot_token="hush-hush", db_url="hush-hush", staff_code="hush")
    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_other_variables_of_the_environment_are_none_of_ours() -> None:
    assert load(home="/root", port_forward="x", settings="x") == load()


def test_the_address_of_a_video_server_ends_where_rooms_begin() -> None:
    assert load(video_url="https://meet.example.org/clinic/").video_url == "https://meet.example.org/clinic"
    assert load().video_url is None


@pytest.mark.parametrize("none", ["0", "none", "None", " NONE "])
def test_a_limit_is_a_number_or_none(none: str) -> None:
    usual = load()
    found = (usual.max_open_appointments, usual.max_a_day, usual.max_changes_an_hour, usual.max_holds)
    assert found == (5, 1, 10, 2)
    assert load(max_open_appointments="12").max_open_appointments == 12
    assert load(max_holds=none).max_holds is None


@pytest.mark.parametrize(
    ("host", "reached_at", "is_local"),
    [
        ("127.0.0.1", "http://localhost:8080", True),
        ("localhost", "http://localhost:8080", True),
        ("0.0.0.0", "http://localhost:8080", True),  # noqa: S104
        ("::", "http://localhost:8080", True),
        ("[::]", "http://localhost:8080", True),
        ("::1", "http://[::1]:8080", True),
        ("[::1]", "http://[::1]:8080", True),
        ("2001:db8::7", "http://[2001:db8::7]:8080", False),
        ("203.0.113.7", "http://203.0.113.7:8080", False),
        ("clinic.example", "http://clinic.example:8080", False),
    ],
)
def test_the_host_makes_the_address_of_the_feeds(host: str, reached_at: str, *, is_local: bool) -> None:
    settings = load(host=host)
    assert (settings.reached_at, settings.is_local) == (reached_at, is_local)
    assert load(host=host, public_url="https://clinic.example.org").reached_at == "https://clinic.example.org"


@pytest.mark.parametrize(
    "host", ["[::1", "::1]", "[a]", "[]", "a b", "http://a", "[::1]:8080", "127.0.0.1:80"]
)
def test_a_host_that_is_no_address_is_told(host: str) -> None:
    assert complaints(host=host) == [f"host: should be {WANTED['host']}"]


def test_the_address_of_a_webhook_may_have_a_path_and_be_http_where_the_server_is_not_telegrams() -> None:
    assert load(webhook_url="https://example.org/bot/").webhook_address == (
        "https://example.org/bot/telegram/updates"
    )
    own = load(webhook_url="http://bot:8080", telegram_api_url="http://bot-api:8081")
    assert own.webhook_address == "http://bot:8080/telegram/updates"
    assert "blue-kettle" not in repr(load(webhook_secret="blue-kettle-42"))
