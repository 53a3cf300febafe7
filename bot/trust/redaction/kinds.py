"""What can be found in a text, how bad it is when it gets out, and what stands in its place."""

import re
from enum import StrEnum
from typing import Literal, NamedTuple

from bot.texts import LANGUAGES, say
from storage.records import Language

Class = Literal["secret", "personal", "name"]
"""`secret`: never comes back. `personal`, `name`: its author may put it back where it does no harm."""


class Kind(StrEnum):
    API_KEY = "api_key"
    TOKEN = "token"  # noqa: S105 - a word, as is the next one
    PASSWORD = "password"  # noqa: S105
    PRIVATE_KEY = "private_key"
    SESSION = "session"
    CODE = "code"
    CARD_NUMBER = "card_number"
    MY_NUMBER = "my_number"
    EMAIL = "email"
    PHONE = "phone"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    BANK_ACCOUNT = "bank_account"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    HEALTH_INSURANCE = "health_insurance"
    PENSION = "pension"
    NATIONAL_ID = "national_id"
    BIRTHDAY = "birthday"
    NAME = "name"
    # what is taken out besides where a tip is shared without a name: bot.trust.unnamed
    HANDLE = "handle"
    TEAM = "team"
    CUSTOMER = "customer"
    PROJECT = "project"
    PLACE = "place"
    CHANNEL = "channel"
    LINK = "link"
    DETAIL = "detail"


SECRETS = frozenset(
    {
        Kind.API_KEY,
        Kind.TOKEN,
        Kind.PASSWORD,
        Kind.PRIVATE_KEY,
        Kind.SESSION,
        Kind.CODE,
        # no tip needs these, and law or contract forbids to keep them: 番号法 第20条, PCI DSS requirement 3
        Kind.CARD_NUMBER,
        Kind.MY_NUMBER,
    }
)


class Span(NamedTuple):
    """A find in the text that detectors see."""

    kind: Kind
    start: int
    end: int


def class_of(kind: Kind) -> Class:
    if kind in SECRETS:
        return "secret"
    return "name" if kind is Kind.NAME else "personal"


def placeholder(kind: Kind, number: int, language: Language) -> str:
    return f"‹{say(language, f'redaction.label_{kind}')} {number}›"


_LABELS = {say(language, f"redaction.label_{kind}"): kind for language in LANGUAGES for kind in Kind}
PLACEHOLDER = re.compile(f"‹({'|'.join(map(re.escape, sorted(_LABELS)))}) ([0-9]{{1,4}})›")
"""A placeholder of ours in either language, and nothing else: what people put between ‹ and › is looked at."""


def kind_of(label: str) -> Kind:
    return _LABELS[label]
