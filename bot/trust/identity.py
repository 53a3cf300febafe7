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
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import SetupError
from bot.ports import Keys
from storage.records import KeyedHash, NewRequest

_BYTES = 32


@dataclass(frozen=True)
class PepperKeys:
    """HMAC-SHA256 under the newest pepper; older ones only compare."""

    peppers: Mapping[int, bytes]

    @property
    def newest(self) -> int:
        return max(self.peppers)

    @property
    def oldest(self) -> int:
        return min(self.peppers)

    def owner(self, team_id: str, tip_id: str, user_id: str) -> KeyedHash:
        return self._hash(self.newest, "owner", team_id, tip_id, user_id)

    def owns(self, kept: KeyedHash, team_id: str, tip_id: str, user_id: str) -> bool:
        if kept.version not in self.peppers:
            return False
        now = self._hash(kept.version, "owner", team_id, tip_id, user_id)
        return hmac.compare_digest(now.digest, kept.digest)

    def message(self, team_id: str, channel_id: str, ts: str) -> KeyedHash:
        return self._hash(self.newest, "message", team_id, channel_id, ts)

    def messages(self, team_id: str, channel_id: str, ts: str) -> tuple[KeyedHash, ...]:
        return self._under_each("message", team_id, channel_id, ts)

    def requests(self, team_id: str, key: str) -> tuple[KeyedHash, ...]:
        return self._under_each("request", team_id, key)

    def _under_each(self, purpose: str, *parts: str) -> tuple[KeyedHash, ...]:
        return tuple(self._hash(version, purpose, *parts) for version in sorted(self.peppers, reverse=True))

    def _hash(self, version: int, purpose: str, *parts: str) -> KeyedHash:
        """Each part with its length, so that no two lists of parts are the same bytes."""
        said = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (purpose, *parts))
        return KeyedHash(hmac.new(self.peppers[version], said, hashlib.sha256).hexdigest(), version)


def keyed(new: NewRequest, keys: Keys) -> NewRequest:
    """A request as it is kept: by keyed hashes of its key, so that a redelivery is known, also after a rotation."""
    newest, *older = (one.digest for one in keys.requests(new.team_id, new.key))
    return replace(new, key=newest, earlier_keys=tuple(older))


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


def rotate(path: Path, *, used: Collection[int]) -> int:
    """Adds a pepper under which everything is hashed from the next start on; the old ones still compare.

    `used`: versions under which hashes stand; where the file is lost, none of them comes back as another pepper.
    Gives its version. Raises SetupError when the file cannot be read.
    """
    known = open_keys(path).peppers if path.exists() else {}
    version = max([*known, *used], default=0) + 1
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, {**known, version: secrets.token_bytes(_BYTES)})
    return version


def prune(path: Path, *, keep: Collection[int]) -> list[int]:
    """Drops old peppers but those of `keep`; the newest stays. Gives the dropped versions."""
    keys = open_keys(path)
    left = {version: pepper for version, pepper in keys.peppers.items() if version in keep or version == keys.newest}
    dropped = sorted(keys.peppers.keys() - left.keys())
    if dropped:
        _replace(path, left)
    return dropped


def _replace(path: Path, peppers: Mapping[int, bytes]) -> None:
    """In one go, so that nobody reads half a file."""
    fresh = _written(path, peppers)
    fresh.replace(path)


def _create(path: Path) -> None:
    """Writes the file whole and links it into place: of two processes at once, the first one's stays."""
    fresh = _written(path, {1: secrets.token_bytes(_BYTES)})
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _written(path: Path, peppers: Mapping[int, bytes]) -> Path:
    """The file beside its place, for nobody but its owner."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    kept = {str(version): base64.b64encode(pepper).decode() for version, pepper in sorted(peppers.items())}
    with os.fdopen(handle, "w") as file:
        json.dump({"version": 1, "peppers": kept}, file)
        file.flush()
        os.fsync(file.fileno())
    return fresh
