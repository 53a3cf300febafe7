"""How many tokens a text has, about and rather too many: no tokenizer has to be downloaded."""

import re

_ASCII = re.compile(r"[\x00-\x7f]+")


def estimate(text: str) -> int:
    """Tokens of a text: about 3.5 ASCII characters each, and for other characters rather more than one."""
    ascii_length = sum(len(run) for run in _ASCII.findall(text))
    return int(ascii_length / 3.5 + (len(text) - ascii_length) * 1.1) + 1
