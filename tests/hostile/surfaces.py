"""Everything that people see of captured texts, questions, names and a model's words: a text in, blocks out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.answer.blanks import names
from bot.answer.colleagues import Ways
from bot.answer.reception import Reception
from bot.answer.service import Numbered, Reply
from bot.answer.views import asking, colleagues, copying, reply
from bot.answer.views.tip import tip_card
from bot.capture import anonymity_views, policy_views, replaced_views, source_views
from bot.capture import form_views as form
from bot.capture import views as capture
from bot.circulate import keeping_views
from bot.circulate.beginning import views as beginning
from bot.circulate.beginning.scoring import Reason, Scored, first_words
from bot.circulate.beginning.service import OwnThread, OwnThreads
from bot.circulate.company import views as company
from bot.circulate.digest import views as digest
from bot.circulate.digest.service import Item
from bot.circulate.follows import views as follows
from bot.circulate.follows.service import offered
from bot.circulate.home import settings as forms
from bot.circulate.home import views as home
from bot.circulate.home.coming import Coming, Effect
from bot.circulate.hosting import form_views as tables
from bot.circulate.hosting import owner_views as care_views
from bot.circulate.hosting import views as hosting
from bot.circulate.hosting.service import Entry, Queue
from bot.circulate.service import Asked, Home, Listed
from bot.circulate.themes import form_views, owner_views, retro_views
from bot.circulate.themes import views as theme_views
from bot.circulate.themes.service import NAME, PURPOSE, QUESTION, Current, Idea
from bot.conversation import Message, Person
from bot.errors import Refused
from bot.ports import AskBack, Detail, Outgoing, Sentence
from bot.slack.failures import sentence_of
from bot.texts.visible import visible
from bot.trust.unnamed import Taken, unnamed
from storage.records import (
    WORKSPACE,
    Also,
    AuthorQuestion,
    Care,
    CareWhat,
    Draft,
    DraftState,
    FeedbackSums,
    Follow,
    KeyedHash,
    Kind,
    Language,
    Learned,
    MessageRef,
    OpenQuestion,
    PersonSettings,
    QueueItem,
    Report,
    Retired,
    Source,
    Synonym,
    Talk,
    Thanks,
    Theme,
    ThemeNote,
    Tip,
    TipContent,
    Trials,
    Turn,
    Visibility,
    WorkspaceSettings,
)
from tests.hostile.oracle import ASKER, AUTHOR, CHANNEL, PERMALINK

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TZ = "Asia/Tokyo"
Surface = Callable[[str, Language], Any]


def content(text: str, language: Language) -> TipContent:
    line = text[:300].strip() or "…"
    return TipContent(
        kind=Kind.PITFALL,
        title=text[:150].strip() or "…",
        task=text,
        background=text,
        reasoning=text,
        prompts=(text, f"{text}\n{text}"),
        prompts_edited=language == "en",
        tools=(line,),
        models=(line,),
        steps=(text, text),
        outcome=text,
        caveats=text,
        topics=(line,),
        language=language,
    )


def tip(text: str, language: Language, number: int = 1, *, named: bool = True) -> Tip:
    author, link = (AUTHOR, PERMALINK) if named else (None, None)
    said = content(text, language)
    return Tip("T1", f"t{number}", said, WORKSPACE, author, not named, link, text, None, NOW, NOW)


def draft(text: str, language: Language, *, kind: str = "thread") -> Draft:
    source = Source(kind, CHANNEL, "1.1", "1.1", PERMALINK, in_public=True)  # type: ignore[arg-type] # one of its words
    return Draft(
        *("T1", "d1", DraftState.WAITING, AUTHOR, source, Visibility(CHANNEL), content(text, language)),
        *(text, None, (), MessageRef("D1", "1.1"), NOW, NOW, NOW, None, None),
    )


def open_question(text: str, language: Language, *, named: bool = True, state: Any = "open") -> OpenQuestion:
    return OpenQuestion(
        team_id="T1", id="q1", text=text, language=language, state=state, is_anonymous=not named,
        asker_id=ASKER if named else None, owner=KeyedHash("h", 1), channel_id=CHANNEL,
        post=MessageRef(CHANNEL, "1.1"), permalink=PERMALINK, opened_at=NOW, closes_at=NOW + timedelta(days=9),
        replied_at=None, reminded_at=NOW, closed_at=None, echoes=2, revision=1,
    )  # fmt: skip


def author_question(text: str) -> AuthorQuestion:
    return AuthorQuestion("T1", "a1", "t1", ASKER, text, "asked", NOW)


def talk(text: str) -> Talk:
    return Talk("T1", "k1", "t1", ASKER, text[: company.LINE], "open", NOW, MessageRef("D1", "1.1"), "2.1")


def _company(text: str, language: Language) -> list[Any]:
    about, worry = tip(text, language, named=False), tip(text, language)
    return company.home([(talk(text), about)], [(talk(text), about, 2)], [(about, 3)], [worry, about], {"t1"}, language)


def theme(text: str, language: Language, *, format: Any = "tips") -> Theme:  # noqa: A002 - the record's word
    return Theme(
        team_id="T1", id="m1", format=format, name=text[:NAME].strip() or "…", purpose=text[:PURPOSE],
        question=text[:QUESTION], language=language, owner_id=ASKER, channel_id=CHANNEL, state="running",
        permalink=PERMALINK, learned=(Learned(text, ("t1",)),), started_at=NOW, ends_at=NOW, idle_asked_at=None,
        kept_at=None, wrapped_at=None, closed_at=None, merged_into=None, revision=1,
    )  # fmt: skip


def note(text: str, *, named: bool) -> ThemeNote:
    return ThemeNote("T1", "n1", "m1", "failed", text, ASKER if named else None, MessageRef(CHANNEL, "1.1"))


def person(name: str, language: Language) -> Person:
    return Person(ASKER, name, language, is_full_member=True, is_admin=True)


def said(outgoing: Outgoing) -> list[Any]:
    """A message's blocks, and the text beside them, which Slack reads as mrkdwn too."""
    return [*outgoing.blocks, {"type": "section", "text": {"type": "mrkdwn", "text": outgoing.text or "…"}}]


