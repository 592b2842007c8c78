"""A contract in its other forms: what the function and a draft make of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from firelake.contract.layout import Granularity
from firelake.exchange.contract_document import draft_of_objects
from firelake.exchange.draft_text import lawful
from firelake.exchange.json_schema_reading import objects_of_json_schema
from firelake.exchange.odcs_reading import objects_of_odcs
from firelake.exchange.odcs_writing import open_data_contract
from firelake.transform.events import EventReader, RecordPosition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.contract.events import EventContract


def is_taken(contract: EventContract, event: dict[str, Any]) -> bool:
    reader = EventReader(contract, lateness_days=None, granularity=Granularity.DAY)
    position = RecordPosition("s", 1_796_000_000_000)
    return not reader.read(msgspec.json.encode(event), position).problems


def drafted_again(contract: EventContract, schema: dict[str, Any]) -> Iterator[EventContract]:
    """Drafts it of its JSON Schema and of its ODCS document; nothing may be left open."""
    of_schema = objects_of_json_schema(json.dumps(schema), "s.json")
    of_odcs = objects_of_odcs(yaml.safe_dump(open_data_contract(contract, "shop")), "c.yaml")
    for described in (of_schema, of_odcs):
        draft = draft_of_objects(described, "it")
        assert [*draft.open_questions()] == []
        yield lawful(draft)[1]
