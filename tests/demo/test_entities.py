"""Text and entities: HTML, trimming, and what is found in plain text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.entities import Formatted, tidy, units
from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.html_mode import STYLES, parse_html


def shown(source: str) -> tuple[str, list[tuple[str, int, int]]]:
    formatted = tidy(parse_html(source))
    return formatted.text, [(e["type"], e["offset"], e["length"]) for e in formatted.entities]


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("🏟 <br>", 'Unsupported start tag "br" at byte offset 5'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<i =x>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<i a>", 'Expected equal sign in declaration of an attribute of the tag "i" at byte offset 0'),
        ("<i a = ", 'Unclosed start tag "i" at byte offset 0'),
        ("<i a=b,>", "Unexpected end of name token at byte offset 5"),
        ('<i a="b>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a <tg-time>x</tg-time>", 'Invalid Unix time in the tag "tg-time" at byte offset 2'),
        ("<tg-time unix='-1'>x</tg-time>", 'Invalid Unix time in the tag "tg-time" at byte offset 0'),
        (
            "<tg-time unix=5 format=tD>x</tg-time>",
            'Invalid date-time format in the tag "tg-time" at byte offset 0',
        ),
        (
            "&#xDFDF;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_html_that_does_not_parse_is_refused_in_telegrams_words(source: str, detail: str) -> None:
    with pytest.raises(ApiBadRequest) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {detail}"


@pytest.mark.parametrize(("tag", "style"), sorted(STYLES.items()))
def test_every_tag_has_its_style(tag: str, style: str) -> None:
    if tag == "tg-emoji":
        with pytest.raises(ApiBadRequest, match="not supported"):
            parse_html("<tg-emoji emoji-id='5'>x</tg-emoji>")
        return
    attribute = {"a": " href='https://example.org'", "span": " class=tg-spoiler", "tg-time": " unix=5"}.get(
        tag, ""
    )
    assert shown(f"<{tag.upper()}{attribute}>x</{tag}>") == ("x", [(style, 0, 1)])


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("&lt;&gt;&amp;&quot;&nbsp;&#33;&#x21", '<>&"&nbsp;!!', []),
        ("😀<b>é</b>", "😀é", [("bold", 2, 1)]),
        ("<b>a<i>b</i></b>c", "abc", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b>a</b><b>b</b>", "ab", [("bold", 0, 2)]),
        ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("  <b> a </b> ", "a", [("bold", 0, 1)]),
        ("<i></i>a", "a", []),
        ("x <u> </u> y", "x   y", []),
        ("<a href='nowhere'>a</a>", "a", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("a\u202eb\r<b>c</b>", "abc", [("bold", 2, 1)]),
    ],
)
def test_html_becomes_text_and_entities(
    source: str,
    text: str,
    entities: list[tuple[str, int, int]],
) -> None:
    assert shown(source) == (text, entities)


def test_code_in_a_language_is_one_block() -> None:
    for source in (
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ):
        assert parse_html(source).entities == [
            {"type": "pre", "offset": 0, "length": 1, "language": "python"},
        ]
    assert parse_html('<code class="language-python">x</code>').entities == [
        {"type": "code", "offset": 0, "length": 1},
    ]


def test_a_link_is_kept_with_its_path() -> None:
    assert parse_html('<a href="example.org?a&amp;b">x</a>').entities[0]["url"] == "http://example.org/?a&b"
    with pytest.raises(ApiBadRequest, match="not supported"):
        parse_html('<a href="tg://user?id=5">x</a>')


def test_a_time_is_kept_with_the_way_in_which_clients_write_it() -> None:
    entity = {"type": "date_time", "offset": 3, "length": 5, "unix_time": 1777888800}
    for written, shown_as in {"": {}, ' format="r"': {"date_time_format": "r"}}.items():
        text = f"At <tg-time unix='1777888800'{written}>10:00</tg-time>"
        assert tidy(parse_html(text)).entities == [entity | shown_as]
    bold = tidy(parse_html("<b><tg-time unix='5' format='wDT'>a@b.example</tg-time></b>")).entities
    assert [each["type"] for each in bold] == ["date_time", "bold"]
    for outer in ("code", "a href='https://example.org'"):
        inside = f"<{outer}>x <tg-time unix='5'>y</tg-time></{outer.split()[0]}>"
        assert [each["type"] for each in tidy(parse_html(inside)).entities] == [STYLES[outer.split()[0]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", ["/start"]),
        ("try /book, /help or /a@some_bot.", ["/book", "/help", "/a@some_bot"]),
        ("a/b x/book //book /book/ </b /book> /книга", []),
        ("/" + "x" * 65, []),
    ],
)
def test_commands_are_found_anywhere_in_a_text(text: str, found: list[str]) -> None:
    entities = tidy(Formatted(text)).entities
    assert all(entity["type"] == "bot_command" for entity in entities)
    assert [text[e["offset"] : e["offset"] + e["length"]] for e in entities] == found


def test_addresses_and_tags_are_found_but_not_in_code() -> None:
    text = "a@b.example https://example.org/x. @somebody #tag"
    kinds = [entity["type"] for entity in tidy(Formatted(text)).entities]
    assert kinds == ["email", "url", "mention", "hashtag"]
    assert [kind for kind, _, _ in shown(f"<code>{text}</code>")[1]] == ["code"]


def crossing(one: Json, other: Json) -> bool:
    first, last = one["offset"], one["offset"] + one["length"]
    begin, end = other["offset"], other["offset"] + other["length"]
    return bool(first < begin < last < end)


TAGGED = st.recursive(
    st.text(alphabet="ab \n\r😀\u202e/@.#", max_size=6),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@given(TAGGED)
@example("<b>/<i>a.</i></b>")
@example("<b>a<i>b</i></b><i>c</i>")
@example("<b>a<blockquote>b<code>c</code></blockquote></b>")
def test_whatever_parses_ends_with_entities_inside_the_text_that_never_cross(source: str) -> None:
    formatted = tidy(parse_html(source))
    assert formatted.text == formatted.text.strip(" \n")
    for entity in formatted.entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] <= units(formatted.text) - entity["length"]
    assert not any(crossing(one, other) for one in formatted.entities for other in formatted.entities)


@given(TAGGED)
def test_tidying_twice_is_tidying_once(source: str) -> None:
    once = tidy(parse_html(source))
    assert tidy(Formatted(once.text)).text == once.text
