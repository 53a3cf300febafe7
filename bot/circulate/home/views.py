"""Home's screens, within a hundred blocks however much there is to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.circulate import keeping_views
from bot.circulate.beginning.purpose import purpose_line
from bot.circulate.digest import views as digest
from bot.circulate.follows import views as follows
from bot.circulate.home import first_visit, mine, questions
from bot.circulate.home.coming import NEWS, Coming
from bot.circulate.service import ASKED, FEEDBACK_WEEKS, QUESTIONS, Home
from bot.circulate.themes.views import section as themes
from bot.slack.outgoing import (
    BLOCKS_A_VIEW,
    HEADER,
    actions,
    button,
    context,
    divider,
    fit,
    header,
    plain,
    plain_text,
    quote,
    section,
)
from bot.texts import say
from storage.records import LEAST_PEOPLE, Language

Block = dict[str, Any]

PURPOSE_BUTTON = "home.purpose"
SETTINGS_BUTTON = "home.settings"
SHARE_BUTTON = "home.share"
SEARCH = "home.search"
PURPOSE_FORM = "home.purpose_form"
SETTINGS_FORM = "home.settings_form"

SEARCHED = 300
"""Characters of a question in the search box."""

_CHANNELS = 20
_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each Home shows."""

    of_me: int = 3
    drafts: int = 6
    asked: int = ASKED
    questions: int = QUESTIONS
    news: int = NEWS
    follows: int = follows.LISTED
    suggested: int = 3
    tips: int = 8


_SIZES = (
    Size(),
    Size(drafts=4, questions=3, follows=4, suggested=1, tips=5),
    Size(of_me=2, drafts=3, asked=1, questions=2, news=2, follows=3, suggested=0, tips=4),
    Size(of_me=1, drafts=2, asked=1, questions=1, news=1, follows=1, suggested=0, tips=2),
)
"""The first one by which Home is within Slack's limit is taken."""


def home(shown: Home, language: Language, more: Sequence[Block] = ()) -> list[Block]:
    """`more`: what other subjects show (bot.circulate.home.sections)."""
    if not shown.person.is_full_member:
        return _for_guest(shown, language)
    drawn: list[Block] = []
    for size in _SIZES:
        drawn = _home(shown, language, size, more)
        if len(drawn) <= BLOCKS_A_VIEW:
            break
    return drawn[:BLOCKS_A_VIEW]


def _top(shown: Home, language: Language) -> list[Block]:
    return [header(say(language, "home.title")), section(say(language, "home.intro")), *_purpose(shown, language)]


def _for_guest(shown: Home, language: Language) -> list[Block]:
    mine = actions(*keeping_views.buttons(language))
    return [
        *_top(shown, language),
        section(say(language, "home.guest_let_in" if shown.is_let_in else "home.guest")),
        mine,
    ]


def _home(shown: Home, language: Language, size: Size, more: Sequence[Block]) -> list[Block]:
    """What it is, what waits for an answer, what is new, what one shared, where the bot is."""
    tz, coming = shown.person.tz, shown.coming
    buttons = [
        button(say(language, "home.share"), SHARE_BUTTON, "share", style="primary"),
        button(say(language, "home.settings"), SETTINGS_BUTTON, "settings"),
        *keeping_views.buttons(language),
    ]
    return [
        *_top(shown, language),
        *([] if coming.is_introduced else first_visit.cards(language)),
        actions(*buttons),
        _search(language),
        *_questions(shown, language, size.of_me),
        *mine.drafts(shown, language, size.drafts),
        *themes(shown.themes, language, tz, may_start=shown.is_host, followed=_themes_of(coming)),
        *digest.home(coming.news[: size.news], language, tz),
        *questions.asked(shown, language, size.asked),
        *questions.listed(shown, language, size.questions),
        *more,
        *_feedback(shown, language),
        *keeping_views.told_of_policy(shown, language),
        *keeping_views.orphans(shown, language),
        *mine.shared(shown, language, size.tips),
        *_follows(coming, language, size),
        *_listening(shown, language),
    ]


