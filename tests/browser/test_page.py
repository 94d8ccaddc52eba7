"""The whole story by real taps: the demo's page in headless Chromium."""

import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.demo.sample_clinic import SCHEDULE
from bot.texts import labels
from services.models.scheduling import Weekday
from tests.faults.stage import BotProcess

# A machine may be several times slower than usual.
expect.set_options(timeout=20_000)

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.skipif(
        shutil.which(CHROMIUM) is None, reason=f"there is no {CHROMIUM}: apt-get install chromium"
    ),
    # A browser belongs to the loop that started it.
    pytest.mark.asyncio(loop_scope="module"),
]


@asynccontextmanager
async def demo(data_dir: Path, port: int = 0, *, preloaded: bool = True) -> AsyncIterator[str]:
    """Run the demo, and give the page's address; it ends with the test.

    Unless it is `preloaded`, it is run as a user does.
    """
    environ = {"PORT": str(port), "DATA_DIR": str(data_dir), "BOT_TOKEN": "", "DB_URL": ""}
    process = BotProcess(environ, preloaded=preloaded)
    await process.start()
    try:
        yield next(line.split("open ")[1].split()[0] for line in process.lines if "demo.ready" in line)
        assert await process.stop(signal.SIGINT) == 0
        assert "Traceback" not in "".join(process.lines)
    finally:
        await process.end()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests here: to start it takes longer than most of them."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield started
        finally:
            await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """A browser without a page; each that is opened is a visitor of its own, and gone after the test."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a demo leaves that was started and ended: a sample clinic takes longer to make than most tests."""
    data_dir = tmp_path_factory.mktemp("first-start")
    async with demo(data_dir):
        return data_dir


@pytest.fixture
def data_dir(first_start: Path, tmp_path: Path) -> Path:
    """A demo's folder of the test's own, in which nobody has said anything yet."""
    return Path(shutil.copytree(first_start, tmp_path / "demo"))


@asynccontextmanager
async def _answers(phone: Locator, answer: str) -> AsyncIterator[None]:
    """Wait for a message with that text which is drawn from now on: an earlier one may say the same."""
    await phone.locator(".message").evaluate_all("all => all.forEach(it => it.dataset.earlier = true)")
    yield
    await expect(phone.locator(".message:not([data-earlier])").get_by_text(answer).last).to_be_visible()


async def _types(phone: Locator, text: str, answer: str) -> None:
    """Type a text, and wait for an answer."""
    async with _answers(phone, answer):
        field = phone.get_by_role("textbox", name="Message")
        await field.fill(text)
        await field.press("Enter")


async def _taps(phone: Locator, label: str, answer: str) -> None:
    """Tap a button, and wait for an answer."""
    async with _answers(phone, answer):
        await phone.locator("[data-callback]").get_by_text(label).last.click()


async def _is_away(page: Page) -> None:
    """Wait until the page has found out that the demo has ended."""
    await expect(page.get_by_text("Reconnecting")).to_be_visible()


async def _is_back(page: Page) -> None:
    """Wait until the page shows what the demo has, which was started again."""
    await expect(page.get_by_text("Reconnecting")).to_be_hidden(timeout=15_000)


async def _signs_in(phone: Locator) -> None:
    """Let the phone's button type the login, and wait until it can be used again."""
    button = phone.get_by_role("button", name="Sign in as")
    await button.click()
    await expect(phone.get_by_text("you are signed in")).to_be_visible()
    await expect(button).to_be_enabled()


async def _registers(page: Page) -> Locator:
    """Give a guest a phone, on which they register."""
    await page.get_by_role("button", name="Add a phone").click()
    await page.get_by_label("First name").fill("Sam")
    await page.get_by_role("button", name="Add the phone").click()
    guest = page.locator("[data-label=guest]")
    await guest.get_by_role("button", name="START").click()
    await expect(guest.get_by_text("Book a doctor's appointment here")).to_be_visible()
    await _taps(guest, "Register", "full name")
    await _types(guest, "Sam <b>Stone</b>", "email address")
    await _types(guest, "sam@example.org", "Choose a password")
    await _types(guest, "seven words long", "patient, a doctor")
    await expect(guest.get_by_text("seven words long")).to_have_count(0)
    await _taps(guest, "Patient", "gender")
    await _taps(guest, "Male", "Sam <b>Stone</b>")
    await _taps(guest, "Save", "account is ready, and you are signed in")
    return guest


