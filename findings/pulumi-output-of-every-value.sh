#!/usr/bin/env bash
# pulumi 3.272.0: Output.from_input of a plain dictionary starts tasks for every value in it, though
# none of them is an output: 604 for 200 columns. The same dictionary given back from apply takes one.
# A program that made a hundred such tables spent more than half of its CPU time there.
# Guess: a value without outputs inside becomes one output.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install pulumi==3.272.0
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import asyncio

import pulumi

table = {"columns": [{"name": f"c{n}", "type": "string", "comment": "A text."} for n in range(200)]}


async def tasks(make):
    made = []

    def counting(loop, coroutine, **others):
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **others)

    asyncio.get_running_loop().set_task_factory(counting)
    assert await make().future() == table
    return len(made)


def plain():
    return pulumi.Output.from_input(table)


def given_back():
    return pulumi.Output.from_input(None).apply(lambda _: table)


print("from_input:", asyncio.run(tasks(plain)))
print("apply:", asyncio.run(tasks(given_back)))
PYTHON
)
expected=$(cat <<'SEEN'
from_input: 604
apply: 1
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
