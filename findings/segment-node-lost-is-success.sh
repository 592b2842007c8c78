#!/usr/bin/env bash
# @segment/analytics-node 3.1.0: an event with a BigInt in its properties is not sent, and its callback is
# called as that of the events that were: no error, no failed delivery, no error event of the client.
# @rudderstack/rudder-sdk-node 3.0.13 throws; posthog-node 5.70.0 sends the digits as a text.
# Guess: the callback gets the error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >log
npm install --silent @segment/analytics-node@3.1.0 @rudderstack/rudder-sdk-node@3.0.13 posthog-node@5.70.0 \
  >>log 2>&1 || { tail -5 log; exit 1; }

cat > send.mjs <<'JS'
import http from "http";
import { Analytics } from "@segment/analytics-node";
import Rudder from "@rudderstack/rudder-sdk-node";
import { PostHog } from "posthog-node";

const received = [];
const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    received.push(...JSON.parse(body).batch);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
});
await new Promise((ready) => server.listen(0, ready));
const host = `http://127.0.0.1:${server.address().port}`;
const properties = { order: 12345678901234567890n };

const segment = new Analytics({ writeKey: "k", host, flushAt: 9 });
const told = {};
segment.on("error", () => (told.client = "error"));
for (const [event, its] of [["plain", {}], ["large", properties]]) {
  segment.track({ userId: "u", event, properties: its }, (error, context) => {
    told[event] = error || context.failedDelivery() ? "failed" : "success";
  });
}
await segment.closeAndFlush();
const names = received.map((each) => each.event);
console.log("segment told:", told.plain, told.large, told.client, "received:", names.join());

const rudder = new Rudder("k", { dataPlaneUrl: host, gzip: false });
try {
  rudder.track({ userId: "u", event: "large", properties });
  console.log("rudder took it");
} catch (error) {
  console.log("rudder:", error.name);
}

received.length = 0;
const posthog = new PostHog("k", { host, disableCompression: true });
posthog.capture({ distinctId: "u", event: "large", properties });
await posthog.shutdown();
console.log("posthog received:", JSON.stringify(received[0].properties.order));
process.exit();
JS
seen=$(node send.mjs 2>errors) || { tail -5 errors; exit 1; }
expected=$(cat <<'SEEN'
segment told: success success undefined received: plain
rudder: TypeError
posthog received: "12345678901234567890"
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