async def test_a_guest_registers_books_and_cancels_and_the_others_hear_of_it(
    tmp_path: Path, browser: Browser
) -> None:
    async with demo(tmp_path, preloaded=False) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.goto(address)
        doctor = page.locator("[data-label=doctor]")
        await _signs_in(doctor)
        guest = await _registers(page)
        await _types(guest, "/book", "What kind of doctor")
        await _taps(guest, "Cardiology", "Who would you like")
        await _taps(guest, "Dr Meera Rao", "Which day?")
        await _taps(guest, "Soonest", "reason for your visit")
        await _types(guest, "Palpitations", "Book this appointment?")
        assert await guest.locator(".message").last.locator("[data-style=primary]").all_inner_texts() == [
            "✅ Confirm"
        ]
        await _taps(guest, "Confirm", "Appointment booked")
        await guest.locator(".instant").last.click()
        await expect(guest.get_by_role("status").get_by_text("In your own time: ")).to_be_visible()
        await expect(doctor.get_by_text("Patient: Sam <b>Stone</b>")).to_be_visible()
        await expect(page.locator("[data-mail]")).to_have_count(3)
        await page.locator("[data-mail]", has_text="sam@example.org").first.click()
        mail = page.frame_locator("#mail-html")
        await expect(mail.get_by_text("Dr Meera Rao")).to_be_visible()
        invite = page.locator("#mail-invite")
        await expect(invite.get_by_text("Invitation")).to_be_visible()
        await expect(invite.get_by_text("Appointment: Dr Meera Rao")).to_be_visible()
        async with page.expect_download() as file:
            await invite.get_by_role("link", name="invite.ics").click()
        assert (await file.value).suggested_filename == "invite.ics"
        await _taps(guest, "Open the appointment", "Status: booked")
        await _taps(guest, "Cancel appointment", "Cancel Dr Meera Rao")
        await _taps(guest, "Yes, cancel it", "Appointment cancelled")
        await expect(doctor.get_by_text("See your updated day:")).to_be_visible()
        await expect(invite.get_by_text("This event has since been cancelled.")).to_be_visible()
        await page.get_by_role("button", name="All emails").click()
        await expect(page.locator("[data-mail]")).to_have_count(5)
        await page.locator("[data-mail]", has_text="sam@example.org").first.click()
        await expect(invite.get_by_text("Cancelled")).to_be_visible()
        assert not faults


async def test_sign_in_types_the_login_wherever_the_chat_stands(data_dir: Path, browser: Browser) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(address)
        patient = page.locator("[data-label=patient]")
        await patient.get_by_role("button", name="START").click()
        for text, answer in (
            ("/login", "What is your email address?"),
            ("sam@example.org", "What is your password"),
        ):
            await _types(patient, text, answer)
        await _signs_in(patient)
        await expect(patient.get_by_text("Hello Asha Patel")).to_be_visible()
        # The account is another's by now: the bot says so, and nothing more is typed.
        await _types(patient, "/logout", "signed out of this chat")
        await _types(patient, "/login", "What is your email address?")
        await _types(patient, "nora@example.org", "What is your password")
        await _types(patient, "mediconnect", "Hello Nora Lind")
        button = patient.get_by_role("button", name="Sign in as")
        await button.click()
        await expect(patient.get_by_text("You are signed in as Nora Lind.")).to_be_visible()
        await expect(button).to_be_enabled()
        await expect(patient.locator("[data-from=person]").last).to_contain_text("/login")


async def test_the_sign_in_button_stays_a_stop_of_the_keyboard_while_it_types(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 850})
        await page.goto(address)
        patient = page.locator("[data-label=patient]")
        button = patient.get_by_role("button", name="Sign in as")
        await button.press("Enter")
        await expect(button).to_be_disabled()
        await button.press("Enter")
        await expect(patient.get_by_text("you are signed in")).to_be_visible()
        await expect(button).to_be_focused()
        await expect(button).to_be_enabled()
        await expect(patient.locator("[data-from=person]")).to_have_count(2)


