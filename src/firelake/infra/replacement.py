"""Refuses a change that would lose data: the guard between a preview and `pulumi up`.

`pulumi preview --json --ignore-protect | python -m firelake.infra.replacement` exits with 0 if
nothing would be lost, with 1 if something would, and with 2 if the preview failed or is not
one. With
`--ignore-protect` Pulumi lists the steps that its own protection would stop; without, it ends at
the first of them and names the resource alone.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.infra.errors import PreviewError
from firelake.infra.history import history_of
from firelake.infra.losses.kept import kept_refusals
from firelake.infra.losses.tables import table_refusals
from firelake.infra.losses.values import value_refusals
from firelake.infra.losses.windows import window_refusals
from firelake.infra.preview import digest_of, errors_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.history import PastUpdate
    from firelake.infra.losses.refusal import Refusal

REFUSED: Final = 1
UNUSABLE: Final = 2


def refusals(
    preview: str, history: Sequence[PastUpdate] | None = None, now: datetime | None = None
) -> tuple[Refusal, ...]:
    """Find every change by which data would be lost or hidden.

    Args:
        preview: What `pulumi preview --json` wrote.
        history: The stack's updates, by which a wider window is judged.
        now: The present moment, UTC; the clock's if None.

    Raises:
        PreviewError: The preview failed for another reason than protection, or the text is none.
    """
    digest = digest_of(preview)
    judged = (
        *kept_refusals(digest),
        *table_refusals(digest),
        *value_refusals(digest),
        *window_refusals(digest, history, now or datetime.now(UTC)),
    )
    # Of a replacement, Pulumi lists several steps: each change counts once.
    found = tuple(dict.fromkeys(judged))
    errors = errors_of(digest)
    if errors and not found:
        message = "the preview failed:\n" + "\n".join(errors)
        raise PreviewError(message)
    if not found and not steps_of(digest):
        # The step of the stack itself is always there.
        message = "the preview has no steps: it did not run, or is not of `pulumi preview --json`"
        raise PreviewError(message)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Read a preview from standard input, report, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m firelake.infra.replacement", description=__doc__
    )
    parser.add_argument(
        "--history",
        type=Path,
        help="what `pulumi stack history --json --page-size 10000` wrote",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="NAME",
        help="name of a resource whose loss was read, is wanted, and is reported only",
    )
    options = parser.parse_args(arguments)
    try:
        preview = sys.stdin.read()
        history = history_of(options.history.read_text("utf-8")) if options.history else None
        found = refusals(preview, history)
        errors = errors_of(digest_of(preview))
    except (OSError, PreviewError) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    refused = [each for each in found if each.name not in options.accept]
    for refusal in found:
        word = "refused" if refusal in refused else "accepted"
        sys.stderr.write(f"{word}: {refusal}\n")
    if errors:
        told = "\n".join(errors)
        sys.stderr.write(
            f"the preview ended before its end, so there may be more: mend this, or let it go on "
            f"with --ignore-protect where protection ended it:\n{told}\n"
        )
        return REFUSED
    return REFUSED if refused else 0


if __name__ == "__main__":
    sys.exit(main())
