"""Parts of URLs, which are read as java.net.URI reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Uri:
    """A URI; what it lacks is an empty text.

    Attributes:
        protocol: Its scheme.
        host: Its host, where the authority is one of a server.
        port: The port, or nothing.
        path: The path, decoded.
        query: The query as it stands there, or none.
        fragment: The fragment, decoded.
    """

    protocol: str
    host: str
    port: str
    path: str
    query: str | None
    fragment: str


@lru_cache(maxsize=256)
def _read(url: str) -> _Uri | None:
    found = _URI.fullmatch(url)
    if found is None or _ILLEGAL.search(url):
        return None
    scheme, authority, path, query, fragment = found.groups()
    if scheme is None and authority is None and ":" in path.split("/")[0]:
        return None
    if authority == "" and not path:
        return None
    opaque = scheme is not None and authority is None and not path.startswith("/")
    if opaque and not path:
        return None
    if not opaque and re.search(r"[\[\]]", path):
        return None
    server = _SERVER.fullmatch(authority or "")
    host, port = server.groups("") if server else ("", "")
    if port and int(port) > _MAX_PORT:
        host, port = "", ""
    return _Uri(
        scheme or "",
        host,
        port and str(int(port)),
        "" if opaque else unquote(path),
        None if opaque else query,
        unquote(fragment or ""),
    )


def url_part(url: str, part: str) -> str | None:
    """Give a part of a URL, an empty text where it lacks it; none where it is no URL."""
    uri = _read(url)
    if uri is None or (part == "port" and not uri.port):
        return None
    return unquote(uri.query or "") if part == "query" else getattr(uri, part)


def url_parameter(url: str, name: str) -> str | None:
    """Give the first value of a parameter of a URL's query."""
    uri = _read(url)
    if uri is None or uri.query is None:
        return None
    for pair in uri.query.split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return url_decode(value)
    return None


def url_encode(value: str) -> str:
    """Write a text as a form does."""
    return quote_plus(value, safe="*-._").replace("~", "%7E")


def url_decode(value: str) -> str:
    """Read a text that a form wrote."""
    if re.search(r"%(?![0-9a-fA-F]{2})", value):
        wrong("Illegal hex characters in escape (%) pattern")
    return unquote_plus(value)
