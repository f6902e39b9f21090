"""What every topic can do, and the two shapes most of them have: an answer given at once, and a form that is filled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.dialogue.state import OF_THE_APPLIANCE, Task
from bot.dialogue.turn import Problem, Turn, Wish

YES, NO = "affirm", "deny"
PROGRESS = "ask_ticket_status"
#: Intents that only make sense as a word on what is in hand.
REPLIES = frozenset({"inform", "correct", YES, NO})


#: What is asked of a customer rather than of the matter.
OF_THE_CUSTOMER = frozenset({"name", "phone", "address", "visit"})


SHORT = 8  # characters: a message that only names a line of the read-back


class Topic(ABC):
    """One thing customers come for. `intents` open it; `uses` are the facts it can take in while it is in hand."""

    name: ClassVar[str]
    intents: ClassVar[frozenset[str]] = frozenset()
    uses: ClassVar[frozenset[str]] = frozenset()

    def takes(self, task: Task, wish: Wish) -> bool:
        """Whether the message is a word on this task."""
        return any(name in wish.facts for name in task.asked)

    def begin(self, turn: Turn) -> None:
        """Put a new task in hand, with what is known already."""
        known = {name: value for name, value in turn.desk.known.items() if name in self.uses}
        turn.desk = turn.desk.push(Task(self.name, slots=known))

    @abstractmethod
    def step(self, turn: Turn) -> None:
        """Act on the message: the task is in hand, the message's facts are known."""

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:  # noqa: B027  (most topics make no call)
        """Go on with the result of the call made before."""

    def again(self, turn: Turn) -> None:  # noqa: B027  (answers leave nothing open)
        """Come back to the open question after something else was answered in between."""


class Answer(Topic):
    """Says something and is done; what was in hand before comes back by itself."""

    def begin(self, turn: Turn) -> None:
        turn.desk = turn.desk.push(Task(self.name))

    def takes(self, task: Task, wish: Wish) -> bool:
        return bool(task.asked) and (wish.intent == "inform" or super().takes(task, wish))


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


CHANGE = "change"  # what is asked for where a read-back was refused