async def test_sign_in_goes_by_the_mail_that_the_account_has_now_also_after_a_restart(
    data_dir: Path, browser: Browser
) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    patient = page.locator("[data-label=patient]")
    button = patient.get_by_role("button", name="Sign in as")
    signed_in = patient.get_by_text("Hello Asha Patel, you are signed in")
    async with demo(data_dir) as address:
        await page.goto(address)
        await _signs_in(patient)
        await _types(patient, "/me", "You are signed in as")
        await _taps(patient, "Email", "What is the new one?")
        await _types(patient, "asha@elsewhere.example", "What is the code?")
        await page.locator("[data-mail]", has_text="asha@elsewhere.example").click()
        code = re.search(r"Code: (\d{6})", await page.locator("#mail-text").text_content() or "")
        assert code
        await _types(patient, code[1], "email address is changed")
        await _types(patient, "/logout", "signed out of this chat")
        await button.click()
        await expect(signed_in).to_have_count(2)
        port = int(address.rstrip("/").rpartition(":")[2])
    await _is_away(page)
    async with demo(data_dir, port):
        await _is_back(page)
        await _types(patient, "/logout", "signed out of this chat")
        await expect(patient.get_by_text("signed out of this chat")).to_have_count(2)
        await button.click()
        await expect(signed_in).to_have_count(3)
        await page.get_by_text("Logins").click()
        await expect(page.locator("#login-list").get_by_text("asha@elsewhere.example")).to_be_visible()
        await page.keyboard.press("Escape")
        await _types(patient, "/forgetme", "I'll delete your name")
        await _taps(patient, "Yes, delete it", "Your account is deleted")
    await _is_away(page)
    async with demo(data_dir, port):
        await _is_back(page)
        await button.click()
        await expect(patient.get_by_text("This account no longer exists")).to_be_visible()


async def test_the_page_works_by_keyboard_and_on_a_narrow_screen(data_dir: Path, browser: Browser) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(address)
        patient = page.locator("[data-label=patient]")
        await expect(patient).to_be_visible()
        await expect(page.locator("[data-label=doctor]")).to_be_hidden()
        await patient.get_by_role("button", name="START").press("Enter")
        await expect(patient.get_by_text("Book a doctor's appointment here")).to_be_visible()
        field = patient.get_by_role("textbox", name="Message")
        await field.press_sequentially("/he")
        await expect(patient.get_by_role("option")).to_have_count(1)
        await field.press("Enter")
        await expect(patient.get_by_text("Tap the buttons, or write what you need")).to_be_visible()
        await field.press("/")
        await field.press("Escape")
        await expect(patient.get_by_role("listbox")).to_be_hidden()
        await page.get_by_role("button", name="Email").press("Enter")
        await expect(page.get_by_text("No email yet")).to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390


