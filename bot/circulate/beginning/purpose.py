"""The one line that says for whom this is and what they learn: in Home, in each theme and in the first digest."""

from bot.slack.outgoing import plain
from bot.texts import say
from storage.records import Language


def purpose_line(purpose: str, language: Language) -> str:
    """The line as mrkdwn; `purpose` is the admins' own, empty until they write one."""
    return say(language, "home.purpose", purpose=plain(purpose or say(language, "beginning.purpose")))
