// Puts each line of its input as a record, by the AWS SDK for Java 2.x at its defaults, and prints
// each record that it gets back: the time of its arrival (Unix, ms), a tab, its text.

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;

public class Records {
  private static final int MOST_AT_ONCE = 500;

  public static void main(String[] arguments) throws Exception {
    String stream = arguments[0];
    List<String> lines =
        new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    try (KinesisClient kinesis = KinesisClient.create()) {
      for (int first = 0; first < lines.size(); first += MOST_AT_ONCE) {
        List<PutRecordsRequestEntry> entries =
            IntStream.range(first, Math.min(first + MOST_AT_ONCE, lines.size()))
                .mapToObj(
                    index ->
                        PutRecordsRequestEntry.builder()
                            .partitionKey("key-" + index)
                            .data(SdkBytes.fromUtf8String(lines.get(index)))
                            .build())
                .collect(Collectors.toList());
        int failed =
            kinesis.putRecords(put -> put.streamName(stream).records(entries)).failedRecordCount();
        if (failed != 0) {
          throw new IllegalStateException(failed + " records were refused");
        }
      }
      for (Shard shard : kinesis.listShards(list -> list.streamName(stream)).shards()) {
        String iterator =
            kinesis
                .getShardIterator(
                    get ->
                        get.streamName(stream)
                            .shardId(shard.shardId())
                            .shardIteratorType("AT_TIMESTAMP")
                            .timestamp(java.time.Instant.now().minusSeconds(3600)))
                .shardIterator();
        long behind;
        do {
          String current = iterator;
          GetRecordsResponse got = kinesis.getRecords(get -> get.shardIterator(current));
          got.records()
              .forEach(
                  record ->
                      System.out.println(
                          record.approximateArrivalTimestamp().toEpochMilli()
                              + "\t"
                              + record.data().asUtf8String()));
          iterator = got.nextShardIterator();
          behind = got.millisBehindLatest();
        } while (behind > 0);
      }
    }
  }
}
