"""Secrets and personal data are replaced before anything else sees a text; everything else stays as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Message, Thread
from bot.trust.redaction import redact, redact_thread

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


@given(st.text())
def test_it_never_fails_and_what_was_redacted_once_stays(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@given(st.text(st.characters(categories=["L", "Z", "P"], exclude_characters="‹›@"), max_size=200))
def test_prose_without_digits_stays(text: str) -> None:
    kept = redact(text).text
    if "eyJ" not in text and "-----BEGIN" not in text and not re.search(r"[A-Za-z0-9_\-]{12}", text):
        assert len(kept) == len(text) or "password" in kept


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
