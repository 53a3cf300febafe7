"""Personal data that are known by their form: addresses, telephone and account numbers, papers."""

import re
from collections.abc import Iterator

import phonenumbers

from bot.trust.redaction import check_digits
from bot.trust.redaction.kinds import Kind, Span

_EMAIL = re.compile(
    r"(?<![\w.+\-/])(?!git@|@)[\w.+\-]{1,64}(?:@|\s?[\[(](?:at|AT|アット|あっと)[\])]\s?)(?:[A-Za-z0-9\-]{1,63}\.){1,8}"
    r"(?!(?:png|jpe?g|gif|svg|webp|css|js|ts|py|md|json)\b)[A-Za-z]{2,24}(?![\w\-])",
    re.ASCII,
)

_SEP = r"[-ーｰ ]"
_JP_PHONE = re.compile(
    rf"(?<![\w.,/\-])(?:\(0[0-9]{{1,4}}\){_SEP}?[0-9]{{1,4}}{_SEP}[0-9]{{3,4}}"
    rf"|0[0-9]{{1,4}}\([0-9]{{1,4}}\){_SEP}?[0-9]{{3,4}}"
    rf"|0[0-9]{{1,4}}{_SEP}[0-9]{{1,4}}{_SEP}[0-9]{{3,4}}|0[5789]0[0-9]{{8}}|0(?:120|800)[0-9]{{6,7}})(?![\w\-]|[.,:/][0-9])",
    re.ASCII,
)
_PLAIN_PHONE = re.compile(
    r"(?i)(?:電話|でんわ|tel|fax|携帯|連絡先|phone|mobile|cell)[^\n0-9]{0,12}(?P<value>0[0-9]{9,10})(?![0-9])"
)
_PHONE = re.compile(r"(?<![\w.,/\-])(?:\+|\(|[0-9])[0-9\-. ()/]{6,20}[0-9](?![\w\-]|[.,:/][0-9])", re.ASCII)
_US_PHONE = re.compile(r"(?:\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}")
_DE_PHONE = re.compile(r"0[0-9]{2,4}[ /][0-9 ]{5,10}[0-9]")

