#!/usr/bin/env bash
# segment-analytics-python 2.4.0 and rudder-sdk-python 2.1.9: a time without a zone is local where it is
# within five seconds of now, and UTC otherwise. The same clock's reading of ten seconds ago is hours
# away from that of now, so a queue that is a little late sends events in another order and day.
# Guess: naive times are all local, or all UTC.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install segment-analytics-python==2.4.0 rudder-sdk-python==2.1.9
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import os
import time
from datetime import datetime, timedelta

os.environ["TZ"] = "America/New_York"
time.tzset()
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient


def offset(client, ago_s):
    moment = datetime.now() - timedelta(seconds=ago_s)
    sent = datetime.fromisoformat(client.track("user", "event", {}, timestamp=moment)[1]["timestamp"])
    local = moment.astimezone().utcoffset()
    return "local" if sent.utcoffset() == local else str(sent.tzinfo)


for name, client in (("segment", SegmentClient("key", send=False)), ("rudder", RudderClient("key", send=False))):
    for ago_s in (0, 3, 10, 3600):
        print(f"{name}, {ago_s} s ago: taken as {offset(client, ago_s)}")
PYTHON
)
expected=$(cat <<'SEEN'
segment, 0 s ago: taken as local
segment, 3 s ago: taken as local
segment, 10 s ago: taken as UTC
segment, 3600 s ago: taken as UTC
rudder, 0 s ago: taken as local
rudder, 3 s ago: taken as local
rudder, 10 s ago: taken as UTC
rudder, 3600 s ago: taken as UTC
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
