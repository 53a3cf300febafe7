"""Home's screens, within a hundred blocks however much there is to show."""

from typing import Any

from bot.circulate import home_questions, keeping_views
from bot.circulate.service import FEEDBACK_DAYS, PURPOSE, Home
from bot.circulate.themes.views import section as themes_section
from bot.ports import Outgoing
from bot.slack.outgoing import BLOCKS_A_VIEW, HEADER, button, confirm, context, fit, header, plain, quote, section
from bot.texts import say
from bot.texts.dates import full_day
from storage.feedback import LEAST_PEOPLE
from storage.records import Language, PersonSettings, Tip, WorkspaceSettings

Block = dict[str, Any]

PURPOSE_BUTTON = "home.purpose"
SETTINGS_BUTTON = "home.settings"
SHARE_BUTTON = "home.share"
PURPOSE_FORM = "home.purpose_form"
SETTINGS_FORM = "home.settings_form"

_CHANNELS = 20
_QUESTIONS = 3
_QUESTION = 300
_DRAFTS = 6
_TIPS = 8


def home(shown: Home, language: Language) -> list[Block]:
    blocks = [header(say(language, "home.title")), section(say(language, "home.intro")), *_purpose(shown, language)]
    if not shown.person.is_full_member:
        mine = {"type": "actions", "elements": keeping_views.buttons(language)}
        return [*blocks, section(say(language, "home.guest")), mine]
    buttons = [
        button(say(language, "home.share"), SHARE_BUTTON, "share", style="primary"),
        button(say(language, "home.settings"), SETTINGS_BUTTON, "settings"),
        *keeping_views.buttons(language),
    ]
    blocks.append({"type": "actions", "elements": buttons})
    blocks += [
        *_questions(shown, language),
        *_drafts(shown, language),
        *_themes(shown, language),
        *home_questions.asked(shown, language),
        *home_questions.listed(shown, language),
        *_feedback(shown, language),
        *keeping_views.told_of_policy(shown, language),
        *keeping_views.orphans(shown, language),
        *_tips(shown, language),
        *_listening(shown, language),
    ]
    return blocks[:BLOCKS_A_VIEW]


def _purpose(shown: Home, language: Language) -> list[Block]:
    text = say(language, "home.purpose", purpose=plain(shown.purpose)) if shown.purpose else ""
    if not shown.person.is_admin:
        return [section(text)] if text else []
    label = say(language, "home.purpose_change" if shown.purpose else "home.purpose_set")
    ask = section(text or say(language, "home.purpose_missing"))
    return [{**ask, "accessory": button(label, PURPOSE_BUTTON, "purpose")}]


def _themes(shown: Home, language: Language) -> list[Block]:
    first = shown.may_start_first
    return themes_section(shown.themes, language, shown.person.tz, may_start=shown.is_host, is_first=first)


def _questions(shown: Home, language: Language) -> list[Block]:
    """What colleagues ask the author; the buttons belong to the room answer."""
    if not shown.of_me:
        return []
    blocks: list[Block] = [{"type": "divider"}, section(say(language, "ways.home_questions"))]
    for question, tip in shown.of_me[:_QUESTIONS]:
        who = say(language, "ways.card_anonymous" if tip.is_anonymous else "ways.card_named", asker=question.asker_id)
        choices = [
            button(say(language, "ways.reply"), "answer.author_reply", question.id),
            button(say(language, "ways.not_now"), "answer.author_not_now", question.id),
        ]
        title = fit(plain(tip.content.title), HEADER)
        blocks.append(section(say(language, "ways.card_intro", asker=question.asker_id, title=title)))
        blocks += [*quote(fit(question.text, _QUESTION)), context(who), {"type": "actions", "elements": choices}]
    if len(shown.of_me) > _QUESTIONS:
        blocks.append(context(say(language, "ways.home_questions_more", count=len(shown.of_me) - _QUESTIONS)))
    return blocks


