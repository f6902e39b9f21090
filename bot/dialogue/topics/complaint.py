"""A complaint: acknowledged first, never argued with, never judged; its facts, the amount, a number to follow it by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import NO, YES, Form, Need
from bot.dialogue.turn import Turn, Wish
from bot.text.claims import (
    denies_paying,
    evidence_in,
    is_only_a_wish,
    names_another_price,
    tells_of_paying,
    was_charged,
    wish_in,
)
from bot.tickets import amends
from policies_kb.effects import Promise
from policies_kb.fees import charges

#: Complaints about money ask for the amount; a repair's number helps but is not demanded.
MONEY = frozenset({"overcharge", "private_charge", "unapproved_item", "deposit_request"})
#: Money that nobody should hand over like this.
PRIVATE = frozenset({"private_charge", "deposit_request"})
#: A message that tells no more than so many characters beyond its stock phrases only says that there is a grievance.
SAYS_LITTLE = 2
CONTACT = ("name", "phone")
#: What is still meant where somebody lets a complaint go and then wants it after all.
TAKEN_UP_AGAIN = ("brand", "product", "category", "description", "amount", "happened", "fee_event")
SAYS_NO_MORE = 8  # characters told, up to which a complaint is about what was asked just before
A_STORY = 3  # characters told, from which what is no complaint by itself is taken down as part of one


class Complaint(Form):
    name = "complaint"
    intents = frozenset({"complain_fee", "complain_service"})
    uses: ClassVar[frozenset[str]] = frozenset(
        {"brand", "product", "category", "amount", "name", "phone", "address", "fee_event", "happened"}
    )
    needs = (
        Need(("brand",), "complaint.ask_brand"),
        Need(("description",), "complaint.ask_description"),
        Need(("amount",), "complaint.ask_amount"),
        Need(("name", "phone"), "complaint.ask_contact"),
    )
    read_back = "complaint.read_back"
    confirm = "complaint.please_confirm"
    noted = "complaint.noted"

    def begin(self, turn: Turn) -> None:
        kept = ("brand", "product", "name", "phone")
        known = {name: turn.desk.known[name] for name in kept if name in turn.desk.known}
        if turn.desk.known.get("stored_repair"):
            known["related"] = turn.desk.known["stored_repair"]
        if turn.desk.known.get("description") and ("law" in turn.wish.asks or is_only_a_wish(turn.wish.text)):
            known["description"] = turn.desk.known["description"]  # 不退钱我就去12315, of what was told before
        elif turn.desk.known.get("last", {}).get("topic") == "fees" and len(turn.wish.told) <= SAYS_NO_MORE:
            known["description"] = turn.desk.known["last"]["question"]  # 说开机费80,合理吗: what it is about
        if danger := turn.desk.known.get("danger"):
            known |= {"description": danger, "danger": danger}
        if (before := turn.desk.known.get("complaint_let_go")) and not turn.wish.has("category", "amount"):
            known |= {name: before[name] for name in TAKEN_UP_AGAIN if name in before}
        turn.desk = turn.desk.forget("complaint_let_go")
        money = turn.wish.intent == "complain_fee" and not denies_paying(turn.wish.text)
        turn.desk = turn.desk.push(
            Task(
                self.name,
                slots={
                    "category": "overcharge" if money else "other",
                    "opening": turn.wish.story or turn.wish.text,
                    **known,
                },
            )
        )
        turn.say("complaint.acknowledge")

    def takes(self, task: Task, wish: Wish) -> bool:
        if super().takes(task, wish) or wish.intent in self.intents or wish.has("name", "phone", "ticket_no", "amount"):
            return True
        return "deadline" in wish.asks or wish_in(wish.text) is not None

    def step(self, turn: Turn) -> None:
        if "deadline" in turn.wish.asks:
            say_when_it_is_answered(turn, turn.task.slots.get("brand"))
        for ask, code in (("fair", "no_verdict"), ("law", "rights")):
            if ask in turn.wish.asks and not turn.task.slots.get(code):
                turn.change(slots={**turn.task.slots, code: True})
                turn.say(f"complaint.{code}")
        super().step(turn)

    def heard(self, turn: Turn) -> Mapping[str, Any]:
        """What is wanted back (退一百五), or what it costs elsewhere (网上才二十), is not what was taken, once that was
        told."""
        facts, wish = dict(turn.wish.facts), turn.wish
        other = wish_in(wish.text) is not None or names_another_price(wish.text)
        if turn.task.slots.get("amount") and wish.intent != "correct" and other:
            facts.pop("amount", None)
        return facts

    def take_in(self, turn: Turn) -> None:
        super().take_in(turn)
        if turn.task.slots["category"] == "other" and turn.wish.has("amount") and was_charged(turn.wish.text):
            turn.fill({"category": "overcharge"})  # what it is about is told later
        if "ticket_no" in turn.wish.facts:
            turn.fill({"related": turn.wish.facts["ticket_no"]})
        self._take_words(turn)
        self._take_claim(turn)
        if "description" in turn.task.asked and "description" not in turn.task.slots:
            turn.fill({"description": turn.task.slots["opening"]})  # asked once: what was said first will do
        slots, asked_amount = turn.task.slots, "amount" in turn.task.asked
        if asked_amount and turn.wish.intent == NO:
            turn.fill({"amount": "0"})
        elif "amount" not in slots and (slots["category"] not in MONEY or (asked_amount and not turn.wish.problems)):
            turn.fill({"amount": None})  # nothing to ask, or asked and not told

    def _take_claim(self, turn: Turn) -> None:
        """What the customer wants of it, and what they can show."""
        slots, text = turn.task.slots, turn.wish.text
        if "redo" in turn.wish.asks:
            turn.change(slots={**slots, "redo": True})
            slots = turn.task.slots
        shown = tuple(dict.fromkeys((*slots.get("evidence", ()), *evidence_in(text))))
        new = {"wish": wish_in(text) or slots.get("wish"), "evidence": list(shown)}
        turn.change(slots={**slots, **{name: value for name, value in new.items() if value}})

    def _take_words(self, turn: Turn) -> None:
        """What the customer tells of it, in their own words and in order."""
        wish, told = turn.wish, turn.task.slots.get("description")
        if "deadline" in wish.asks or (wish.facts.get("request") == "add" and len(wish.told) < A_STORY):
            return
        if "nameless" in wish.asks and not wish.has("category"):
            return
        asked = "description" in turn.task.asked and wish.intent != YES and len(wish.told) > SAYS_LITTLE
        complains = wish.intent in self.intents and (len(wish.told) > SAYS_LITTLE or wish.has("category", "amount"))
        opens = told is None and turn.task.slots["opening"] in (wish.story, wish.text)  # whatever it was taken for
        tells = len(wish.told) >= A_STORY or tells_of_paying(wish.text)
        if asked or complains or ((opens or wish.intent not in (YES, NO, "correct")) and tells):
            if told and (wish.story in told or is_only_a_wish(wish.text)):
                return
            turn.fill({"description": f"{told} / {wish.story}" if told else wish.story})

    def proceed(self, turn: Turn) -> None:
        if turn.task.slots.get("brand"):
            self._say_what_the_sources_charge(turn)
            self._say_not_to_pay(turn)
        asked = bool(turn.task.asked) and {*turn.task.asked} <= {*CONTACT}
        missing = tuple(name for name in CONTACT if name not in turn.task.slots)
        if asked and missing and not turn.wish.has(*CONTACT) and turn.task.slots.get("noted_before"):
            turn.ask(*missing, code="complaint.contact_whenever", missing=missing)
            return
        turn.change(slots={**turn.task.slots, "noted_before": asked})
        super().proceed(turn)

    def resume(self, turn: Turn, result: Any) -> None:
        if result["call"] == "save_draft":
            self._say_what_is_done_again(turn)
        super().resume(turn, result)

    def _say_what_the_sources_charge(self, turn: Turn) -> None:
        """On the visit fee the sources may contradict each other: both lines are quoted, no verdict is given."""
        slots = turn.task.slots
        if "visit" in slots.get("fee_event", ()) and not slots.get("quoted"):
            lines = charges(turn.kb, slots["brand"], events=("visit",), product=slots.get("product"))
            if disputed := [line.clause for line in lines if line.disputed]:
                turn.say("complaint.sources_on_fee", clauses=disputed)
            turn.fill({"quoted": True})

    def _say_not_to_pay(self, turn: Turn) -> None:
        """Who is asked for money privately, or before the work, is told what the sources say; nobody is blamed."""
        slots = turn.task.slots
        if slots["category"] in PRIVATE and not slots.get("warned"):
            turn.fill({"warned": True})
            brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
            lines = charges(turn.kb, brand, events=("private_payment",), product=slots.get("product"))
            clauses = [line.clause for line in lines]
            turn.say(
                "complaint.sources_on_payment" if clauses else "complaint.do_not_pay", brand=brand, clauses=clauses
            )

    def _say_what_is_done_again(self, turn: Turn) -> None:
        """Whoever wants the service again for nothing is told what their own brand promises, once."""
        slots = turn.task.slots
        clause = amends.promise(turn.kb, slots["brand"], slots.get("product"), amends.AGAIN)
        if slots.get("redo") and clause and not slots.get("redo_told"):
            turn.fill({"redo_told": True})
            turn.say("complaint.sources_on_redo", clauses=[clause])

    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        wants_a_visit = bool(turn.task.slots.get("redo")) or "visit" in turn.desk.known
        turn.stored(ticket.no)
        turn.desk = turn.desk.learn({"stored_complaint": ticket.no})
        code = "complaint.registered" if created else "complaint.registered_before"
        turn.say(code, ticket=ticket, deadline=_deadline(turn, ticket.brand))
        if created and wants_a_visit and not turn.desk.known.get("stored_repair"):
            turn.say("complaint.and_repair")
        if created and ticket.level:
            turn.say("complaint.repeated", ticket=ticket)
            turn.call("hand_over", reason="complaint", summary=f"complaint {ticket.no}")

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        names = ("product", "category", "amount", "name", "phone", "address", "related", "wish", "evidence")
        brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
        day = f" [{slots['happened']}]" if slots.get("happened") else ""  # 昨天 says nothing to who reads it tomorrow
        ticket = {"kind": "complaint", "brand": brand, "description": f"{slots['description']}{day}"}
        urgent = {"priority": "urgent"} if slots.get("danger") else {}
        return {**ticket, **urgent, **{name: slots.get(name) for name in names}}


def say_when_it_is_answered(turn: Turn, brand: str | None) -> None:
    """By when the brand's sources promise an answer, or that they do not."""
    deadline = _deadline(turn, brand)
    turn.say("complaint.deadline" if deadline else "complaint.no_deadline", deadline=deadline)


def _deadline(turn: Turn, brand: str | None) -> str | None:
    """The clause that promises an answer by some day, where the brand's sources have one."""
    for clause in turn.kb.of_brand(brand or ""):
        promise = clause.effect
        if isinstance(promise, Promise) and promise.duty == "resolve_complaint" and promise.within:
            return clause.id if clause.answerable else None
    return None
