#!/usr/bin/env bash
# pytest-cov 7.1.0 with pytest-xdist 3.8.0: a test that is marked no_cover is traced all the same where
# xdist runs it. Each of its processes has two measurements, one upon the other; the mark stops the
# upper one, and with that the lower one goes on. What the mark is to save is not saved.
# Guess: as without xdist, nothing looks on while such a test runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install pytest==9.2.0 pytest-cov==7.1.0 pytest-xdist==3.8.0 coverage==7.17.3
cd "$folder"
cat > test_mark.py <<'PYTHON'
import pytest
from coverage import Coverage


@pytest.mark.no_cover
def test_it():
    with open("seen", "a") as file:
        file.write(f"{Coverage.current() is not None}\n")
PYTHON

rm -f seen
for options in "" "-n 1"; do
    # Unquoted: two words or none.
    venv/bin/python -m pytest -q --cov $options > told
done
seen=$(cat seen)
expected=$(cat <<'SEEN'
False
True
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
