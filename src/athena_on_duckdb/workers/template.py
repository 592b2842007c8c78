"""What every worker is a copy of: imported once, before any, with all that each would read anew.

Of AWS's service models it takes a tenth of a second each; making a client reads its model. Of
pyiceberg it takes a second: a worker that was slow is not kept, and the next would be slow for want
of it.
"""

from __future__ import annotations

from typing import Final

from athena_on_duckdb.clients import Clients
from athena_on_duckdb.iceberg import library
from athena_on_duckdb.workers import child

_NOWHERE: Final = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}


def _read_models() -> None:
    clients = Clients(_NOWHERE)
    for service in child.CLIENTS:
        clients.client(service)
    clients.close()


_read_models()
library.preload()
