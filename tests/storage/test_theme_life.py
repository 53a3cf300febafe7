"""Themes: what is shared under them, what follows a withdrawal, and what they may be about."""

from datetime import timedelta
from typing import Any

import pytest

from storage import (
    audit,
    deliveries,
    drafts,
    people,
    proposals,
    questions,
    retention,
    rising,
    search,
    theme_notes,
    theme_posts,
    themes,
    tips,
)
from storage.database import Database
from storage.errors import NotFound
from storage.records import LEAST_PEOPLE, Filters, Learned, MessageRef, Theme, Tip, TipContent, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, share, take_name_off
from tests.storage.test_at_once import at_once, failures
from tests.storage.test_open_questions import asked

EVERYBODY = Viewer(TEAM, None, is_full_member=True, channel_ids=frozenset({"C1"}))
AUTHOR = Viewer(TEAM, AYA, is_full_member=True)
DM = "D0BEN"


def theme(db: Database, name: str = "議事録の工夫", *, owner: str = BEN, channel: str = "C1", weeks: int = 2) -> Theme:
    """A theme that runs, with its kick-off posted."""
    theme_id = hashed("theme", name).digest[:32]
    themes.start(
        db,
        team_id=TEAM,
        theme_id=theme_id,
        format="tips",
        name=name,
        purpose="持ち寄る",
        question="どう使っていますか",
        language="ja",
        owner_id=owner,
        channel_id=channel,
        ends_at=db.now() + timedelta(weeks=weeks),
        by=owner,
    )
    post(db, theme_id, "kickoff", channel=channel)
    return theme_posts.linked(db, TEAM, theme_id, "https://x")


def post(db: Database, theme_id: str, key: str, *listed: str, channel: str = "C1") -> MessageRef:
    ref = MessageRef(channel, f"9.{hashed(theme_id, key).digest[:6]}")
    theme_posts.plan(db, TEAM, theme_id, key, listed)
    theme_posts.posted(db, TEAM, theme_id, key, ref)
    return ref


def under(
    db: Database, one: Theme, ts: str, *, anonymously: bool = False, keeps: bool = False, place: str | None = None
) -> Tip:
    """A tip that Aya shared under a theme."""
    waiting = draft(db, ts=ts, visibility=Visibility(place))
    drafts.put_under(db, TEAM, waiting.id, one.id)
    if not anonymously:
        return share(db, waiting)
    content = drafts.get(db, TEAM, waiting.id).content
    assert content is not None
    tip_id = tips.new_id()
    tip = tips.publish_anonymously(
        db,
        team_id=TEAM,
        draft_id=waiting.id,
        tip_id=tip_id,
        owner=hashed("owner", tip_id, AYA),
        visibility=waiting.visibility,
        comes_out_at=db.now(),
        digest=proposals.propose(db, TEAM, "draft", waiting.id, content, content),
        keeps_theme=keeps,
    )
    tips.come_out(db)
    return tip


def ids(found: list[Tip]) -> set[str]:
    return {tip.id for tip in found}


def is_stale(db: Database, one: Theme) -> bool:
    return one.id in {stale.id for stale in theme_posts.stale(db)}


def test_a_theme_is_started_once_and_its_start_and_end_are_in_the_trail(db: Database) -> None:
    one = theme(db)
    assert theme(db) == one
    themes.close(db, TEAM, one.id, by=None)
    themes.close(db, TEAM, one.id, by=BEN)
    trail = {(entry.action, entry.actor_kind, entry.actor_id) for entry in audit.entries(db, TEAM)}
    assert trail == {("theme.started", "person", BEN), ("theme.closed", "clock", None)}
    assert len(list(audit.entries(db, TEAM))) == len(trail)
    assert themes.open_ones(db, TEAM) == []
    assert themes.has_any(db, TEAM)


def test_a_theme_whose_kickoff_could_not_be_posted_is_none(db: Database) -> None:
    one = theme(db)
    themes.unstarted(db, TEAM, one.id)
    with pytest.raises(NotFound):
        themes.get(db, TEAM, one.id)
    assert list(audit.entries(db, TEAM)) == []


def test_promise_2_what_a_theme_gathered_is_what_each_viewer_may_see(db: Database) -> None:
    one = theme(db)
    for_all, for_members = under(db, one, "1.1"), under(db, one, "1.2", place="C9")
    share(db, draft(db, ts="1.3"))
    assert ids(themes.tips_of(db, EVERYBODY, one.id)) == {for_all.id}
    member = Viewer(TEAM, BEN, is_full_member=True, channel_ids=frozenset({"C9"}))
    assert ids(themes.tips_of(db, member, one.id)) == {for_all.id, for_members.id}
    guest = Viewer(TEAM, "U0DAN", is_full_member=False, channel_ids=frozenset({"C1"}))
    assert themes.tips_of(db, guest, one.id) == []


