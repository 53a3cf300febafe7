"""The only place that talks to a model.

`open_model` gives the port `Model`; what it says is checked before it leaves here.
"""

from collections.abc import Callable, Sequence

from bot.conversation import Thread
from bot.errors import ModelUnavailable
from bot.llm.embed import is_local_there, open_embedder
from bot.llm.settings import EmbedderSettings, ModelSettings, Record
from bot.ports import Answered, Detail, FilledTip, Model, Sentence, Turn
from storage.records import Language, Tip

__all__ = [
    "EmbedderSettings",
    "ModelSettings",
    "NoModel",
    "is_local_there",
    "open_embedder",
    "open_model",
]


class NoModel:
    """No model is set up: everything works, plainer."""

    is_on = False

    def fill_tip(self, thread: Thread, *, pointed_at: str | None, language: Language) -> FilledTip:  # noqa: ARG002 - the port
        raise ModelUnavailable("off")

    def answer(
        self,
        question: str,  # noqa: ARG002 - the port
        tips: Sequence[Tip],  # noqa: ARG002 - the port
        *,
        language: Language,  # noqa: ARG002 - the port
        earlier: Sequence[Turn] = (),  # noqa: ARG002 - the port
        may_ask_back: bool = False,  # noqa: ARG002 - the port
        own_knowledge: bool = False,  # noqa: ARG002 - the port
        tell: Callable[[Sentence], None] | None = None,  # noqa: ARG002 - the port
        go_on: Callable[[], bool] | None = None,  # noqa: ARG002 - the port
    ) -> Answered:
        raise ModelUnavailable("off")

    def search_words(self, question: str, *, earlier: Sequence[Turn]) -> str:  # noqa: ARG002 - the port
        raise ModelUnavailable("off")

    def find_details(self, texts: Sequence[str], *, language: Language) -> list[Detail]:  # noqa: ARG002 - the port
        raise ModelUnavailable("off")


def open_model(settings: ModelSettings, *, spent: Callable[[], float], record: Record) -> Model:
    """The model of these settings; a key or an address of one's own switches it on."""
    if not settings.api_key and not settings.base_url:
        return NoModel()
    from bot.llm.remote import Client, RemoteModel  # noqa: PLC0415 - the SDK takes a second to load

    return RemoteModel(Client(settings, spent=spent, record=record))