async def test_the_page_is_read_from_right_to_left_in_arabic_and_a_phone_has_a_language_of_its_own(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        context = await browser.new_context(viewport={"width": 1280, "height": 850}, locale="ar-EG")
        page = await context.new_page()
        await page.goto(address)
        whole = page.locator("html")
        await expect(whole).to_have_attribute("dir", "rtl")
        await expect(whole).to_have_attribute("lang", "ar")
        first, second = (page.locator(f"[data-label={label}]") for label in ("patient", "doctor"))
        boxes = [await phone.bounding_box() for phone in (first, second)]
        assert boxes[0]
        assert boxes[1]
        assert boxes[0]["x"] > boxes[1]["x"]
        # What is cut off is on the left, and can be reached by the button there.
        await expect(page.locator("#phones-right")).to_be_hidden()
        await page.locator("#phones-left").click()
        await expect(page.locator("#phones-right")).to_be_visible()
        await page.set_viewport_size({"width": 390, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        # The name of the clinic is not cut, least of all at its beginning.
        assert await page.locator("#clinic").evaluate("name => name.scrollWidth <= name.clientWidth")
        await page.set_viewport_size({"width": 1280, "height": 850})
        await page.locator("#language").select_option("en")
        await expect(whole).to_have_attribute("dir", "ltr")
        await page.reload()
        await expect(whole).to_have_attribute("lang", "en")
        await page.get_by_role("button", name="Add a phone").click()
        await page.get_by_label("Language of their Telegram").select_option("Deutsch")
        await page.get_by_role("button", name="Add the phone").click()
        guest = page.locator("[data-label=guest]")
        await guest.locator(".start").click()
        await expect(guest.locator("[data-from=bot]")).to_have_count(1)
        await context.close()


async def test_codes_are_copied_and_letters_of_all_six_languages_are_there(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 850})
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.goto(address)
        patient = page.locator("[data-label=patient]")
        await _signs_in(patient)
        await _types(patient, "/appointments", "Upcoming")
        await _taps(patient, "Calendar feed", "Tap the address to copy it")
        await patient.get_by_role("button", name="Copy the address").click()
        await expect(patient.get_by_role("status").get_by_text("Copied: ")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied in await patient.locator(".message code").last.inner_text()
        await page.locator("[data-label=patient] .chat").evaluate(
            """async (chat) => {
              const { renderMessage } = await import("/page/message.js");
              const time = { type: "date_time", offset: 0, length: 4, unix_time: 0 };
              const message = { message_id: 1, from: { is_bot: true }, date: 0, text: "Then" };
              for (const date_time_format of ["r", "wDT"]) {
                chat.append(renderMessage({ ...message, entities: [{ ...time, date_time_format }] }));
              }
            }"""
        )
        assert "ago" in await patient.locator(".instant").nth(-2).inner_text()
        assert "1970" in await patient.locator(".instant").last.inner_text()
        load = """(text) => document.fonts.load('20px "Letters of the page"', text)"""
        for letters in ("نعم", "कल"):
            await page.evaluate(load, letters)
            assert await page.evaluate(MISSING_LETTERS, list(letters)) == []


async def test_the_desk_books_for_a_caller_and_a_mother_for_her_child(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 850})
        await page.goto(address)
        desk, asha = (
            page.get_by_role("region", name=f"{who}’s phone") for who in ("Receptionist", "Patient")
        )
        await _signs_in(desk)
        # In a card as narrow as this one, the name of the phone has room beside the button.
        title = desk.get_by_role("heading", name="Reception")
        assert await title.evaluate("it => it.scrollWidth <= it.clientWidth")
        await _types(desk, "0117 496 0456", "nobody looks after them")
        await _taps(desk, "Book for them", "What kind of doctor do they need?")
        await _taps(desk, "General medicine", "Who should they see?")
        await _taps(desk, "Dr Ruth Okafor", "Which day?")
        await _taps(desk, "Soonest", "What is the reason")
        await _taps(desk, "Skip", "Book this appointment?")
        await _taps(desk, "Confirm", "Booked for Margaret Jones")
        await page.set_viewport_size({"width": 390, "height": 844})
        tabs = page.get_by_role("navigation", name="Phones, API and mailbox")
        for label in ("Reception", "Email"):
            await expect(tabs.get_by_role("button", name=label)).to_be_in_viewport(ratio=1)
        await _signs_in(asha)
        await _types(asha, "/family", "Mia Patel")
        await _types(asha, "/appointments", "Dr Leïla Haddad, for Mia Patel")
        await _types(asha, "/book", "Who is it for?")
        await _taps(asha, "Mia Patel", "What kind of doctor do they need?")
        await _taps(asha, "next free time", "What is the reason")
        await _taps(asha, "Skip", "Book this appointment?")
        await _taps(asha, "Confirm", "Mia Patel's appointment is booked")


async def test_the_chats_are_there_again_after_the_demo_was_ended_and_started(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page()
        await page.goto(address)
        await _signs_in(page.locator("[data-label=patient]"))
        port = int(address.rstrip("/").rpartition(":")[2])
    await _is_away(page)
    patient = page.locator("[data-label=patient]")
    field = patient.get_by_role("textbox", name="Message")
    await field.fill("/me")
    await field.press("Enter")
    await expect(patient.get_by_text("Please send it again")).to_be_visible()
    async with demo(data_dir, port):
        await _is_back(page)
        await expect(patient.get_by_text("you are signed in")).to_be_visible()
        await expect(field).to_have_value("/me")
        async with _answers(patient, "You are signed in as"):
            await field.press("Enter")


async def test_the_mails_are_there_again_and_an_open_one_goes_with_its_list(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page()
        await page.goto(address)
        doctor = page.locator("[data-label=doctor]")
        await doctor.get_by_role("button", name="START").click()
        await _types(doctor, "/forgot", "email address")
        await _types(doctor, "rao@example.org", "code")
        mail = page.locator("[data-mail]", has_text="rao@example.org")
        await expect(mail).to_have_count(1)
        port = int(address.rstrip("/").rpartition(":")[2])
    await _is_away(page)
    async with demo(data_dir, port):
        await _is_back(page)
        await mail.click()
        await expect(page.frame_locator("#mail-html").get_by_text("Your code")).to_be_visible()
    await _is_away(page)
    (data_dir / "mails.json").unlink()
    async with demo(data_dir, port):
        await _is_back(page)
        await expect(page.get_by_text("No email yet")).to_be_visible()
        await expect(page.locator("#mail")).to_be_hidden()
        await expect(page.locator("[data-mail]")).to_have_count(0)


async def test_no_phone_is_cut_off_without_a_way_to_it(data_dir: Path, browser: Browser) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 2100, "height": 850})
        await page.goto(address)
        await page.get_by_role("button", name="Add a phone").click()
        await page.get_by_role("button", name="Add the phone").click()
        patient, guest = page.locator("[data-label=patient]"), page.locator("[data-label=guest]")
        left, right = (
            page.get_by_role("button", name=f"further to the {side}") for side in ("left", "right")
        )
        await expect(guest).to_be_in_viewport(ratio=1)
        await expect(patient).to_be_in_viewport(ratio=1)
        await expect(left).to_be_hidden()
        await expect(right).to_be_hidden()
        await page.set_viewport_size({"width": 1280, "height": 850})
        # Where the newest one stays in sight, it is the first that is cut off.
        await expect(left).to_be_visible()
        for label in ("receptionist", "doctor", "patient"):
            await left.click()
            await expect(page.locator(f"[data-label={label}]")).to_be_in_viewport(ratio=1)
        await expect(left).to_be_hidden()
        for card in (page.locator("[data-label=admin]"), guest, page.locator("[data-api]")):
            await right.click()
            await expect(card).to_be_in_viewport(ratio=1)
        await expect(right).to_be_hidden()


async def test_the_label_of_a_link_is_in_the_middle_of_its_button(data_dir: Path, browser: Browser) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page()
        await page.goto(address)
        await page.locator("[data-label=patient] .chat").evaluate(
            """async (chat) => {
              const { renderMessage } = await import("/page/message.js");
              const long = { text: "So long that it takes two lines", callback_data: "x" };
              const row = [{ text: "Join", url: "https://example.org" }, long];
              const message = { message_id: 1, from: { is_bot: true }, date: 0, text: "Hello" };
              chat.append(renderMessage({ ...message, reply_markup: { inline_keyboard: [row] } }));
            }"""
        )
        off = await page.locator(".keys a").first.evaluate(
            """(link) => {
              const words = document.createRange();
              words.selectNodeContents(link);
              const [inner, outer] = [words.getBoundingClientRect(), link.getBoundingClientRect()];
              return Math.abs(inner.top + inner.bottom - outer.top - outer.bottom) / 2;
            }"""
        )
        assert off < 1


async def test_a_chat_that_stands_at_its_end_stays_there(data_dir: Path, browser: Browser) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(address)
        patient = page.locator("[data-label=patient]")
        await _signs_in(patient)
        for _ in range(6):
            await _types(patient, "/help", "Tap the buttons, or write what you need")
        await page.set_viewport_size({"width": 1100, "height": 500})
        await expect(patient.locator(".message time").last).to_be_in_viewport()
        await _types(patient, "/doctors", "We have doctors in")
        await expect(patient.locator(".message time").last).to_be_in_viewport()


async def _stops_before_the_field(page: Page, phone: Locator) -> int:
    """Tab from the phone's first stop to its text field; return how many stops lie between."""
    await phone.locator(".skip").focus()
    for count in range(30):
        await page.keyboard.press("Tab")
        if await phone.get_by_role("textbox", name="Message").evaluate("it => it === document.activeElement"):
            return count
    raise AssertionError("the field is too far away")


async def test_a_long_chat_is_one_stop_of_the_keyboard_and_its_buttons_go_by_arrows(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 850})
        await page.goto(address)
        patient = page.locator("[data-label=patient]")
        await _signs_in(patient)
        await _types(patient, "/doctors", "We have doctors in")
        before = await _stops_before_the_field(page, patient)
        for _ in range(3):
            await _types(patient, "/doctors", "We have doctors in")
        await _types(patient, "/book", "Who is it for?")
        await _taps(patient, "Myself", "What kind of doctor")
        assert await _stops_before_the_field(page, patient) == before <= 5
        await _taps(patient, "Cardiology", "Who would you like")
        await _taps(patient, "Dr Meera Rao", "Which day?")
        # Days that can't be chosen are no stop, neither by Tab nor by arrow.
        await patient.locator("[data-callback]", has_text="Soonest").focus()
        seen = set()
        for _ in range(12):
            await page.keyboard.press("ArrowRight")
            seen.add(await page.evaluate("document.activeElement.dataset.callback"))
        assert len(seen) > 3
        assert "-" not in seen
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.dataset.callback") in seen
        await patient.locator(".skip").focus()
        await page.keyboard.press("Enter")
        await expect(patient.get_by_role("textbox", name="Message")).to_be_focused()


LOOKS = """async (label) => {
  const { renderMessage } = await import("/page/message.js");
  const chat = document.querySelector("[data-label=patient] .chat");
  const row = ["\U0001f4cb My appointments", "\U0001f469 Doctors", "My reminders"];
  const keys = row.map((text) => ({ text, callback_data: text.slice(-8) }));
  const message = { message_id: 1, from: { is_bot: true }, date: 0, text: "Hello" };
  chat.append(renderMessage({ ...message, reply_markup: { inline_keyboard: [keys] } }));
  const broken = [...chat.querySelectorAll(".keys button")].filter((button) => {
    const range = document.createRange();
    return [...button.firstChild.data.matchAll(/\\S+/g)].some(({ 0: word, index }) => {
      range.setStart(button.firstChild, index);
      range.setEnd(button.firstChild, index + word.length);
      return range.getClientRects().length > 1;
    });
  });
  const style = getComputedStyle(document.documentElement);
  const colours = ["--key", "--key-ink", "--wall-a", "--wall-b"].map((name) => style.getPropertyValue(name));
  const probe = document.createElement("canvas").getContext("2d");
  const painted = (...layers) => {
    for (const layer of layers) { probe.fillStyle = layer; probe.fillRect(0, 0, 1, 1); }
    return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const [key, ink, ...walls] = colours;
  await document.fonts.load('20px "Emoji of the page"', "\u2705");
  return {
    broken: broken.length,
    pairs: walls.map((wall) => [painted(wall, key), painted(ink)]),
    emoji: document.fonts.check('20px "Emoji of the page"', "\u2705"),
    wide: chat.scrollWidth - chat.clientWidth,
  };
}"""


# Which characters no font has: they look as one that nobody has given a meaning to.
MISSING = """(characters) => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const drawn = (character) => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.font = '20px "Emoji of the page"';
    pen.fillText(character, 20, 40);
    return canvas.toDataURL();
  };
  const nothing = drawn("\ue000");
  return characters.filter((one) => drawn(one) === nothing);
}"""


MISSING_LETTERS = MISSING.replace("Emoji of the page", "Letters of the page")
# The newer ones, and those older signs that are drawn as emoji by themselves (Unicode, emoji-data.txt).
EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u26a1\u2705\u2728\u274c\u2753\u2757\u2795-\u2797\u2b50\U0001f300-\U0001faff]"
)