def messages(several: list[Outgoing]) -> list[Any]:
    return [block for one in several for block in said(one)]


def reply_of(text: str, language: Language, **more: Any) -> Reply:
    tips = (Numbered(1, tip(text, language)), Numbered(2, tip(text, language, 2, named=False)))
    return Reply(**{"ending": "model", "language": language, "tips": tips, "worked": 2, "failed": 1, **more})


def _replied(text: str, language: Language, **more: Any) -> list[Any]:
    shown = reply_of(text, language, pointers=(PERMALINK,), is_cut=True, **more)
    received = {"t1": Reception(Trials(1, 2, 3))}
    return messages(reply.reply_messages(shown, question_id="q", in_channel=True, tz=TZ, received=received))


def _items(text: str, language: Language) -> list[Item]:
    line = text[:60].strip() or "…"
    return [Item(tip(text, language), "topic", line), Item(tip(text, language, 2, named=False), "channel", CHANNEL)]


def _coming(text: str, language: Language) -> Coming:
    line = text[:60].strip() or "…"
    thanked = Thanks("T1", "t1", ASKER, text[:200], may_be_public=True, is_public=False, given_at=NOW)
    return Coming(
        news=tuple(_items(text, language)),
        follows=(Follow("T1", ASKER, "tool", line, line, "daily", NOW),),
        suggested=(line,),
        effects={"t1": Effect(Trials(1, 0, 0), text[:300], (thanked,))},
    )


def _home(text: str, language: Language) -> list[Any]:
    shown = Home(
        person=person(text, language), purpose=text[:150], channels=(), emoji=("bulb",), is_host=True,
        drafts=(draft(text, language),), tips=(tip(text, language), tip(text, language, named=False)),
        of_me=((author_question(text), tip(text, language)),), feedback=FeedbackSums(9),
        asked=(Asked(open_question(text, language, named=False), (tip(text, language),)),),
        questions=(Listed(open_question(text, language), is_echoed=True),),
        themes=(Current(theme(text, language), 2, may_manage=True),),
        edited=frozenset({"t1"}), orphans=(tip(text, language),), told_of_policy=9, coming=_coming(text, language),
    )  # fmt: skip
    return home.home(shown, language)


def _own_threads(text: str) -> OwnThreads:
    scored = Scored("1.1", first_words(Message("1.1", AUTHOR, text, text)), (Reason("prompt"),), 9)
    return OwnThreads((OwnThread(CHANNEL, PERMALINK, scored),), 1, 1)


def _queue(text: str, language: Language) -> Queue:
    one, other = tip(text, language), tip(text, language, 2, named=False)
    found = (
        Entry(QueueItem("T1", "report", "t1", "t1", about="wrong"), 2, one, report=Report("t1", (("wrong", 2),))),
        Entry(QueueItem("T1", "duplicate", "t1:t2", "t1", "t2"), 2, one, other, (Trials(1, 2, 3), Trials())),
        Entry(QueueItem("T1", "retired", "t2", "t2", about=text[:60]), 1, other, silence="unanswered", may_end=True),
        Entry(QueueItem("T1", "thin", "t1", "t1"), 1, one),
        Entry(QueueItem("T1", "question", "q1"), 2, question=open_question(text, language)),
    )
    return Queue(found, 8, 2, 3)


