"""The port `Model` over an OpenAI-compatible endpoint."""

from collections.abc import Callable, Sequence

from bot.conversation import Thread
from bot.llm import answer as answering
from bot.llm import details, fill
from bot.llm.client import Client
from bot.ports import Answered, Detail, FilledTip, Sentence, Turn
from storage.records import Language, Tip

__all__ = ["Client", "RemoteModel"]


class RemoteModel:
    """A model behind an OpenAI-compatible endpoint."""

    is_on = True

    def __init__(self, client: Client) -> None:
        self._client = client

    def fill_tip(self, thread: Thread, *, pointed_at: str | None, language: Language) -> FilledTip:
        return fill.fill_tip(self._client, thread, pointed_at=pointed_at, language=language)

    def answer(
        self,
        question: str,
        tips: Sequence[Tip],
        *,
        language: Language,
        earlier: Sequence[Turn] = (),
        may_ask_back: bool = False,
        own_knowledge: bool = False,
        tell: Callable[[Sentence], None] | None = None,
        go_on: Callable[[], bool] | None = None,
    ) -> Answered:
        return answering.answer(
            self._client,
            answering.Asked(question, tuple(tips), language, tuple(earlier), may_ask_back, own_knowledge),
            tell=tell or (lambda _: None),
            go_on=go_on or (lambda: True),
        )

    def find_details(self, texts: Sequence[str], *, language: Language) -> list[Detail]:
        return details.find_details(self._client, texts, language=language)

    def search_words(self, question: str, *, earlier: Sequence[Turn]) -> str:
        return answering.search_words(self._client, question, earlier=earlier)
