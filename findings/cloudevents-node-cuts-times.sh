#!/usr/bin/env bash
# cloudevents 10.0.0 for Node: the time of an event that is read and written is cut to milliseconds and put
# at UTC. Whoever relays sends another time than came, and two events 0.4 ms apart have one time after it.
# Guess: an attribute that the relay does not touch is written as it came (the format allows any fraction).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >log
npm install --silent cloudevents@10.0.0 >>log 2>&1 || { tail -5 log; exit 1; }

seen=$(node - <<'JS'
const { HTTP } = require("cloudevents");

const seconds = ["00.123456+02:00", "00.123856+02:00", "00Z"];
for (const time of seconds.map((each) => `2026-01-01T10:00:${each}`)) {
  const body = JSON.stringify({ specversion: "1.0", id: "1", source: "s", type: "t", time });
  const event = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body });
  console.log(time, "is relayed as", JSON.parse(HTTP.structured(event).body).time);
}
JS
)
expected=$(cat <<'SEEN'
2026-01-01T10:00:00.123456+02:00 is relayed as 2026-01-01T08:00:00.123Z
2026-01-01T10:00:00.123856+02:00 is relayed as 2026-01-01T08:00:00.123Z
2026-01-01T10:00:00Z is relayed as 2026-01-01T10:00:00.000Z
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