def _for_hosts(text: str, language: Language) -> list[Any]:
    turn = Turn("T1", "2026-11-23", AUTHOR, is_told=True, wants_swap=True, swaps=1)
    return hosting.home(_queue(text, language), turn, language, TZ, NOW, reader=ASKER, takes_turns=True)


def _asked(text: str, language: Language, what: CareWhat, about: str = "") -> list[Any]:
    care = Care("T1", "t1", what, about or text[:60], NOW)
    mine, other = tip(text, language), tip(text, language, 2)
    return said(care_views.card(care, mine, person(text, language), language, other=other))


def _ask_form(text: str, language: Language) -> Any:
    where = Ways(None, (person(text, language), replace(person(text, language), id=AUTHOR)))
    return colleagues.ask_form(language, {}, text, where, same=open_question(text, language, named=False), public=True)


def _filled(text: str, language: Language) -> Any:
    said = tip(text, language)
    return copying.filled(said, language, [text for _ in names(said.content.prompts)], start=0)


def _without_a_name(text: str, language: Language) -> Any:
    shown = unnamed(content(text, language), [Detail(text[:60], "detail")])
    shown = replace(shown, taken=(*shown.taken, Taken(text, text)))
    about = {"of": "draft", "id": "d1", "digest": "0" * 64, "to_all": True}
    more = {"from_a_thread": True, "is_shared": False, "has_model": False}
    return anonymity_views.confirm(shown, language, about=about, hours=4, **more)


def _settings(text: str, language: Language) -> Any:
    mine = PersonSettings("T1", ASKER)
    return forms.settings_form(language, mine, rules=_rules(text), closed=[])


def _rules(text: str) -> WorkspaceSettings:
    return WorkspaceSettings("T1", retention_days=365, approved_tools=(text[:300],), policy=text[:600])


def _policy(text: str, language: Language) -> list[Any]:
    told = policy_views.unapproved((text[:300],), _rules(text), language)
    return said(capture.card(draft(text, language), language, capturer=text, due=NOW, tz=TZ, told=told))


def _replaced(text: str, language: Language) -> Any:
    view = form.form(language, content(text, language), draft_id="d1")
    return replaced_views.with_choices(
        view, replaced_views.REPLACED, {f"‹name {n}›": text for n in range(12)}, language
    )


def _hidden(text: str, language: Language) -> Any:
    hidden = replace(tip(text, language), is_hidden=True)
    shown = Home(person(text, language), "", (), (), (hidden,), ("bulb",))
    return {"type": "home", "blocks": home.home(shown, language)}


def _both(text: str, language: Language) -> tuple[Tip, Tip]:
    return tip(text, language), tip(text, language, 2, named=False)


def _start_form(text: str, language: Language) -> Any:
    idea = Idea("question:q1", "tips", text[:NAME] or "…", text[:PURPOSE] or "…", text[:QUESTION] or "…", 5)
    return form_views.start_form(language, idea, (idea,), (idea,), owner=ASKER, channel=CHANNEL)


def _words(sentence: str) -> list[Any]:
    return said(Outgoing(sentence))