def _themes_of(coming: Coming) -> frozenset[str]:
    return frozenset(one.target for one in coming.follows if one.kind == "theme")


def _follows(coming: Coming, language: Language, size: Size) -> list[Block]:
    suggested = coming.suggested[: size.suggested]
    return follows.home(coming.follows, suggested, language, silence=coming.silence, most=size.follows)


def _search(language: Language) -> Block:
    """An input that asks, as the DM would: the answer comes there."""
    element = {
        "type": "plain_text_input",
        "action_id": SEARCH,
        "max_length": SEARCHED,
        "placeholder": plain_text(say(language, "home.search_hint")),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    label = plain_text(say(language, "home.search"))
    return {"type": "input", "block_id": "search", "dispatch_action": True, "label": label, "element": element}


def _purpose(shown: Home, language: Language) -> list[Block]:
    text = purpose_line(shown.purpose, language)
    if not shown.person.is_admin:
        return [section(text)]
    if not shown.purpose:
        text += "\n" + say(language, "home.purpose_missing")
    label = say(language, "home.purpose_change" if shown.purpose else "home.purpose_set")
    return [{**section(text), "accessory": button(label, PURPOSE_BUTTON, "purpose")}]


def _questions(shown: Home, language: Language, most: int) -> list[Block]:
    """What colleagues ask the author; the buttons belong to the room answer."""
    if not shown.of_me:
        return []
    blocks: list[Block] = [divider(), section(say(language, "ways.home_questions"))]
    for question, tip in shown.of_me[:most]:
        who = say(language, "ways.card_anonymous" if tip.is_anonymous else "ways.card_named", asker=question.asker_id)
        choices = [
            button(say(language, "ways.reply"), "answer.author_reply", question.id),
            button(say(language, "ways.not_now"), "answer.author_not_now", question.id),
        ]
        title = fit(plain(tip.content.title), HEADER)
        blocks.append(section(say(language, "ways.card_intro", asker=question.asker_id, title=title)))
        blocks += [*quote(fit(question.text, _QUESTION)), context(who), actions(*choices)]
    if len(shown.of_me) > most:
        blocks.append(context(say(language, "ways.home_questions_more", count=len(shown.of_me) - most)))
    return blocks


def _feedback(shown: Home, language: Language) -> list[Block]:
    """For hosts and admins: whether answers helped, as sums."""
    sums = shown.feedback
    if sums is None:
        return []
    lines = [say(language, "ways.host_title", weeks=FEEDBACK_WEEKS)]
    if sums.total is None:
        return [divider(), section(lines[0]), context(say(language, "ways.host_few", people=LEAST_PEOPLE))]
    lines.append(say(language, "ways.host_total", total=_told(sums.total, language)))
    if sums.helpful is not None:
        verdicts = {"helpful": sums.helpful, "not_helpful": sums.not_helpful or 0}
        told = {name: _told(count, language) for name, count in verdicts.items()}
        lines.append(say(language, "ways.host_sums", **told))
    lines += [
        "• "
        + say(language, "ways.host_reason", reason=say(language, f"ways.reason_{reason}"), count=_told(count, language))
        for reason, count in sums.reasons
    ]
    note = say(language, "ways.host_note", people=LEAST_PEOPLE)
    return [divider(), section("\n".join(lines)), context(note)]


def _told(count: int, language: Language) -> str:
    """A figure in fives; 0 is nobody."""
    return say(language, "ways.host_at_least", count=count) if count else "0"


def _listening(shown: Home, language: Language) -> list[Block]:
    names = [f"<#{channel.id}>" for channel in shown.channels[:_CHANNELS]]
    if len(shown.channels) > _CHANNELS:
        names.append(say(language, "home.listening_more", count=len(shown.channels) - _CHANNELS))
    where = " ".join(names) or say(language, "home.listening_nowhere")
    emoji = " ".join(f":{name}:" for name in shown.emoji)
    how = say(language, "home.listening_how", emoji=emoji)
    return [divider(), section(f"{say(language, 'home.listening')}\n{where}"), context(how)]
