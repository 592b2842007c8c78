import io.trino.Session;
import io.trino.spi.type.TimeZoneKey;
import io.trino.testing.DistributedQueryRunner;
import io.trino.testing.TestingSession;

import java.nio.file.Files;
import java.nio.file.Path;

/** Serves SQL without tables on a free port of this machine, whose address goes to a file, until its input ends. */
public class Server
{
    public static void main(String[] args)
            throws Exception
    {
        Session session = TestingSession.testSessionBuilder().setTimeZoneKey(TimeZoneKey.UTC_KEY).build();
        DistributedQueryRunner runner = DistributedQueryRunner.builder(session).setNodeCount(1).build();
        Files.writeString(Path.of(args[0]), runner.getCoordinator().getBaseUrl().toString());
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }
}