MESSAGES: dict[str, Surface] = {
    "a tip's card": lambda t, lang: tip_card(tip(t, lang), 1, lang, TZ, Reception(Trials(1, 0, 2))),
    "an anonymous tip's card": lambda t, lang: tip_card(tip(t, lang, named=False), 1, lang, TZ),
    "the first tips": lambda t, lang: messages(reply.first_messages(reply_of(t, lang).tips, lang, TZ)),
    "an answer": lambda t, lang: _replied(t, lang, sentences=(Sentence(t, (1, 2)),)),
    "tips alone": lambda t, lang: _replied(t, lang, ending="plain_error"),
    "near tips": lambda t, lang: _replied(t, lang, ending="near"),
    "own knowledge": lambda t, lang: _replied(t, lang, ending="unsupported", own=(t, t)),
    "a question back": lambda t, lang: _replied(
        t, lang, ending="ask_back", tips=(), ask_back=AskBack(t[:200], (t[:70], t[1:71] or "…"))
    ),
    "nothing found": lambda t, lang: _replied(t, lang, ending="nothing", tips=(), own=(t,), narrowed=(t,)),
    "what was asked": lambda t, lang: said(reply.asked(t, lang)),
    "the chosen reading": lambda t, lang: said(reply.chosen(t, lang)),
    "a refused filter": lambda t, lang: _words(sentence_of(Refused("filters.unknown_channel", value=t[:40]), lang)),
    "the author's card": lambda t, lang: said(capture.card(draft(t, lang), lang, capturer=t, due=NOW, tz=TZ)),
    "the card of one's own words": lambda t, lang: said(
        capture.card(draft(t, lang, kind="form"), lang, capturer=None, due=NOW, tz=TZ)
    ),
    "the author's card with what the policy says": _policy,
    "an update": lambda t, lang: said(source_views.update(tip(t, lang), content(t, lang), lang)),
    "an edited source": lambda t, lang: said(source_views.update(tip(t, lang), None, lang)),
    "a missing source": lambda t, lang: said(source_views.missing(tip(t, lang), ASKER, lang)),
    "what was shared": lambda t, lang: said(capture.shared_named(tip(t, lang), lang)),
    "the form offered": lambda t, lang: said(capture.offer_form(lang, "d1", content(t, lang))),
    "a question to its author": lambda t, lang: said(asking.card(author_question(t), tip(t, lang), lang)),
    "a question to an unnamed author": lambda t, lang: said(
        asking.card(author_question(t), tip(t, lang, named=False), lang)
    ),
    "a question's receipt": lambda t, lang: said(asking.receipt(author_question(t), tip(t, lang), lang, days=30)),
    "an author's answer": lambda t, lang: said(asking.answer(tip(t, lang), t, lang)),
    "an unnamed author's answer": lambda t, lang: said(asking.answer(tip(t, lang, named=False), t, lang)),
    "an author's no": lambda t, lang: said(asking.declined(tip(t, lang), lang)),
    "an open question": lambda t, lang: said(colleagues.post(open_question(t, lang))),
    "an open question without a name": lambda t, lang: said(colleagues.post(open_question(t, lang, named=False))),
    "an open question in a DM": lambda t, lang: said(colleagues.post(open_question(t, lang), to=lang)),
    "a closed question": lambda t, lang: said(colleagues.post(open_question(t, lang, state="solved"))),
    "an open question's receipt": lambda t, lang: said(colleagues.receipt(lang, open_question(t, lang), 2)),
    "the same question": lambda t, lang: said(colleagues.joined(lang, open_question(t, lang))),
    "a tip for a question": lambda t, lang: said(colleagues.solution(lang, open_question(t, lang), tip(t, lang), TZ)),
    "a reminder": lambda t, lang: said(colleagues.reminder(lang, open_question(t, lang), TZ)),
    "a theme": lambda t, lang: said(theme_views.kickoff(theme(t, lang), TZ, "bulb", purpose=t[:150])),
    "one's own threads": lambda t, lang: said(beginning.own_threads(_own_threads(t), lang)),
    "a retrospective": lambda t, lang: said(theme_views.kickoff(theme(t, lang, format="retro"), TZ, "bulb")),
    "a theme's reminder": lambda t, lang: said(theme_views.reminder(theme(t, lang), _both(t, lang), TZ)),
    "a theme's wrap-up": lambda t, lang: said(theme_views.wrap_up(theme(t, lang), _both(t, lang), (t,))),
    "a wrap-up for its owner": lambda t, lang: said(
        owner_views.wrap_up(theme(t, lang), _both(t, lang), (t,), lang, few=True, others=(theme(t, lang),))
    ),
    "an idle theme": lambda t, lang: said(owner_views.idle(theme(t, lang), lang, "1", (theme(t, lang),))),
    "what was said": lambda t, lang: said(retro_views.said(note(t, named=True), lang)),
    "what was said without a name": lambda t, lang: said(retro_views.said(note(t, named=False), lang)),
    "a retrospective's summary": lambda t, lang: messages(
        retro_views.summary(theme(t, lang), (note(t, named=True), note(t, named=False)))
    ),
    "a tip of what was said": lambda t, lang: said(retro_views.offer(theme(t, lang), (note(t, named=True),), lang)),
    "a digest": lambda t, lang: said(digest.digest(_items(t, lang), lang, TZ, purpose=t[:150], is_first=True)),
    "a notice of news": lambda t, lang: said(digest.notice(_items(t, lang), lang, TZ)),
    "a channel's digest": lambda t, lang: said(digest.for_channel(_items(t, lang), lang, TZ)),
    "an offer to talk": lambda t, lang: said(company.card(talk(t), tip(t, lang, named=False), lang)),
    "an offer's receipt": lambda t, lang: said(company.receipt(tip(t, lang), lang, days=30)),
    "an offer's no": lambda t, lang: said(company.declined(tip(t, lang), lang)),
    "two who are introduced": lambda t, lang: said(company.introduced(tip(t, lang), AUTHOR, ASKER, ("ja", "en"))),
    "a talk's beginning": lambda t, lang: said(
        company.root_for_talker(talk(t), tip(t, lang, named=False), lang, days=14)
    ),
    "a talk's beginning for its owner": lambda t, lang: said(
        company.root_for_owner(talk(t), tip(t, lang, named=False), lang, days=14)
    ),
    "words of a worry's owner": lambda t, lang: said(company.from_owner(t, lang)),
    "words for a worry's owner": lambda t, lang: said(company.from_talker(ASKER, t, lang)),
    "who has a worry too": lambda t, lang: said(company.told(tip(t, lang), 3, lang)),
    "what is followed": lambda t, lang: said(follows.listed(_coming(t, lang).follows, None, lang)),
    "what is followed now": lambda t, lang: said(follows.followed(_coming(t, lang).follows, None, lang)),
    "a tip whose owner is asked": lambda t, lang: _asked(t, lang, "stale"),
    "a tip for what is retired": lambda t, lang: _asked(t, lang, "retired"),
    "a reported tip": lambda t, lang: _asked(t, lang, "report", "wrong"),
    "a merged tip": lambda t, lang: _asked(t, lang, "merged"),
    "a tip that others shared, too": lambda t, lang: tip_card(
        tip(t, lang), 1, lang, TZ, Reception(also=(Also(ASKER, PERMALINK),))
    ),
    "a question's end": lambda t, lang: said(colleagues.expired(lang, open_question(t, lang))),
}
VIEWS: dict[str, Surface] = {
    "home": lambda t, lang: {"type": "home", "blocks": _home(t, lang)},
    "the purpose": lambda t, lang: forms.purpose_form(lang, t[:150]),
    "home with a hidden tip": _hidden,
    "settings": _settings,
    "without a name": _without_a_name,
    "what was replaced": _replaced,
    "privacy": lambda t, lang: keeping_views.privacy(lang, _rules(t), model=t[:200], embedder=t[:200]),
    "forgetting": lambda _, lang: keeping_views.forget_form(lang),
    "the form": lambda t, lang: form.form(lang, content(t, lang), tip_id="t1"),
    "the form with a theme": lambda t, lang: form.form(lang, None, themes=(theme(t, lang),), theme_id="m1"),
    "starting a theme": _start_form,
    "a wrap-up's words": lambda t, lang: owner_views.wrap_up_form(theme(t, lang), lang),
    "a word for a retrospective": lambda t, lang: retro_views.note_form(theme(t, lang), "unused", lang, unnamed=True),
    "asking an author": lambda t, lang: asking.question_form(tip(t, lang), lang, author=t, days=30),
    "answering": lambda t, lang: asking.reply_form(author_question(t), tip(t, lang), lang, card=None),
    "asking colleagues": _ask_form,
    "answering a colleague": lambda t, lang: colleagues.reply_form(lang, open_question(t, lang)),
    "copying": lambda t, lang: copying.opened(tip(t, lang), lang),
    "copying, filled in": _filled,
    "a tip to read": lambda t, lang: digest.tip_modal(tip(t, lang), lang, TZ),
    "company in home": lambda t, lang: {"type": "home", "blocks": _company(t, lang)},
    "offering to talk": lambda t, lang: company.offer_form(tip(t, lang), lang, owner=t[:80]),
    "giving one's name": lambda t, lang: company.lift_form(talk(t), t[:80], lang),
    "following from a tip": lambda t, lang: follows.tip_form("t1", offered(tip(t[:60], lang), ASKER, {}), lang),
    "the first steps in home": lambda t, lang: {
        "type": "home",
        "blocks": beginning.begin(lang, t[:150], "bulb", needs_theme=True),
    },
    "the hosts' part of home": lambda t, lang: {"type": "home", "blocks": _for_hosts(t, lang)},
    "the hosts' queue": lambda t, lang: hosting.modal(_queue(t, lang), lang, TZ, NOW),
    "names that are one": lambda t, lang: tables.names(
        (Synonym("k", t[:60].strip() or "…", t[:60].strip() or "…"),), lang
    ),
    "what is retired": lambda t, lang: tables.retired((Retired(t[:60].strip() or "…", "2026-01-31"),), lang),
    "a notice": lambda t, lang: colleagues.sentence_modal(
        lang, sentence_of(Refused("filters.unknown_kind", value=t[:40]), lang)
    ),
}


def prompts_shown(text: str) -> list[str]:
    """The prompts of `content(text)` as people have to see them: verbatim, but for what cannot be seen."""
    return [visible(text), visible(f"{text}\n{text}")]
