"""Secrets and personal data are taken out before a text reaches a model, a record, the job history or a log.

What is found becomes a placeholder such as ‹e-mail 1›, the same for the same find within one text. A text that was
redacted comes out as it went in.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers

from bot.conversation import Thread

PHONE_REGIONS = ("JP", "US", "DE")
_LEFT, _RIGHT = "‹", "›"


@dataclass(frozen=True, slots=True)
class Found:
    """Where something was found in a text, and what kind of thing it is."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with its finds replaced. `found` are places in the text before."""

    text: str
    found: tuple[Found, ...]


def _pattern(kind: str, pattern: str, flags: int = 0) -> tuple[str, re.Pattern[str]]:
    return kind, re.compile(pattern, flags)


_KEY = r"(?<![A-Za-z0-9_\-])"
_SECRETS = (
    _pattern("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"),
    _pattern("token", _KEY + r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{6,}"),
    _pattern("API key", _KEY + r"sk-(?:proj-|svcacct-|admin-|ant-(?:api|admin)\d\d-|or-v1-)?[A-Za-z0-9_\-]{20,}"),
    _pattern("API key", _KEY + r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}(?![A-Z0-9])"),
    _pattern("API key", _KEY + r"AIza[A-Za-z0-9_\-]{35}"),
    _pattern("token", _KEY + r"ya29\.[A-Za-z0-9_\-]{20,}"),
    _pattern("token", _KEY + r"gh[pousr]_[A-Za-z0-9]{30,}|" + _KEY + r"github_pat_[A-Za-z0-9_]{30,}"),
    _pattern("token", _KEY + r"glpat-[A-Za-z0-9_\-]{20,}"),
    _pattern("token", _KEY + r"xox[abeoprs]-[A-Za-z0-9\-]{10,}|" + _KEY + r"xapp-\d-[A-Za-z0-9\-]{10,}"),
    _pattern("token", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_\-]+"),
    _pattern("API key", _KEY + r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}"),
    _pattern("API key", _KEY + r"SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"),
    _pattern("token", _KEY + r"hf_[A-Za-z0-9]{30,}"),
    _pattern("token", _KEY + r"npm_[A-Za-z0-9]{36}|" + _KEY + r"pypi-[A-Za-z0-9_\-]{40,}"),
    _pattern(
        "token", _KEY + r"(?:dop|doo)_v1_[a-f0-9]{64}|" + _KEY + r"shpat_[a-f0-9]{32}|" + _KEY + r"ntn_[A-Za-z0-9]{40,}"
    ),
    _pattern("token", _KEY + r"\d{8,10}:AA[A-Za-z0-9_\-]{33}"),
    _pattern(
        "API key", _KEY + r"(?:gsk|xai|r8|pplx|nvapi|tvly|fc|lin_api|figd|sq0atp|sq0csp|EAAC)[_\-][A-Za-z0-9_\-]{20,}"
    ),
    _pattern("token", r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,}|(?<=SharedAccessKey=)[A-Za-z0-9+/=]{40,}"),
    _pattern("token", r"(?<=[?&]sig=)[A-Za-z0-9%+/=]{30,}"),
)
"""Shapes of keys and tokens as their issuers document them."""

_AFTER_A_NAME = re.compile(
    r"""(?ix)
    (?: pass(?:word|wd|phrase)? | pwd | secret | token | api[_\-\ ]?key | access[_\-\ ]?key | client[_\-\ ]?secret
      | auth[_\-\ ]?token | private[_\-\ ]?key | credential
      | パスワード | パスフレーズ | 暗証番号 | 秘密鍵 | アクセスキー | apiキー | トークン )
    ["'`]? \s* (?: [:=＝：] | は | \ is\  ) \s* ["'`「『]?
    (?P<value> [^\s"'`「」『』、。，,;<>‹›()（）]{6,} )
    """
)
"""A value that is named a secret: `password = …`, 「パスワードは…です」."""

_BEARER = re.compile(r"(?i)\b(?:bearer|basic)\s+(?P<value>[A-Za-z0-9_\-.=+/]{20,})")
_IN_ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.\-]*://[^\s/:@‹›]+:(?P<value>[^\s/@‹›]{3,})@")
_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,24}(?![\w\-])", re.ASCII)
_DIGITS = re.compile(r"(?<![\w.,\-‹])(?:\d[ \-]?){11,18}\d(?![\w\-]|[.,]\d)", re.ASCII)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_MY_NUMBER_WORD = re.compile(r"(?i)マイナンバー|個人番号|my ?number")
_MY_NUMBER = re.compile(r"(?<![\d\-])(?<!\d )(?:\d{4}[ \-]\d{4}[ \-]\d{4}|\d{12})(?![\d\-]| \d)")
_CODE_WORDS = re.compile(
    r"(?i)^(?:none|null|true|false|undefined|os\.|process\.|env\b|environ|getenv|\$|\{|\[|<|\*+$|x+$|\.+$)"
)
_PHONE_SHAPE = re.compile(r"^[+(]|^0\d")
_JP_PHONE = re.compile(r"(?<![\d\-])0\d{1,3}[-‐－ー]\d{2,4}[-‐－ー]\d{4}(?![\d\-])")
_US_PHONE = re.compile(r"\d{3}[-. ]\d{3}[-. ]\d{4}")


