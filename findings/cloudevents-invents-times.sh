#!/usr/bin/env bash
# cloudevents 2.2.0: an event that is read without a time gets the time of its reading, and is written
# with it. Whoever relays an event twice sends two that differ; the one who sent it gave no time.
# Guess: an optional attribute that is not there is not there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install cloudevents==2.2.0
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import time

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

sent = b'{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "data": {"a": 1}}'
relays = []
for _ in range(2):
    time.sleep(0.01)
    relays.append(JSONFormat().write(JSONFormat().read(CloudEvent, sent)))
print("sent with a time:", b'"time"' in sent)
print("relayed with a time:", all(b'"time"' in relayed for relayed in relays))
print("two relays of one event are equal:", relays[0] == relays[1])
PYTHON
)
expected=$(cat <<'SEEN'
sent with a time: False
relayed with a time: True
two relays of one event are equal: False
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
