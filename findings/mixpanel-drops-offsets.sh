#!/usr/bin/env bash
# mixpanel 5.4.1: a datetime in the properties of an event loses its offset and its fraction of a second:
# 10:00 at +02:00 and 10:00 at UTC, two hours apart, are sent as the same text.
# Guess: converted to UTC, or the offset written, as isoformat does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install mixpanel==5.4.1
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import json
from datetime import datetime, timedelta, timezone

from mixpanel import Mixpanel


class Kept:
    def send(self, endpoint, message, *rest):
        self.message = json.loads(message)


kept = Kept()
moment = datetime(2026, 11, 30, 10, 0, 0, 750_000)
for zone in (timezone.utc, timezone(timedelta(hours=2))):
    Mixpanel("token", consumer=kept).track("user", "event", {"at": moment.replace(tzinfo=zone)})
    print(moment.replace(tzinfo=zone).isoformat(), "is sent as", kept.message["properties"]["at"])
PYTHON
)
expected=$(cat <<'SEEN'
2026-11-30T10:00:00.750000+00:00 is sent as 2026-11-30T10:00:00
2026-11-30T10:00:00.750000+02:00 is sent as 2026-11-30T10:00:00
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
