"""Botocore's descriptions of AWS's services, parsed once for a run of tests.

Each session of botocore parses them anew, which takes longer than most of what is tested does. It
shares what it parsed among its own clients, so that to share more of it changes nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from botocore.loaders import JSONFileLoader


def parse_service_models_once() -> None:
    """Keep what is read from the files of botocore and boto3 until the process ends."""
    loader = cast("Any", JSONFileLoader)
    read_file = loader().load_file

    @cache
    def load_file(path: str) -> object:
        return read_file(path)

    loader.load_file = staticmethod(load_file)