def _feedback(shown: Home, language: Language) -> list[Block]:
    """For hosts and admins: whether answers helped, as sums."""
    sums = shown.feedback
    if sums is None:
        return []
    lines = [say(language, "ways.host_title", days=FEEDBACK_DAYS)]
    if sums.total is None:
        return [{"type": "divider"}, section(lines[0]), context(say(language, "ways.host_few", people=LEAST_PEOPLE))]
    lines.append(say(language, "ways.host_total", total=sums.total))
    if sums.helpful is not None:
        lines.append(say(language, "ways.host_sums", helpful=sums.helpful, not_helpful=sums.not_helpful))
    lines += [
        "• " + say(language, "ways.host_reason", reason=say(language, f"ways.reason_{reason}"), count=count)
        for reason, count in sums.reasons
    ]
    note = say(language, "ways.host_note", people=LEAST_PEOPLE)
    return [{"type": "divider"}, section("\n".join(lines)), context(note)]


def _drafts(shown: Home, language: Language) -> list[Block]:
    if not shown.drafts:
        return []
    blocks: list[Block] = [{"type": "divider"}, section(say(language, "home.drafts"))]
    for draft in shown.drafts[:_DRAFTS]:
        if draft.content is None:
            continue
        choices = [
            button(say(language, f"capture.{name}"), f"capture.{name}", draft.id)
            for name in ("share_named", "share_anonymously", "edit", "later", "discard")
        ]
        blocks.append(section(f"*{plain(draft.content.title)}*"))
        blocks.append({"type": "actions", "elements": choices})
    return blocks


def _tips(shown: Home, language: Language) -> list[Block]:
    blocks: list[Block] = [{"type": "divider"}, section(say(language, "home.tips"))]
    if not shown.tips:
        return [*blocks, context(say(language, "home.tips_none"))]
    sure = confirm(
        *(say(language, f"capture.{word}") for word in ("withdraw_title", "withdraw_text", "withdraw", "cancel"))
    )
    for tip in shown.tips[:_TIPS]:
        about = full_day(tip.published_at, language, shown.person.tz)
        if tip.is_anonymous:
            about += f" · {say(language, 'home.anonymous')}"
        if tip.comes_out_at is not None:
            about = f"{say(language, 'home.waiting')} · {say(language, 'home.anonymous')}"
        if tip.is_hidden:
            keep = button(say(language, "sources.keep"), "capture.keep_tip", tip.id, style="primary")
            withdraw = button(say(language, "capture.withdraw"), "capture.withdraw_tip", tip.id, confirm=sure)
            note = say(language, "sources.home_missing")
            blocks.append(section(f"*{plain(tip.content.title)}*\n{about} · {note}"))
            blocks.append({"type": "actions", "elements": [keep, withdraw]})
            continue
        if tip.id in shown.edited:
            about += f" · {say(language, 'sources.home_edited')}"
        choices = [
            button(say(language, "capture.edit"), "capture.edit_tip", tip.id),
            _name_button(tip, language),
            button(say(language, "consent.see_title"), "capture.who_can_see", tip.id),
            button(say(language, "capture.withdraw"), "capture.withdraw_tip", tip.id, style="danger", confirm=sure),
        ]
        if tip.id in shown.edited:
            choices.append(button(say(language, "sources.leave"), "capture.update_leave", tip.id))
        blocks.append(section(f"*{plain(tip.content.title)}*\n{about}"))
        blocks.append({"type": "actions", "elements": choices})
    if len(shown.tips) > _TIPS:
        blocks.append(context(say(language, "home.tips_more", count=len(shown.tips) - _TIPS)))
    return blocks


def _name_button(tip: Tip, language: Language) -> Block:
    """A name goes by a modal that shows what is left; it comes on with the click."""
    if not tip.is_anonymous:
        return button(say(language, "consent.make_anonymous"), "capture.make_anonymous", tip.id)
    words = ("consent.make_named_title", "consent.make_named_text", "consent.make_named", "capture.cancel")
    sure = confirm(*(say(language, word) for word in words))
    return button(say(language, "consent.make_named"), "capture.make_named", tip.id, confirm=sure)


def _listening(shown: Home, language: Language) -> list[Block]:
    names = [f"<#{channel.id}>" for channel in shown.channels[:_CHANNELS]]
    if len(shown.channels) > _CHANNELS:
        names.append(say(language, "home.listening_more", count=len(shown.channels) - _CHANNELS))
    where = " ".join(names) or say(language, "home.listening_nowhere")
    emoji = " ".join(f":{name}:" for name in shown.emoji)
    how = say(language, "home.listening_how", emoji=emoji)
    return [{"type": "divider"}, section(f"{say(language, 'home.listening')}\n{where}"), context(how)]


