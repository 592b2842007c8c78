#!/usr/bin/env bash
# pulumi 3.272.0: an error that the resource monitor raises reaches the program's caller as its own
# __cause__. Whoever follows the chain of causes, as one does to print them all, never ends.
# Guess: an error's causes are others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install pulumi==3.272.0
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import pulumi
from pulumi.runtime import mocks, set_mocks, test


class Cloud(mocks.Mocks):
    def new_resource(self, args):
        raise ValueError("refused by the cloud")

    def call(self, args):
        return {}


@test
def program():
    pulumi.CustomResource("a:b:C", "name", {"x": 1})


set_mocks(Cloud())
try:
    program()
except ValueError as error:
    print(error, "- its own cause:", error.__cause__ is error)
PYTHON
)
expected=$(cat <<'SEEN'
refused by the cloud - its own cause: True
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