def redact(text: str) -> Redacted:
    """The text without secrets and personal data, and what was found."""
    found: list[Found] = []
    for one in (one for find in _FINDERS for one in find(text)):
        if not _overlaps(one, found) and not _in_placeholder(text, one):
            found.append(one)
    found.sort(key=lambda one: one.start)
    names: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts, at = [], 0
    for one in found:
        value = text[one.start : one.end]
        if (one.kind, value) not in names:
            counts[one.kind] = counts.get(one.kind, 0) + 1
            names[one.kind, value] = f"{_LEFT}{one.kind} {counts[one.kind]}{_RIGHT}"
        parts += [text[at : one.start], names[one.kind, value]]
        at = one.end
    return Redacted("".join([*parts, text[at:]]), tuple(found))


def redact_thread(thread: Thread) -> Thread:
    """The thread with each message redacted."""
    messages = tuple(message.with_text(redact(message.text).text) for message in thread.messages)
    return Thread(thread.channel_id, thread.root_ts, messages, thread.partial)


def _keys(text: str) -> Iterator[Found]:
    for kind, pattern in _SECRETS:
        for match in pattern.finditer(text):
            yield Found(kind, match.start(), match.end())


def _named_secrets(text: str) -> Iterator[Found]:
    for match in _AFTER_A_NAME.finditer(text):
        value = re.sub(r"(?:です|でした|だよ|だった)$", "", match["value"]).rstrip(".!?！？*_")
        if len(value) >= 6 and not _CODE_WORDS.match(value) and _looks_secret(value):  # noqa: PLR2004 - as the pattern
            yield Found("password", match.start("value"), match.start("value") + len(value))
    for pattern in (_BEARER, _IN_ADDRESS):
        for match in pattern.finditer(text):
            yield Found("password", match.start("value"), match.end("value"))


def _looks_secret(value: str) -> bool:
    """A word of prose or a name in code is no secret: a secret has a digit or a sign besides letters."""
    if not value.isascii() or value.startswith(("http://", "https://", "/", "./")):
        return False
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+", value):
        return False
    return bool(re.search(r"\d", value) or re.search(r"[!@#$%^&*+=?~]", value))


def _emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found("e-mail", match.start(), match.end())


def _cards(text: str) -> Iterator[Found]:
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 13 <= len(digits) <= 19 and digits[0] in "23456" and _luhn(digits):  # noqa: PLR2004 - ISO/IEC 7812
            yield Found("card number", match.start(), match.end())


def _my_numbers(text: str) -> Iterator[Found]:
    """Japan's 12-digit personal number, by its check digit and near its name or grouped in fours."""
    named = _MY_NUMBER_WORD.search(text) is not None
    for match in _MY_NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if (named or len(match.group()) > len(digits)) and _my_number_checks(digits):
            yield Found("My Number", match.start(), match.end())


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        account = match.group().replace(" ", "")
        turned = account[4:] + account[:4]
        if int("".join(str(int(c, 36)) for c in turned)) % 97 == 1:  # ISO 13616
            yield Found("bank account", match.start(), match.end())


def _phones(text: str) -> Iterator[Found]:
    """Numbers that are valid in one of our regions and written as phone numbers are, and all in Japan's usual form."""
    for japanese in _JP_PHONE.finditer(text):
        if len(re.sub(r"\D", "", japanese.group())) in (10, 11):
            yield Found("phone number", japanese.start(), japanese.end())
    for region in PHONE_REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
            if _PHONE_SHAPE.match(match.raw_string) or (region == "US" and _US_PHONE.fullmatch(match.raw_string)):
                yield Found("phone number", match.start, match.end)


_FINDERS: tuple[Callable[[str], Iterator[Found]], ...] = (
    _keys,
    _named_secrets,
    _emails,
    _cards,
    _my_numbers,
    _ibans,
    _phones,
)


def _overlaps(one: Found, others: list[Found]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _in_placeholder(text: str, one: Found) -> bool:
    left = text.rfind(_LEFT, 0, one.end)
    return left >= 0 and text.find(_RIGHT, left) >= one.start


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of both digits
    return total % 10 == 0


def _my_number_checks(digits: str) -> bool:
    """The check digit as the ordinance of 2014 (総務省令第85号, 第5条) defines it."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)
