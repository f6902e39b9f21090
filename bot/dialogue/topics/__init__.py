"""Every topic by its name, and which intent opens which."""

from __future__ import annotations

from bot.dialogue.topics.acceptance import Acceptance
from bot.dialogue.topics.base import Topic
from bot.dialogue.topics.bill import Bill
from bot.dialogue.topics.cancel import Cancel
from bot.dialogue.topics.check import Check
from bot.dialogue.topics.complaint import Complaint
from bot.dialogue.topics.contacts import Contacts
from bot.dialogue.topics.coverage import Coverage
from bot.dialogue.topics.details import Details
from bot.dialogue.topics.fees import Fees
from bot.dialogue.topics.goods import Goods
from bot.dialogue.topics.lead import Lead
from bot.dialogue.topics.message import Message
from bot.dialogue.topics.policy import Policy
from bot.dialogue.topics.progress import Progress
from bot.dialogue.topics.quote import Quote
from bot.dialogue.topics.rating import Rating
from bot.dialogue.topics.refund import Refund
from bot.dialogue.topics.repair import Repair
from bot.dialogue.topics.reschedule import Reschedule
from bot.dialogue.topics.returns import Returns
from bot.dialogue.topics.rework import Rework
from bot.dialogue.topics.small import Handoff, Safety, Smalltalk, Stop, Unsure
from bot.dialogue.topics.terms import Period
from bot.dialogue.topics.urge import Urge

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Coverage(),
        Period(),
        Repair(),
        Complaint(),
        Progress(),
        Reschedule(),
        Details(),
        Cancel(),
        Urge(),
        Quote(),
        Rating(),
        Acceptance(),
        Rework(),
        Goods(),
        Check(),
        Lead(),
        Refund(),
        Bill(),
        Message(),
        Fees(),
        Policy(),
        Contacts(),
        Returns(),
        Handoff(),
        Safety(),
        Smalltalk(),
        Stop(),
        Unsure(),
    )
}
BY_INTENT: dict[str, str] = {intent: topic.name for topic in TOPICS.values() for intent in topic.intents}
