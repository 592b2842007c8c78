"""Keeps requests to this machine from a proxy that the environment names.

botocore, awswrangler, curl and Go's clients all send requests for 127.0.0.1 to the proxy unless
NO_PROXY has it; which of its two spellings they read first differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_PROXY: Final = ("NO_PROXY", "no_proxy")
# Python reads these in any mix of cases, which urllib.request.getproxies_environment shows.
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_EVERYTHING: Final = "*"


def no_proxy_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables with which requests to loopback go there, and all others as before.

    Args:
        environment: The variables of a process, some of which may name a proxy.
    """
    named = [
        host.strip()
        for variable, hosts in environment.items()
        if variable.lower() == "no_proxy"
        for host in hosts.split(",")
        if host.strip()
    ]
    # Alone it stands for every host; within a list some clients take it for a name.
    hosts = [_EVERYTHING] if _EVERYTHING in named else dict.fromkeys((*named, *_LOOPBACK))
    return dict.fromkeys(_NO_PROXY, ",".join(hosts))


def loopback_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns `no_proxy_variables` where the environment names a proxy, and nothing elsewhere.

    Any of them keeps Python from the proxies in macOS's settings, which leave loopback alone.
    """
    is_behind_one = any(name.lower() in _PROXIES for name, proxy in environment.items() if proxy)
    return no_proxy_variables(environment) if is_behind_one else {}