def test_promise_3_a_tip_without_a_name_is_under_its_theme_only_where_many_read(db: Database) -> None:
    one = theme(db)
    kept, parted = under(db, one, "1.1", anonymously=True, keeps=True), under(db, one, "1.2", anonymously=True)
    assert ids(themes.tips_of(db, EVERYBODY, one.id)) == {kept.id}
    assert {kept.id, parted.id} <= ids(list(tips.export(db, EVERYBODY)))
    assert not [row for row in everything(db) if row.startswith("drafts:") and one.id in row]
    named = under(db, one, "1.3")
    take_name_off(db, AUTHOR, named.id, owned_by(AYA))
    assert named.id not in ids(themes.tips_of(db, EVERYBODY, one.id))


def test_promise_8_a_withdrawn_tip_goes_out_of_posts_and_of_what_was_learned(db: Database) -> None:
    one = theme(db)
    first, second = under(db, one, "1.1"), under(db, one, "1.2")
    post(db, one.id, "reminder:1", first.id, second.id)
    sentences = [Learned("用語集が効く", (first.id,)), Learned("例が効く", (second.id,))]
    themes.wrap(db, TEAM, one.id, sentences)
    theme_posts.drawn(db, TEAM, one.id, themes.get(db, TEAM, one.id).revision)
    tips.withdraw(db, AUTHOR, first.id, owned_by(AYA))
    now = themes.get(db, TEAM, one.id)
    assert [sentence.text for sentence in now.learned] == ["例が効く"]
    assert is_stale(db, one)
    assert not [row for row in everything(db) if "用語集が効く" in row]
    theme_posts.drawn(db, TEAM, one.id, now.revision)
    assert not is_stale(db, one)


def test_what_is_withdrawn_while_a_post_is_sent_lets_it_follow(db: Database) -> None:
    one = theme(db)
    tip = under(db, one, "1.1")
    assert theme_posts.plan(db, TEAM, one.id, "reminder:1", [tip.id]) == (tip.id,)
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    theme_posts.drawn(db, TEAM, one.id, themes.get(db, TEAM, one.id).revision)
    assert theme_posts.plan(db, TEAM, one.id, "reminder:1", []) == (tip.id,)
    theme_posts.posted(db, TEAM, one.id, "reminder:1", MessageRef("C1", "9.9"))
    assert is_stale(db, one)


def test_a_wrap_up_is_made_once_edited_before_it_is_posted_and_anew_when_prolonged(
    db: Database, clock: FrozenClock
) -> None:
    one = theme(db)
    tip = under(db, one, "1.1")
    gone = under(db, one, "1.2")
    tips.withdraw(db, AUTHOR, gone.id, owned_by(AYA))
    sentences = [Learned("効く", (tip.id,)), Learned("消えた", (gone.id,))]
    assert [each.text for each in themes.wrap(db, TEAM, one.id, sentences).learned] == ["効く"]
    assert [each.text for each in themes.wrap(db, TEAM, one.id, []).learned] == ["効く"]
    assert [each.text for each in themes.edit(db, TEAM, one.id, [Learned("よく効く", ())]).learned] == ["よく効く"]
    more = [Learned("あとから", (tip.id,)), Learned("消えた", (gone.id,))]
    assert [each.text for each in themes.learn(db, TEAM, one.id, more).learned] == ["よく効く", "あとから"]
    clock.advance(days=1)
    longer = themes.go_on(db, TEAM, one.id, until=one.ends_at + timedelta(weeks=1))
    assert (longer.state, longer.learned, longer.kept_at) == ("running", (), db.now())
    themes.close(db, TEAM, one.id, by=BEN)
    assert themes.learn(db, TEAM, one.id, more).learned == ()
    assert themes.go_on(db, TEAM, one.id, until=db.now() + timedelta(weeks=9)).state == "closed"


def test_who_takes_a_theme_over_is_not_given_the_words_of_who_had_it(db: Database) -> None:
    one = theme(db)
    said = (Learned("効く", ()), Learned("感謝します", (), is_own=True))
    assert themes.wrap(db, TEAM, one.id, said).learned == said
    assert themes.hand_over(db, TEAM, one.id, AYA).learned == said[:1]


