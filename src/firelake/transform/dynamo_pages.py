"""Claims on pages in DynamoDB: one `UpdateItem` decides up to a hundred events of one page.

`if_not_exists` leaves what is there, and `UPDATED_NEW` shows it: what comes back is ours, or
another's. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from firelake.contract.claim_schedule import FULL_UNITS, IDS_PER_CALL
from firelake.contract.layout import event_type_of
from firelake.contract.names import CLAIM_EXPIRES_AT, CLAIM_KEY, CLAIM_PAGE_FULL, UNREGISTERED
from firelake.transform.claim_pages import decode_value, encode_value
from firelake.transform.claims import Claim, Outcome
from firelake.transform.dynamo_items import raise_if_final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.transform.claim_pages import Slot
    from firelake.transform.claims import Found, Replacement

_MOST_REMEMBERED: Final = 4_096
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class PageCalls(Protocol):
    """What is used of a client of DynamoDB, boto3's or `firelake.transform.dynamo_wire`'s."""

    def update_item(self, **request: Any) -> Any:  # noqa: ANN401 -- as botocore has it
        """Updates one item."""
        ...


class FullPages:
    """The pages that one process has seen full, of late."""

    def __init__(self) -> None:
        """Starts with none."""
        self._pages: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, page: str) -> bool:
        """Whether a page was seen full."""
        return page in self._pages

    def add(self, page: str) -> None:
        """Remembers a page, and forgets the one that was added longest ago."""
        self._pages[page] = None
        while len(self._pages) > _MOST_REMEMBERED:
            self._pages.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Inserted:
    """The answer to one call.

    Attributes:
        outcomes: One a claim, in their order.
        is_full: Whether the page takes no more ids.
    """

    outcomes: Sequence[Outcome | Claim]
    is_full: bool = False


class DynamoPages:
    """The calls that write claims on pages, each for claims of one page."""

    def __init__(self, calls: PageCalls, table: str, full: FullPages) -> None:
        """Takes a client that does not retry, the table's name, and the pages known to be full."""
        self._calls = calls
        self._table = table
        self._full = full

    def is_full(self, page: str) -> bool:
        """Whether a page is known to be full: what it holds is to be read, and nothing written."""
        return page in self._full

    def insert(self, slots: Sequence[Slot], claims: Sequence[Claim]) -> Inserted:
        """Puts claims on their page where it has none for them, unless it is full.

        Args:
            slots: At most 100 of one page.
            claims: One a slot.

        Raises:
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        page = slots[0].page
        values = [_value(each) for each in claims]
        names: dict[str, str] = {"#e": CLAIM_EXPIRES_AT, "#f": CLAIM_PAGE_FULL}
        given: dict[str, object] = {":e": {"N": str(claims[0].expires_at_s)}}
        for number, (slot, value) in enumerate(zip(slots, values, strict=True)):
            names[f"#{number}"] = slot.name
            given[f":{number}"] = {"B": value}
        try:
            answer = self._update(
                page,
                UpdateExpression=_claiming(len(slots)),
                ConditionExpression="attribute_not_exists(#f)",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=given,
                ReturnValues="UPDATED_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ReturnConsumedCapacity="TOTAL",
            )
        except _RefusedError as refused:
            self._full.add(page)
            found = (held_on_page(slot, refused.item) for slot in slots)
            return Inserted(
                [Outcome.FULL if each is None else each for each in found], is_full=True
            )
        if answer is None or "Attributes" not in answer:  # a body cut short parses as an empty one
            return Inserted([Outcome.UNKNOWN] * len(slots))
        is_full = answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0) >= FULL_UNITS
        if is_full:
            self._mark_full(page)
        held = answer["Attributes"]
        outcomes: list[Outcome | Claim] = []
        for slot, value in zip(slots, values, strict=True):
            if slot.name not in held:
                outcomes.append(Outcome.REFUSED)  # nobody knows: it is read next
            elif held[slot.name]["B"] == value:
                outcomes.append(Outcome.DONE)
            else:
                outcomes.append(_claim(slot, held))
        return Inserted(outcomes, is_full=is_full)

    def replace(self, slots: Sequence[Slot], replacements: Sequence[Replacement]) -> list[Outcome]:
        """Writes each claim that is as read, all by one call where nobody changed one meanwhile.

        Args:
            slots: At most 100 of one page.
            replacements: One a slot.

        Raises:
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        outcomes = dict.fromkeys(slots, Outcome.REFUSED)
        left = dict(zip(slots, replacements, strict=True))
        while left:
            read = {slot: _value(each.read) for slot, each in left.items()}
            names: dict[str, str] = {}
            given: dict[str, object] = {}
            for number, (slot, each) in enumerate(left.items()):
                names[f"#{number}"] = slot.name
                given[f":o{number}"] = {"B": read[slot]}
                given[f":n{number}"] = {"B": _value(each.new)}
            try:
                answer = self._update(
                    slots[0].page,
                    UpdateExpression=_renewing(len(left)),
                    ConditionExpression=_as_read(len(left)),
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=given,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except _RefusedError as refused:
                there = {slot: refused.item.get(slot.name, {}).get("B") for slot in left}
                same = {slot: each for slot, each in left.items() if there[slot] == read[slot]}
                if len(same) == len(left):  # the answer does not show what is there
                    break
                left = same
                continue
            outcome = Outcome.UNKNOWN if answer is None else Outcome.DONE
            outcomes.update(dict.fromkeys(left, outcome))
            break
        return [outcomes[slot] for slot in slots]

    def remove(self, slot: Slot, owner: str, claimed_at_ms: int) -> Outcome:
        """Takes a claim off its page if it has the owner and `claimed_at` as read.

        Raises:
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        # Which partition it remembers is no part of the condition, as in an item of its own.
        either = (encode_value(owner, claimed_at_ms, each) for each in ("", UNREGISTERED))
        try:
            answer = self._update(
                slot.page,
                UpdateExpression="REMOVE #0",
                ConditionExpression="#0 IN (:0, :1)",
                ExpressionAttributeNames={"#0": slot.name},
                ExpressionAttributeValues={f":{at}": {"B": each} for at, each in enumerate(either)},
            )
        except _RefusedError:
            return Outcome.REFUSED
        return Outcome.UNKNOWN if answer is None else Outcome.DONE

    def _mark_full(self, page: str) -> None:
        """Marks a page, for good. Where the answer is lost, the next call sees its size again."""
        try:
            answer = self._update(
                page,
                UpdateExpression="SET #f = :f",
                ConditionExpression="attribute_exists(#e)",
                ExpressionAttributeNames={"#e": CLAIM_EXPIRES_AT, "#f": CLAIM_PAGE_FULL},
                ExpressionAttributeValues={":f": {"BOOL": True}},
            )
        except _RefusedError:
            return  # it has expired and gone
        if answer is not None:
            self._full.add(page)

    def _update(self, page: str, **request: object) -> Any:  # noqa: ANN401 -- as botocore has it
        """Calls; None where no answer came."""
        try:
            return self._calls.update_item(
                TableName=self._table, Key={CLAIM_KEY: {"S": page}}, **request
            )
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            if isinstance(error, ClientError):
                response: Mapping[str, Any] = error.response
                if response.get("Error", {}).get("Code") == _CONDITION_FAILED:
                    raise _RefusedError(response.get("Item", {})) from error
            raise_if_final(error, "UpdateItem", self._table)
            return None


def found_on_page(slot: Slot, item: Mapping[str, Any] | None) -> Found:
    """Returns what the item of a page says of a slot.

    Args:
        slot: The slot.
        item: The page's item, None where there is none.
    """
    if item is None:
        return None
    held = held_on_page(slot, item)
    return Outcome.FULL if held is None and CLAIM_PAGE_FULL in item else held


def held_on_page(slot: Slot, item: Mapping[str, Any]) -> Claim | None:
    """Returns the claim that the item of a page holds for a slot."""
    return _claim(slot, item) if slot.name in item else None


class _RefusedError(Exception):
    """The condition of an update does not hold.

    Attributes:
        item: What is there.
    """

    def __init__(self, item: Mapping[str, Any]) -> None:
        super().__init__()
        self.item = item


def _claim(slot: Slot, attributes: Mapping[str, Any]) -> Claim:
    value = decode_value(attributes[slot.name]["B"])
    return Claim(
        slot,
        value.owner,
        slot.event_name,
        slot.created_at_s,
        value.claimed_at_ms,
        int(attributes[CLAIM_EXPIRES_AT]["N"]),
        UNREGISTERED if value.is_unregistered else event_type_of(slot.event_name),
    )


def _value(claim: Claim) -> bytes:
    return encode_value(claim.owner, claim.claimed_at_ms, claim.event_type or "")


@lru_cache(maxsize=IDS_PER_CALL)
def _claiming(count: int) -> str:
    each = (f"#{number}=if_not_exists(#{number},:{number})" for number in range(count))
    return ",".join(("SET #e=if_not_exists(#e,:e)", *each))


@lru_cache(maxsize=IDS_PER_CALL)
def _renewing(count: int) -> str:
    return "SET " + ",".join(f"#{number}=:n{number}" for number in range(count))


@lru_cache(maxsize=IDS_PER_CALL)
def _as_read(count: int) -> str:
    return " AND ".join(f"#{number}=:o{number}" for number in range(count))
