#!/usr/bin/env bash
# aws-kinesis-agg 1.2.3: installed alone it cannot be imported, as it needs six, which it does not
# declare. Beside boto3 it works, because python-dateutil brings six.
# Guess: a package of this age declares what it imports.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install aws-kinesis-agg==1.2.3
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
try:
    import aws_kinesis_agg.aggregator
except ModuleNotFoundError as error:
    print(error)
PYTHON
)
expected=$(cat <<'SEEN'
No module named 'six'
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
