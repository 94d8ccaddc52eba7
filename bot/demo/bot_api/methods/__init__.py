"""The Bot API methods that the local server supports; each file of this folder has one kind of them."""

from collections.abc import Mapping

from bot.demo.bot_api.methods import about, changing, downloads, menu, polling, sending, taps
from bot.demo.bot_api.methods.method import ApiMethod, method

# Parameters that are accepted and have no visible effect here.
QUIET = ("disable_notification", "protect_content")
TEXT = ("text", "parse_mode", "entities", "link_preview_options", "disable_web_page_preview", "reply_markup")
FILE = ("chat_id", "caption", "parse_mode", "caption_entities", "reply_markup", "reply_parameters", *QUIET)
MENU = ("scope", "language_code")

METHODS: Mapping[str, ApiMethod] = {
    "getme": method(about.get_me),
    "logout": method(about.leave_server),
    "close": method(about.leave_server),
    "getupdates": method(polling.get_updates, "offset", "limit", "timeout", "allowed_updates"),
    "setwebhook": method(
        polling.set_webhook,
        "url",
        "secret_token",
        "max_connections",
        "allowed_updates",
        "drop_pending_updates",
    ),
    "deletewebhook": method(polling.delete_webhook, "drop_pending_updates"),
    "getwebhookinfo": method(polling.get_webhook_info),
    "sendmessage": method(sending.send_message, "chat_id", *TEXT, "reply_parameters", *QUIET),
    "sendphoto": method(sending.send_photo, "photo", *FILE),
    "senddocument": method(
        sending.send_document,
        "document",
        "disable_content_type_detection",
        *FILE,
    ),
    "sendchataction": method(sending.send_chat_action, "chat_id", "action"),
    "editmessagetext": method(changing.edit_message_text, "chat_id", "message_id", *TEXT),
    "editmessagereplymarkup": method(
        changing.edit_message_reply_markup,
        "chat_id",
        "message_id",
        "reply_markup",
    ),
    "deletemessage": method(changing.delete_message, "chat_id", "message_id"),
    "deletemessages": method(changing.delete_messages, "chat_id", "message_ids"),
    "answercallbackquery": method(
        taps.answer_callback_query,
        "callback_query_id",
        "text",
        "show_alert",
        "cache_time",
    ),
    "setmycommands": method(menu.set_my_commands, "commands", *MENU),
    "getmycommands": method(menu.get_my_commands, *MENU),
    "deletemycommands": method(menu.delete_my_commands, *MENU),
    "setchatmenubutton": method(menu.set_chat_menu_button, "chat_id", "menu_button"),
    "getchatmenubutton": method(menu.get_chat_menu_button, "chat_id"),
    "setmyname": about.setter("name"),
    "getmyname": about.getter("name"),
    "setmydescription": about.setter("description"),
    "getmydescription": about.getter("description"),
    "setmyshortdescription": about.setter("short_description"),
    "getmyshortdescription": about.getter("short_description"),
    "getchat": method(about.get_chat, "chat_id"),
    "getfile": method(downloads.get_file, "file_id"),
}
