"""What a theme's owner is shown in their DM: the wrap-up before others see it, and whether an idle theme goes on."""

from collections.abc import Sequence
from typing import Any

from bot.circulate.themes.service import MORE_WEEKS, WRAP_UP
from bot.circulate.themes.views import CLOSE, OPEN, wrap_up_body
from bot.circulate.themes.wrapup import Edited
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, divider, fit, modal, plain, plain_text, quote, section
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Language, Theme, Tip

Block = dict[str, Any]

POST = "themes.post"
EDIT = "themes.edit"
NOT_NOW = "themes.not_now"
PROLONG = "themes.prolong"
"""Followed by weeks."""
MERGE = "themes.merge"
GO_ON = "themes.go_on"
WRAP_UP_FORM = "themes.wrapup_form"

_OPTIONS = 15
_QUOTED, _LINE = 5, 300


def wrap_up(
    theme: Theme,
    tips: Sequence[Tip],
    questions: Sequence[str],
    language: Language,
    *,
    few: bool,
    others: Sequence[Theme],
    guests: bool = False,
) -> Outgoing:
    """The wrap-up as it would be posted. `few`: a low turnout, with other ways on; `others`: to merge it into.

    `guests`: some in the channel may not see what the workspace may, so that little of it can be listed there.
    """
    name = plain(theme.name)
    turnout = "themes.few_guests" if guests else "themes.few" if tips else "themes.few_none"
    lead = say(
        language, turnout if few else "themes.over", name=name, count=len(tips), channel=f"<#{theme.channel_id}>"
    )
    blocks = [section(lead)]
    if tips:
        ways = [
            button(say(language, "themes.post"), POST, theme.id, style="primary"),
            button(say(language, "themes.edit"), EDIT, theme.id),
            button(say(language, "themes.not_now"), NOT_NOW, theme.id),
        ]
        shown = wrap_up_body(theme, tips, questions)
        about = "themes.words_checked" if any(not one.is_own for one in theme.learned) else "themes.words_none"
        shown.append(context(say(language, about)))
        blocks += [divider(), *shown, divider(), actions(*ways)]
    if few:
        blocks += _ways_on(theme, language, others)
    return Outgoing(lead, [*blocks, context(say(language, "themes.nothing_by_itself"))])


def edited(told: Edited, language: Language) -> Outgoing:
    """What became of the owner's words, line by line."""
    text = say(language, "themes.edited")
    blocks = [section(text)]
    if any(one.is_own for one in told.lines):
        blocks.append(context(say(language, "themes.edited_own")))
    if told.naming:
        blocks.append(section(say(language, "themes.edited_naming")))
        blocks += [block for line in told.naming[:_QUOTED] for block in quote(fit(line, _LINE))]
    return Outgoing(text, blocks)


def idle(theme: Theme, language: Language, date: str, others: Sequence[Theme]) -> Outgoing:
    """Nothing has come for a while. `date`: when the theme closes itself without an answer."""
    lead = say(language, "themes.idle", name=plain(theme.name), date=date)
    go_on = button(say(language, "themes.go_on"), GO_ON, theme.id, style="primary")
    return Outgoing(lead, [section(lead), actions(go_on), *_ways_on(theme, language, others)])


def _ways_on(theme: Theme, language: Language, others: Sequence[Theme]) -> list[Block]:
    ways: list[Block] = [
        button(say(language, "themes.prolong", weeks=weeks), f"{PROLONG}:{weeks}", f"{theme.id}:{weeks}")
        for weeks in MORE_WEEKS
    ]
    ways.append(button(say(language, "themes.close"), CLOSE, theme.id))
    blocks: list[Block] = [actions(*ways)]
    if others:
        options = [
            {"text": plain_text(fit(visible(one.name), 75)), "value": f"{theme.id}:{one.id}"}
            for one in others[:_OPTIONS]
        ]
        placeholder = plain_text(say(language, "themes.merge_choose"))
        menu = {"type": "static_select", "action_id": MERGE, "options": options, "placeholder": placeholder}
        blocks.append({**section(say(language, "themes.merge")), "accessory": menu})
    return blocks


def wrap_up_form(theme: Theme, language: Language) -> Block:
    """The owner's own words above the list of tips, one line a sentence."""
    words = "\n".join(one.text for one in theme.learned)[:WRAP_UP]
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": WRAP_UP}
    if words:
        element["initial_value"] = words
    label = plain_text(say(language, "themes.learned"))
    hint = plain_text(say(language, "themes.learned_hint"))
    field = {"type": "input", "block_id": "learned", "optional": True, "label": label, "hint": hint, "element": element}
    return modal(
        say(language, "themes.edit_title"),
        [field],
        close=say(language, "themes.cancel"),
        submit=say(language, "home.form_save"),
        callback_id=WRAP_UP_FORM,
        private_metadata=theme.id,
    )


def open_form(language: Language) -> Outgoing:
    """The answer to the word "theme": messages carry no trigger, so a button opens the form."""
    text = say(language, "themes.offer")
    start = button(say(language, "themes.start"), OPEN, "format:tips", style="primary")
    return Outgoing(text, [section(text), actions(start)])
