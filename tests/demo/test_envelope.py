"""How calls come in and answers go out."""

import aiohttp
import pytest

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import TOKEN, Api


async def test_a_result_comes_with_ok_true(api: Api) -> None:
    answer = await api.ask("getMe")
    assert answer.status == 200
    assert answer.body["ok"] is True
    assert answer.body["result"]["id"] == 123456
    assert answer.body["result"]["is_bot"] is True


async def test_an_error_has_its_code_as_http_status_too(api: Api) -> None:
    answer = await api.ask("sendMessage", chat_id=1, text="hello")
    assert (answer.status, answer.body) == (
        400,
        {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"},
    )


async def test_an_unknown_method_is_404(api: Api) -> None:
    assert await api.refused("sendPigeon") == "Not Found: method not found"


@pytest.mark.parametrize("path", ["/bot", f"/bot{TOKEN}", f"/bot{TOKEN}/", f"/bot{TOKEN}/getMe/more"])
async def test_a_path_that_is_no_method_is_404(api: Api, path: str) -> None:
    async with api.session.get(api.url + path) as response:
        assert (response.status, (await response.json())["description"]) == (404, "Not Found")


@pytest.mark.parametrize(
    ("token", "description"),
    [("nonsense", "Unauthorized: invalid token specified"), ("123456:AAEother", "Unauthorized")],
)
async def test_a_wrong_token_is_401(api: Api, token: str, description: str) -> None:
    async with api.session.get(f"{api.url}/bot{token}/getMe") as response:
        assert (response.status, (await response.json())["description"]) == (401, description)


async def test_method_names_may_be_in_any_case(api: Api) -> None:
    assert await api("GETme") == await api("getMe")


async def test_parameters_come_in_the_query_urlencoded_multipart_or_as_json(
    api: Api,
    phone: Phone,
) -> None:
    address = f"{api.url}/bot{TOKEN}/sendMessage"
    await api.session.get(address, params={"chat_id": "7001", "text": "query"})
    await api.session.post(address, data={"chat_id": "7001", "text": "urlencoded"})
    with aiohttp.MultipartWriter("form-data") as form:
        for name, value in (("chat_id", "7001"), ("text", "multipart")):
            form.append(value).set_content_disposition("form-data", name=name)
        await api.session.post(address, data=form)
    await api.session.post(address, json={"chat_id": 7001, "text": "json", "reply_markup": None})
    assert [message["text"] for message in phone.messages[1:]] == ["query", "urlencoded", "multipart", "json"]


async def test_broken_json_is_refused(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    async with api.session.post(f"{api.url}/bot{TOKEN}/getMe", data="{", headers=headers) as response:
        assert (response.status, (await response.json())["ok"]) == (400, False)


async def test_half_a_surrogate_pair_is_no_text(api: Api, phone: Phone) -> None:
    button = {"text": "x", "callback_data": "\ud83d"}
    for params in ({"text": "\ud83d"}, {"text": "x", "reply_markup": {"inline_keyboard": [[button]]}}):
        description = await api.refused("sendMessage", chat_id=7001, **params)
        assert description == "Bad Request: strings must be encoded in UTF-8"
    phone.send("half a \ud83d")
    assert phone.messages[-1]["text"] == "half a \ufffd"


async def test_an_unknown_parameter_is_refused_loudly(api: Api, phone: Phone) -> None:
    description = await api.refused("sendMessage", chat_id=phone.chat_id, text="x", message_effect_id="5")
    assert description == "Bad Request: parameter message_effect_id is not supported by this local server"
    assert len(phone.messages) == 1


async def test_every_call_is_recorded(api: Api, telegram: Telegram) -> None:
    await api("getMe")
    await api.refused("sendMessage", chat_id=5, text="to nobody")
    assert [(call.method, call.params) for call in telegram.calls] == [
        ("getme", {}),
        ("sendmessage", {"chat_id": "5", "text": "to nobody"}),
    ]
