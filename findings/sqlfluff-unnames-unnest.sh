#!/usr/bin/env bash
# sqlfluff 4.5.0, dialects athena and trino: fix takes AS u (item) away from UNNEST, as nothing asks for u,
# and with it the name of the column that the SELECT asks for. Written u.item, it stays.
# Guess: an alias that names columns is left alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install sqlfluff==4.5.0
cd "$folder"

seen=$(for dialect in athena trino; do
  for column in item u.item; do
    printf 'SELECT %s\nFROM orders\nCROSS JOIN UNNEST(items) AS u (item)\n' "$column" > query.sql
    venv/bin/sqlfluff fix --dialect "$dialect" --rules AL05 query.sql >log 2>&1 || { tail -5 log; exit 1; }
    echo "$dialect:" $(cat query.sql)
  done
done)
expected=$(cat <<'SEEN'
athena: SELECT item FROM orders CROSS JOIN UNNEST(items)
athena: SELECT u.item FROM orders CROSS JOIN UNNEST(items) AS u (item)
trino: SELECT item FROM orders CROSS JOIN UNNEST(items)
trino: SELECT u.item FROM orders CROSS JOIN UNNEST(items) AS u (item)
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
