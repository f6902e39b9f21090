"""What a topic does that is about a request which is stored: it finds the one that is meant, then acts on it.

The customer's own tickets and those they have identified (number and last four digits) come first; where several could
be meant they are asked which. A ticket of somebody else is looked at only for a number with the end of its phone.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.dialogue.state import Desk, Task
from bot.dialogue.topics import proof
from bot.dialogue.topics.base import NO, REPLIES, YES, Topic
from bot.dialogue.turn import Turn, Wish
from bot.text.choices import choice_in, kinds_in
from bot.tickets.lifecycle import OVER, Refused
from bot.tickets.model import Kind, State, Ticket
from policies_kb.model import Knowledge

NUMBER = ("ticket_no", "last4")
WHICH = "which"
MOST_LISTED = 5


class OfTicket(Topic):
    """Something is wanted of a stored request; subclasses say which (`concerns`) and do it (`act`, `done`)."""

    uses: ClassVar[frozenset[str]] = frozenset(NUMBER)

    @abstractmethod
    def concerns(self, ticket: Ticket) -> bool:
        """Whether the wish can be meant for this one."""

    @abstractmethod
    def act(self, turn: Turn, ticket: Ticket) -> None:
        """Go on with the one that is meant."""

    def done(self, turn: Turn, ticket: Ticket) -> None:
        """Say what the change has made of it; nothing, for wishes that change nothing."""

    def unfit(self, turn: Turn, ticket: Ticket) -> None:
        """Say why it cannot be done with this one as it stands, and what can."""
        turn.finish()
        turn.say(f"{self.name}.not_now", ticket=ticket)

    def begin(self, turn: Turn) -> None:
        """What was wanted of a ticket before gives way."""
        tasks = tuple(task for task in turn.desk.tasks if task.topic not in OF_TICKETS)
        no = complaint_meant(turn.desk, turn.wish)
        turn.desk = turn.desk.only(tasks).push(Task(self.name, slots={"no": no} if no else {}))

    def takes(self, task: Task, wish: Wish) -> bool:
        if {"ticket_no", "phone"} & {*task.asked} and wish.has("address") and not wish.has("ticket_no"):
            return False  # who tells where they live wants somebody there
        if wish.intent in self.intents or wish.has(*task.asked):
            return True
        if WHICH in task.asked:
            places = len(task.slots.get("offered", ()))
            waits = task.stage != "told" and wish.intent in REPLIES  # what was only listed waits for no answer
            return wish.has("product", "brand") or choice_in(wish.text, places) is not None or waits
        if proof.CODE in task.asked and "resend" in wish.asks:
            return True
        if "last4" in task.asked:
            return "no_number" in wish.asks or wish.has("phone") or wish.intent in ("inform", NO)
        return bool(task.asked or task.stage == "confirming") and wish.intent in REPLIES

    def step(self, turn: Turn) -> None:
        if proof.is_under_way(turn) and proof.step(turn):
            return
        new = self._take_in(turn)
        slots, asked = turn.task.slots, turn.task.asked
        if problem := next((p for p in turn.wish.problems if p.slot in self.uses), None):
            turn.ask(*self._asked_with(problem.slot), code=f"problem.{problem.code}", **problem.data)
        elif self._has_no_number(turn, new):
            self._without_number(turn)
        elif WHICH in asked and turn.wish.intent == NO:
            turn.finish()
            turn.say("as_you_like")
        elif "ticket_no" in slots and "last4" in slots and slots["ticket_no"] not in self._identified(turn):
            turn.call("identify", no=slots["ticket_no"], last4=slots["last4"])
        else:
            self.look(turn)

    def _has_no_number(self, turn: Turn, new: set[str]) -> bool:
        """单号找不到了, or anything but a number where one was asked for."""
        if "no_number" in turn.wish.asks:
            return "ticket_no" not in new and "no" not in turn.task.slots
        return "last4" in turn.task.asked and not new & {*NUMBER} and turn.wish.intent not in self.intents

    def _without_number(self, turn: Turn) -> None:
        """The phone may prove it as well; not while a request is being taken down, which is what is waited for."""
        if len(turn.desk.tasks) > 1:
            turn.finish()
            turn.say("progress.without_number")
        else:
            proof.begin(turn)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "customers_tickets" and result["done"] is not None:
            turn.saw(result["done"])
            self.done(turn, result["done"])
        elif result["call"] == "customers_tickets":
            self._choose(turn, result["tickets"])
        elif result["call"] in ("send_code", "check_code"):
            if proof.resume(turn, result):
                self.look(turn)
        elif result["call"] == "identify":
            self._identify(turn, result)
        elif result["call"] == "change_ticket" and isinstance(result["ticket"], Refused):
            self.refused(turn, result["ticket"])
        elif result["call"] == "change_ticket":
            turn.saw(result["ticket"])
            self.done(turn, result["ticket"])

    def refused(self, turn: Turn, refused: Refused) -> None:
        """The ticket has changed since it was looked at: nothing was done, and that is said."""
        turn.finish()
        turn.say("ticket.changed_meanwhile")

    def again(self, turn: Turn) -> None:
        """A yes that is still wanted is asked for again."""
        if turn.task.stage == "confirming":
            turn.say("again")
            turn.change(stage="again")
            self.look(turn)

    def _take_in(self, turn: Turn) -> set[str]:
        """Keep what the message says for this wish; the names of what is new."""
        facts = dict(turn.wish.facts)
        if "phone" in facts and "phone" not in self.uses:  # what it is to become proves nothing
            facts.setdefault("last4", facts["phone"][-4:])
            turn.change(slots={**turn.task.slots, "phone": facts["phone"]})
        new = {name: facts[name] for name in {*self.uses, "product", "brand"} if name in facts}
        if kinds := sorted(kinds_in(turn.wish.text)):
            new["kinds"] = kinds
        place = choice_in(turn.wish.text, len(turn.task.slots.get("offered", ()))) if WHICH in turn.task.asked else None
        if place is not None:
            new["no"] = turn.task.slots["offered"][place]
        turn.change(slots={**turn.task.slots, **new})
        return set(new)

    def _asked_with(self, slot: str) -> tuple[str, ...]:
        return NUMBER if slot in NUMBER else (slot,)

    def _identified(self, turn: Turn) -> list[str]:
        return list(turn.desk.known.get("identified", ()))

    def _choose(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        number = turn.wish.facts.get("ticket_no") or turn.task.slots.get("no") or turn.task.slots.get("ticket_no")
        ticket = next((one for one in tickets if one.no == number), None)
        if ticket is not None and not _is_named(turn.kb, ticket, turn.wish.facts):
            self._forget_which(turn)  # 不是,我要取消冰箱那张
            number = None
        slots = turn.task.slots
        if number:
            if ticket is None:
                turn.ask("last4", code="progress.ask_last4")
            else:
                self._meant(turn, ticket)
            return
        named = [ticket for ticket in tickets if _is_named(turn.kb, ticket, slots)]
        fitting = [ticket for ticket in named if self.concerns(ticket)]
        fitting = [ticket for ticket in fitting if ticket.kind in slots.get("kinds", ())] or fitting
        if not tickets and turn.task.stage == "proven":
            turn.finish()
            turn.say("proof.nothing_open")
        elif not tickets:
            if turn.desk.known.get("dropped"):
                turn.say("dropped_before")
            turn.ask(*NUMBER, code="progress.ask_number_too" if "last4" in slots else "progress.ask_number")
        elif not fitting and not named:
            self._ask_which(turn, tickets, code="ticket.no_such")
        elif not fitting:
            self.unfit(turn, _latest(named))
        else:
            self.chosen(turn, fitting)

    @staticmethod
    def _forget_which(turn: Turn) -> None:
        """Another one is named than was talked of: nothing is agreed on yet."""
        kept = {name: value for name, value in turn.task.slots.items() if name not in ("no", "ticket_no", "last4")}
        turn.change(slots=kept, stage="asking")

    def chosen(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        """Act on the one that can be meant, or ask which it is."""
        if len(tickets) == 1:
            self._meant(turn, tickets[0])
        else:
            self._ask_which(turn, tickets, code="ticket.ask_which")

    def _ask_which(self, turn: Turn, tickets: Sequence[Ticket], *, code: str) -> None:
        listed = tickets[:MOST_LISTED]
        kept = {name: value for name, value in turn.task.slots.items() if name not in ("product", "brand", "kinds")}
        turn.change(slots={**kept, "offered": [ticket.no for ticket in listed]})
        turn.ask(WHICH, code=code, tickets=listed)

    def _meant(self, turn: Turn, ticket: Ticket) -> None:
        turn.change(slots={**turn.task.slots, "no": ticket.no}, asked=())
        if self.concerns(ticket):
            self.act(turn, ticket)
        else:
            self.unfit(turn, ticket)

    def _identify(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["locked"]:
            turn.finish()
            turn.say("progress.locked")
        elif result["ticket"] is None:
            # The number is kept: often only the four digits were wrong. The words are the same either way.
            turn.change(slots={name: v for name, v in turn.task.slots.items() if name != "last4"})
            turn.ask(*NUMBER, code="progress.not_found")
        else:
            ticket = result["ticket"]
            turn.desk = turn.desk.learn({"identified": [*self._identified(turn), ticket.no]})
            self._meant(turn, ticket)

    def look(self, turn: Turn) -> None:
        """Find the customer's tickets; and the one that this message has changed, if it is told again."""
        turn.call("customers_tickets", also=self._identified(turn), once=turn.draft_id(self.name))

    def change(self, turn: Turn, ticket: Ticket, step: str, **args: Any) -> None:
        """Do a step of the store's with the ticket, once for this message."""
        turn.call("change_ticket", no=ticket.no, step=step, once=turn.draft_id(self.name), **args)


