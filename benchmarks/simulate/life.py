"""The year as it passes: the local Slack, the bot's process, the clock, and what one person does at one moment.

Everything that happens has a moment of its own, so that what follows from it can be told by its time. A person acts as
people do: what the bot did not take is done again, what it took and died over is waited for.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from benchmarks.simulate.bot_process import BotProcess, Died, YearClock
from benchmarks.simulate.company import Someone
from benchmarks.simulate.crashing import Crashes
from benchmarks.simulate.kept import Kept, Moment, SwitchedOn, Wish
from playground.server import LocalSlack
from playground.server.errors import Impossible

T = TypeVar("T")
Json = dict[str, Any]

BOT = "@yoridokoro"
_TRIES = 8
_LOOK_SECONDS = 0.004
_FORM_SECONDS = 5.0
_FIGURES_AFTER = timedelta(days=2, hours=1)
"""The bot tells of a week two days after its end."""

_ALIVE_SECONDS = 0.25


def pressable(drawn: Json) -> list[Json]:
    """What can be pressed in a message, a form or Home."""
    blocks = drawn.get("blocks") or []
    return [each for block in blocks for each in (*(block.get("elements") or ()), block.get("accessory") or {}) if each]


class Life:
    """One year's world."""

    def __init__(
        self,
        slack: LocalSlack,
        bot: BotProcess,
        clock: YearClock,
        people: Sequence[Someone],
        seed: int,
        has_unended: Callable[[], bool],
    ) -> None:
        """`has_unended`: whether the bot has taken on something that is not done."""
        self.slack = slack
        self.bot = bot
        self.clock = clock
        self.people = {one.handle: one for one in people}
        self.kept = Kept()
        self.seen: dict[str, set[str]] = {one.handle: set() for one in people}
        self.crashes = Crashes(bot.kill, lambda: self._is_ticking or not self._is_delivered() or has_unended())
        self._seed = seed
        self._has_acted = False
        self._is_ticking = False
        self._open_it: Callable[[], bool] = bool

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def chance(self, *about: object) -> random.Random:
        """Chance that depends on nothing but what it is asked for, so that a crash does not change anybody's mind."""
        return random.Random(":".join(map(str, (self._seed, *about))))  # noqa: S311 - not a secret

    def tick(self, at: datetime) -> None:
        """The clock moves, and what is due then is done."""
        self._begin(at, "", "tick")
        self._is_ticking = True
        self.crashes.begins(f"tick at {at:%H:%M}")
        while True:
            try:
                is_busy = self.bot.tick()
                break
            except Died:
                self._revive()
        self._is_ticking = False
        if is_busy or self.crashes.is_coming or not self._is_delivered():
            self.settle()
        self._ends()

    def do(
        self, at: datetime, someone: Someone, name: str, what: Callable[["Life", Someone, random.Random], None]
    ) -> None:
        """Somebody does something, and the bot does what follows from it."""
        self._begin(at, someone.handle, name)
        self._has_acted = False
        what(self, someone, self.chance(at.timestamp(), someone.handle, name))
        # who has only looked has left the bot nothing to do
        if self._has_acted:
            self.settle()
        self._ends()

    def end_day(self) -> None:
        if self.crashes.end_day():
            self.settle()

    def act(self, who: str, verb: str, **arguments: Any) -> Any:
        """One act in Slack's client. Raises Impossible."""
        if not self._has_acted:
            self._has_acted = True
            self.crashes.begins(self.kept.moments[self.clock.seconds()].what)
        self.kept.acts.add((self.clock.seconds(), who))
        return self.see(who, verb, **arguments)

    def see(self, who: str, sight: str, **arguments: Any) -> Any:
        return self.slack.act(who, sight, **arguments).result(timeout=60)

    def press(self, who: str, channel: str, ts: str, action_id: str, *, value: Any = None, form: bool = False) -> None:
        """Presses a button until something comes of it. `form`: it opens one."""
        self._again(
            who, lambda: self.act(who, "click", channel=channel, ts=ts, action_id=action_id, value=value), form=form
        )

    def press_in_form(self, who: str, action_id: str, *, value: Any = None) -> None:
        """The same in the topmost form."""

        def do() -> bool:
            views = self.see(who, "views")
            if not views or str(value) not in str(views[-1]):
                raise Impossible("not_on_the_screen", action_id)
            return bool(self.act(who, "click_in_view", view_id=views[-1]["id"], action_id=action_id, value=value))

        self._again(who, do, form=False)

    def press_in_home(self, who: str, action_id: str, *, value: Any = None, form: bool = False) -> None:
        """The same in Home, as it is on the screen."""

        def do() -> bool:
            home = self.see(who, "home")
            if home is None or action_id not in str(home):
                raise Impossible("not_on_the_screen", action_id)
            return bool(self.act(who, "click_in_view", view_id=home["id"], action_id=action_id, value=value))

        self._again(who, do, form=form)

    def command(self, who: str, name: str, text: str = "", *, form: bool = False) -> None:
        self._again(who, lambda: self.act(who, "slash", command=name, text=text), form=form)

    def open_home(self, who: str) -> Json:
        """Home, once it stands."""
        self.act(who, "open_home")
        self.settle()
        return self.see(who, "home") or {}

    def form(self, who: str, part: str = "", *, only_to_read: bool = False) -> Json | None:
        """The topmost form when it can be sent, and says `part`; None when none comes.

        Whose bot died over it puts away what is there, and opens it again.
        """
        deadline, is_settled, starts = time.monotonic() + _FORM_SECONDS, False, self.bot.starts
        while time.monotonic() < deadline:
            if not self.bot.is_alive or self.bot.starts != starts:
                if only_to_read:
                    return None
                self.settle()
                self.close(who)
                try:
                    self._open_it()
                except Impossible:
                    return None
                deadline, is_settled, starts = time.monotonic() + _FORM_SECONDS, False, self.bot.starts
            views = self.see(who, "views")
            if views and part in str(views[-1]) and (only_to_read or views[-1].get("submit")):
                return dict(views[-1])
            if views and is_settled:
                return None
            if views:
                # what is open may yet become the form; when nothing is left to do it stays what it is
                self.settle()
                deadline, is_settled = time.monotonic() + _FORM_SECONDS, True
            else:
                time.sleep(_LOOK_SECONDS)
        return None

    def send(self, who: str, view: Json, values: Mapping[str, Mapping[str, Any]]) -> str:
        """Sends a form until the bot has taken it; what came of it."""
        for _ in range(_TRIES):
            try:
                sent = self.act(who, "submit", view_id=view["id"], values=values)
            except Impossible:
                return "gone"
            self.settle()
            if sent["result"] != "timeout":
                return str(sent["result"])
        raise TimeoutError("a form was never taken")

    def close(self, who: str) -> None:
        """Puts away what is open."""
        for view in self.see(who, "views")[-1:]:
            self.act(who, "close", view_id=view["id"], everything=True)

    def settle(self) -> None:
        """Until all that was sent is taken on and done; the bot is started again if need be."""
        while True:
            try:
                self._delivered()
                if not self.bot.settle():
                    return
            except Died:
                self._revive()

    def take_stock(self, at: datetime) -> None:
        """Asks the bot for its figures, when those of the last week are told."""
        self._begin(at + _FIGURES_AFTER, "", "takes stock")
        while True:
            try:
                self.kept.insights, self.kept.pictures, self.kept.queue_minutes = self.bot.insights()
            except Died:
                self._revive()
            else:
                return

    def spent(self, minutes: float, what: str) -> None:
        """A host's time for a theme, which the bot does not count."""
        self.kept.theme_minutes.append((self.clock.seconds(), what, minutes))

    def switched_on(self, channel: str, kind: str, someone: Someone) -> None:
        """Somebody has chosen that the bot posts there what has keys of this kind."""
        self.kept.switched_on.append(SwitchedOn(self.clock.seconds(), channel, kind, someone.handle))

    def wishes(self, someone: Someone, **changes: Any) -> None:
        """Somebody has chosen when to be written to."""
        mine = self.kept.wishes.setdefault(someone.handle, [])
        last = mine[-1] if mine else Wish(0.0)
        mine.append(replace(last, since=self.clock.seconds(), **changes))

    def wish_of(self, someone: Someone) -> Wish:
        return (self.kept.wishes.get(someone.handle) or [Wish(0.0)])[-1]

    def _begin(self, at: datetime, who: str, what: str) -> None:
        if at <= self.clock.now() and self.kept.moments:
            raise AssertionError("moments come in order, each once")
        self.clock.set(at)
        self.kept.moments[at.timestamp()] = Moment(at.timestamp(), who, what)

    def _ends(self) -> None:
        if self.crashes.ends():
            self.settle()

    def _revive(self) -> None:
        self.bot.gone()
        while True:
            try:
                self.bot.start()
            except Died:
                self.bot.gone()
            else:
                return

    def _is_delivered(self) -> bool:
        try:
            self.slack.wait_idle(0)
        except TimeoutError:
            return False
        return True

    def _delivered(self) -> None:
        while True:
            try:
                self.slack.wait_idle(_ALIVE_SECONDS)
            except TimeoutError:
                if not self.bot.is_alive:
                    raise Died from None
            else:
                return

    def _again(self, who: str, do: Callable[[], bool], *, form: bool) -> None:
        """Does something; again when Slack said that the app did not answer, and nothing came of it either."""
        for _ in range(_TRIES):
            before = self._sight(who) if self.crashes.is_coming and not form else None
            self._open_it = do
            try:
                answered = do()
            except Impossible:
                return
            if form:
                if self.form(who, only_to_read=True) is not None:
                    return
                self.settle()
                continue
            self.settle()
            if answered or self._sight(who) != before:
                return
        if not form:
            raise TimeoutError("the bot never answered")

    def _sight(self, who: str) -> Any:
        return self.see(who, "dm"), self.see(who, "views"), self.see(who, "home")