def purpose_form(language: Language, purpose: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "max_length": PURPOSE}
    if purpose:
        element["initial_value"] = purpose
    hint = say(language, "home.form_purpose_hint")
    field = {
        "type": "input",
        "block_id": "purpose",
        "label": _words(say(language, "home.form_purpose_label")),
        "hint": _words(hint),
        "element": element,
    }
    return _modal(PURPOSE_FORM, "home.form_purpose_title", language, [field])


def settings_form(
    language: Language,
    mine: PersonSettings,
    *,
    rules: WorkspaceSettings | None,
    closed: list[str],
) -> Block:
    """One's own settings; with `rules`, for admins, the workspace's too."""
    languages = {name: _option(say(language, f"home.form_language_{name}"), name) for name in ("slack", "ja", "en")}
    blocks: list[Block] = [
        _input(
            "language",
            say(language, "home.form_language"),
            {
                "type": "radio_buttons",
                "action_id": "value",
                "options": list(languages.values()),
                "initial_option": languages[mine.language or "slack"],
            },
        ),
        _words_of_mine(language, mine),
        context(say(language, "home.form_words_hint")),
        _check("may_be_asked", language, "home.form_asked", "home.form_may_be_asked", on=mine.may_be_asked),
        context(say(language, "home.form_may_be_asked_hint")),
    ]
    if rules is not None:
        channels: Block = {"type": "multi_channels_select", "action_id": "value"}
        if closed:
            channels["initial_channels"] = closed[:100]
        place: Block = {
            "type": "conversations_select",
            "action_id": "value",
            "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
        }
        if rules.questions_channel_id:
            place["initial_conversation"] = rules.questions_channel_id
        blocks += [
            {"type": "divider"},
            _check("private", language, "home.form_private", "home.form_private_on", on=rules.private_capture),
            context(say(language, "home.form_private_hint")),
            _check("pointers", language, "home.form_pointers", "home.form_pointers_on", on=rules.pointers),
            _check("own", language, "home.form_own", "home.form_own_on", on=rules.own_knowledge),
            context(say(language, "home.form_own_hint")),
            {**_input("closed", say(language, "home.form_closed"), channels), "optional": True},
            {**_input("questions_channel", say(language, "home.form_questions"), place), "optional": True},
            context(say(language, "home.form_questions_hint")),
            *keeping_views.rules_inputs(language, rules),
            *keeping_views.policy_inputs(language, rules),
        ]
    return _modal(SETTINGS_FORM, "home.form_settings_title", language, blocks)


def open_settings(language: Language) -> Outgoing:
    text = say(language, "home.open_settings")
    open_it = button(say(language, "home.open_settings_button"), SETTINGS_BUTTON, "settings")
    return Outgoing(text, [section(text), {"type": "actions", "elements": [open_it]}])


def _words_of_mine(language: Language, mine: PersonSettings) -> Block:
    """What others' drafts may hold of one's words: asked each time, always, or never."""
    choices = {name: _option(say(language, f"home.form_words_{name}"), name) for name in ("ask", "ok", "never")}
    chosen = "never" if mine.never_capture else "ok" if mine.words_ok else "ask"
    element: Block = {
        "type": "radio_buttons",
        "action_id": "value",
        "options": list(choices.values()),
        "initial_option": choices[chosen],
    }
    return _input("words", say(language, "home.form_capture"), element)


def _check(block_id: str, language: Language, label: str, choice: str, *, on: bool) -> Block:
    option = _option(say(language, choice), "on")
    element: Block = {"type": "checkboxes", "action_id": "value", "options": [option]}
    if on:
        element["initial_options"] = [option]
    return {**_input(block_id, say(language, label), element), "optional": True}


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": _words(label), "element": element}


def _option(text: str, value: str) -> Block:
    return {"text": _words(fit(text, 75)), "value": value}


def _modal(callback_id: str, title: str, language: Language, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": _words(say(language, title)),
        "submit": _words(say(language, "home.form_save")),
        "close": _words(say(language, "home.form_cancel")),
        "blocks": blocks,
    }


def _words(text: str) -> Block:
    return {"type": "plain_text", "text": text}
