"""Wraps what MiniStack does with a request once it knows who sent it and what was signed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from ministack import app

from firelake.local.emulator.answers import Answer, refusal
from firelake.local.emulator.cbor import call_of
from firelake.local.emulator.crawls import START_CRAWLER, crawled
from firelake.local.emulator.read_backs import is_read_back, read_back

Told = tuple[int, dict[str, str], Any]
Dispatch = Callable[..., Awaitable[Told]]
"""Of method, path, headers by lower case, body, query and id: status, headers and body."""


def closing_gaps(behind: Dispatch) -> Dispatch:
    """Returns what answers as MiniStack does, but takes CBOR, tells all that was put, and crawls.

    MiniStack takes CBOR by itself, but looks for permissions in JSON alone, and then answers with
    texts and numbers where there should be bytes and times.

    Args:
        behind: What MiniStack does.
    """

    async def in_json(
        method: str, path: str, headers: dict[str, str], body: bytes, *others: object
    ) -> Answer:
        answer = Answer(*await behind(method, path, headers, body, *others))
        target = headers.get("x-amz-target", "")
        if answer.is_success and is_read_back(target):
            return replace(answer, body=read_back(target, body, answer.body))
        if answer.is_success and target == START_CRAWLER:
            return await crawled(body) or answer
        return answer

    async def dispatch(
        method: str, path: str, headers: dict[str, str], body: bytes, *others: object
    ) -> Told:
        call = call_of(path, headers)
        if call is None:
            answer = await in_json(method, path, headers, body, *others)
            return answer.status, dict(answer.headers), answer.body
        # Takes the encoding that it undoes out of the headers.
        plain: bytes = cast("Any", app)._decompress_request_body(body, headers)  # noqa: SLF001
        if call.model.has_event_stream_output:
            answer = refusal(
                "InvalidArgumentException",
                f"the embedded cloud answers {call.model.name} in JSON alone, not in CBOR",
            )
        else:
            try:
                translated = call.body(plain)
            except ValueError as error:
                answer = refusal("SerializationException", f"it is not in CBOR: {error}")
            else:
                answer = await in_json(method, "/", call.headers(headers), translated, *others)
        answer = call.answer(answer)
        return answer.status, dict(answer.headers), answer.body

    return dispatch
