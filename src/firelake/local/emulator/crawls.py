"""Crawls when a crawler is started: MiniStack only waits, and finds nothing."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region

from firelake.formats.emulation import LocalError
from firelake.local.emulator.answers import refusal

if TYPE_CHECKING:
    from firelake.local.emulator.answers import Answer

START_CRAWLER: Final = "AWSGlue.StartCrawler"


async def crawled(body: bytes) -> Answer | None:
    """Do the work of a crawler that MiniStack has started.

    Args:
        body: The request, which MiniStack has taken.

    Returns:
        None once all is registered; else what is answered instead: the crawler is configured for
        what is not done here, or its role lacks a permission.
    """
    name = str(json.loads(body)["Name"])
    root = {
        "AWS_ENDPOINT_URL": f"http://{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}",
        "AWS_ACCESS_KEY_ID": str(get_account_id()),
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": str(get_region()),
    }
    try:
        await asyncio.to_thread(_crawl, root, name)
    except (LocalError, ClientError) as error:
        return refusal("OperationNotSupportedException", str(error))
    return None


def _crawl(root: dict[str, str], name: str) -> None:
    # Few lakes of a laptop are crawled, and each would start later by these imports.
    from athena_on_duckdb.clients import Clients  # noqa: PLC0415
    from athena_on_duckdb.crawl import crawl  # noqa: PLC0415

    clients = Clients(root)
    try:
        crawl(clients, name)
    finally:
        clients.close()
