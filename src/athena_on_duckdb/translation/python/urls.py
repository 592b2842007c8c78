"""Parts of URLs, which are read as java.net.URI reads them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus, unquote, unquote_plus

from athena_on_duckdb.translation.java_format import wrong

_URI: Final = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
_ILLEGAL: Final = re.compile(
    r"[\x00-\x20\x7f-\xa0\u2000-\u200a\u2028\u2029\u3000<>\"{}|\\^`]|%(?![0-9a-fA-F]{2})"
)
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_SERVER: Final = re.compile(
    rf"(?:[^@\[\]]*@)?((?:{_LABEL}\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?"
    r"|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+(?:%\w+)?\])(?::(\d*))?"
)
_MAX_PORT: Final = 2**31 - 1


@lru_cache(maxsize=256)
def _read(url: str) -> dict[str, str | None] | None:
    """Read the parts of a URL; those that it lacks are empty, but its query and its port none."""
    found = _URI.fullmatch(url)
    if found is None or _ILLEGAL.search(url):
        return None
    scheme, authority, path, query, fragment = found.groups()
    if scheme is None and authority is None and ":" in path.split("/")[0]:
        return None
    opaque = scheme is not None and authority is None and not path.startswith("/")
    if not path and (opaque or authority == ""):
        return None
    if not opaque and re.search(r"[\[\]]", path):
        return None
    server = _SERVER.fullmatch(authority or "")
    host, port = server.groups("") if server else ("", "")
    if port and int(port) > _MAX_PORT:
        host, port = "", ""
    return {
        "protocol": scheme or "",
        "host": host,
        "port": str(int(port)) if port else None,
        "path": "" if opaque else unquote(path),
        "query": None if opaque else query,
        "fragment": unquote(fragment or ""),
    }


def url_part(url: str, part: str) -> str | None:
    """Give a part of a URL, an empty text where it lacks it; none where it is no URL."""
    uri = _read(url)
    if uri is None:
        return None
    return unquote(uri["query"] or "") if part == "query" else uri[part]


def url_parameter(url: str, name: str) -> str | None:
    """Give the first value of a parameter of a URL's query."""
    uri = _read(url)
    query = None if uri is None else uri["query"]
    pairs = [] if query is None else [pair.partition("=") for pair in query.split("&")]
    return next((url_decode(value) for key, _, value in pairs if key == name), None)


def url_encode(value: str) -> str:
    """Write a text as a form does."""
    return quote_plus(value, safe="*-._").replace("~", "%7E")


def url_decode(value: str) -> str:
    """Read a text that a form wrote."""
    if re.search(r"%(?![0-9a-fA-F]{2})", value):
        wrong("Illegal hex characters in escape (%) pattern")
    return unquote_plus(value)
