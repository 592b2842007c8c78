"""Bytes: parts, encodings, checksums and digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Entries


_LONG: Final = 2**31 - 1


def _number(size: int) -> str:
    # What Python gives as NaN, DuckDB takes for NULL.
    found = f"coalesce(athena_from_ieee754({{0}}, {size}), CAST('nan' AS DOUBLE))"
    return f"CASE WHEN {{0}} IS NOT NULL THEN {found} END"


BINARY: Final[Entries] = {
    "reverse(varbinary) -> varbinary": "athena_reverse_bytes({0})",
    "substr(varbinary, bigint) -> varbinary": f"athena_slice_bytes({{0}}, {{1}}, {_LONG})",
    "substr(varbinary, bigint, bigint) -> varbinary": "athena_slice_bytes({0}, {1}, {2})",
    "lpad(varbinary, bigint, varbinary) -> varbinary": "athena_pad_bytes({0}, {1}, {2}, 'left')",
    "rpad(varbinary, bigint, varbinary) -> varbinary": "athena_pad_bytes({0}, {1}, {2}, 'right')",
    "to_hex(varbinary) -> varchar": "hex({0})",
    "from_hex(varchar) -> varbinary": "athena_from_hex({0})",
    "to_base64(varbinary) -> varchar": "to_base64({0})",
    "from_base64(varchar) -> varbinary": "athena_from_base64({0})",
    "to_base64url(varbinary) -> varchar": "translate(to_base64({0}), '+/', '-_')",
    "from_base64url(varchar) -> varbinary": "athena_from_base64(translate({0}, '-_', '+/'))",
    "to_base32(varbinary) -> varchar": "athena_to_base32({0})",
    "from_base32(varchar) -> varbinary": "athena_from_base32({0})",
    # Bytes that are no UTF-8 become the replacement character.
    "from_utf8(varbinary) -> varchar": (
        "coalesce(TRY(decode({0})), athena_decode_or({0}, '\ufffd'))"
    ),
    "from_utf8(varbinary, varchar) -> varchar": "athena_decode_or({0}, {1})",
    "to_big_endian_32(integer) -> varbinary": "athena_big_endian({0}, 4)",
    "to_big_endian_64(bigint) -> varbinary": "athena_big_endian({0}, 8)",
    "from_big_endian_32(varbinary) -> integer": "CAST(athena_from_big_endian({0}, 4) AS INTEGER)",
    "from_big_endian_64(varbinary) -> bigint": "athena_from_big_endian({0}, 8)",
    "to_ieee754_32(real) -> varbinary": "athena_ieee754(CAST({0} AS DOUBLE), 4)",
    "to_ieee754_64(double) -> varbinary": "athena_ieee754({0}, 8)",
    "from_ieee754_32(varbinary) -> real": f"CAST({_number(4)} AS FLOAT)",
    "from_ieee754_64(varbinary) -> double": _number(8),
    "xxhash64(varbinary) -> varbinary": "athena_xxhash64({0})",
    **{
        signature: made
        for name in ("md5", "sha1", "sha256", "sha512")
        for signature, made in {
            f"{name}(varbinary) -> varbinary": f"athena_digest({{0}}, '{name}')",
            f"hmac_{name}(varbinary, varbinary) -> varbinary": (
                f"athena_keyed_digest({{0}}, {{1}}, '{name}')"
            ),
        }.items()
    },
    "crc32(varbinary) -> bigint": "athena_crc32({0})",
}
