"""Secrets without a shape of their own, known by what stands before them: `password = …`, 「パスワードは…です」."""

import re
from collections.abc import Iterator

from bot.trust.redaction.kinds import Kind, Span

_WORDS = {
    Kind.PASSWORD: r"""
        pass(?:word|wd|phrase|code)s? | (?<=[_\-])pass(?![a-z]) | pwd | (?<![a-z])pw(?![a-z]) | (?<![a-z])psk(?![a-z])
        | パスワード | パスフレーズ | パスコード | 合言葉 | (?<![ァ-ヶー])パス(?=[:=はが]) | 暗証(?:番号|コード)
    """,
    Kind.API_KEY: r"""
        (?:api|access|secret|private|auth|account|shared|signing|encryption|master|license|app(?:lication)?|subscription
          |deploy|service|server|admin|client|integration|channel|bot)[_\-.\ ]?keys? | apikey
        | (?<=[a-z0-9]_)key(?![a-z])
        | (?:(?:api|アクセス|シークレット|秘密|暗号化?|署名|ライセンス|認証
            |サブスクリプション|共有|共通|リソース|マスター)の?)?キー
        | 秘密鍵 | 暗号鍵
    """,
    Kind.TOKEN: r"""
        secret(?:s(?![a-z]))? | token(?!s|iz) | credentials? | authorization
        | トークン(?!数|化|長|量|上限|単価|制限) | シークレット(?!キー|モード) | 認証情報 | クレデンシャル
    """,
}
_NAME = "|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items())
_BEGINS = re.compile(
    r"pass|pwd|pw|psk|api|access|secret|private|auth|account|shared|signing|encryption|master|license|app|subscription"
    r"|deploy|service|server|admin|client|integration|channel|bot|key|token|credential"
    r"|パス|合言葉|暗証|暗号|アクセス|シークレット|秘密|署名|ライセンス|認証|サブスク|共有|共通|リソース|マスター|キー|トークン|クレデ"
)
"""How the names begin: one quick look for where the long pattern is worth a try."""
_AFTER_A_NAME = re.compile(
    rf"""(?x)
    (?: {_NAME} )
    (?: [a-z0-9_\-]{{0,24}} )                       # API_KEY_PROD, secretAccessKey, token-2
    (?: \s? \([^()\n]{{1,20}}\) )?                  # パスワード（仮）
    (?: (?: \ (?: for|to|of|on ) (?: \ [^\s:=]{{1,30}} ){{1,4}}? )?   # the password for the staging site
      ["'`*\]]{{0,3}}
      (?: \s{{0,3}} (?: :=? | =>? | ={{2,3}} | → | -> | \|(?!\|) ) \s{{0,8}}
        | \s? (?: は、? | が、? | を、? | って | の方は ) \s?
        | \s (?: is|was|are ) (?: \ now | \ still | \ just )? \s? :? \s
        | \s value=
        | (?= [「『"'] ) )
      | (?P<bare> \s ) )
    (?: (?P<quote> ["'`「『]{{1,3}} ) | [*]{{1,2}} (?=\S) )? (?: (?:bearer|basic|token|bot) \s )?
    """
)
"""Everything up to the value, in small letters; `quote` opens it, `bare`: nothing but a space says that it follows."""
_VALUE = re.compile(r"(?:[!#$%&*+\-./0-9:=?@A-Z^_a-z|~)\]}]|[(\[{](?=[!-~]{0,60}[)\]}]))+")
_WHAT_FOLLOWS = re.compile(r"&[\w.\-]+=|@[\w\-]+\.[\w.\-]+(?:[:/]|$)")
_TRAILING = ".,;:?)>]}*_|"
_SIGN = re.compile(r"[0-9!@#$%^&*+=?~]")
_QUOTED = {
    quote: re.compile(rf"[^{close}\n\ue000]{{4,200}}(?={close})")
    for quote, close in zip("\"'`「『", "\"'`」』", strict=True)
}

