"""Booking a repair or an installation: what, where it hurts, when, who and where; read back; stored after a yes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics import duplicates, several
from bot.dialogue.topics.base import NO, PROGRESS, YES, Form, Need
from bot.dialogue.topics.coverage import CASE_FACTS, case_of, terms_of
from bot.dialogue.topics.modes import take_mode
from bot.dialogue.topics.visits import appointment, may_be_either, say_if_unusual
from bot.dialogue.turn import Turn, Wish
from bot.text.asks import asked_in
from bot.text.people import spells_out
from bot.text.story import tells_how_much
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Priority, Ticket
from policies_kb.coverage import decide
from policies_kb.effects import Scope

CONTACT = ("name", "phone", "address")
PLACE = ("address", "city", "area")
TELLING = frozenset({"inform", "complain_service", "complain_fee", "describe_fault"})  # what is no complaint here
A_REMARK = 5  # characters that tell something, beyond stock phrases
TAKES_THE_OFFER = frozenset({YES, "book_repair", "book_installation", "approve_quote", "urge_ticket"})
#: Intents that tell of a trouble without asking for anybody to come: cover or visit is offered.
ASKED_FOR_NOTHING = frozenset({"describe_fault", "inform", "correct", "ask_coverage", "out_of_scope"})


class Repair(Form):
    name = "repair"
    intents = frozenset({"book_repair", "book_installation", "describe_fault"})
    uses: ClassVar[frozenset[str]] = CASE_FACTS | {
        "fault", "description", "model", "serial_no", "visit", "city", "area", "backup", *CONTACT,
    }  # fmt: skip
    needs = (
        Need(("product",), "repair.ask_product"),
        Need(("brand",), "repair.ask_brand"),
        Need(("fault", "description"), "repair.ask_fault", enough=True),
        Need(("visit",), "repair.ask_visit"),
        Need(CONTACT, "repair.ask_contact"),
    )
    read_back = "repair.read_back"
    confirm = "repair.please_confirm"

    def takes(self, task: Task, wish: Wish) -> bool:
        if task.stage == duplicates.STAGE and wish.asks & {"join", "apart"}:
            return True
        if "exact_time" in wish.asks and task.slots.get("visit"):
            return True  # 几点能到
        if "together" in wish.asks and task.slots.get("others"):
            return True
        return super().takes(task, wish) or wish.intent in self.intents or wish.has(*CONTACT, "visit", "backup")

    def begin(self, turn: Turn) -> None:
        super().begin(turn)
        if turn.wish.has("other_brand") and turn.wish.has("brand"):  # 海尔的修不修, beside one of ours
            turn.say("other_brand", name=turn.wish.facts["other_brand"])
        if (others := turn.desk.known.get("others")) and not turn.wish.has("product"):
            turn.change(slots={**turn.task.slots, "others": others})
        turn.desk = turn.desk.forget("others")
        kind = _kind_of(turn.wish, turn.desk.known)
        wanted = _asks_for_somebody(turn.wish) or kind != "repair" or bool(turn.desk.known.get("wants_visit"))
        turn.desk = turn.desk.forget("wants_visit")
        turn.change(stage="asking" if wanted else "offered")
        turn.fill({"kind": kind})
        if kind != "repair":  # nothing is broken: what is told is a remark, and nothing has to be
            tells = "question" not in turn.wish.asks and len(turn.wish.told) >= A_REMARK
            turn.fill({"description": turn.wish.words if tells else ""})
        self._forget_the_last_visit(turn)
        if "elsewhere" in turn.wish.asks and not turn.wish.has("address"):  # 给我妈家的也约一个: another house
            left = {*PLACE, *(() if turn.wish.has("visit") else ("visit",))}
            turn.keep({name: value for name, value in turn.task.slots.items() if name not in left})
            turn.desk = turn.desk.forget(*left)
        if turn.wish.intent == "report_recurrence":
            turn.fill({"rework": True})
        if turn.wish.intent == "report_recurrence" and turn.desk.known.get("stored_repair"):
            turn.fill({"related": turn.desk.known["stored_repair"]})

    def _forget_the_last_visit(self, turn: Turn) -> bool:
        """A visit that is over, or was asked for what was mended since, is none for this request; whether it was so."""
        visit, now = turn.task.slots.get("visit") or {}, turn.context.now
        last = f"{visit.get('day') or '9999'} {visit.get('end') or visit.get('start') or '24:00'}"
        is_over = last < f"{now.date().isoformat()} {now:%H:%M}"
        if (is_over or turn.wish.intent == "report_recurrence") and not turn.wish.has("visit"):
            turn.keep({name: value for name, value in turn.task.slots.items() if name != "visit"})
            return True
        return False

    def step(self, turn: Turn) -> None:
        if self._forget_the_last_visit(turn) and turn.task.stage == "confirming":
            turn.change(stage="asking")  # read back yesterday, confirmed today
        if turn.task.slots.get("rework") and not turn.task.slots.get("terms_told") and turn.desk.known.get("brand"):
            self._say_what_holds_after_a_repair(turn)
        if turn.task.stage == duplicates.STAGE and duplicates.answer(turn):
            return
        if turn.task.stage == "offered" and not turn.wish.has("other_brand") and "together" not in turn.wish.asks:
            self._offered(turn)
        elif "together" in turn.wish.asks and turn.task.slots.get("others"):
            turn.say("repair.together")
            self.proceed(turn)
        elif "exact_time" in turn.wish.asks and turn.task.slots.get("visit"):
            turn.say("repair.exact_time")
            self.take_in(turn)
            self.proceed(turn)
        else:
            super().step(turn)

    def _say_what_holds_after_a_repair(self, turn: Turn) -> None:
        """Whoever reports the same trouble again wants to know whether it costs again."""
        brand, product = turn.desk.known["brand"], turn.desk.known.get("product")
        clauses = terms_of(turn.kb, brand, product, Scope.REPAIR)
        turn.fill({"terms_told": True})
        code = "repair.after_repair" if clauses else "repair.after_repair_unknown"
        turn.say(code, brand=turn.kb.catalog.brand_of(brand, product), clauses=clauses)

    def again(self, turn: Turn) -> None:
        if turn.task.stage != "offered":
            super().again(turn)

    def take_in(self, turn: Turn) -> None:
        wish = turn.wish
        told = len(wish.words) > 1 and bool(wish.told) and wish.intent not in (YES, NO, "correct", PROGRESS)
        told = told and "service" not in wish.asks  # 那先按上门登记吧 tells of no trouble
        told = told and not (wish.has("visit") and "move" in wish.asks)  # 周二我要出差,换成周三: why another day
        if "description" in turn.task.asked and told and not wish.has("fault", "description", *CONTACT):
            turn.fill({"description": wish.words})  # the trouble in the customer's own words
        elif self._is_a_remark(turn):
            turn.fill({"description": " / ".join(filter(None, (turn.task.slots["description"], wish.words)))})
        address, before = turn.task.slots.get("address"), turn.task.slots
        several.take_others(turn)
        super().take_in(turn)
        self._say_it_of_the_right_one(turn, before)
        several.take_others(turn)  # who names two at once has named the first only now
        take_mode(turn)
        if "urgent" in turn.wish.asks:
            turn.change(slots={**turn.task.slots, "urgent": True})
        if address is not None and turn.task.slots.get("address") != address and "city" not in turn.wish.facts:
            turn.keep({name: value for name, value in turn.task.slots.items() if name not in ("city", "area")})

    def _say_it_of_the_right_one(self, turn: Turn, before: Mapping[str, Any]) -> None:
        """不是米家,是云米: what was told of the one is told of the other, in the customer's words too."""
        words = turn.task.slots.get("description")
        if not words or not turn.wish.mends or words != before.get("description"):
            return
        for kind, known in (("brand", turn.kb.catalog.brands), ("product", turn.kb.catalog.products)):
            old, new = before.get(kind), turn.task.slots.get(kind)
            if old is None or new is None or old == new:
                continue
            names = sorted(known[old].names, key=len, reverse=True)
            words = re.sub("|".join(map(re.escape, names)), known[new].zh, words)
        turn.fill({"description": words})

    def _is_a_remark(self, turn: Turn) -> bool:
        """家里有小孩,来前轻点敲门: nothing that is asked, and something for who comes."""
        wish, slots = turn.wish, turn.task.slots
        answers = {*CONTACT} & {*turn.task.asked} and "for_technician" not in wish.asks
        if "description" not in slots or answers or wish.has(*self.uses):
            return False
        if "for_technician" in wish.asks:
            return True
        if spells_out(wish.text):
            return False  # 桂是桂花的桂
        heard = wish.sure or turn.task.stage == "confirming"
        return wish.intent in TELLING and heard and "question" not in wish.asks and len(wish.told) >= A_REMARK

    def heard(self, turn: Turn) -> Mapping[str, Any]:
        facts = dict(several.without_others(turn, turn.wish.facts))
        if "description" in facts:  # the whole story, of which this message tells a part
            facts["description"] = turn.desk.known["description"]
        return facts

    def _offered(self, turn: Turn) -> None:
        """Somebody only told what is wrong: do they want the cover looked up, or somebody to come?"""
        before = dict(turn.task.slots)
        self.take_in(turn)
        wish = turn.wish
        if self._own(wish.problems):
            self._say_problems(turn)
        elif wish.intent == NO and not tells_how_much(wish.text):
            turn.finish()
            turn.say("as_you_like")
        elif "if_covered" in wish.asks or (
            wish.has(*CASE_FACTS - {"brand", "product", "part"}) and not wish.has("visit", *CONTACT)
        ):
            turn.hand_on("coverage")  # 22年6月买的: only the cover turns on it
        elif _takes_the_offer(wish) or wish.has("visit", *CONTACT):
            turn.change(stage="asking")
            self.proceed(turn)
        elif turn.task.asked == ("offer",) and dict(turn.task.slots) == before:
            turn.say("repair.please_choose")
        else:
            code = "repair.ask_offer" if turn.task.asked == ("offer",) else "repair.offer"
            turn.ask("offer", code=code, slots=dict(turn.task.slots), before=before)

    def proceed(self, turn: Turn) -> None:
        slots = turn.task.slots
        if "area" in slots and "address" not in slots and "address" in turn.task.asked:
            turn.ask("address", code="repair.ask_house", area=slots["area"])
            return
        if "address" in slots and "city" not in slots:
            turn.fill({"city": None})  # asked once; who does not say it is not asked again
            turn.ask("city", code="repair.ask_city")
            return
        if at := may_be_either(slots.get("visit") or {}, turn.kb):
            turn.change(stage="asking")
            turn.ask("visit", code="repair.ask_half", hour=at)
            return
        if (slots.get("visit") or {}).get("implied"):
            turn.change(stage="asking")
            say_if_unusual(turn, slots["visit"], slots.get("brand"), slots.get("product"))
            turn.ask("visit", code="repair.ask_day", visit=slots["visit"])
            return
        super().proceed(turn)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        call, slots = result["call"], turn.task.slots
        if call == "save_draft" and duplicates.ask_for_similar(turn, self.ticket(turn)):
            return
        if call == "change_ticket":
            self._joined(turn, result["ticket"])
        elif call == "open_many":
            self._several_stored(turn, result["tickets"])
        elif call == "drop_draft" or (call == "similar_open" and duplicates.offer_to_join(turn, result)):
            return
        elif call in ("save_draft", "similar_open"):
            self._say_if_it_may_cost(turn)
            say_if_unusual(turn, slots.get("visit") or {}, slots["brand"], slots.get("product"))
            super().resume(turn, {"call": "save_draft"})
        else:
            super().resume(turn, result)

    def _joined(self, turn: Turn, ticket: Any) -> None:
        """What was told stands on the request that exists; this one is let go."""
        draft = turn.task.draft
        turn.finish()
        turn.say("repair.joined" if not isinstance(ticket, Refused) else "ticket.changed_meanwhile")
        turn.call("drop_draft", draft=draft)

    def store(self, turn: Turn) -> None:
        if others := turn.task.slots.get("others"):
            tickets = several.requests(turn.kb, self.ticket(turn), others)
            turn.call("open_many", draft=turn.task.draft, tickets=tickets)
        else:
            super().store(turn)

    def _several_stored(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            turn.saw(ticket)
        turn.stored(tickets[0].no)
        turn.desk = turn.desk.learn({"stored_repair": tickets[0].no}).forget("description", "fault")
        turn.say("repair.registered_several", tickets=tickets)
        _bring_in_a_person_if_urgent(turn, tickets[0])

    def _say_if_it_may_cost(self, turn: Turn) -> None:
        """An exclusion that the customer's own words name is told before the yes (REVIEW 0.3)."""
        decision = decide(case_of(dict(turn.task.slots), turn.kb, turn.context.now.date()), turn.kb)
        named = [r.clause for r in decision.reasons if r.code in ("excluded", "perhaps_excluded", "doubtful")]
        if named and turn.task.slots.get("warned") != named:
            turn.fill({"warned": named})
            turn.say("repair.may_cost", clauses=[turn.kb.clauses[name] for name in named])

    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        kind = turn.task.slots.get("kind", "repair")
        turn.stored(ticket.no)
        turn.desk = turn.desk.learn({"stored_repair": ticket.no}).forget("description", "fault")
        turn.say("repair.registered" if created else "repair.registered_before", ticket=ticket, kind=kind)
        if created:
            _bring_in_a_person_if_urgent(turn, ticket)

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        names = ("product", "part", "fault", "description", "model", "proof", "city", "related", *CONTACT)
        visit, decision = slots.get("visit") or {}, self._decision(turn)
        return {
            "kind": slots.get("kind", "repair"),
            "brand": turn.kb.catalog.brand_of(slots["brand"], slots.get("product")),
            **{name: slots.get(name) for name in names},
            "serial": slots.get("serial_no"),
            "contact": {"phone": slots["backup"]} if slots.get("backup") else None,
            "appointment": appointment(visit, turn.kb),
            "wish": "asap" if visit.get("asap") else None,
            "mode": slots.get("mode", "onsite"),
            "priority": "urgent" if slots.get("urgent") else None,
            "purchased": span(slots.get("purchased")),
            "decision": decision,
            "charge": slots.get("charge") or charge(decision),
        }

    def _decision(self, turn: Turn) -> dict[str, Any] | None:
        """The verdict as it would be told now, so that the engineer sees the same one."""
        if not turn.task.slots.get("purchased"):
            return None
        found = decide(case_of(dict(turn.task.slots), turn.kb, turn.context.now.date()), turn.kb).to_json()
        return {name: found[name] for name in ("outcome", "until", "assuming", "citations", "on") if found[name]}


def _takes_the_offer(wish: Wish) -> bool:
    """直接登记; 我就想修, whatever it is taken for."""
    asked_for = "service" in wish.asks and "question" not in wish.asks
    return asked_for or (wish.sure and wish.intent in TAKES_THE_OFFER and not _asks_if_mended(wish))


def _asks_for_somebody(wish: Wish) -> bool:
    """Whether somebody is to come, or only a trouble is told."""
    wants = wish.sure and wish.intent not in ASKED_FOR_NOTHING and not _asks_if_mended(wish)
    return wants or wish.has("visit", *CONTACT) or "service" in wish.asks


def _asks_if_mended(wish: Wish) -> bool:
    """坏了你们修不 asks for nobody yet."""
    return {"mend", "question"} <= wish.asks


def _kind_of(wish: Wish, known: Mapping[str, Any]) -> str:
    """What is booked: an installation, or upkeep of what is not broken, or a repair; what was asked of before, where
    nothing is said to be broken (上门装个热水器多少钱, 那约一个)."""
    if wish.has("fault"):
        return "repair"
    before = known.get("last", {}).get("question", "") if not known.keys() & {"fault", "description"} else ""
    asks = wish.asks | (asked_in(before) & {"maintenance", "installation"})
    if "maintenance" in asks:
        return "maintenance"
    return "installation" if wish.intent == "book_installation" or "installation" in asks else "repair"


def _bring_in_a_person_if_urgent(turn: Turn, ticket: Ticket) -> None:
    if ticket.priority is Priority.URGENT:
        turn.say("repair.urgent")
        turn.call("hand_over", reason="urgent", summary=f"urgent {ticket.no}")


def span(days: list[str] | None) -> dict[str, str] | None:
    return {"from": days[0], "to": days[1]} if days else None


def charge(decision: Mapping[str, Any] | None) -> str:
    """Nobody is promised a free repair before an engineer has looked."""
    return "paid" if decision and decision["outcome"] == "not_covered" else "to_check"
