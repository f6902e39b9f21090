"""What every topic can do, and the two shapes most of them have: an answer given at once, and a form that is filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.turn import Turn, Wish

YES, NO = "affirm", "deny"
#: Intents that only make sense as a word on what is in hand.
REPLIES = frozenset({"inform", "correct", "affirm", "deny"})


class Topic:
    """One thing customers come for. `intents` open it; `uses` are the facts it can take in while it is in hand."""

    name: ClassVar[str]
    intents: ClassVar[frozenset[str]] = frozenset()
    uses: ClassVar[frozenset[str]] = frozenset()

    def takes(self, task: Task, wish: Wish) -> bool:
        """Whether the message is a word on this task, which is in hand."""
        if wish.intent in REPLIES and (wish.sure or bool(task.asked)):
            return True
        return any(name in wish.facts for name in task.asked)

    def begin(self, turn: Turn) -> None:
        """Put a new task in hand, with what is known already."""
        known = {name: value for name, value in turn.desk.known.items() if name in self.uses}
        turn.desk = turn.desk.push(Task(self.name, slots=known))

    def step(self, turn: Turn) -> None:
        """Act on the message: the task is in hand, the message's facts are known."""
        raise NotImplementedError(type(self).__name__)

    def resume(self, turn: Turn, result: Any) -> None:
        """Go on with the result of the call made before."""

    def again(self, turn: Turn) -> None:
        """Come back to the open question after something else was answered in between."""


class Answer(Topic):
    """Says something and is done; what was in hand before comes back by itself."""

    def begin(self, turn: Turn) -> None:
        turn.desk = turn.desk.push(Task(self.name))

    def takes(self, task: Task, wish: Wish) -> bool:
        return bool(task.asked) and (
            wish.intent == "inform" or any(name in wish.facts for name in task.asked)
        )


@dataclass(frozen=True)
class Need:
    """Slots asked for in one question (`code`); `enough`: any one of them will do."""

    slots: tuple[str, ...]
    code: str
    enough: bool = False

    def open(self, slots: Mapping[str, Any]) -> tuple[str, ...]:
        """What is still to be asked."""
        missing = tuple(name for name in self.slots if name not in slots)
        return () if self.enough and len(missing) < len(self.slots) else missing


class Form(Topic):
    """Collects, reads back, and stores only after an explicit yes. Subclasses say what they need and what is stored."""

    needs: ClassVar[tuple[Need, ...]]
    read_back: ClassVar[str]

    def step(self, turn: Turn) -> None:
        changed = self._take_in(turn)
        if turn.wish.problems:
            self._say_problems(turn)
        elif turn.task.stage == "confirming":
            self._confirming(turn, changed)
        else:
            self.proceed(turn)

    def resume(self, turn: Turn, result: Any) -> None:
        raise NotImplementedError(type(self).__name__)

    def again(self, turn: Turn) -> None:
        turn.say("again", topic=self.name)
        self.proceed(turn)

    def proceed(self, turn: Turn) -> None:
        """Ask for the next thing that is missing, or read everything back."""
        for need in self.needs:
            if missing := need.open(turn.task.slots):
                turn.change(stage="asking")
                turn.ask(*missing, code=need.code, missing=missing, slots=dict(turn.task.slots))
                return
        if turn.task.draft is None:
            turn.change(draft=turn.draft_id(self.name))
        turn.change(stage="saving", asked=())
        turn.call("save_draft", draft=turn.task.draft, topic=self.name, slots=dict(turn.task.slots))

    def saved(self, turn: Turn) -> None:
        """The draft is stored: now it can be read back."""
        turn.change(stage="confirming")
        turn.say(self.read_back, slots=dict(turn.task.slots), draft=turn.task.draft)

    def _take_in(self, turn: Turn) -> bool:
        """Fill the slots from the message; whether one that was filled before has changed."""
        new = {name: value for name, value in turn.wish.facts.items() if name in self.uses}
        changed = any(turn.task.slots.get(name) != value for name, value in new.items())
        turn.fill(new)
        return changed

    def _say_problems(self, turn: Turn) -> None:
        for problem in turn.wish.problems:
            turn.say(f"problem.{problem.code}", slot=problem.slot, **problem.data)
        slots = tuple(dict.fromkeys(problem.slot for problem in turn.wish.problems))
        turn.change(asked=slots, stage="asking")

    def _confirming(self, turn: Turn, changed: bool) -> None:
        if changed:
            self.proceed(turn)
        elif turn.wish.intent in (YES, *self.intents):
            turn.call("open_ticket", draft=turn.task.draft, ticket=self.ticket(turn))
        elif turn.wish.intent in (NO, "correct"):
            turn.say("what_to_change", topic=self.name)
        else:
            turn.say("please_confirm", slots=dict(turn.task.slots))

    def ticket(self, turn: Turn) -> dict[str, Any]:
        """The request as a ticket's JSON fields (DESIGN §2)."""
        raise NotImplementedError(type(self).__name__)
