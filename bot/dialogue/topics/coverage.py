"""Is this covered? Asks only what can change the verdict, says it with both readings, offers what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from bot.dialogue.sources import SURELY, rule_asked
from bot.dialogue.state import WORD_FACTS, Task
from bot.dialogue.topics.base import NO, Topic
from bot.dialogue.topics.circumstances import matters_somewhere, tell_of
from bot.dialogue.turn import Turn, Wish
from bot.text.questions import asks_only_how_long
from policies_kb.calendar import DayRange
from policies_kb.case import DAY_FACTS, Case
from policies_kb.coverage import Decision, decide
from policies_kb.effects import Scope, Term
from policies_kb.model import Clause, Knowledge, ValueKind
from policies_kb.rules import Outcome
from policies_kb.search import Fit

CASE_FACTS = WORD_FACTS | {"brand", "product", "part", "purchased", "made", "repaired", "card_months"}
A_CIRCUMSTANCE = 3  # characters told after a verdict, from which they are no mere 好吧
A_RULE = 6  # characters, from which a question may be about more than this appliance's cover
A_STORY = 8  # characters told, without which an exclusion is not what was asked for
PLAINLY = 0.8  # the certainty from which one that tells little is, too
#: What is said of a visit or a customer: it belongs to a booking, even where a verdict is in hand.
OF_A_BOOKING = ("visit", "phone", "address", "name")

IF_COVERED, ANYHOW = "if_covered", "anyhow"


class Coverage(Topic):
    name = "coverage"
    intents = frozenset({"ask_coverage"})
    uses: ClassVar[frozenset[str]] = CASE_FACTS | {"fault", "description"}

    def takes(self, task: Task, wish: Wish) -> bool:
        if any(problem.slot in CASE_FACTS for problem in wish.problems):
            return True
        if wish.has(*OF_A_BOOKING) and not wish.has(*CASE_FACTS):
            return False
        if wish.has(*CASE_FACTS - {"brand", "product"}):
            return True
        if wish.has("brand", "product") and wish.intent in ("inform", "correct", "ask_coverage", "describe_fault"):
            return True
        if wish.has("no_card", *task.asked) or wish.facts.get("request") in ("sources", "card"):
            return True
        if task.stage == "told":
            tells = wish.intent in ("inform", "correct") and "question" not in wish.asks
            return wish.intent == NO or (tells and len(wish.told) >= A_CIRCUMSTANCE)
        return wish.intent in ("inform", NO)  # 不记得了

    def step(self, turn: Turn) -> None:
        wish, request = turn.wish, turn.wish.facts.get("request")
        if problems := [problem for problem in wish.problems if problem.slot != "visit"]:
            for problem in problems:
                turn.say(f"problem.{problem.code}", **problem.data)
            turn.change(stage="asking", asked=tuple(dict.fromkeys(problem.slot for problem in problems)))
        elif "other_brand" in wish.facts and "brand" not in wish.facts:
            turn.say("other_brand", name=wish.facts["other_brand"])
            turn.finish()
        elif request == "card" and "card_months" not in wish.facts:
            turn.ask("card_months", code="coverage.ask_card")
        elif request == "sources" and turn.task.stage == "told":
            turn.say("coverage.sources", decision=self._decision(turn))
        elif turn.task.stage == "told" and wish.intent == NO and not wish.has(*CASE_FACTS):
            turn.finish()
            turn.say("as_you_like")
        elif turn.task.stage == "told" and wish.intent in ("inform", "correct") and not wish.has("no_card", *self.uses):
            self._note(turn)
        else:
            turn.fill({name: value for name, value in wish.facts.items() if name in self.uses})
            self._tell(turn)

    def _note(self, turn: Turn) -> None:
        """A circumstance that no fact of the case holds: it goes to the engineer, and the verdict is no last word."""
        found = rule_asked(turn.desk, turn.wish)
        if found.fit is Fit.ANSWERS and found.certainty >= PLAINLY and found.clauses[0].topic == "proof":
            turn.say("policy.told", brand=turn.desk.known.get("brand"), clauses=found.clauses)  # 保修卡也丢了
            return
        told = [turn.desk.known.get("description"), turn.wish.words]
        turn.fill({"description": " / ".join(filter(None, told))})
        excluded = self._decision(turn).outcome is Outcome.NOT_COVERED
        turn.say("coverage.noted_only" if excluded else "coverage.noted")

    def again(self, turn: Turn) -> None:
        decision = self._decision(turn)
        if turn.task.stage == "asking" and decision.missing:
            turn.say("again")
            turn.ask(decision.missing[0], code="coverage.ask", slot=decision.missing[0], decision=decision)

    def _decision(self, turn: Turn, *, without: str | None = None) -> Decision:
        known = {name: value for name, value in turn.desk.known.items() if name != without}
        return decide(case_of(known, turn.kb, turn.context.now.date()), turn.kb)

    def _tell(self, turn: Turn) -> None:
        self._hear_of_a_visit(turn)
        decision, known = self._decision(turn), dict(turn.desk.known)
        self._tell_the_rule(turn, decision)
        if decision.outcome is Outcome.NEED_FACTS:
            self._ask_for_facts(turn, decision, known)
        else:
            self._tell_the_verdict(turn, decision, known)

    def _ask_for_facts(self, turn: Turn, decision: Decision, known: Mapping[str, Any]) -> None:
        """No verdict yet: what can be said without one, and the question for what is missing."""
        only_asks = self._tell_of_circumstances(turn)
        if turn.says:
            only_asks |= "last" in known and "question" in turn.wish.asks  # one question of several
            self._remember_what_was_asked(turn)
        if len(turn.desk.tasks) > 1 and turn.says:
            turn.finish()  # what waits below comes back
        elif only_asks and "purchased" in decision.missing and not known.keys() & {"fault", "description"}:
            self._offer_to_count(turn)
        else:
            self._ask(turn, decision)

    def _tell_the_verdict(self, turn: Turn, decision: Decision, known: Mapping[str, Any]) -> None:
        """The verdict; in short where the customer has told more since, and it has changed nothing."""
        before, verdict = turn.task.slots.get("verdict"), _substance(decision)
        unchanged, noted = before == verdict, False
        if unlisted := self._unlisted(turn, decision):
            turn.say("coverage.unlisted", what="、".join(turn.kb.facts[n].values[v].zh for n, v in unlisted))
        elif before is not None and turn.wish.has(*CASE_FACTS) and turn.wish.intent != "ask_coverage":
            noted = unchanged and not turn.wish.has("brand", "product", "part")
            turn.say("coverage.unchanged" if unchanged else "coverage.changed", decision=decision)
        turn.change(
            stage="told",
            asked=("card_months",) if "warranty_card" in decision.settled_by else (),
            slots={**turn.task.slots, "verdict": verdict},
        )
        below = len(turn.desk.tasks) > 1
        books = not below and turn.desk.known.get("wants_visit") in _books_on(decision)
        turn.say(
            "coverage.verdict",
            decision=decision,
            known=known,
            offer=not (below or books),
            unchanged=unchanged,
            noted=noted,
            told=turn.wish.words,
        )
        if below:  # what the question interrupted comes back
            turn.finish()
        elif books:
            turn.hand_on("repair")

    @staticmethod
    def _hear_of_a_visit(turn: Turn) -> None:
        """还在保吗,在保的话明天下午来修: a visit that the verdict may lead to."""
        wants = turn.wish.has("visit") or "service" in turn.wish.asks
        if wants and turn.wish.asks & {"question", "cover", "if_covered"}:
            wanted = IF_COVERED if "if_covered" in turn.wish.asks else ANYHOW
            turn.desk = turn.desk.learn({"wants_visit": wanted})

    def _tell_the_rule(self, turn: Turn, decision: Decision) -> None:
        """没有发票还能保修吗: the rule that was asked for comes before the question or verdict on this appliance,
        unless the verdict names it itself."""
        found = rule_asked(turn.desk, turn.wish) if turn.wish.intent in self.intents else None
        surely = SURELY if turn.wish.has(*WORD_FACTS) else PLAINLY
        only_that = asks_only_how_long(turn.wish.text)  # 还在保修期吗
        if len(turn.wish.words) < A_RULE or only_that or found is None or found.certainty < surely:
            return
        first = found.clauses[0]
        says_little = len(turn.wish.told) < A_STORY and not turn.wish.has("part")
        unsure = (found.certainty < PLAINLY or says_little) and not _is_told(first, turn.wish)
        after_repair = first.topic == "repair_warranty" and "修" not in turn.wish.text
        if after_repair or first.topic == "warranty" or (first.topic == "exclusions" and unsure):
            return
        if "brand" not in turn.desk.known:
            return
        if not {clause.id for clause in found.clauses} & {citation.clause for citation in decision.citations}:
            turn.say(f"policy.{found.code}", brand=turn.desk.known["brand"], clauses=found.clauses)

    def _tell_of_circumstances(self, turn: Turn) -> bool:
        """自己拆过,还保吗: what the sources make of it needs no day of purchase. Each circumstance is told of once;
        whether anything was."""
        known, task = turn.desk.known, turn.task
        brand, product = known.get("brand"), known.get("product")
        told = [(name, known[name]) for name in sorted(WORD_FACTS & known.keys())]
        before = task.slots.get("circumstances", {})  # brand → what was told of: 小米的也这样吗 asks it of another
        of_this = before.get(brand, ())
        new = {n: v for n, v in told if v != turn.kb.facts[n].presumed and v not in of_this}
        if brand is None or not new:
            return False
        turn.change(slots={**task.slots, "circumstances": {**before, brand: [*of_this, *new.values()]}})
        brand = turn.kb.catalog.brand_of(brand, product)
        return tell_of(turn, brand, product, new)

    @staticmethod
    def _remember_what_was_asked(turn: Turn) -> None:
        """As after any answer from the sources: 那创维呢 asks the same of another."""
        told = [clause.id for say in turn.says for clause in say.data.get("clauses", ())]
        circumstances = {name: turn.wish.facts[name] for name in WORD_FACTS if name in turn.wish.facts}
        last = {"topic": "policy", "question": turn.wish.text, "circumstances": circumstances, "told": told}
        turn.desk = turn.desk.learn({"last": last})

    def _offer_to_count(self, turn: Turn) -> None:
        """A rule was asked for, and told: whose appliance it is and since when need not be."""
        turn.change(stage="told", asked=("purchased",))
        turn.say("coverage.to_count")
        turn.desk = turn.desk.learn({"asking": True})

    def _unlisted(self, turn: Turn, decision: Decision) -> list[tuple[str, str]]:
        """The circumstances that the message tells of and that change nothing, though other sources make something of
        them: a verdict that looks the same is no promise then."""
        if decision.outcome not in (Outcome.COVERED, Outcome.CONDITIONAL):
            return []
        told = [(name, turn.wish.facts[name]) for name in sorted(WORD_FACTS & turn.wish.facts.keys())]
        told = [(name, value) for name, value in told if turn.kb.facts[name].presumed != value]
        odd = [fact for fact in told if matters_somewhere(turn.kb, *fact)]
        return [fact for fact in odd if _substance(self._decision(turn, without=fact[0])) == _substance(decision)]

    def _ask(self, turn: Turn, decision: Decision) -> None:
        """Ask for the first missing fact; one that was asked and not told exactly enough is not asked for ever."""
        slot, task, known = decision.missing[0], turn.task, turn.desk.known
        tries = int(task.slots.get(f"asked_{slot}", 0)) if task.asked == (slot,) else 0
        if tries >= 2 or (tries == 1 and not turn.wish.has(slot)):
            terms = terms_of(turn.kb, known.get("brand"), known.get("product"))
            turn.change(stage="told", asked=(slot,))
            turn.say("coverage.undecided", slot=slot, clauses=terms)
            return
        turn.change(stage="asking", slots={**task.slots, f"asked_{slot}": tries + 1})
        turn.ask(slot, code="coverage.ask", slot=slot + self._manner(turn, slot), decision=decision)

    @staticmethod
    def _manner(turn: Turn, slot: str) -> str:
        """How it is asked for when it was bought: more closely, or of who has lost the papers."""
        if slot != "purchased":
            return ""
        if turn.desk.known.get("purchased"):
            return "_closer"
        return "_without_papers" if turn.wish.has("no_card") else ""


def _books_on(decision: Decision) -> tuple[str, ...]:
    """Which of the visits wished for beside the question are booked on this verdict."""
    return (ANYHOW, IF_COVERED) if decision.outcome is Outcome.COVERED else (ANYHOW,)


def _is_told(clause: Clause, wish: Wish) -> bool:
    """Whether the message tells of just what the clause is about: 点火慢 is no 跌落."""
    return not clause.when or any(wish.facts.get(name) in values for name, values in clause.when.items())


def _substance(decision: Decision) -> dict[str, Any]:
    """A verdict without what was presumed for it and where it stands: two that agree in it say the same."""
    return {**decision.to_json(), "assuming": None, "citations": None}


def terms_of(kb: Knowledge, brand: str | None, product: str | None, *scopes: Scope) -> list[Clause]:
    """The brand's terms for a product (all of its products, where none is named), of these scopes."""
    wanted = {"all", *kb.catalog.lineage(product)} if product else None
    of_scope = scopes or (Scope.WHOLE_UNIT, Scope.PARTS)
    return [
        clause
        for clause in kb.of_brand(kb.catalog.brand_of(brand or "", product))
        if isinstance(clause.effect, Term) and clause.answerable and clause.effect.scope in of_scope
        if wanted is None or wanted & set(clause.products)
    ]


def case_of(known: dict[str, Any], kb: Knowledge, on: date) -> Case:
    """The case that the facts of a conversation make."""
    days = {name: DayRange(*map(date.fromisoformat, known[name])) for name in DAY_FACTS if known.get(name)}
    brand = kb.catalog.brand_of(known["brand"], known.get("product")) if known.get("brand") else None
    return Case(
        on=on,
        brand=brand,
        product=known.get("product"),
        part=known.get("part"),
        purchased=days.get("purchased"),
        made=days.get("made"),
        repaired=days.get("repaired"),
        card_months=known.get("card_months"),
        facts={name: known[name] for name, f in kb.facts.items() if f.kind is ValueKind.WORD and known.get(name)},
    )
