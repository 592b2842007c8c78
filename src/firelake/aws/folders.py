"""A folder of a bucket in the place of a bucket, for a lake that has no bucket of its own.

Whoever reads and writes a lake names objects as `firelake.contract.layout` does. Where the lake is
in the folder `lakes/shop/` of the bucket `data`, its bucket is called `data/lakes/shop`: the client
then asks for `data`, with the folder before each key, and takes it off what is listed. S3 lets no
bucket's name have a slash; the ARN of an access point may have one, and is left alone.
https://boto3.amazonaws.com/v1/documentation/api/latest/guide/events.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from mypy_boto3_s3 import S3Client

_ARN: Final = "arn:"
_FOLDER: Final = "firelake_folder"
_LISTING: Final = "ListObjectsV2"
# What a request names of keys, and what an answer does.
_ASKED: Final = ("Key", "Prefix", "StartAfter")
_LISTED: Final = (("Contents", "Key"), ("CommonPrefixes", "Prefix"))
_ECHOED: Final = ("Prefix", "StartAfter")


def take_folders(client: S3Client) -> None:
    """Lets a client of S3 take a folder of a bucket for a bucket.

    Args:
        client: The client, of which every call may name one.
    """
    # The first to look: botocore itself refuses a bucket's name with a slash.
    events = cast("Any", client).meta.events
    events.register_first("before-parameter-build.s3", _into_the_folder)
    events.register(f"after-call.s3.{_LISTING}", _out_of_the_folder)


def _into_the_folder(
    params: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: object
) -> None:
    bucket, slash, folder = str(params.get("Bucket", "")).partition("/")
    if not slash or bucket.startswith(_ARN):
        return
    folder = f"{folder.rstrip('/')}/"
    context[_FOLDER] = folder
    params["Bucket"] = bucket
    for name in _ASKED:
        if name in params:
            params[name] = folder + params[name]
    if "Delete" in params:
        objects = params["Delete"]["Objects"]
        named = [{**each, "Key": folder + each["Key"]} for each in objects]
        params["Delete"] = {**params["Delete"], "Objects": named}
    if model.name == _LISTING:
        params.setdefault("Prefix", folder)


def _out_of_the_folder(parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    folder = context.get(_FOLDER)
    if folder is None:
        return
    for listed, name in _LISTED:
        for each in parsed.get(listed, ()):
            each[name] = each[name].removeprefix(folder)
    for name in _ECHOED:
        if name in parsed:
            parsed[name] = parsed[name].removeprefix(folder)
