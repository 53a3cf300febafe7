"""Port `Keys`: keyed hashes of identities, under peppers that lie in a file outside the database.

Whoever holds both the file and the database can test a suspicion; with the database alone nothing can be tested. An old
pepper stays in the file until its owners have come by, so that they are still recognised.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SetupError
from storage.records import KeyedHash

_BYTES = 32


@dataclass(frozen=True)
class PepperKeys:
    """HMAC-SHA256 under the newest pepper; older ones only compare."""

    peppers: Mapping[int, bytes]

    @property
    def version(self) -> int:
        return max(self.peppers)

    def owner(self, team_id: str, tip_id: str, user_id: str) -> KeyedHash:
        return self._hash(self.version, "owner", team_id, tip_id, user_id)

    def owns(self, kept: KeyedHash, team_id: str, tip_id: str, user_id: str) -> bool:
        if kept.version not in self.peppers:
            return False
        now = self._hash(kept.version, "owner", team_id, tip_id, user_id)
        return hmac.compare_digest(now.digest, kept.digest)

    def message(self, team_id: str, channel_id: str, ts: str) -> KeyedHash:
        return self._hash(self.version, "message", team_id, channel_id, ts)

    def messages(self, team_id: str, channel_id: str, ts: str) -> tuple[KeyedHash, ...]:
        newest_first = sorted(self.peppers, reverse=True)
        return tuple(self._hash(version, "message", team_id, channel_id, ts) for version in newest_first)

    def request(self, team_id: str, key: str) -> str:
        return self._hash(self.version, "request", team_id, key).digest

    def _hash(self, version: int, purpose: str, *parts: str) -> KeyedHash:
        """Each part with its length, so that no two lists of parts are the same bytes."""
        said = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (purpose, *parts))
        return KeyedHash(hmac.new(self.peppers[version], said, hashlib.sha256).hexdigest(), version)


def open_keys(path: Path) -> PepperKeys:
    """The peppers of a file, which is made with one pepper on first use. Raises SetupError when it cannot be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    try:
        kept = json.loads(path.read_text("ascii"))
        peppers = {int(version): base64.b64decode(pepper) for version, pepper in kept["peppers"].items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise SetupError("errors.pepper_unreadable", file=path.name) from error
    if not peppers or any(len(pepper) < _BYTES for pepper in peppers.values()):
        raise SetupError("errors.pepper_unreadable", file=path.name)
    return PepperKeys(peppers)


def _create(path: Path) -> None:
    """Writes the file whole and links it into place: of two processes at once, the first one's stays."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    pepper = base64.b64encode(secrets.token_bytes(_BYTES)).decode()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"version": 1, "peppers": {"1": pepper}}, file)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