def _emoji_of_the_bot() -> list[str]:
    """Return the emoji that stand in the bot's sentences and labels."""
    texts = Path(labels.__file__).parent.glob("*.py")
    return sorted({one for file in texts for one in EMOJI.findall(file.read_text())})


def _contrast(one: list[int], other: list[int]) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: list[int]) -> float:
        parts = [part / 255 for part in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


async def test_buttons_break_no_word_are_readable_and_have_their_icons_by_day_and_by_night(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 850})
        await page.goto(address)
        await expect(page.locator("[data-label=patient] .chat")).to_be_visible()
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            looks = await page.evaluate(LOOKS)
            assert looks["broken"] == 0
            assert looks["wide"] <= 0
            assert looks["emoji"]
            assert await page.evaluate(MISSING, _emoji_of_the_bot()) == []
            assert min(_contrast(*pair) for pair in looks["pairs"]) >= 4.5, scheme


async def test_mails_are_dark_by_night_and_their_tab_is_in_sight_beside_six_phones(
    data_dir: Path, browser: Browser
) -> None:
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 850}, color_scheme="dark")
        await page.goto(address)
        doctor = page.locator("[data-label=doctor]")
        await doctor.get_by_role("button", name="START").click()
        await _types(doctor, "/forgot", "email address")
        await _types(doctor, "rao@example.org", "code")
        await page.locator("[data-mail]", has_text="rao@example.org").click()
        page_colour = page.frame_locator("#mail-html").locator("body")
        await expect(page_colour).to_have_css("background-color", "rgb(16, 24, 30)")
        for number, name in enumerate(("Sam", "Kim")):
            await page.get_by_role("button", name="Add a phone").click()
            await page.get_by_label("First name").fill(name)
            await page.get_by_role("button", name="Add the phone").click()
            await expect(page.get_by_role("heading", name="Guest").nth(number)).to_be_visible()
        await page.set_viewport_size({"width": 390, "height": 844})
        tabs = page.get_by_role("navigation", name="Phones, API and mailbox")
        await expect(tabs.get_by_role("button")).to_have_count(9)
        await expect(tabs.get_by_role("button", name="Email")).to_be_in_viewport(ratio=1)


