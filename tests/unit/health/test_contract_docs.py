"""The data dictionary: all of the contract is in it, and its text is shown as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from firelake.contract.events import load_contract, parse_contract
from firelake.health.contract_docs import data_dictionary
from tests.helpers.contracts import LEARNING, is_example_in_place

PAGE: Final = Path(__file__).parents[3] / "docs" / "events.md"
SMALL: Final = """
version = 3

[every_event]
optional = ["user_id"]

[fields]
user_id = { type = "string", description = "Who | <b>whose</b>." }
amounts = { type = "array<decimal(10,2)>", since = 3, description = "Of *each* line_item_." }

[events."shop:order:paid"]
description = "Paid."
required = ["user_id", "amounts"]

[events.ping]
description = "A device\\nis there."
"""


def test_a_small_contract_is_a_page_as_written_out() -> None:
    page = data_dictionary(parse_contract(SMALL))
    assert page.startswith(
        "# Events, contract version 3\n\n"
        "2 events of 2 types. `firelake contract docs` writes this page.\n\n"
        "## Every event\n\n"
        "| column | type | from | meaning |\n"
        "| --- | --- | --- | --- |\n"
        "| `event_uuid` | string | the producer |"
        " Identity of the event; every copy of it has the same. |\n"
    )
    assert page.endswith(
        "An event may also carry these fields, and some must:\n\n"
        "| field | type | required | since | meaning |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| `user_id` | string |  | 1 | Who \\| \\<b\\>whose\\</b\\>. |\n\n"
        "## ping\n\n"
        "### ping\n\n"
        "A device is there. View: `event_ping`.\n\n"
        "## shop\n\n"
        "### shop:order:paid\n\n"
        "Paid. View: `event_shop__order__paid`.\n\n"
        "| field | type | required | since | meaning |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| `user_id` | string | yes | 1 | Who \\| \\<b\\>whose\\</b\\>. |\n"
        "| `amounts` | array\\<decimal(10,2)\\> | yes | 3 | Of \\*each\\* line_item\\_. |\n\n"
        "## Fields\n\n"
        "In the order of the columns of `events`.\n\n"
        "| field | type | since | events |\n"
        "| --- | --- | --- | --- |\n"
        "| `user_id` | string | 1 | `shop:order:paid`, `ping` |\n"
        "| `amounts` | array\\<decimal(10,2)\\> | 3 | `shop:order:paid` |\n"
    )


def test_what_is_asked_of_values_and_what_has_an_end_is_told() -> None:
    page = data_dictionary(
        parse_contract(
            """version = 3
[every_event]
required = ["tenant"]
[fields]
tenant = { type = "bigint", min = 1, description = "Whose." }
plans = { type = "array<string>", enum = ["free", "pro"], description = "Paid." }
prices = { type = "map<string,bigint>", min = 0, description = "By country." }
coupon = { type = "string", until = 2, pattern = "^[A-Z]*$", description = "Code." }
[events.a]
description = "First."
optional = ["plans", "prices", "coupon"]
until = 3
[events.b]
description = "Second."
until = 1
"""
        )
    )
    rows = [line for line in page.splitlines() if line.startswith(("| `", "First", "Second"))]
    assert rows[-10:-4] == [
        "| `tenant` | bigint | yes | 1 | Whose. At least 1. |",
        "First. Sent until version 3. View: `event_a`.",
        "| `plans` | array\\<string\\> |  | 1 | Paid. Each member one of 'free', 'pro'. |",
        "| `prices` | map\\<string,bigint\\> |  | 1 | By country. Each value at least 0. |",
        (
            "| `coupon` | string |  | 1 | Code. Matching ^\\[A-Z\\]\\*$. **Deprecated.**"
            " Sent until version 2. |"
        ),
        "Second. **Deprecated.** Sent until version 1. View: `event_b`.",
    ]


def test_every_event_and_every_field_of_a_large_contract_is_in_its_page() -> None:
    page = data_dictionary(LEARNING)
    for name in LEARNING.events:
        assert f"\n### {name}\n" in page
    index = page.partition("\n## Fields\n")[2]
    assert [line.split("`")[1] for line in index.splitlines() if line.startswith("| `")] == [
        *LEARNING.fields
    ]


def test_the_page_in_the_docs_is_that_of_the_contract() -> None:
    page = PAGE.read_text()
    if page == data_dictionary(LEARNING) and not is_example_in_place():
        pytest.skip("docs/events.md is of the example still: firelake contract docs writes yours")
    assert page == data_dictionary(load_contract()), (
        "write it anew: firelake contract docs --out docs/events.md"
    )
