#!/usr/bin/env bash
# pytest 9.2.0 with pytest-xdist 3.8.0: --dist loadgroup takes no notice of xdist_group. Tests of one
# group, marked by hand as xdist's page shows, run in several processes, without a warning. xdist tells
# the group by an attribute of the test that this pytest no longer reads.
# Guess: tests of one group run in one process, as with pytest 8.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > test_group.py <<'PYTHON'
import os
import time

import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(8))
def test_it(number):
    time.sleep(0.2)
    with open("seen", "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\n")
PYTHON

processes() {
    python3 -m venv --clear venv
    venv/bin/pip -qq install "pytest==$1" pytest-xdist==3.8.0
    rm -f seen
    venv/bin/python -m pytest -q -n 2 --dist loadgroup > told
    grep -c . seen
    echo "pytest $1: $(sort -u seen | grep -c .) of 2 processes"
}
seen=$(processes 8.4.2; processes 9.2.0)
expected=$(cat <<'SEEN'
8
pytest 8.4.2: 1 of 2 processes
8
pytest 9.2.0: 2 of 2 processes
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
