"""Company for worries as people see it: the row under a card, offers, talks, and what Home shows."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from bot.ports import Outgoing
from bot.slack.outgoing import (
    actions,
    button,
    confirm,
    context,
    divider,
    fit,
    modal,
    notice,
    plain,
    plain_text,
    quote,
    section,
)
from bot.texts import say
from storage.records import Language, Talk, Tip

Block = dict[str, Any]

ECHO = "company.echo"
TALK = "company.talk"
OFFER_FORM = "company.offer_form"
YES = "company.yes"
NO = "company.no"
END = "company.end"
LIFT = "company.lift"
LIFT_FORM = "company.lift_form"
BRING = "company.bring"
READ = "digest.read"
MAKE_TIP = "capture.share_said"

LINE = 200
"""Characters of what somebody says with their offer."""

WORDS = 2_000
"""Characters of one message that is passed on: it has to fit into one message, whatever signs it consists of."""

_TITLE = 120
_SAID = 200


def row(tip: Tip, language: Language, *, is_echoed: bool = False, reads: bool = False) -> Block:
    """Under a worry's card. `reads`: where its words do not stand whole."""
    buttons = [button(say(language, "company.read"), READ, tip.id)] if reads else []
    buttons.append(button(say(language, "company.echo_back" if is_echoed else "company.echo"), ECHO, tip.id))
    if not tip.is_imported:
        buttons.append(button(say(language, "company.talk"), TALK, tip.id))
    return actions(*buttons)


def about_echo(tip_id: str) -> str:
    """The id of the block that is said in place about *Me too*."""
    return f"company.echo:{tip_id}"


def echoed(tip_id: str, language: Language, *, on: bool) -> Outgoing:
    text = say(language, "company.echo_on" if on else "company.echo_off")
    return Outgoing(text, [{**context(text), "block_id": about_echo(tip_id)}])


def offer_form(tip: Tip, language: Language, *, owner: str | None) -> Block:
    """Before one offers to talk: who gets one's name, and when. `owner`: the name of a named one."""
    told = say(language, "company.form_named", owner=plain(owner)) if owner else say(language, "company.form_anonymous")
    line: Block = {"type": "plain_text_input", "action_id": "value", "max_length": LINE}
    blocks = [
        section(f"*{_title(tip)}*"),
        section(told),
        {
            "type": "input",
            "block_id": "line",
            "optional": True,
            "label": plain_text(say(language, "company.form_line")),
            "hint": plain_text(say(language, "company.form_hint")),
            "element": line,
        },
    ]
    return _form(language, "company.form_title", blocks, OFFER_FORM, {"tip": tip.id}, submit="company.form_submit")


def sentence_modal(language: Language, text: str) -> Block:
    return notice(say(language, "company.form_title"), text, say(language, "company.close"))


def receipt(tip: Tip, language: Language, *, days: int) -> Outgoing:
    """For who offered to talk."""
    if tip.author_id:
        text = say(language, "company.receipt_named", title=_title(tip), owner=f"<@{tip.author_id}>")
    else:
        text = say(language, "company.receipt_anonymous", title=_title(tip), days=days)
    return Outgoing(text, [section(text)])


def card(talk: Talk, tip: Tip, language: Language) -> Outgoing:
    """For the owner: who can talk, their line, and the choice."""
    return Outgoing(say(language, "company.card_text"), card_blocks(talk, tip, language))


def card_blocks(talk: Talk, tip: Tip, language: Language) -> list[Block]:
    choices = [
        button(say(language, "company.yes"), YES, talk.id, style="primary"),
        button(say(language, "company.no"), NO, talk.id),
    ]
    return [
        section(say(language, "company.card_intro", talker=talk.talker_id, title=_title(tip))),
        *(quote(talk.line) if talk.line else []),
        context(say(language, "company.card_anonymous" if tip.is_anonymous else "company.card_named")),
        actions(*choices),
    ]


def declined(tip: Tip, language: Language) -> Outgoing:
    return _sentence(say(language, "company.declined", title=_title(tip)))


def introduced(tip: Tip, owner_id: str, talker_id: str, languages: Collection[Language]) -> Outgoing:
    """Into the group DM of the two, in the language of each."""
    told = [
        say(language, "company.introduced", owner=owner_id, talker=talker_id, title=_title(tip))
        for language in languages
    ]
    return Outgoing(told[0], [section(text) for text in told])


