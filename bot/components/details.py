"""What a customer's own words hold beside the catalog's: phones, days, places, amounts, numbers.

For whoever asks `/model/parse`. The dialogue reads the text itself (`bot.dialogue.facts`), since
what a bare 2022 means depends on what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import settings
from bot.text.days import DayRange
from bot.text.found import Found
from bot.text.reading import Reading, read
from bot.text.visits import VisitTime

Entity = dict[str, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailExtractor(GraphComponent, EntityExtractorMixin):
    """`bot.text.reading` as entities."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DetailExtractor:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        now = settings.now()
        for message in messages:
            found = entities(read(message.get(TEXT) or "", now))
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data  # nothing that is trained looks at entities


def entities(reading: Reading) -> list[Entity]:
    """The reading's values as JSON; days and hours are [first, last], the role says
    what it is the day of."""
    found = [
        *_plain("phone", reading.phones, lambda phone: phone.number),
        *_plain("ticket_no", reading.ticket_nos, lambda ticket: ticket.no),
        *_plain("person", reading.names, lambda person: person.name),
        *_plain("address", reading.addresses, lambda address: address.text),
        *_plain("city", [a for a in reading.addresses if a.value.city], lambda a: a.city),
        *_plain("amount", reading.amounts, lambda amount: str(amount.high)),
        *_plain("rating", reading.ratings, int),
        *_plain("serial", reading.serials, str),
        *_plain("model", reading.models, str),
        *_days("purchased", reading.purchased),
        *_days("repaired", reading.repaired),
        *_days("other", reading.other_days),
        *_visits(reading.visits),
    ]
    return sorted(found, key=lambda entity: (entity["start"], entity["end"]))


def _plain(name: str, items: Iterable[Found[Any]], value: Callable[[Any], Any]) -> Iterator[Entity]:
    for item in items:
        yield _entity(name, item, value(item.value))


def _days(role: str, items: Iterable[Found[Any]]) -> Iterator[Entity]:
    for item in items:
        if isinstance(item.value, DayRange):  # not a day that no calendar has
            yield _date(role, item, item.value.first, item.value.last)


def _visits(items: Iterable[Found[Any]]) -> Iterator[Entity]:
    for item in items:
        visit = item.value
        if not isinstance(visit, VisitTime):
            continue
        if visit.day:
            yield _date("visit", item, visit.day, visit.day)
        if visit.start or visit.end:
            yield _entity("time", item, [_hour(visit.start), _hour(visit.end)])


def _date(role: str, item: Found[Any], first: date, last: date) -> Entity:
    return {**_entity("date", item, [first.isoformat(), last.isoformat()]), "role": role}


def _hour(at: time | None) -> str | None:
    return at.strftime("%H:%M") if at else None


def _entity(name: str, item: Found[Any], value: Any) -> Entity:
    return {"entity": name, "value": value, "start": item.start, "end": item.end}
