#!/usr/bin/env bash
# parquet-go 0.32.0: a time.Time in a field tagged date is written as what is left of its nanoseconds in
# 32 bits, which readers take for days: 2026-05-17 is a day of the year 4806696, without an error. A good
# file's dates are read right into the same struct.
# Guess: the day of the time, as the tag is taken for time.Time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install pyarrow==26.0.0
cd "$folder"
venv/bin/python - <<'PYTHON'
from datetime import date

import pyarrow as pa, pyarrow.parquet as pq

pq.write_table(pa.table({"day": [date(2026, 5, 17)]}), "good.parquet")
PYTHON

cat > main.go <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/parquet-go/parquet-go"
)

type event struct {
	Day time.Time `parquet:"day,date"`
}

func main() {
	good, err := parquet.ReadFile[event]("good.parquet")
	fmt.Println("pyarrow's is read as", good[0].Day.Format(time.DateOnly), err)
	var events []event
	for _, hour := range []int{0, 12} {
		events = append(events, event{time.Date(2026, 5, 17, hour, 0, 0, 0, time.UTC)})
	}
	fmt.Println("written:", parquet.WriteFile("own.parquet", events))
	own, err := parquet.ReadFile[event]("own.parquet")
	fmt.Println("its own is read as", own[0].Day.Format(time.DateOnly), own[1].Day.Format(time.DateOnly), err)
}
GO
{ go mod init try && go get github.com/parquet-go/parquet-go@v0.32.0; } >log 2>&1 || { tail -5 log; exit 1; }

seen=$(go run . && venv/bin/python - <<'PYTHON'
import pyarrow.parquet as pq

read = pq.read_table("own.parquet")["day"]
print("pyarrow reads its own as", read.type, "days", read.cast("int32").to_pylist())
PYTHON
)
expected=$(cat <<'SEEN'
pyarrow's is read as 2026-05-17 <nil>
written: <nil>
its own is read as 1469360-08-04 4806696-04-14 <nil>
pyarrow reads its own as date32[day] days [535953408, 1754890240]
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
