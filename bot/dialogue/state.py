"""The state of one conversation: what is known, and a stack of tasks. One JSON object, kept in Rasa's slot `desk`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Facts = Mapping[str, Any]

#: The circumstances of a case that customers tell in words.
WORD_FACTS = frozenset(
    ["proof", "opened_by", "use", "origin", "serial", "cause", "installed_by", "same_fault", "membership", "extended"]
)
#: What is said of one appliance: it does not carry over when the talk turns to another one.
OF_THE_APPLIANCE = WORD_FACTS | frozenset(
    ["part", "fault", "description", "purchased", "made", "card_months", "no_card", "repaired", "model", "serial_no"]
)


@dataclass(frozen=True)
class Task:
    """One thing the customer wants done. `asked`: the slots last asked for; `stage`: where the task stands."""

    topic: str
    slots: Facts = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    stage: str = "asking"
    draft: str | None = None
    unsure: int = 0
    put_off: int = 0  # how many questions came between since the customer last spoke of it

    def filled(self, facts: Facts) -> Task:
        return replace(self, slots={**self.slots, **facts})


@dataclass(frozen=True)
class Desk:
    """`known`: what was said, whatever it was said for; `tasks`: the open ones, the one in hand last."""

    known: Facts = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    unsure: int = 0
    at: str | None = None

    @property
    def top(self) -> Task | None:
        return self.tasks[-1] if self.tasks else None

    def push(self, task: Task) -> Desk:
        """With `task` in hand; an older one of the same topic gives way to it."""
        return replace(self, tasks=(*(t for t in self.tasks if t.topic != task.topic), task))

    def only(self, tasks: tuple[Task, ...]) -> Desk:
        """With these tasks alone."""
        return replace(self, tasks=tasks)

    def put(self, task: Task) -> Desk:
        """With the task in hand replaced by its newer form."""
        return replace(self, tasks=(*self.tasks[:-1], task))

    def about(self, request: str | None) -> Task | None:
        """The open task of a request: of the draft with this id, or of the ticket with this number."""
        of_it = (task for task in reversed(self.tasks) if request in (task.draft, task.slots.get("no")))
        return next(of_it, None) if request else None

    def raised(self, task: Task) -> Desk:
        """With this one of the open tasks in hand, and the others below it."""
        return replace(self, tasks=(*(one for one in self.tasks if one is not task), task))

    def down_to(self, topic: str) -> Desk:
        """With the task of `topic` in hand: what was put before it waits for nothing any more."""
        index = next(i for i, task in enumerate(self.tasks) if task.topic == topic)
        return replace(self, tasks=self.tasks[: index + 1])

    def pop(self) -> Desk:
        return replace(self, tasks=self.tasks[:-1])

    def learn(self, facts: Facts, *, same: bool = False) -> Desk:
        """With `facts` known; another product's own facts are left behind with that product, unless it is the `same`
        one, told closer."""
        product = self.known.get("product")
        kept = self.known
        if product is not None and facts.get("product", product) != product and not same:
            kept = {name: value for name, value in kept.items() if name not in OF_THE_APPLIANCE}
        return replace(self, known={**kept, **facts})

    def forget(self, *names: str) -> Desk:
        """Without these facts: they were told for what is settled now."""
        return replace(self, known={name: value for name, value in self.known.items() if name not in names})

    def to_json(self) -> dict[str, Any]:
        return {
            "known": dict(self.known),
            "tasks": [
                {
                    "topic": t.topic,
                    "slots": dict(t.slots),
                    "asked": list(t.asked),
                    "stage": t.stage,
                    "draft": t.draft,
                    "unsure": t.unsure,
                    "put_off": t.put_off,
                }
                for t in self.tasks
            ],
            "unsure": self.unsure,
            "at": self.at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Desk:
        """The state as it was written; nothing, or something unreadable of an older form, is a new conversation."""
        if not data or not isinstance(data.get("tasks"), list):
            return cls()
        tasks = tuple(Task(**{**task, "asked": tuple(task["asked"])}) for task in data["tasks"])
        return cls(data.get("known", {}), tasks, data.get("unsure", 0), data.get("at"))