_POSTAL = re.compile(
    r"〒\s?[0-9]{3}[-ーｰ ]?[0-9]{4}(?![0-9])|(?<=郵便番号)[^\n0-9]{0,4}[0-9]{3}-?[0-9]{4}(?![0-9])"
    r"|(?<![0-9\-])[0-9]{3}-[0-9]{4}(?=[ \n]?(?:東京都|北海道|京都府|大阪府|[一-龠]{2,3}県|[一-龠]{1,4}[市区郡]))"
)
_PREFECTURE = (
    r"(?:東京都|北海道|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知"
    r"|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_TOWN = r"[一-龠々ヶケノぁ-んァ-ヴー]"
_BLOCK = r"(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,4})"
_LOT = rf"{_BLOCK}(?:(?:丁目|番地の?|番町?|号室?|-|ー|の|条[東西南北]?)\s?{_BLOCK}){{0,4}}(?:丁目|番地|番|号室?)?"
_BUILDING = (
    r"(?:[ ]?[一-龠ぁ-んァ-ヴーA-Za-z・]{1,16}"
    r"(?:ビル|ビルディング|マンション|ハイツ|コーポ|タワー|荘|棟|レジデンス|アパート|ハウス|メゾン|プラザ)?"
    r"[ ]?[0-9]{1,4}(?:号室|階|F(?![a-z])))?"
)
_JP_ADDRESS = re.compile(
    rf"(?:{_PREFECTURE}[ ]?{_TOWN}{{1,9}}[市区町村郡]"
    rf"|(?<![一-龠]){_TOWN}{{1,5}}[市区]|(?<=[はがを住所:\s]){_TOWN}{{1,4}}?[市区])"
    rf"[ ]?{_TOWN}{{1,14}}?[ ]?(?={_BLOCK}(?:丁目|番地|番|-[0-9]|条)){_LOT}{_BUILDING}"
)
_LATIN_ADDRESS = re.compile(
    r"(?<![\w.\-])[0-9]{1,5}(?:-[0-9]{1,3}){0,2},? (?:[NSEW]\.? )?(?:[A-Z][A-Za-z'\-]{1,20},? ){1,4}"
    r"(?:(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Way|Parkway|Pkwy|Place|Terrace|Highway|Circle|Trail)\b\.?"
    r"|[A-Z][a-z]{1,20}-(?:ku|shi|cho|machi|gun))"
    r"(?:,? (?:Apt|Suite|Unit|Floor|#)\.? ?[0-9A-Z]{1,5})?(?:, [A-Z][A-Za-z\-]{1,20}(?: [A-Z][A-Za-z]{1,20})?){0,2}"
    r"(?:,? (?:[A-Z]{2} )?[0-9]{3,5}(?:-[0-9]{4})?|,? [A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})?"
)

_CARD = re.compile(r"(?<![\w.,\-])(?:[0-9][ \-]?){13,18}[0-9](?![\w\-]|[.,][0-9])", re.ASCII)
_BRAND = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|35[0-9]{14}"
    r"|6(?:011|5[0-9]{2}|4[4-9][0-9]|2[0-9]{2}|7[0-9]{2})[0-9]{12,15}"
)
"""Visa, Mastercard, American Express, Diners Club, JCB, Discover, UnionPay, Maestro; 13 digits are a JAN code's."""
_MY_NUMBER = re.compile(
    r"(?<![\w.\-])(?<![0-9] )(?:[0-9]{4}([ \-])[0-9]{4}\1[0-9]{4}|[0-9]{12})(?![\w\-]|[ .,][0-9])", re.ASCII
)
_MY_NUMBER_WORD = re.compile(r"(?i)マイナンバー|個人番号|my ?number")
_ORDER_WORD = re.compile(
    r"(?i)(?:注文|受付|伝票|追跡|問い?合わ?せ|管理|製造|商品|整理|予約|法人|登録|シリアル|order|invoice|ticket|tracking|serial|ref|id)"
    r"(?:番号|no\.?|number|id|#)?\s?[:=はがの#]{0,2}\s?$"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")

_NUMBER_AFTER = {
    Kind.BANK_ACCOUNT: (
        (
            r"(?:銀行|信用金庫|信金|信用組合|信組|農協|労金|支店|本店|営業部|出張所)[^\n0-9]{0,24}"
            r"(?:\([0-9]{3,4}\)|[0-9]{3}(?![0-9]))?[^\n0-9]{0,12}"
            r"(?:普通|当座|貯蓄|定期)(?:預金|口座)?[^\n0-9]{0,8}(?P<value>[0-9]{6,8})(?![0-9])"
        ),
        r"(?<![一-龠])(?:普通|当座)(?:預金|口座)?[ :№]{0,3}(?:口座番号)?[ :]{0,2}(?P<value>[0-9]{7})(?![0-9])",
        r"口座番号[^\n0-9]{0,8}(?P<value>[0-9]{4,8}(?:-[0-9]{1,8})?)(?![0-9])",
        r"記号[^\n0-9]{0,6}(?P<value>1[0-9]{4}(?:-[0-9])?)(?=[^\n0-9]{0,8}[番0-9])",
        r"記号[^\n0-9]{0,6}(?:1[0-9]{4}(?:-[0-9])?|\ue000)[^\n0-9]{0,8}番号[^\n0-9]{0,4}(?P<value>[0-9]{5,8})(?![0-9])",
        r"(?:ゆうちょ|郵便貯金)[^\n0-9]{0,12}(?P<value>1[0-9]{4}-(?:[0-9]-)?[0-9]{5,8})(?![0-9])",
        (
            r"(?i:\b(?:bank )?account(?: no\.?| number| #|#)|\bacct\.?(?: no\.?| number)?)[^\n0-9]{0,6}"
            r"(?P<value>[0-9]{6,17})(?![0-9])"
        ),
        (
            r"(?i:routing(?: no\.?| number)?|sort code)[^\n0-9]{0,6}"
            r"(?P<value>[0-9]{9}|[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])"
        ),
    ),
    Kind.PASSPORT: (
        r"(?i:パスポート|旅券|passport)[^\n0-9]{0,20}?(?P<value>[A-Z]{1,2}[0-9]{7,8}|[0-9]{9})(?![0-9A-Z])",
    ),
    Kind.DRIVING_LICENCE: (
        r"(?:免許証?(?:の?番号)?)[^\n0-9]{0,14}(?P<value>[0-9]{12}|[0-9]{4} [0-9]{4} [0-9]{4})(?![0-9])",
        r"(?i:driv(?:er'?s?|ing) licen[cs]e)[^\n0-9]{0,14}?(?P<value>[A-Z]{0,5}[0-9][0-9A-Z]{5,15})(?![0-9A-Z])",
    ),
    Kind.HEALTH_INSURANCE: (
        r"(?:健康保険|保険証|被保険者証?|保険者|健保|国保)[^\n0-9]{0,16}(?:番号|記号)?[^\n0-9]{0,6}(?P<value>[0-9]{4,8})(?![0-9])",
        r"(?:健康保険|保険証|被保険者証?|健保|国保)[^\n]{0,30}番号[^\n0-9]{0,4}(?P<value>[0-9]{2,8})(?![0-9])",
        r"(?i:health insurance|insurance (?:card|member))[^\n0-9]{0,20}(?P<value>[0-9]{6,12})(?![0-9])",
    ),
    Kind.PENSION: (
        r"(?:基礎年金番号|年金手帳|年金番号)[^\n0-9]{0,12}(?P<value>[0-9]{4}[- ]?[0-9]{6})(?![0-9])",
        r"(?i:pension (?:no\.?|number|id))[^\n0-9]{0,8}(?P<value>[0-9]{4}[- ]?[0-9]{6})(?![0-9])",
    ),
    Kind.NATIONAL_ID: (
        (
            r"(?i:\bSSN\b|social security(?: no\.?| number)?)[^\n0-9]{0,8}"
            r"(?P<value>[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{9})(?![0-9])"
        ),
        r"(?:在留カード|特別永住者証明書)[^\n0-9A-Z]{0,12}(?P<value>[A-Z]{2}[0-9]{8}[A-Z]{2})(?![0-9A-Z])",
        r"雇用保険[^\n0-9]{0,14}(?P<value>[0-9]{4}-[0-9]{6}-[0-9])(?![0-9])",
    ),
    Kind.BIRTHDAY: (
        (
            r"(?i:生年月日|誕生日|生まれ\s?:|date of birth|\bDOB\b|\bborn(?: on)?|birthday)[^\n0-9A-Z]{0,6}"
            r"(?P<value>(?:[0-9]{4}|(?:昭和|平成|令和|[SHR])[0-9]{1,2})[-/.年] ?[0-9]{1,2}[-/.月] ?[0-9]{1,2}日?"
            r"|[0-9]{1,2}[-/. ](?:[0-9]{1,2}|[A-Z][a-z]{2,8})[-/. ][0-9]{4}"
            r"|[A-Z][a-z]{2,8} [0-9]{1,2}, [0-9]{4})(?![0-9])"
        ),
    ),
}
_AFTER = tuple((kind, re.compile(pattern)) for kind, patterns in _NUMBER_AFTER.items() for pattern in patterns)
_NEAR = 60
_SOME_DIGITS = re.compile("[0-9](?:[^0-9]?[0-9]){3}")


def emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield Span(Kind.EMAIL, match.start(), match.end())


def phones(text: str) -> Iterator[Span]:
    """Japan's usual forms, invented numbers too; others where they are valid and written as telephone numbers are."""
    for match in _JP_PHONE.finditer(text):
        if len(re.sub(r"[^0-9]", "", match.group())) in (10, 11):
            yield Span(Kind.PHONE, match.start(), match.end())
    for match in _PLAIN_PHONE.finditer(text):
        yield Span(Kind.PHONE, *match.span("value"))
    for match in _PHONE.finditer(text):
        region = _region(match.group())
        if region is not None and _is_valid(match.group(), region):
            yield Span(Kind.PHONE, match.start(), match.end())


def addresses(text: str) -> Iterator[Span]:
    for match in _POSTAL.finditer(text):
        digits = re.search(r"[0-9〒]", match.group())
        yield Span(Kind.POSTAL_CODE, match.start() + (digits.start() if digits else 0), match.end())
    for pattern in (_JP_ADDRESS, _LATIN_ADDRESS):
        for match in pattern.finditer(text):
            yield Span(Kind.ADDRESS, match.start(), match.end())


def numbers(text: str) -> Iterator[Span]:
    """Cards, My Number and IBAN by their check digits; accounts and papers by the words before them."""
    if not _SOME_DIGITS.search(text):
        return
    for match in _CARD.finditer(text):
        digits = re.sub(r"[^0-9]", "", match.group())
        if _BRAND.fullmatch(digits) and check_digits.luhn(digits):
            yield Span(Kind.CARD_NUMBER, match.start(), match.end())
    for match in _MY_NUMBER.finditer(text):
        digits = re.sub(r"[^0-9]", "", match.group())
        named = _MY_NUMBER_WORD.search(text, max(0, match.start() - _NEAR), match.start())
        ordered = _ORDER_WORD.search(text, max(0, match.start() - 16), match.start())
        if (named or (match[1] and not ordered)) and check_digits.my_number(digits):
            yield Span(Kind.MY_NUMBER, match.start(), match.end())
    for match in _IBAN.finditer(text):
        if check_digits.iban(match.group().replace(" ", "")):
            yield Span(Kind.BANK_ACCOUNT, match.start(), match.end())
    for kind, pattern in _AFTER:
        for match in pattern.finditer(text):
            yield Span(kind, *match.span("value"))


def _region(number: str) -> str | None:
    """Where a number would be dialled as it is written; None for what is not written as a telephone number."""
    if number.startswith("+"):
        return "ZZ"
    if _US_PHONE.fullmatch(number):
        return "US"
    if re.fullmatch(r"\(?0[0-9]{1,4}\)?[0-9\-ー ()]*", number):
        return "DE" if _DE_PHONE.fullmatch(number) else "JP"
    return None


def _is_valid(number: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
