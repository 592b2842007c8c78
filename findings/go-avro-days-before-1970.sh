#!/usr/bin/env bash
# goavro 2.15.0 and hamba/avro 2.31.0: a time of day before 1970 that is written as a date becomes the next
# day, whatever the hour; from 1970 on it is the day that it is. A birthday at noon is a day late. The
# millisecond of such a time is the right one in both.
# Guess: the day of the time, in UTC, before 1970 as after.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > main.go <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/linkedin/goavro/v2"
)

const (
	day   = `{"type": "int", "logicalType": "date"}`
	milli = `{"type": "long", "logicalType": "timestamp-millis"}`
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func both(schema string, at time.Time) (first, second any) {
	codec, err := goavro.NewCodec(schema)
	check(err)
	data, err := codec.BinaryFromNative(nil, at)
	check(err)
	first, _, err = codec.NativeFromBinary(data)
	check(err)
	parsed := avro.MustParse(schema)
	data, err = avro.Marshal(parsed, at)
	check(err)
	check(avro.Unmarshal(parsed, data, &second))
	return first, second
}

func main() {
	for _, year := range []int{1960, 1980} {
		for _, hour := range []int{0, 12} {
			at := time.Date(year, 5, 17, hour, 0, 0, 0, time.UTC)
			first, second := both(day, at)
			fmt.Println(at.Format(time.DateTime), "goavro", first.(time.Time).Format(time.DateOnly),
				"hamba", second.(time.Time).Format(time.DateOnly))
		}
	}
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_600_000, time.UTC)
	first, second := both(milli, at)
	fmt.Println(at, "goavro", first, "hamba", second)
}
GO
{ go mod init try && go get github.com/hamba/avro/v2@v2.31.0 github.com/linkedin/goavro/v2@v2.15.0; } >log 2>&1 \
  || { tail -5 log; exit 1; }

seen=$(go run .)
expected=$(cat <<'SEEN'
1960-05-17 00:00:00 goavro 1960-05-17 hamba 1960-05-17
1960-05-17 12:00:00 goavro 1960-05-18 hamba 1960-05-18
1980-05-17 00:00:00 goavro 1980-05-17 hamba 1980-05-17
1980-05-17 12:00:00 goavro 1980-05-17 hamba 1980-05-17
1969-12-31 23:59:59.9996 +0000 UTC goavro 1969-12-31 23:59:59.999 +0000 UTC hamba 1969-12-31 23:59:59.999 +0000 UTC
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