class Form(Topic):
    """Collects, reads back, and stores only after an explicit yes to what was read back last."""

    needs: ClassVar[tuple[Need, ...]]
    read_back: ClassVar[str]
    confirm: ClassVar[str]  # the sentence that asks for the yes once more
    noted: ClassVar[str] = "noted"  # what was told is heard, though it was not asked

    def takes(self, task: Task, wish: Wish) -> bool:
        if wish.intent in REPLIES and (wish.sure or bool(task.asked)):
            return True
        if any(problem.slot == "phone" or problem.slot in task.asked for problem in wish.problems):
            return True
        return wish.has(*task.asked, "request", "field") or "nameless" in wish.asks

    def step(self, turn: Turn) -> None:
        other = turn.wish.facts.get("other_brand")
        if other and "brand" not in turn.wish.facts and "brand" not in turn.task.slots:
            turn.say("other_brand", name=other)
            turn.finish()
            return
        refuses = turn.task.stage == "confirming" and "no_submit" in turn.wish.asks and not turn.wish.mends
        if "think" in turn.wish.asks or (refuses and turn.wish.intent in (YES, NO)):
            turn.say("held")  # 先不要提交 is no yes, whatever it is taken for
            return
        before = dict(turn.task.slots)
        self.take_in(turn)
        changed = dict(turn.task.slots) != before
        if turn.wish.intent == PROGRESS and not changed and turn.task.stage != "confirming":
            turn.say("not_stored_yet")
        if self._own(turn.wish.problems):
            self._say_problems(turn)
        elif turn.task.stage == "confirming" and not changed:
            self._confirming(turn)
        elif turn.wish.intent == NO and turn.wish.sure and not changed and OF_THE_CUSTOMER & set(turn.task.asked):
            self._let_go(turn)
        elif not changed and (field := turn.wish.facts.get("field")) in self.uses and len(turn.wish.text) <= SHORT:
            self._ask_for(turn, str(field))
        else:
            self._say_if_noted(turn, changed)
            self._say_if_stuck(turn, changed)
            self.proceed(turn)

    def _let_go(self, turn: Turn) -> None:
        """Who is asked for a name and a number and says no does not want it; who was only asked for a new one, after
        all was told, keeps what there is."""
        if turn.task.draft is not None:
            self.proceed(turn)
            return
        turn.finish()
        turn.say("stopped")

    def again(self, turn: Turn) -> None:
        turn.say("again")
        self.proceed(turn)

    def take_in(self, turn: Turn) -> None:
        """Fill the slots from the message; another appliance takes nothing of the first one's with it."""
        new = {name: value for name, value in self.heard(turn).items() if name in self.uses}
        if turn.task.slots.get("brand") and turn.wish.compares:  # 那云米, of a request for a 创维
            new.pop("brand", None)
        product = turn.task.slots.get("product")
        another = product is not None and not turn.kb.catalog.is_kind_of(str(new.get("product", product)), product)
        if another and not turn.wish.mends:  # 说错了是洗衣机: the trouble stays
            turn.keep({name: value for name, value in turn.task.slots.items() if name not in OF_THE_APPLIANCE})
        turn.fill(new)
        if "name" in turn.task.asked and "name" not in turn.task.slots and self._goes_without_a_name(turn):
            turn.fill({"name": None})

    def _goes_without_a_name(self, turn: Turn) -> bool:
        """匿名可以吗; 那先这样登记吧, where nothing else is missing: a number to call is enough."""
        submits = turn.wish.intent == YES or bool(turn.wish.asks & {"submit", "service"})
        return "nameless" in turn.wish.asks or (submits and self._next(turn) == ("name",))

    def heard(self, turn: Turn) -> Mapping[str, Any]:
        """What the message says for this form."""
        return turn.wish.facts

    def proceed(self, turn: Turn) -> None:
        """Ask for the next thing that is missing, or keep the draft and read everything back."""
        for need in self.needs:
            if missing := need.open(turn.task.slots):
                turn.change(stage="asking")
                turn.ask(*missing, code=need.code, missing=missing, slots=dict(turn.task.slots))
                return
        if turn.task.draft is None:
            turn.change(draft=turn.draft_id(self.name))
        turn.change(stage="saving", asked=())
        turn.call("save_draft", draft=turn.task.draft, topic=self.name, slots=dict(turn.task.slots))

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "save_draft":
            turn.change(stage="confirming")
            turn.say(self.read_back, slots=dict(turn.task.slots), about=turn.task.draft)
        else:
            turn.saw(result["ticket"])
            self.stored(turn, result["ticket"], created=result["created"])

    def store(self, turn: Turn) -> None:
        """The customer has said yes to what was read back."""
        turn.call("open_ticket", draft=turn.task.draft, ticket=self.ticket(turn))

    @abstractmethod
    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        """Say that the request is stored, or that it was before."""

    @abstractmethod
    def ticket(self, turn: Turn) -> dict[str, Any]:
        """The request as a ticket's JSON fields (DESIGN §2)."""

    def _confirming(self, turn: Turn) -> None:
        wish, field = turn.wish, turn.wish.facts.get("field")
        if "for_technician" in wish.asks:
            turn.say(self.confirm, about=turn.task.draft)
        elif field in self.uses and not (wish.intent == YES and not wish.asks & {"move", "wrong", "question"}):
            self._ask_for(turn, str(field))
        elif wish.facts.get("request") == "add" and wish.intent != YES:
            turn.ask("description", code="what_to_add")
        elif wish.intent == YES and CHANGE in turn.task.asked:
            self.proceed(turn)  # 对, after 哪里要改: read back once more
        elif wish.intent == YES or wish.facts.get("request") == "go_on":
            self.store(turn)
        elif wish.intent in (NO, "correct") and "as_before" not in wish.asks:
            turn.ask(CHANGE, code="what_to_change")
        else:
            turn.say(self.confirm, about=turn.task.draft)

    def _say_if_noted(self, turn: Turn, changed: bool) -> None:
        """Something was told, but not what was asked: it is said that it was heard."""
        task = turn.task
        missed = task.asked and not any(name in turn.wish.facts for name in task.asked)
        if changed and missed and task.stage == "asking" and task.asked == self._next(turn):
            turn.say(self.noted)

    def _next(self, turn: Turn) -> tuple[str, ...]:
        """What would be asked next."""
        return next((missing for need in self.needs if (missing := need.open(turn.task.slots))), ())

    def _say_if_stuck(self, turn: Turn, changed: bool) -> None:
        """A question that has to be asked a third time says so, and a person is a word away."""
        tries = 0 if changed or not turn.task.asked else turn.task.unsure + 1
        turn.change(unsure=tries)
        if tries >= 2:
            turn.say("stuck")

    def _ask_for(self, turn: Turn, slot: str) -> None:
        """The customer named a line without its new value: 电话 → 电话改成多少?"""
        turn.change(stage="asking")
        turn.ask(slot, code="change_to", slot=slot)

    def _say_problems(self, turn: Turn) -> None:
        for problem in self._own(turn.wish.problems):
            turn.say(f"problem.{problem.code}", **problem.data)
        turn.change(asked=tuple(dict.fromkeys(p.slot for p in self._own(turn.wish.problems))), stage="asking")

    def _own(self, problems: tuple[Problem, ...]) -> list[Problem]:
        """Those with what this form asks for: 昨天来的 is no visit where none is asked."""
        return [problem for problem in problems if problem.slot in self.uses]
