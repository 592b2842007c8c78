#!/usr/bin/env bash
# Canonical JSON for ids made of fields: jcs 0.2.1 writes two whole numbers beyond 2^53 that differ as
# the same text, so that two events have one id; rfc8785 0.1.4 refuses both.
# Guess: every digit of an integer, or an error (RFC 8785 has IEEE doubles alone).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install jcs==0.2.1 rfc8785==0.1.4
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import jcs
import rfc8785

for number in (9_007_199_254_740_992, 9_007_199_254_740_993):
    print("jcs:", jcs.canonicalize({"sequence": number}).decode())
    try:
        print("rfc8785:", rfc8785.dumps({"sequence": number}).decode())
    except rfc8785.CanonicalizationError as error:
        print("rfc8785:", type(error).__name__)
PYTHON
)
expected=$(cat <<'SEEN'
jcs: {"sequence":9007199254740992}
rfc8785: IntegerDomainError
jcs: {"sequence":9007199254740992}
rfc8785: IntegerDomainError
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
