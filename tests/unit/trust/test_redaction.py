"""Secrets and personal data are replaced before anything else sees a text; everything else stays as it was."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.redaction import PARTS, finds, harmless
from bot.conversation import Message, Thread
from bot.trust.redaction import harmless as harmless_finds
from bot.trust.redaction import redact, redact_all, redact_thread, restore

# put together at run time, so that no scanner takes them for real ones
SECRETS = {
    "OpenAI": "sk-" + "proj-" + "a1B2" * 10,
    "Anthropic": "sk-" + "ant-api03-" + "x9Y8" * 12,
    "AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "Google": "AIza" + "Sy" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q",
    "GitHub": "ghp" + "_" + "a1B2" * 9,
    "GitHub, fine": "github" + "_pat_" + "11ABCDEFG0" * 4,
    "GitLab": "glpat" + "-" + "a1B2c3D4e5F6g7H8i9J0",
    "Slack bot": "xoxb" + "-123456789012-abcdefghijkl",
    "Slack app": "xapp" + "-1-A0123456789-1234567890-abcdef",
    "Slack hook": "https://hooks.slack.com/" + "services/T000/B000/XXXXXXXX",
    "Stripe": "sk" + "_live_" + "a1B2c3D4e5F6g7H8",
    "Hugging Face": "hf" + "_" + "aB3d" * 9,
    "JWT": "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "dozjgNryP4J3jVmN",
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
}
PERSONAL = {
    "e-mail": "tanaka.ichiro@example.co.jp",
    "Tokyo": "03-1234-5678",
    "mobile": "090-1234-5678",
    "invented mobile": "090-0000-0000",
    "in brackets": "(03) 3123-4567",
    "international": "+81 90 1234 5678",
    "German": "+49 30 901820",
    "American": "415-555-2671",
    "card": "4111 1111 1111 1111",
    "card, plain": "5500005555555559",
    "IBAN": "DE89 3704 0044 0532 0130 00",
}
HARMLESS = [
    "会議は2026-11-24の10:30からです。",
    "修正が1本あたり20分→5分くらいに減りました。",
    "Version 3.11.7 took 1234567 ms on 16 cores.",
    "注文番号 20261124-0001 は発送済みです。",
    "See https://small-company.slack.com/archives/C0AITIPS/p1700000000000100?thread_ts=1699999999.000100",
    "for i in range(1000): total += prices[i] * 1.1",
    "パスワードは人に教えないでください。",
    "token = os.environ['OPENAI_API_KEY']",
    "password: ********",
    "You are a reviewer. Answer with [[N1]], [[N2]].",
    "予算は1,200,000円、前年比108.5%です。",
    "@aya さん #general で共有しました。",
]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("around", ["{}", "この鍵です: {} 、使わないで", "curl -H 'X-Key: {}' https://api.example.com"])
def test_keys_of_the_usual_issuers_are_replaced(secret: str, around: str) -> None:
    text = redact(around.format(secret)).text
    assert secret not in text
    assert not any(part in text for part in re.findall(r"[A-Za-z0-9]{12,}", secret) if part not in around)
    assert "‹" in text


@pytest.mark.parametrize("value", PERSONAL.values(), ids=PERSONAL.keys())
@pytest.mark.parametrize("around", ["{}", "連絡先は {} です。", "Call {} tomorrow, please."])
def test_personal_data_is_replaced(value: str, around: str) -> None:
    assert value not in redact(around.format(value)).text


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2!",
        "パスワードは「Kawa#2026」です",
        'api_key: "a8f5f167f44f4964e6c998dee827110c"',
        "postgresql://app:s3cr3t!@db/app",
        "Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345",
        "暗証番号：982713",
    ],
)
def test_values_that_are_named_secrets_are_replaced(text: str) -> None:
    done = redact(text)
    assert done.found
    for secret in ("hunter2", "Kawa#2026", "a8f5f167", "s3cr3t", "abcdefghij", "982713"):
        assert secret not in done.text


def test_my_number_is_known_by_its_check_digit() -> None:
    assert "1234 5678 9018" not in redact("1234 5678 9018").text
    assert "123456789018" not in redact("マイナンバーは123456789018です").text
    assert "1234 5678 9012" in redact("1234 5678 9012").text
    assert "123456789018" in redact("受付番号123456789018").text


def test_a_number_that_fails_luhn_is_no_card() -> None:
    assert redact("4111 1111 1111 1112").text == "4111 1111 1111 1112"


@pytest.mark.parametrize("text", HARMLESS)
def test_everything_else_stays(text: str) -> None:
    assert redact(text).text == text


def test_the_same_find_has_the_same_name_and_another_one_another() -> None:
    text = redact("a@example.com, b@example.com, a@example.com").text
    assert text == "‹e-mail 1›, ‹e-mail 2›, ‹e-mail 1›"


def test_every_message_of_a_thread_is_redacted_and_nothing_else_of_it_changes() -> None:
    said = [
        Message("1.0", "U1", "aya", "鍵は" + SECRETS["OpenAI"]),
        Message("2.0", "U2", "ben", "Thanks!", edited=True),
    ]
    thread = redact_thread(Thread("C1", "1.0", tuple(said), partial=True))
    assert [(m.ts, m.author_id, m.edited) for m in thread] == [("1.0", "U1", False), ("2.0", "U2", True)]
    assert SECRETS["OpenAI"] not in thread.messages[0].text
    assert thread.messages[1].text == "Thanks!"
    assert thread.partial


@settings(deadline=None)
@given(st.text())
def test_it_never_fails_and_what_was_redacted_once_stays(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "Z", "P"], exclude_characters="‹›@"), max_size=200))
def test_prose_without_digits_stays(text: str) -> None:
    kept = redact(text).text
    if "eyJ" not in text and "-----BEGIN" not in text and not re.search(r"[A-Za-z0-9_\-]{12}", text):
        assert len(kept) == len(text) or "password" in kept


@settings(deadline=None)
@given(
    st.text(st.sampled_from("あいう漢字 abc。\n"), max_size=60),
    st.sampled_from([*SECRETS.values(), *PERSONAL.values()]),
    st.text(st.sampled_from("あいう漢字 。\n"), max_size=60),
)
def test_wherever_a_secret_stands_it_is_found(before: str, secret: str, after: str) -> None:
    assert secret not in redact(f"{before} {secret} {after}").text


@pytest.mark.parametrize("hostile", ["1-" * 20_000, "a@" * 20_000, "eyJ" * 20_000, "0" * 40_000, "パスワード" * 8_000])
def test_long_hostile_texts_come_to_an_end(hostile: str) -> None:
    assert redact(hostile).text


@pytest.mark.parametrize("part", PARTS, ids=["in sight", "held out"])
def test_what_was_redacted_once_stays(part: str) -> None:
    for line in [*finds(part), *harmless(part)]:
        once = redact(line.text).text
        assert redact(once).text == once


def test_placeholders_speak_the_language_of_the_text() -> None:
    assert (
        redact("Write to aya@example.com or call 090-1234-5678.").text
        == "Write to ‹e-mail 1› or call ‹phone number 1›."
    )
    assert redact("aya@example.com か 090-1234-5678 へ").text == "‹メールアドレス 1› か ‹電話番号 1› へ"
    assert redact("田中様、aya@example.com へ", language="en").text == "‹name 1›様、‹e-mail 1› へ"


def test_a_new_find_takes_no_number_that_the_text_has() -> None:
    assert redact("‹e-mail 1› is old, ben@example.com is new.").text == "‹e-mail 1› is old, ‹e-mail 2› is new."


def test_what_stands_between_our_marks_is_looked_at() -> None:
    assert "AKIA" not in redact(f"‹{SECRETS['AWS']}›").text
    assert redact("‹e-mail 1›").text == "‹e-mail 1›"


def test_the_same_value_has_the_same_placeholder_in_a_whole_thread() -> None:
    said = ["鈴木さんの連絡先は a@example.com です", "b@example.com も", "a@example.com に送りました、鈴木さん"]
    messages = tuple(Message(f"{n}.0", "U1", "aya", text) for n, text in enumerate(said))
    assert [m.text for m in redact_thread(Thread("C1", "0.0", messages))] == [
        "‹名前 1›さんの連絡先は ‹メールアドレス 1› です",
        "‹メールアドレス 2› も",
        "‹メールアドレス 1› に送りました、‹名前 1›さん",
    ]


def test_finds_say_what_they_are_and_hold_no_value() -> None:
    text = f"田中様 a@example.com {SECRETS['GitHub']}"
    done = redact(text)
    assert [(one.kind, one.class_, text[one.start : one.end]) for one in done.found] == [
        ("name", "name", "田中"),
        ("email", "personal", "a@example.com"),
        ("token", "secret", SECRETS["GitHub"]),
    ]
    assert SECRETS["GitHub"] not in repr(done)
    assert "a@example.com" not in repr(done)


def test_an_author_puts_harmless_finds_back_and_secrets_never() -> None:
    texts = ["佐藤さんは a@example.com です", f"鍵は {SECRETS['GitHub']}、カードは 4111 1111 1111 1111"]
    values = harmless_finds(texts)
    assert values == {"‹名前 1›": "佐藤", "‹メールアドレス 1›": "a@example.com"}
    redacted = " / ".join(one.text for one in redact_all(texts))
    everything = ["‹名前 1›", "‹トークン 1›", "‹カード番号 1›"]
    assert restore(redacted, everything, values) == (
        "佐藤さんは ‹メールアドレス 1› です / 鍵は ‹トークン 1›、カードは ‹カード番号 1›"
    )
    assert restore("‹名前 1›", ["‹名前 1›"], {"‹名前 1›": SECRETS["GitHub"]}) == "‹名前 1›"
    assert restore("‹トークン 1›", ["‹トークン 1›"], {"‹トークン 1›": "abc"}) == "‹トークン 1›"
    assert restore("‹名前 7›", ["‹名前 7›"], values) == "‹名前 7›"


def test_what_its_author_put_back_stays_unless_it_is_a_secret() -> None:
    text = f"佐藤さんと田中さん、{SECRETS['GitHub']}"
    assert redact(text, allowed=["佐藤", SECRETS["GitHub"]]).text == "佐藤さんと‹名前 1›さん、‹トークン 1›"


@pytest.mark.parametrize(
    "text",
    [
        "皆様",
        "お客様",
        "お疲れ様です",
        "王様",
        "どなた様",
        "担当者様",
        "奥さん",
        "ChatGPTさん",
        "みなさん",
        "神様",
        "Claudeさん",
        "営業部長",
    ],
)
def test_words_of_respect_without_a_name_stay(text: str) -> None:
    assert redact(f"{text}に聞きました").text == f"{text}に聞きました"


def test_a_mention_is_not_taken_out_here() -> None:
    assert redact("@田中 さんありがとうございます").text == "@田中 さんありがとうございます"


def test_of_two_finds_in_one_place_nothing_gets_out() -> None:
    text = redact("postgres://app:p4ss@word@db.example.com/x and a@example.com:password=hunter2!x").text
    for part in ("p4ss", "word@db", "hunter2", "a@example"):
        assert part not in text


def test_only_the_key_goes_when_words_about_keys_follow() -> None:
    text = "-----BEGIN PRIVATE KEY----- で始まるものは貼らないでください。"
    assert redact(text).text == text


@pytest.mark.parametrize(
    "hostile",
    [
        "1-", "a@", "eyJ", "0", "パスワード", "password: ", "password=(", "(", "田中様", "東京都", "1丁目", "sk-", "https://a:b",
        "-----BEGIN PRIVATE KEY-----\n", "@a.", "‹", "\u200b", "[", "a", "xoxb-", "&a=1", "記号1", "銀行普通",
        " for a", "1 ", "北",
        "+1 ", "氏名：", "token is ", "Mr. A", "aA1/", "curl -u a", "mysql -p", "--token ", "eyJaaaaaaaa.", "x",
    ],
)  # fmt: skip
def test_hostile_texts_take_no_more_than_their_length(hostile: str) -> None:
    """Four times the text, about four times the work; what grows with the square would take sixteen times."""
    short, long = (hostile * (length // len(hostile)) for length in (4_000, 16_000))
    redact(short)
    least = 0.02  # below that the clock's own noise counts
    assert _work(long) < 10 * max(_work(short), least)


def _work(text: str) -> float:
    """Seconds of this thread's CPU, the least of three tries: the collector's rounds are not the text's."""
    took = []
    for _ in range(3):
        began = time.thread_time()
        redact(text)
        took.append(time.thread_time() - began)
    return min(took)


_PIECES = st.sampled_from(
    [
        "田中様", "password: ", "a1B2c3!", "‹e-mail 1›", "‹", "›", "@", "example.com", "090-",
        "1234-", "5678", "sk-", "x9" * 12,
        " ", "\n", "東京都", "港区", "1-2-3", "：", "「", "」", "様", "Mr. ", "Smith", "\u200b", "1234 ", "。", "は", "https://u:",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_pieces_of_finds_in_any_order_come_out_as_they_went_in_the_second_time(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once
