"""Who calls: credentials that were seen being given out, signatures, and the clients of a caller.

A signature does not give away the secret that made it, and a query reads S3 and Glue in the name
of its caller. So calls of STS and IAM that give out credentials pass by here, and are remembered.
"""

from __future__ import annotations

import hmac
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from athena_on_duckdb.api.errors import UnrecognizedClientError
from athena_on_duckdb.clients import Clients

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_on_duckdb.api.requests import Request

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/]+)"
    r"/(?P<service>[^/]+)/aws4_request,\s*SignedHeaders=(?P<signed>[^,\s]+),"
    r"\s*Signature=(?P<signature>[0-9a-f]+)"
)
_ROOT_KEY: Final = re.compile(r"\d{12}")
_INVALID: Final = "The security token included in the request is invalid."
# Far more than roles and users of a lake on one machine.
_MOST_CREDENTIALS: Final = 1000
_MOST_CALLERS: Final = 64


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call.

    Attributes:
        arn: The principal.
        account_id: Its account.
        region: The Region that the call is for.
        clients: Its clients, of the cloud behind.
    """

    arn: str
    account_id: str
    region: str
    clients: Clients

    @property
    def is_root(self) -> bool:
        """Whether it is the account's root user, who may do anything."""
        return self.arn.endswith(":root")

    @property
    def scope(self) -> tuple[str, str]:
        """Where the queries of this caller are: account and Region."""
        return self.account_id, self.region


class Callers:
    """The callers of an endpoint.

    Args:
        environment: The root user's variables, as `Ministack.environment` gives them.
        clients_of: Makes the clients of a caller of his variables.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        clients_of: Callable[[Mapping[str, str]], Clients] = Clients,
    ) -> None:
        self._environment = environment
        self._clients_of = clients_of
        self._lock = threading.Lock()
        self._secrets: OrderedDict[str, tuple[str, str | None]] = OrderedDict()
        self._callers: OrderedDict[tuple[str, str], Caller] = OrderedDict()

    def remember(self, answer: bytes) -> None:
        """Remember the credentials that an answer of STS or IAM gives out, if it does."""
        if b"<SecretAccessKey>" not in answer:
            return
        # Of the cloud behind, which is ours.
        root = ET.fromstring(answer)  # noqa: S314
        for element in root.iter():
            found = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
            if "AccessKeyId" in found and "SecretAccessKey" in found:
                with self._lock:
                    secret = found["SecretAccessKey"], found.get("SessionToken")
                    self._secrets[found["AccessKeyId"]] = secret
                    if len(self._secrets) > _MOST_CREDENTIALS:
                        self._secrets.popitem(last=False)

    def of(self, request: Request) -> Caller:
        """Give the caller of a request, which must be signed with the secret of its access key.

        The root user's signature is not looked at, as everything here is his.

        Raises:
            UnrecognizedClientError: The access key is not known, or did not sign this request.
        """
        match = _AUTHORIZATION.match(request.headers.get("authorization", ""))
        if match is None:
            message = "The request has no AWS Signature Version 4 in its header Authorization."
            raise UnrecognizedClientError(message)
        key, region = match["key"], match["region"]
        if _ROOT_KEY.fullmatch(key):
            return self._caller(key, region, self._environment["AWS_SECRET_ACCESS_KEY"], None)
        with self._lock:
            known = self._secrets.get(key)
        if known is None:
            message = (
                f"{_INVALID} The local Athena knows the credentials that were given out through"
                " AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_IAM of its environment."
            )
            raise UnrecognizedClientError(message)
        secret, token = known
        if request.headers.get("x-amz-security-token") != token:
            raise UnrecognizedClientError(_INVALID)
        signature = _signature(request, Credentials(key, secret, token), match)
        if not hmac.compare_digest(signature, match["signature"]):
            message = "The request signature we calculated does not match the one you provided."
            raise UnrecognizedClientError(message)
        return self._caller(key, region, secret, token)

    def _caller(self, key: str, region: str, secret: str, token: str | None) -> Caller:
        with self._lock:
            if (key, region) in self._callers:
                self._callers.move_to_end((key, region))
                return self._callers[key, region]
        environment = {
            **self._environment,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }
        if token is not None:
            environment["AWS_SESSION_TOKEN"] = token
        clients = self._clients_of(environment)
        identity = clients.call("sts", "GetCallerIdentity", {})
        caller = Caller(str(identity["Arn"]), str(identity["Account"]), region, clients)
        with self._lock:
            self._callers[key, region] = caller
            if len(self._callers) > _MOST_CALLERS:
                # What still runs in his name opens new connections.
                self._callers.popitem(last=False)[1].clients.close()
        return caller


def _signature(request: Request, credentials: Credentials, match: re.Match[str]) -> str:
    """Compute the signature over the headers that were signed, by botocore's own code."""
    signed = match["signed"].split(";")
    headers = {name: request.headers.get(name, "") for name in signed}
    url = f"http://{request.headers.get('host', '')}{request.target}"
    sent = AWSRequest(method=request.method, url=url, headers=headers, data=request.body)
    sent.context["timestamp"] = request.headers.get("x-amz-date", "")
    auth = SigV4Auth(credentials, match["service"], match["region"])
    text = auth.string_to_sign(sent, auth.canonical_request(sent))
    return auth.signature(text, sent)
