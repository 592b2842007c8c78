#!/usr/bin/env bash
# Trino 398: SELECT 0e0, -0e0 is 0.0, 0.0 and SELECT -0e0, 0e0 is -0.0, -0.0: constants of one SELECT
# that differ by the sign of zero alone are taken for one, and the first of them stands for both. So
# is what functions make of them, 1 / x say: infinity twice. Rows of VALUES keep theirs.
# Guess: each constant is what was written. Needs Java 17 and Maven.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>zeros</artifactId>
  <version>1</version>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.trino</groupId>
        <artifactId>trino-root</artifactId>
        <version>398</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>io.trino</groupId>
      <artifactId>trino-testing</artifactId>
      <version>398</version>
    </dependency>
  </dependencies>
</project>
XML
cat > Zeros.java <<'JAVA'
import io.trino.Session;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.TestingSession;

/** Prints the rows of each statement. */
public class Zeros
{
    public static void main(String[] args)
    {
        Session session = TestingSession.testSessionBuilder().build();
        try (LocalQueryRunner runner = LocalQueryRunner.create(session)) {
            for (String sql : args) {
                System.out.println(sql + " | " + runner.execute(sql).getMaterializedRows());
            }
        }
    }
}
JAVA
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath -Dmdep.includeScope=runtime

seen=$(java -cp "$(cat classpath)" Zeros.java \
  'SELECT -0e0' 'SELECT 0e0, -0e0' 'SELECT -0e0, 0e0' 'SELECT 1 / 0e0, 1 / -0e0' \
  'SELECT x FROM (VALUES 0e0, -0e0) t(x)' 2>log) || { tail -5 log; exit 1; }
expected=$(cat <<'SEEN'
SELECT -0e0 | [[-0.0]]
SELECT 0e0, -0e0 | [[0.0, 0.0]]
SELECT -0e0, 0e0 | [[-0.0, -0.0]]
SELECT 1 / 0e0, 1 / -0e0 | [[Infinity, Infinity]]
SELECT x FROM (VALUES 0e0, -0e0) t(x) | [[0.0], [-0.0]]
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
