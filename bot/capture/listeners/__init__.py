"""Capture's doors: every Slack id of the room on one screen, and its jobs."""

import re
from collections.abc import Mapping

from slack_bolt import App

from bot.capture import anonymity_views, form_views, source_views, speaker_views, themed_views, views, visibility_views
from bot.capture.listeners import anonymity, arrivals, clock, forms, jobs, replies, sources, speakers, visibility
from bot.ports import Accept, Job, World
from bot.slack import incoming

SHARE_TIP = "/share-tip"
SAVE_AS_TIP = "save_as_tip"
SHARE_A_TIP = "share_tip"

DECISIONS = re.compile(r"^capture\.(share_named|later|discard)$")

SPEAKERS = re.compile(r"^capture\.speaker_(ok|leave_out|never)$")

JOBS: Mapping[str, Job] = {
    "capture.emoji": jobs.emoji,
    "capture.emoji_answer": jobs.emoji_answer,
    "capture.emoji_removed": jobs.emoji_removed,
    "capture.link": jobs.thread,
    "capture.shortcut": jobs.thread,
    "capture.own": jobs.own,
    "capture.words": jobs.words,
    "capture.form": jobs.form,
    "capture.show_replaced": forms.show_replaced,
    "capture.decide": jobs.decide,
    "capture.propose": anonymity.propose,
    "capture.withdraw_tip": jobs.withdraw_tip,
    "capture.set_author": jobs.set_author,
    "capture.choose_theme": jobs.choose_theme,
    "capture.switch_name": jobs.switch_name,
    "capture.set_visibility": visibility.set_visibility,
    "capture.made_private": visibility.made_private,
    "capture.speaker": speakers.answer,
    "capture.refuse_words": speakers.refuse,
    "capture.deleted": jobs.deleted,
    "capture.edited": sources.edited,
    "capture.update": sources.answered,
    "capture.keep_tip": sources.keep,
    "capture.question_reply": replies.reply,
}

tick = clock.tick


def register(app: App, world: World, accept: Accept) -> None:
    arrive = arrivals.Arrivals(world, accept)
    fill = forms.Forms(world, accept)
    replied = replies.Replies(world, accept)
    app.event("reaction_added")(arrive.reaction_added)
    app.event("reaction_removed")(arrive.reaction_removed)
    app.event("message", matchers=[arrivals.is_share])(arrive.share)
    app.event("message", matchers=[incoming.is_deletion])(arrive.message_deleted)
    app.event("message", matchers=[incoming.is_edit])(sources.Edits(world, accept).message_edited)
    app.event("message", matchers=[incoming.is_from_person, replied.is_reply])(replied.written)
    app.view(replies.REPLY_FORM)(replied.sent)
    app.shortcut({"type": "message_action", "callback_id": SAVE_AS_TIP})(arrive.save_as_tip)
    app.command(SHARE_TIP)(fill.share_tip)
    app.shortcut({"type": "shortcut", "callback_id": SHARE_A_TIP})(fill.share_a_tip)
    app.action(views.SHARE_FROM_HOME)(fill.share_a_tip)
    app.action(views.SHARE_UNDER)(fill.share_under)
    app.action(views.SHARE_NOTE)(fill.share_note)
    app.action(views.SHARE_SAID)(fill.share_said)
    app.action(views.EDIT)(fill.edit_draft)
    app.action(views.EDIT_TIP)(fill.edit_tip)
    app.view(form_views.FORM)(fill.submitted)
    app.action(DECISIONS)(arrive.decided)
    unnamed = anonymity.Anonymity(world, accept)
    app.action(views.SHARE_ANONYMOUSLY)(unnamed.draft)
    app.action(views.MAKE_ANONYMOUS)(unnamed.tip)
    app.view(anonymity_views.FORM)(unnamed.submitted)
    app.view(anonymity_views.NAMED_FORM)(unnamed.named_instead)
    app.action(anonymity_views.WIDER)(unnamed.wider)
    app.action(anonymity_views.WIDER_YES)(unnamed.wider_yes)
    app.action(views.MAKE_NAMED)(arrive.name_switched)
    seen = visibility.Visibilities(world, accept)
    app.action(visibility_views.WHO_CAN_SEE)(seen.opened)
    app.view(visibility_views.VISIBILITY_FORM)(seen.chosen)
    app.view(visibility_views.WIDEN_FORM)(seen.widened)
    app.event("message", matchers=[incoming.is_made_private])(seen.made_private)
    app.action(SPEAKERS)(arrive.speaker_answered)
    app.action(speaker_views.REFUSE_WORDS)(arrive.words_refused)
    app.action(source_views.UPDATE_TAKE)(arrive.update_answered)
    app.action(source_views.UPDATE_LEAVE)(arrive.update_answered)
    app.action(source_views.UPDATE_EDIT)(fill.edit_update)
    app.action(source_views.KEEP)(arrive.tip_kept)
    app.action(views.WITHDRAW_TIP)(arrive.withdraw_tip)
    app.action(views.SET_AUTHOR)(arrive.set_author)
    app.action(themed_views.CHOOSE)(arrive.theme_chosen)
    app.action(views.MAKE_OWN)(arrive.own_chosen)
    app.action(views.CONFIRM_EMOJI)(arrive.emoji_confirmed)
    app.action(views.DECLINE_EMOJI)(arrive.emoji_declined)