_CODE = re.compile(
    r"""(?ix)
    (?: none | null | nil | true | false | undefined | string | str | bytes | secretstr | optional | required | any
      | required\W.* | optional\W.* )
    | (?: os | process | env | environ | getenv | config | settings | secrets | self | this | ctx | req | request | args
      | options | params | props | st | vault | import\.meta | github | var | local | data | aws | kms | user | form
      | response | resp | res | body | payload | event | input | session | headers | cookies | localstorage )
      (?: \. | \[ | \( | -> ).*
    | ! [a-z]+ | \$ (?: [{(a-z_] ).* | [{<\[%@].* | .* (?: \(\) | \( [\w.,'" ]* \)? ) ;?
    | [*•x.…_\-?#]{3,}
    | (?: your | my | the | some | example | changeme | dummy | placeholder | insert | enter | test | sample )? [_\-]?
      (?: api | access | secret | auth | client )? [_\-]?
      (?: password | passwd | pass | secret | token | key ) (?:[_\-]?here)?
    | (?: your | insert | enter | replace | put ) [_\-] .*
    """
)
"""What code and manuals put in the place of a secret."""
_FIGURE = re.compile(r"v?[0-9]+(?:[.,:/\-][0-9]+)*(?:%|k|m|kb|mb|ms|s|px|rem|em|days?|d|h|usd|円|x)?", re.IGNORECASE)
_PLACE = re.compile(r"[a-z][a-z0-9+.\-]*://.*|(?:\.{0,2}|~)/[\w.\-/]*|[a-z]:\\.*", re.IGNORECASE)
_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+(?:\(.*)?")
_NAMED = re.compile(r"[A-Za-z]+(?:[_\-][A-Za-z]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[A-Z][a-z]+)+[0-9]?")
"""A name in code: snake_case, kebab-case, CONSTANT_2, camelCase."""

_FLAG = re.compile(
    r"(?i)(?<!\S)--?(?:pass(?:word|wd|phrase)?|pwd|token|api-?key|secret(?:-key)?|auth-token|client-secret)[= ]['\"]?"
    r"(?P<value>[^\s'\"\ue000-][^\s'\"\ue000]{4,})"
)
_CURL_USER = re.compile(r"(?<!\S)(?:-u|--user)[= ]?['\"]?[^\s:'\"\ue000]{1,60}:(?P<value>[^\s'\"\ue000]{3,})")
_LOGIN = re.compile(
    r"\b(?:(?:mysql|mysqldump|mariadb)\b[^\n]{0,80}? -p|(?:sshpass|docker login)\b[^\n]{0,80}? -p ?|wandb login )['\"]?"
    r"(?P<value>[^\s'\"\ue000-][^\s'\"\ue000]{3,})"
)
_SQL_ROLE = re.compile(r"(?i)\b(?:identified by|with(?: encrypted)? password|password)\s+'(?P<value>[^'\n\ue000]{4,})'")
_HEADER = re.compile(r"(?i)\b(?:bearer|basic)\s{1,3}(?P<value>[A-Za-z0-9_\-.=+/~]{16,})")
_IN_ADDRESS = re.compile(
    r"(?i)\b[a-z][a-z0-9+.\-]{1,20}://[^\s/:@'\"<>\ue000]{0,60}:(?P<value>[^\s/'\"<>\ue000]{3,80})@(?=[\w\[])"
)
_IN_DSN = re.compile(r"(?<![\w:/])\w{1,40}:(?P<value>[^\s/@:'\"\ue000]{3,80})@(?:tcp|unix)\(")
_IN_QUERY = re.compile(
    r"(?i)[?&#;](?:[a-z_\-]*(?:api_?key|token|secret|password|passwd|signature|sig)|key|auth|pwd|X-Amz-(?:Signature|Credential)"
    r"|code|apikey)=(?P<value>[^\s&#;\"'<>()\ue000]{8,})"
)
_SESSION = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?:[\w.\-]{0,24}(?:sess(?:ion)?(?:[_\-.]?(?:id|key|token))?|sessid|sid|csrf\w{0,12}|xsrf\w{0,12}"
    r"|remember_\w{2,12}|\.aspxauth|auth_?cookie|logged_in_\w{0,40})|セッション(?:ID|キー|トークン)?)[\"']?\s?[=:は]\s?[\"']?"
    r"(?P<value>[A-Za-z0-9%._\-+/=~]{16,})"
)
_PAIR = re.compile(
    r"(?i)(?:(?<![A-Za-z])(?:ID|user(?:name)?|login)|ユーザー名?|ログイン(?:ID|名)?)\s?[/・と&]\s?(?:pass(?:word)?|pw|パスワード|パス)"
    r"\s?(?:は|[:=])?\s?[^\s/,\ue000]{1,40}\s?[/,]\s?(?P<value>[!-.0-~]{4,40})"
)
"""Both at once: ID/パスワードは stg / …"""
_ONE_TIME = re.compile(
    r"(?i)(?:認証コード|確認コード|ワンタイムパス(?:ワード)?|セキュリティコード|PINコード|暗証番号|暗証コード"
    r"|(?<![A-Za-z])(?:PIN(?: ?code| number)?|OTP|CVV2?|CVC)(?![A-Za-z])"
    r"|(?:verification|security|one-time|login|2FA|MFA) (?:pass)?code)"
    r"(?:\s?(?:は|が|を|[:=]|is|→)\s?|\s?)[「\"']?(?P<value>[0-9]{3,8}(?:[ -][0-9]{3,4})?)"
    r"(?![0-9.,]|[-/][0-9]|\s?(?:桁|文字|回|分|秒|円|digits?))"
)
_LEAST = 6
_MIXED_SORTS, _KEY_LENGTH = 3, 20
_LONGEST_NAME = 100
_STARRED = re.compile("[xX*]{4}")
_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def named(text: str) -> Iterator[Span]:
    """Passwords, keys and tokens that are called so. Of each only the value is replaced."""
    small = text.translate(_SMALL)
    for begin in _BEGINS.finditer(small):
        match = _AFTER_A_NAME.match(small, begin.start())
        if match is None:
            continue
        kind = next(kind for kind in _WORDS if match[kind])
        is_weak = match["bare"] is not None or match[kind] in ("キー", "key")
        value = _value(text, match.end(), match["quote"], kind, must_be_strong=is_weak)
        if value:
            yield Span(kind, match.end(), match.end() + len(value))
    for pattern, kind in _PLAIN:
        for match in pattern.finditer(text):
            if not _CODE.fullmatch(match["value"]):
                yield Span(kind, *match.span("value"))
    for pattern, kind in _MIXED:
        for match in pattern.finditer(text):
            if any(char.isdigit() for char in match["value"]) and not _is_code(match["value"]):
                yield Span(kind, *match.span("value"))


_PLAIN = (
    (_FLAG, Kind.PASSWORD),
    (_CURL_USER, Kind.PASSWORD),
    (_LOGIN, Kind.PASSWORD),
    (_SQL_ROLE, Kind.PASSWORD),
    (_IN_ADDRESS, Kind.PASSWORD),
    (_IN_DSN, Kind.PASSWORD),
    (_ONE_TIME, Kind.CODE),
)
_MIXED = ((_PAIR, Kind.PASSWORD), (_HEADER, Kind.TOKEN), (_IN_QUERY, Kind.TOKEN), (_SESSION, Kind.SESSION))
"""Only with a digit in it: words follow these too."""


def _value(text: str, at: int, quote: str | None, kind: Kind, *, must_be_strong: bool) -> str | None:
    """The value that begins at a place, if it looks like a secret."""
    quoted = _QUOTED[quote[0]].match(text, at) if quote else None
    found = quoted or _VALUE.match(text, at)
    if found is None:
        return None
    value = found.group() if quoted else _WHAT_FOLLOWS.split(found.group(), maxsplit=1)[0].rstrip(_TRAILING)
    if must_be_strong and not _is_strong(value, kind):
        return None
    return value if _looks_secret(value, kind, is_quoted=quoted is not None) else None


def _is_strong(value: str, kind: Kind) -> bool:
    """Mixed as no word is: what follows a name without any sign between them has to be."""
    sorts = sum(bool(re.search(sort, value)) for sort in ("[a-z]", "[A-Z]", "[0-9]", "[!@#$%^&*+=?~_-]"))
    if kind is Kind.PASSWORD:
        return sorts >= _MIXED_SORTS and len(value) >= _LEAST
    return (sorts >= _MIXED_SORTS and len(value) >= _KEY_LENGTH) or bool(re.fullmatch("[0-9a-f]{32,}", value))


def _looks_secret(value: str, kind: Kind, *, is_quoted: bool) -> bool:
    """A word of prose or a name in code is no secret: a secret has a digit or a sign besides letters.

    In quotes a password of small letters alone is one, too.
    """
    if len(value) < _LEAST or not value.isascii() or " " in value or _is_code(value):
        return False
    if _FIGURE.fullmatch(value):
        return kind is Kind.PASSWORD and value.isdigit()
    if _SIGN.search(value):
        return True
    return kind is Kind.PASSWORD and is_quoted and value.isalpha() and value.islower() and len(value) > _LEAST


def _is_code(value: str) -> bool:
    """Whether it is what code and manuals have in such a place; nothing long is."""
    if len(value) > _LONGEST_NAME:
        return False
    return bool(_STARRED.search(value)) or any(pattern.fullmatch(value) for pattern in (_CODE, _PLACE, _DOTTED, _NAMED))
