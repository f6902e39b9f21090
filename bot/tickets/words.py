"""The words of a ticket: every enum, with its members as they stand in JSON and in the tables."""

from __future__ import annotations

from enum import Enum


class _Word(str, Enum):
    """An enum whose members are their words, printed too."""

    def __str__(self) -> str:
        return str(self.value)


class Kind(_Word):
    """What is asked of the desk."""

    REPAIR = "repair"
    INSTALLATION = "installation"
    MAINTENANCE = "maintenance"
    CHECK = "check"
    RETURN = "return"
    EXCHANGE = "exchange"
    REFUND = "refund"
    COMPLAINT = "complaint"
    CALLBACK = "callback"
    LEAD = "lead"


#: Somebody comes to the customer for these.
VISITED = frozenset({Kind.REPAIR, Kind.INSTALLATION, Kind.MAINTENANCE})


class State(_Word):
    """Where a ticket stands; `bot.tickets.lifecycle` says which states and moves a kind has."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    SCHEDULED = "scheduled"
    DIAGNOSING = "diagnosing"
    QUOTED = "quoted"
    REPAIRING = "repairing"
    PARTS_PENDING = "parts_pending"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    COMPLETED = "completed"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    TAKEN_IN = "taken_in"
    UNRESOLVED = "unresolved"
    HANDLING = "handling"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    REQUESTED = "requested"
    REVIEWING = "reviewing"
    AWAITING_GOODS = "awaiting_goods"
    INSPECTING = "inspecting"
    DONE = "done"
    REFUSED = "refused"


class Category(_Word):
    """What a complaint is about."""

    OVERCHARGE = "overcharge"
    PRIVATE_CHARGE = "private_charge"
    UNAPPROVED_ITEM = "unapproved_item"
    DEPOSIT_REQUEST = "deposit_request"
    LATE = "late"
    NO_CONTACT = "no_contact"
    ATTITUDE = "attitude"
    CONDUCT = "conduct"
    QUALITY = "quality"
    PARTS_KEPT = "parts_kept"
    OTHER = "other"


class Charge(_Word):
    """Who pays: nobody, the customer, or what an inspection will say."""

    FREE = "free"
    PAID = "paid"
    TO_CHECK = "to_check"


class ServiceMode(_Word):
    """Where the work is done: at the customer's, in the shop, by parcel, or by advice from afar."""

    ONSITE = "onsite"
    SHOP = "shop"
    MAIL = "mail"
    REMOTE = "remote"


#: Nobody comes to the customer.
AWAY = frozenset({ServiceMode.SHOP, ServiceMode.MAIL})


class Priority(_Word):
    """Whether a person must look at it first."""

    NORMAL = "normal"
    URGENT = "urgent"


class Outcome(_Word):
    """What `policies_kb.coverage` said, as the ticket remembers it."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    CONDITIONAL = "conditional"
    NEED_FACTS = "need_facts"
    NO_RULE = "no_rule"


class Term(_Word):
    """Where a return or an exchange stands to the brand's clause: `no_rule` where no clause gives days."""

    WITHIN = "within"
    OUTSIDE = "outside"
    NO_RULE = "no_rule"


class Verdict(_Word):
    """What a person decided: on a return, an exchange or a refund; `upheld` on a complaint."""

    APPROVED = "approved"
    REFUSED = "refused"
    UPHELD = "upheld"


class Reason(_Word):
    """Why a move or a change of a ticket was refused."""

    UNKNOWN_TICKET = "unknown_ticket"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_ALLOWED = "not_allowed"
    ALREADY_THERE = "already_there"
    NO_QUOTE = "no_quote"
    NO_CONSENT = "no_consent"
    NO_NOTE = "no_note"
    LACKING = "lacking"
    ALREADY_RATED = "already_rated"
    NOT_OVER = "not_over"
    OVER = "over"
    BAD_VALUE = "bad_value"
    NOT_FOR_THIS_KIND = "not_for_this_kind"
    ALREADY_OPENED = "already_opened"
