"""Which code is said how. A code that is not listed here is a plain sentence of its own name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.wording import answers, requests, speech, tickets, verdict
from bot.wording.card import Card
from bot.wording.sentences import entry, has, replies, sentence
from policies_kb.model import Knowledge

Data = Mapping[str, Any]
Saying = Callable[[Knowledge, date, Data], Card]

#: The card type of plain sentences, by the first part of their code.
_TYPES = {
    "problem": "ask",
    "channel": "refusal",
    "other_brand": "refusal",
    "brand_needed": "ask",
    "ask_brand": "ask",
}


def plain(code: str, data: Data) -> Card:
    """A sentence with its values filled in, and its quick replies."""
    values = {name: value for name, value in data.items() if isinstance(value, str | int)}
    first, _, rest = code.partition(".")
    kind = "ask" if rest.startswith("ask_") else _TYPES.get(first, "answer")
    return Card(kind, sentence(code, **values), replies(code))


def _told(path: str, type_: str = "answer") -> Saying:
    return lambda kb, today, d: answers.clauses_told(
        kb,
        path,
        d.get("clauses", ()),
        brand=d.get("brand"),
        product=d.get("product"),
        what=d.get("what", ""),
        type_=type_,
    )


def _registered(path: str) -> Saying:
    return lambda kb, today, d: requests.registered(path, d["ticket"], today)


def _complaint_registered(kb: Knowledge, today: date, d: Data) -> Card:
    clause = kb.clauses.get(d.get("deadline") or "")
    deadline = sentence("complaint.deadline", says=clause.says) if clause else sentence("complaint.no_deadline")
    return requests.registered("complaint.registered", d["ticket"], today, deadline=deadline)


def _choose(kb: Knowledge, today: date, d: Data) -> Card:
    words = entry("choice")
    choices = d["choices"] or ("ask_coverage", "book_repair", "ask_ticket_status")
    return Card("ask", sentence("unsure.choose"), tuple(words[c] for c in (*choices, "request_human")))


def _safety(kb: Knowledge, today: date, d: Data) -> Card:
    return Card("answer", sentence("safety.advice", steps="\n".join(d["hazard"].steps)))


def _ask_day(kb: Knowledge, today: date, d: Data) -> Card:
    hours = speech.hours(d["visit"]).strip()
    return Card("ask", sentence("repair.ask_day", when=hours), replies("repair.ask_day"), missing=("visit",))


def _verdict(kb: Knowledge, today: date, d: Data) -> Card:
    again = d.get("unchanged", False)
    known = {**d["known"], "told": d.get("told", "")}
    offer = d["offer"] and not d["more"]
    noted = offer and d.get("noted", False)
    return verdict.verdict(kb, d["decision"], known, brief=d["more"] or again, noted=noted, offer=offer)


def _unchanged(kb: Knowledge, today: date, d: Data) -> Card:
    outcome = d["decision"].outcome.value
    path = f"coverage.unchanged.{outcome}"
    return Card("answer", sentence(path if has(path) else "coverage.unchanged.other"))


def _undecided(kb: Knowledge, today: date, d: Data) -> Card:
    what = entry("coverage.undecided_what")
    lines = "\n".join(clause.says for clause in d["clauses"])
    text = sentence("coverage.undecided", lines=lines, what=what.get(d["slot"], what["other"]))
    return Card("answer", text, replies("coverage.undecided"), citations=speech.citations(d["clauses"]))


def _change_to(kb: Knowledge, today: date, d: Data) -> Card:
    return Card("ask", sentence(f"change_to.{d['slot']}"), missing=(d["slot"],))


def _handed_over(kb: Knowledge, today: date, d: Data) -> Card:
    return requests.registered("handoff.registered", d["ticket"], today)


def _after_repair(kb: Knowledge, today: date, d: Data) -> Card:
    path = "repair.after_repair" if d["clauses"] else "repair.after_repair_unknown"
    return answers.clauses_told(kb, path, d["clauses"], brand=d["brand"])


def _our_hours(kb: Knowledge, today: date, d: Data) -> Card:
    path = "smalltalk.hours"
    return Card("answer", sentence(path, hours=speech.week(d["hours"])), replies(path))


def _unusual_hours(kb: Knowledge, today: date, d: Data) -> Card:
    hours = speech.times(d["hours"])
    says = "".join(clause.says for clause in d["clauses"])
    own = sentence("repair.brand_hours", says=says) if says else ""
    return Card(
        "answer", sentence("repair.unusual_hours", hours=hours, says=own), citations=speech.citations(d["clauses"])
    )


def _deadline(kb: Knowledge, today: date, d: Data) -> Card:
    clause = kb.clauses[d["deadline"]]
    return Card("answer", sentence("complaint.deadline", says=clause.says), citations=speech.citations([clause]))


def _complaint_contact(path: str) -> Saying:
    return lambda kb, today, d: requests.complaint_contact(path, tuple(d["missing"]))


def _may_cost(kb: Knowledge, today: date, d: Data) -> Card:
    text = sentence("repair.may_cost", says=d["clauses"][0].says)
    return Card("fees", text, citations=speech.citations(d["clauses"]))


def _costs(kb: Knowledge, today: date, d: Data) -> Card:
    lines = "".join(clause.says for clause in d["clauses"])
    text = sentence("ticket.costs", brand=speech.name_of(kb, "brand", d["brand"]), lines=lines)
    return Card("fees", text, citations=speech.citations(d["clauses"]))


#: Sentences about one ticket, which name whatever they like of it (bot.wording.tickets.about).
ABOUT = (
    "progress.shown", "progress.brief", "reschedule.ask_visit", "reschedule.done", "cancel.confirm", "cancel.kept",
    "cancel.done", "urge.counted", "urge.person", "quote.confirm_no", "quote.approved", "quote.declined", "rating.ask",
    "rating.thanks", "rating.poor", "rating.already", "rating.accept_first", "rating.not_over", "acceptance.completed",
    "acceptance.goes_on", "acceptance.sheet_to_come", "acceptance.not_yet", "message.kept", "complaint.repeated",
    "cancel.withdrawn", "stored_before_it_was_let_go",
)  # fmt: skip


#: Short forms: read back and stored in the same words.
FORMS = ("goods", "check", "lead", "refund")


def _own_choice(kb: Knowledge, today: date, d: Data) -> Card:
    says = "".join(clause.says for clause in d["clauses"])
    lines = sentence("refund.own_choice_sources", says=says) if says else ""
    found = tickets.about("refund.own_choice", kb, d["ticket"], today, type_="refusal", lines=lines)
    return replace(found, citations=speech.citations(d["clauses"]))


def _details(kb: Knowledge, today: date, d: Data) -> Card:
    changed = "、".join(speech.name_of(kb, "field", name) for name in d["changed"])
    found = tickets.about("details.done", kb, d["ticket"], today, changed=changed)
    where = sentence("details.now_at", address=d["address"]) if d.get("address") else ""
    return replace(found, text=found.text + where)


def _backup(kb: Knowledge, today: date, d: Data) -> Card:
    return tickets.about("details.backup", kb, d["ticket"], today, end=d["end"])


def _about(path: str) -> Saying:
    return lambda kb, today, d: tickets.about(path, kb, d["ticket"], today)


NOT_NOW = ("reschedule", "details", "cancel", "urge", "quote", "bill", "message")


def _not_now(path: str) -> Saying:
    return lambda kb, today, d: tickets.not_now(path, kb, d["ticket"], today)


def _listed(path: str) -> Saying:
    return lambda kb, today, d: tickets.listed(path, kb, d["tickets"])


def _goods(path: str, type_: str = "answer") -> Saying:
    return lambda kb, today, d: answers.clauses_told(
        kb, path, d["clauses"], brand=d["brand"], what=d["until"], type_=type_
    )


def _form_read_back(path: str) -> Saying:
    return lambda kb, today, d: requests.form_read_back(path, kb, d["slots"])


def _rework(path: str) -> Saying:
    def card(kb: Knowledge, today: date, d: Data) -> Card:
        says = "\n".join(clause.says for clause in d["clauses"])
        lines = sentence("rework.sources", lines=says) if says else ""
        until = d["until"].isoformat() if d["until"] else ""
        found = tickets.about(path, kb, d["ticket"], today, type_="answer", lines=lines, until=until)
        return replace(found, citations=speech.citations(d["clauses"]))

    return card


def _left(path: str) -> Saying:
    return lambda kb, today, d: requests.left(path, kb, d["topic"], d["slots"])


def _ask_phone(kb: Knowledge, today: date, d: Data) -> Card:
    reason = d.get("reason") or "customer_request"
    path = f"handoff.ask_phone.{reason}"
    return Card("handoff", sentence(path if has(path) else "handoff.ask_phone.other"))


def _fee_sources(kb: Knowledge, today: date, d: Data) -> Card:
    lines = ";".join(clause.says.rstrip("。") for clause in d["clauses"])
    return Card(
        "fees",
        sentence("complaint.sources_on_fee", lines=lines),
        citations=speech.citations(d["clauses"]),
    )


SAYINGS: dict[str, Saying] = {
    "coverage.ask": lambda kb, today, d: verdict.question(kb, d["slot"], d["decision"]),
    "coverage.undecided": _undecided,
    "coverage.unchanged": _unchanged,
    "coverage.unwritten": _told("coverage.unwritten", "refusal"),
    "coverage.sources": lambda kb, today, d: verdict.sources(kb, d["decision"]),
    "coverage.verdict": _verdict,
    "details.done": _details,
    "details.backup": _backup,
    "repair.offer": lambda kb, today, d: requests.offer(kb, d["slots"]),
    "repair.ask_day": _ask_day,
    "repair.ask_offer": lambda kb, today, d: requests.offer_again(kb, d["slots"], d["before"]),
    "repair.ask_contact": lambda kb, today, d: requests.contact_question(d["slots"], d["missing"], today),
    "repair.after_repair": _after_repair,
    "repair.after_repair_unknown": _after_repair,
    "repair.may_cost": _may_cost,
    "repair.unusual_hours": _unusual_hours,
    "smalltalk.hours": _our_hours,
    "repair.read_back": lambda kb, today, d: requests.read_back(kb, d["slots"], today),
    "repair.registered": _registered("repair.registered"),
    "repair.registered_before": _registered("repair.registered_before"),
    "complaint.deadline": _deadline,
    **{path: _complaint_contact(path) for path in ("complaint.ask_contact", "complaint.contact_whenever")},
    "complaint.sources_on_fee": _fee_sources,
    "complaint.read_back": lambda kb, today, d: requests.complaint_read_back(kb, d["slots"]),
    "complaint.registered": _complaint_registered,
    "complaint.registered_before": _registered("complaint.registered_before"),
    **{path: _about(path) for path in ABOUT},
    **{f"{wish}.not_now": _not_now(f"{wish}.not_now") for wish in NOT_NOW},
    **{path: _listed(path) for path in ("ticket.ask_which", "ticket.no_such", "progress.which")},
    **{f"left.{code}": _left(f"left.{code}") for code in ("resumed", "shall_we", "let_go")},
    "progress.pushed": lambda kb, today, d: tickets.pushed(d["ticket"], today, d["changes"], kb),
    "progress.news": lambda kb, today, d: tickets.told(d["ticket"], today, d["changes"], kb),
    "quote.shown": lambda kb, today, d: tickets.quote(kb, d["ticket"], d["without"]),
    "cancel.costs": _costs,
    "quote.costs": _costs,
    "rework.free": _rework("rework.free"),
    "rework.to_check": _rework("rework.to_check"),
    "rework.paid": _rework("rework.paid"),
    "rework.other_fault": _rework("rework.other_fault"),
    "handoff.ask_phone": _ask_phone,
    "handoff.registered": _handed_over,
    "change_to": _change_to,
    **{f"{form}.read_back": _form_read_back(f"{form}.read_back") for form in FORMS},
    **{f"{form}.registered": _registered(f"{form}.registered") for form in FORMS},
    **{f"{form}.registered_before": _registered(f"{form}.registered_before") for form in FORMS},
    "refund.sources": _told("refund.sources"),
    "refund.silent": _told("refund.silent"),
    "refund.own_choice": _own_choice,
    "bill.shown": lambda kb, today, d: tickets.bill(kb, d["ticket"]),
    "progress.unrepaired": _told("progress.unrepaired", "fees"),
    "goods.within": _goods("goods.within"),
    "goods.outside": _goods("goods.outside", "refusal"),
    "lead.offers": _told("lead.offers"),
    "lead.none": _told("lead.none", "refusal"),
    "complaint.sources_on_payment": _told("complaint.sources_on_payment"),
    "complaint.sources_on_redo": _told("complaint.sources_on_redo"),
    "repair.registered_several": lambda kb, today, d: tickets.registered_several(kb, d["tickets"], today),
    "repair.similar": lambda kb, today, d: tickets.about(
        f"repair.similar.{'own' if d['own'] else 'other'}", kb, d["ticket"], today, type_="ask"
    ),
    "repair.mode_shop": _told("repair.mode_shop"),
    "repair.mode_mail": _told("repair.mode_mail"),
    "repair.which_shop": _told("repair.which_shop"),
    "repair.which_mail": _told("repair.which_mail"),
    "repair.mode_not_offered": _told("repair.mode_not_offered"),
    "period.told": _told("period.told"),
    "period.rivals": _told("period.rivals"),
    "period.after_repair.told": _told("period.after_repair.told"),
    "period.after_repair.rivals": _told("period.after_repair.rivals"),
    "period.silent": _told("period.silent"),
    "period.unnamed": _told("period.unnamed"),
    "fees.told": _told("fees.told", "fees"),
    "fees.silent": _told("fees.silent", "fees"),
    "policy.sources": lambda kb, today, d: verdict.sources_of(kb, speech.citations(d["clauses"])),
    "policy.told": _told("policy.told"),
    "policy.rivals": _told("policy.rivals"),
    "policy.near": _told("policy.near"),
    "policy.silent": _told("policy.silent", "refusal"),
    "policy.unsaid": _told("policy.unsaid", "refusal"),
    "policy.law": _told("policy.law"),
    "policy.law_near": _told("policy.law_near"),
    "policy.law_silent": _told("policy.law_silent", "refusal"),
    "contacts.told": _told("contacts.told"),
    "returns.counted": lambda kb, today, d: answers.counted(kb, d["brand"], d["reviews"]),
    "contacts.outlets": _told("contacts.outlets"),
    "contacts.silent": _told("contacts.silent", "refusal"),
    "contacts.number_warning": lambda kb, today, d: answers.number_warning(kb, d["number"]),
    "returns.told": _told("returns.told"),
    "returns.silent": _told("returns.silent", "refusal"),
    "unsure.choose": _choose,
    "safety.advice": _safety,
}