def test_a_merged_theme_takes_its_tips_and_drafts_along(db: Database) -> None:
    one, other = theme(db), theme(db, "契約書の工夫", channel="C2")
    named = under(db, one, "1.1")
    unnamed = under(db, one, "1.2", anonymously=True, keeps=True)
    waiting = draft(db, ts="1.3")
    drafts.put_under(db, TEAM, waiting.id, one.id)
    themes.merge(db, TEAM, one.id, other.id, by=BEN, carries_anonymous=False)
    assert ids(themes.tips_of(db, EVERYBODY, other.id)) == {named.id}
    assert drafts.get(db, TEAM, waiting.id).theme_id == other.id
    assert unnamed.id in ids(list(tips.export(db, EVERYBODY)))
    with pytest.raises(NotFound):
        themes.merge(db, TEAM, one.id, other.id, by=BEN, carries_anonymous=True)
    with pytest.raises(NotFound):
        themes.merge(db, TEAM, other.id, other.id, by=BEN, carries_anonymous=True)


def test_tips_are_found_by_their_theme_also_when_it_is_over(db: Database, tmp_path: Any) -> None:
    one = theme(db)
    tip = under(db, one, "1.1")
    share(db, draft(db, ts="1.2", title="ほかの知恵"))
    themes.close(db, TEAM, one.id, by=None)
    index = search.open_index(db, tmp_path / "index")
    assert themes.named(db, TEAM, ["議事録"], {"C1"}) == [one.id]
    assert themes.named(db, TEAM, ["議事録", "なし"], {"C2"}) == []
    assert themes.named(db, TEAM, ["契約書"], {"C1"}) == []
    found = search.search(db, index, EVERYBODY, "", filters=Filters(themes=("議事録",), theme_ids=(one.id,)))
    assert [hit.tip.id for hit in found] == [tip.id]


def test_the_thread_of_a_theme_is_known_while_it_is_on(db: Database) -> None:
    one = theme(db)
    begun, reminded = post(db, one.id, "kickoff"), post(db, one.id, "reminder:1")
    for ref in (begun, reminded):
        found = theme_posts.of_thread(db, TEAM, ref.channel_id, ref.ts)
        assert found is not None
        assert found.id == one.id
    assert theme_posts.of_thread(db, TEAM, "C1", "1.1") is None
    themes.close(db, TEAM, one.id, by=None)
    assert theme_posts.of_thread(db, TEAM, begun.channel_id, begun.ts) is None


def test_somebody_who_is_forgotten_leaves_no_trace_in_themes(db: Database) -> None:
    one = theme(db)
    post(db, one.id, "owner:wrap:1", channel=DM)
    deliveries.begin(db, TEAM, deliveries.of_theme(one.id, f"owner:wrap:1:{BEN}"), DM)
    for note_id, author in (("n1", BEN), ("n2", None)):
        theme_notes.say(
            db, team_id=TEAM, note_id=note_id, theme_id=one.id, part="failed", text="条項を作った",
            author_id=author, post_at=db.now(),
        )  # fmt: skip
        theme_notes.posted(db, TEAM, note_id, MessageRef("C1", f"9.{note_id}"))
    themes.wrap(db, TEAM, one.id, [Learned("用語集が効く", ()), Learned("ありがとうございました", (), is_own=True)])
    people.forget(db, TEAM, BEN, owned_by(BEN))
    assert not [row for row in everything(db) if BEN in row or DM in row]
    assert themes.get(db, TEAM, one.id).learned == (Learned("用語集が効く", ()),)
    assert themes.get(db, TEAM, one.id).owner_id is None
    assert is_stale(db, one)
    assert [note.id for note in theme_notes.of_theme(db, TEAM, one.id)] == ["n2"]
    assert [note.ref for note in theme_notes.forgotten(db)] == [MessageRef("C1", "9.n1")]
    theme_notes.gone(db, TEAM, "n1")
    assert theme_notes.forgotten(db) == []
    assert themes.hand_over(db, TEAM, one.id, AYA).owner_id == AYA


def test_what_was_said_without_a_name_waits_for_its_moment(db: Database, clock: FrozenClock) -> None:
    one = theme(db)
    later = db.now() + timedelta(minutes=2)
    theme_notes.say(
        db, team_id=TEAM, note_id="n1", theme_id=one.id, part="unused", text="表の整理", author_id=None, post_at=later
    )
    assert theme_notes.due(db, db.now()) == []
    assert [note.id for note in theme_notes.hurry(db, TEAM, one.id)] == ["n1"]
    assert theme_notes.of_theme(db, TEAM, one.id) == []
    clock.advance(minutes=2)
    assert [note.id for note in theme_notes.due(db, db.now())] == ["n1"]
    theme_notes.posted(db, TEAM, "n1", MessageRef("C1", "9.1"))
    assert theme_notes.due(db, db.now()) == []
    assert theme_notes.own(db, TEAM, "n1", AYA) is None