def introduced_each(tip: Tip, other_id: str, language: Language) -> Outgoing:
    """For each of the two, where no group DM can be opened. The link is Slack's own (docs.slack.dev, deep linking)."""
    text = say(language, "company.introduced_each", title=_title(tip), other=other_id)
    link = button(say(language, "company.write_to"), "company.write_to", other_id)
    link["url"] = f"slack://user?team={tip.team_id}&id={other_id}"
    return Outgoing(text, [section(text), actions(link)])


def root_for_talker(talk: Talk, tip: Tip, language: Language, *, days: int) -> Outgoing:
    """Begins the thread in the talker's DM."""
    text = say(language, "company.root_talker", title=_title(tip))
    how = context(say(language, "company.root_talker_how", days=days))
    return Outgoing(text, [section(text), how, actions(_end(talk, language))])


def root_for_owner(talk: Talk, tip: Tip, language: Language, *, days: int) -> Outgoing:
    """Begins the thread in the owner's DM."""
    text = say(language, "company.root_owner", talker=talk.talker_id, title=_title(tip))
    how = context(say(language, "company.root_owner_how", talker=talk.talker_id, days=days))
    buttons = [button(say(language, "company.lift"), LIFT, talk.id), _end(talk, language)]
    return Outgoing(text, [section(text), how, actions(*buttons)])


def _end(talk: Talk, language: Language) -> Block:
    sure = confirm(
        say(language, "company.end"),
        say(language, "company.end_confirm"),
        say(language, "company.end"),
        say(language, "company.cancel"),
    )
    return button(say(language, "company.end"), END, talk.id, confirm=sure)


def from_owner(text: str, language: Language) -> Outgoing:
    """What the owner said, for the talker: by nobody's name."""
    return _passed_on(say(language, "company.said_owner"), text)


def from_talker(talker_id: str, text: str, language: Language) -> Outgoing:
    return _passed_on(say(language, "company.said_talker", talker=talker_id), text)


def _passed_on(lead: str, text: str) -> Outgoing:
    return Outgoing(f"{lead} {fit(plain(text), _SAID)}", [context(lead), *quote(text)])


def make_tip(language: Language) -> Outgoing:
    """After a talk, for who wrote in it: their own words, and nobody else's."""
    text = say(language, "company.make_tip")
    make = button(say(language, "company.make_tip_button"), MAKE_TIP, "talk")
    return Outgoing(text, [section(text), actions(make)])


def lift_form(talk: Talk, talker: str, language: Language) -> Block:
    """Who would know one's name then."""
    blocks = [section(say(language, "company.lift_text", talker=plain(talker)))]
    return _form(language, "company.lift_title", blocks, LIFT_FORM, {"talk": talk.id}, submit="company.lift_yes")


def told(tip: Tip, people: int, language: Language) -> Outgoing:
    """Now and then, for a named owner: how many have it too."""
    return _sentence(say(language, "company.told", title=_title(tip), people=people))


def home(
    offers: Sequence[tuple[Talk, Tip]],
    waiting: Sequence[tuple[Talk, Tip, int]],
    echoes: Sequence[tuple[Tip, int]],
    wanting: Sequence[Tip],
    has_echoed: Collection[str],
    language: Language,
) -> list[Block]:
    """What came to one's own worries, and colleagues' worries that want company."""
    blocks: list[Block] = []
    if offers or waiting or echoes:
        blocks += [divider(), section(say(language, "company.home"))]
    for talk, tip in offers:
        blocks += card_blocks(talk, tip, language)
    for talk, tip, count in waiting:
        text = section(say(language, "company.home_waiting", title=_title(tip), count=count))
        blocks.append({**text, "accessory": button(say(language, "company.home_read"), BRING, talk.id)})
    for tip, people in echoes:
        blocks.append(context(say(language, "company.home_echoes", title=_title(tip), people=people)))
    if wanting:
        blocks += [divider(), section(say(language, "company.home_wanting"))]
    for tip in wanting:
        said = fit(plain(tip.content.task or tip.content.caveats), _SAID)
        blocks.append(section(f"*{_title(tip)}*\n{said}" if said else f"*{_title(tip)}*"))
        blocks.append(row(tip, language, is_echoed=tip.id in has_echoed, reads=True))
    return blocks


def _form(language: Language, title: str, blocks: list[Block], callback: str, about: Block, *, submit: str) -> Block:
    return modal(
        say(language, title),
        blocks,
        close=say(language, "company.cancel"),
        submit=say(language, submit),
        callback_id=callback,
        private_metadata=json.dumps(about),
    )


def _sentence(text: str) -> Outgoing:
    return Outgoing(text, [section(text)])


def _title(tip: Tip) -> str:
    return fit(plain(tip.content.title), _TITLE)