async def test_the_sample_doctors_have_hours_and_visits_on_every_day() -> None:
    for weekday in Weekday:
        assert SCHEDULE.weekly[weekday]


async def _sends(card: Locator, call: str, answer: str) -> str:
    """Choose a call of the API and send it; return the request as it was shown."""
    await card.get_by_role("combobox", name="Call").select_option(call)
    await expect(card.get_by_role("button", name="Send")).to_be_enabled()
    await card.get_by_role("button", name="Send").press("Enter")
    await expect(card.locator("#api-status")).to_have_text(answer)
    return await card.locator("#api-curl").text_content() or ""


async def test_calls_of_the_api_are_answered_on_the_page(data_dir: Path, browser: Browser) -> None:
    """What is booked there is in the chat and in the mailbox; what went wrong is told with its status."""
    async with demo(data_dir) as address:
        page = await browser.new_page(viewport={"width": 1700, "height": 900})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        await page.goto(address)
        doctor, card = page.locator("[data-label=doctor]"), page.locator("[data-api]")
        await _signs_in(doctor)
        await card.get_by_role("combobox", name="Call").select_option("Doctors")
        await expect(card.get_by_text("Sign in first")).to_be_visible()
        await expect(card.get_by_role("button", name="Send")).to_be_disabled()
        shown = await _sends(card, "Sign in", "201 Created")
        assert shown.startswith(f"curl -X POST '{address}login' \\\n  -H 'Content-Type: application/json'")
        await expect(card.get_by_text("Signed in as Asha Patel")).to_be_visible()
        for call, path in (("Doctors", "doctors"), ("Who am I?", "me"), ("My appointments", "appointments")):
            shown = await _sends(card, call, "200 OK")
            assert shown == f"curl '{address}{path}' \\\n  -H \"Authorization: Bearer $TOKEN\""
        await _sends(card, "Free times of a doctor", "200 OK")
        await _sends(card, "Book a time", "201 Created")
        await expect(doctor.get_by_text("Booked over the API").last).to_be_visible()
        await expect(page.locator("[data-mail]")).to_have_count(2)
        # The same request again: the time is taken.
        await card.get_by_role("button", name="Send").click()
        await expect(card.locator("#api-status")).to_have_text("409 Conflict")
        await expect(card.locator("#api-answer")).to_contain_text('"detail"')
        await _sends(card, "Cancel an appointment", "200 OK")
        await expect(page.locator("[data-mail]")).to_have_count(4)
        await _sends(card, "My appointments", "200 OK")
        await expect(card.locator("#api-answer")).to_contain_text('"status": "cancelled"')
        await page.get_by_role("link", name="API docs").click()
        await expect(page.get_by_text("MediConnect API")).to_be_visible()
        assert not faults
