#!/usr/bin/env bash
# Trino 398 and 483: CAST(TIMESTAMP '1969-12-31 23:59:59.500' AS time) is 23:59:58.500, a second too
# early, as is the time of every timestamp before 1970 with a fraction of a second; the time of the
# same moment with a time zone is right.
# Guess: the time of a timestamp is what the timestamp shows. Needs Java 17 and Maven; asks 398.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>time</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.trino</groupId>
      <artifactId>trino-main</artifactId>
      <version>398</version>
    </dependency>
  </dependencies>
</project>
XML
cat > Time.java <<'JAVA'
import io.trino.operator.scalar.timestamp.TimestampToTimeCast;

import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Prints timestamps, and what Trino's own function makes of each as a time(3). */
public class Time
{
    public static void main(String[] args)
    {
        for (String given : args) {
            LocalDateTime timestamp = LocalDateTime.parse(given);
            long micros = ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), timestamp);
            long picos = TimestampToTimeCast.cast(3, 3, micros);
            System.out.println(timestamp + " " + LocalTime.ofNanoOfDay(picos / 1000));
        }
    }
}
JAVA
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath -Dmdep.includeScope=runtime

seen=$(java -cp "$(cat classpath)" Time.java \
  1970-01-01T00:00:00.500 1969-12-31T23:59:59 1969-12-31T23:59:59.500 1960-06-15T12:30:00.250)
expected=$(cat <<'SEEN'
1970-01-01T00:00:00.500 00:00:00.500
1969-12-31T23:59:59 23:59:59
1969-12-31T23:59:59.500 23:59:58.500
1960-06-15T12:30:00.250 12:29:59.250
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