def complaint_meant(desk: Desk, wish: Wish) -> str | None:
    """The number of the stored complaint that a message hurries (不理我就上12315) or asks an answer to (几天给答复)."""
    hurries = "law" in wish.asks and "question" not in wish.asks
    another = wish.has("category", "amount", "product", "brand", "fault", "ticket_no")
    return desk.known.get("stored_complaint") if (hurries or "deadline" in wish.asks) and not another else None


def _is_named(kb: Knowledge, ticket: Ticket, slots: Mapping[str, Any]) -> bool:
    """Whether the ticket is of the product and brand that were named, if any were."""
    product, brand = slots.get("product"), slots.get("brand")
    same_product = product is None or product in kb.catalog.lineage(ticket.product or "") or product == ticket.product
    same_brand = brand is None or ticket.brand in (brand, kb.catalog.brand_of(brand, ticket.product))
    return same_product and same_brand


def _latest(tickets: Sequence[Ticket]) -> Ticket:
    """The newest of them, one that is still open before one that is over, a call back last."""
    return min(tickets, key=lambda ticket: (ticket.kind is Kind.CALLBACK, ticket.state in OVER))


def is_open(ticket: Ticket) -> bool:
    """Whether something is still to come."""
    return ticket.state not in OVER


def says_yes(wish: Wish, *intents: str) -> bool:
    """An explicit yes to what was asked last, or the wish itself said again."""
    return (wish.intent == YES or wish.intent in intents) and "keep" not in wish.asks


#: The topics that are about a stored request: one at a time is in hand.
OF_TICKETS = frozenset(
    [
        "progress",
        "reschedule",
        "details",
        "cancel",
        "urge",
        "quote",
        "rating",
        "acceptance",
        "rework",
        "bill",
        "message",
    ]
)
#: A visit can still be agreed on anew: nobody is at work on it yet, or a part is awaited.
MOVABLE = frozenset({State.REGISTERED, State.DISPATCHED, State.SCHEDULED, State.PARTS_PENDING, State.HANDLING})
