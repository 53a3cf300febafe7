"""Numbers that say by a check digit whether they are what they look like."""


def luhn(digits: str) -> bool:
    """Payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of both digits
    return total % 10 == 0


def my_number(digits: str) -> bool:
    """Japan's personal number of 12 digits (総務省令第85号, 2014, 第5条)."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def iban(account: str) -> bool:
    """International bank accounts without spaces (ISO 13616, MOD 97-10)."""
    turned = account[4:] + account[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
