#!/usr/bin/env bash
# aws-embedded-metrics 3.5.0 for Python and 4.2.1 for Node: where a metric has the name of a dimension, the
# dimension's value is lost and the metric's number stands for both, so that each measurement has a
# dimension of its own. A property of that name is dropped too, without a word.
# Guess: an error, as for a metric's name or value that cannot be sent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install aws-embedded-metrics==3.5.0
cd "$folder"
npm init -y >log
npm install --silent aws-embedded-metrics@4.2.1 >>log 2>&1 || { tail -5 log; exit 1; }

cat > show.py <<'PYTHON'
import json
import sys

for line in sys.stdin:
    language, text = line.split(" ", 1)
    sent = json.loads(text)
    directive = sent["_aws"]["CloudWatchMetrics"][0]
    print(language, "dimensions", directive["Dimensions"], "metrics", [each["Name"] for each in directive["Metrics"]],
          "queue", sent["queue"])
PYTHON
seen=$({ venv/bin/python - <<'PYTHON'
from aws_embedded_metrics.logger.metrics_context import MetricsContext
from aws_embedded_metrics.serializers.log_serializer import LogSerializer

context = MetricsContext.empty()
context.put_dimensions({"queue": "orders"})
context.set_property("queue", "orders")
context.put_metric("queue", 5, "Count")
print("Python", *LogSerializer.serialize(context))
PYTHON
node - <<'JS'
const { MetricsContext } = require("aws-embedded-metrics/lib/logger/MetricsContext");
const { LogSerializer } = require("aws-embedded-metrics/lib/serializers/LogSerializer");

const context = MetricsContext.empty();
context.putDimensions({ queue: "orders" });
context.setProperty("queue", "orders");
context.putMetric("queue", 5, "Count");
console.log("Node", ...new LogSerializer().serialize(context));
JS
} | venv/bin/python show.py)
expected=$(cat <<'SEEN'
Python dimensions [['queue']] metrics ['queue'] queue 5
Node dimensions [['queue']] metrics ['queue'] queue 5
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