def test_topics_rise_only_with_five_people_behind_them_and_only_what_all_may_see(
    db: Database, clock: FrozenClock
) -> None:
    def tell(number: int, topic: str, place: str | None = None, *, anonymously: bool = False) -> None:
        waiting = draft(db, author=f"U{number}", ts=f"1.{topic}{number}{place}", visibility=Visibility(place))
        drafts.edit(db, TEAM, waiting.id, TipContent(title="一言", topics=(topic,)))
        share(db, waiting, anonymously=anonymously)

    def rises() -> list[tuple[str, int]]:
        now = db.now()
        found = rising.topics(db, TEAM, before=now - timedelta(days=60), since=now - timedelta(days=30), limit=5)
        return [(one.topic, one.people) for one in found]

    for number in range(LEAST_PEOPLE + 2):
        tell(number, "議事録")
        tell(number, "秘密", "C9")
    for number in range(LEAST_PEOPLE - 1):
        tell(number, "翻訳")
    tell(7, "翻訳", anonymously=True)
    tell(0, "翻訳", "C1")
    assert rises() == [("議事録", LEAST_PEOPLE)]
    clock.advance(days=31)
    assert rises() == []


def test_open_questions_are_proposed_from_public_channels_with_no_small_figure(db: Database) -> None:
    since = db.now() - timedelta(days=30)
    public, _private = asked(db, "契約書の英訳はどうする？"), asked(db, "給与表の集計は？", channel="C9")
    asked(db, "だれにも見えない？", channel=None, to=(BEN,))
    found = rising.unanswered(db, TEAM, public=["C1"], since=since, limit=5)
    assert [(one.text, one.people) for one in found] == [("契約書の英訳はどうする？", None)]
    assert rising.open_in(db, TEAM, "C1", since=since, limit=5) == [public.id]


def test_a_question_that_is_withdrawn_goes_out_of_a_wrap_up(db: Database) -> None:
    one, question = theme(db), asked(db)
    post(db, one.id, "wrapup", question.id)
    theme_posts.drawn(db, TEAM, one.id, themes.get(db, TEAM, one.id).revision)
    assert rising.still_open(db, TEAM, [question.id]) == [question.text]
    questions.close(db, TEAM, question.id, "withdrawn")
    assert is_stale(db, one)
    assert rising.still_open(db, TEAM, [question.id]) == []


def test_what_grows_old_takes_a_theme_that_is_over_with_all_that_was_said_in_it(
    db: Database, clock: FrozenClock
) -> None:
    over, running = theme(db), theme(db, "契約書", weeks=4)
    theme_notes.say(
        db, team_id=TEAM, note_id="n1", theme_id=over.id, part="helped", text="要約", author_id=AYA, post_at=db.now()
    )
    themes.close(db, TEAM, over.id, by=None)
    clock.advance(days=40)
    retention.sweep(db, TEAM, before=db.now() - timedelta(days=30))
    assert not [row for row in everything(db) if row.startswith("theme") and over.id in row]
    assert themes.get(db, TEAM, running.id).is_open


def test_a_withdrawal_and_a_wrap_up_at_once_leave_no_sentence_of_the_tip(db: Database) -> None:
    for number in range(3):
        one = theme(db, f"競争{number}")
        tip = under(db, one, f"1.{number}")
        post(db, one.id, "reminder:1", tip.id)
        done = at_once(
            lambda one=one, tip=tip: themes.wrap(db, TEAM, one.id, [Learned("効く", (tip.id,))]),  # type: ignore[misc]
            lambda tip=tip: tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA)),  # type: ignore[misc]
        )
        assert failures(done) == []
        assert themes.get(db, TEAM, one.id).learned == ()


def test_a_merge_and_a_withdrawal_at_once_end_both(db: Database) -> None:
    other = theme(db, "行き先")
    for number in range(3):
        one = theme(db, f"元{number}")
        tip = under(db, one, f"2.{number}")
        post(db, one.id, "reminder:1", tip.id)
        done = at_once(
            lambda one=one: themes.merge(db, TEAM, one.id, other.id, by=BEN, carries_anonymous=True),  # type: ignore[misc]
            lambda tip=tip: tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA)),  # type: ignore[misc]
        )
        assert failures(done) == []
    assert themes.tips_of(db, EVERYBODY, other.id) == []
