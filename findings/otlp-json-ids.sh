#!/usr/bin/env bash
# opentelemetry-proto 1.45.2 with protobuf 7.36.2: MessageToJson writes trace and span ids in base64,
# where OTLP's JSON has them in hex; Parse takes the hex that a collector wrote for base64, makes other
# ids of 24 and 12 bytes of it without an error, and writes them back as they came.
# Guess: either an error for the hex, or the ids of 16 and 8 bytes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install opentelemetry-proto==1.45.2 protobuf==7.36.2
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import json

from google.protobuf.json_format import MessageToJson, Parse
from opentelemetry.proto.trace.v1.trace_pb2 import Span

span = Span(trace_id=bytes.fromhex("5b8efff798038103d269b633813fc60c"))
print("written:", json.loads(MessageToJson(span)))
collectors = '{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174"}'
read = Parse(collectors, Span())
print("read from hex:", read.trace_id.hex(), len(read.trace_id), len(read.span_id))
print("written back:", json.loads(MessageToJson(read)) == json.loads(collectors))
PYTHON
)
expected=$(cat <<'SEEN'
written: {'traceId': 'W47/95gDgQPSabYzgT/GDA=='}
read from hex: e5bf1e7df7fbf7cd37f35d37776ebd6fadf7f35ddf73ad1c 24 12
written back: True
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
