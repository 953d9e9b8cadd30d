package io.losswatch.deploy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.RollingLoss;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault in what was published is found and named. */
class PublishedAuditTest {
  private final Planting planting = new Planting();
  private final StreamedTopics topics = planting.topics;

  @ParameterizedTest
  @ValueSource(strings = {"rolling:30s/10s", "tumbling:10s", "ewma:80s"})
  void window_lost_isRefuted(String window) {
    RollingLoss lost =
        planting.published(loss -> loss.getWindow().equals(window) && loss.getCount() > 0, 9);
    topics.output.removeIf(each ->
        Planting.isOfSameWindow(
            Planting.LOSSES.decode(each.value(), 0, each.value().length), lost));

    Planting.assertRefuted(
        topics.audit(), window + " ending " + lost.getWindowEnd() + " is missing");
  }

  @Test
  void finalRevision_lost_isRefuted() {
    RollingLoss lost =
        planting.published(
            loss -> loss.getIsFinal() && loss.getRevision() > 0 && loss.getCount() > 0, 9);
    topics.output.removeIf(
        each -> Planting.LOSSES.decode(each.value(), 0, each.value().length).equals(lost));

    Planting.assertRefuted(
        topics.audit(), "ending " + lost.getWindowEnd() + " is missing as final");
  }

  @Test
  void finalRevision_publishedTwice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice =
        planting.output(loss -> loss.getIsFinal() && loss.getWindow().startsWith("rolling"), 9);
    topics.output.add(twice);

    Planting.assertRefuted(
        topics.audit(), "was final in " + twice.topic() + "-" + twice.partition());
  }

  @Test
  void average_publishedTwice_isRefuted() {
    topics.output.add(planting.output(loss -> loss.getWindow().startsWith("ewma"), 9));

    Planting.assertRefuted(topics.audit(), "was published before");
  }

  @Test
  void lastSamples_windowLost_isRefutedWhereTheNextOneStands() {
    RollingLoss lost = planting.published(loss -> loss.getWindow().equals("last:9/3"), 9);
    topics.output.remove(planting.output(loss -> loss.equals(lost), 0));

    Planting.assertRefuted(
        topics.audit(),
        "last:9/3 ending " + lost.getWindowEnd() + ": where it belongs, a window of event times");
  }

  @Test
  void lastSamples_newestWindowLost_isMissing() {
    List<ConsumerRecord<byte[], byte[]>> windows =
        topics.output.stream()
            .filter(each -> new String(each.value(), StandardCharsets.UTF_8).contains("last:9/3"))
            .toList();
    ConsumerRecord<byte[], byte[]> newest = windows.get(windows.size() - 1);
    topics.output.remove(newest);
    RollingLoss lost = Planting.LOSSES.decode(newest.value(), 0, newest.value().length);

    Planting.assertRefuted(
        topics.audit(), "last:9/3 ending " + lost.getWindowEnd() + " is missing: its last sample");
  }

  @Test
  void lastSamples_windowPublishedTwice_isRefuted() {
    RollingLoss twice = planting.published(loss -> loss.getWindow().equals("last:9/3"), 9);
    topics.output.add(planting.output(loss -> loss.equals(twice), 0));

    Planting.assertRefuted(
        topics.audit(), "last:9/3 ending " + twice.getWindowEnd() + " is in no partials");
  }

  @Test
  void lastSamples_ofASeriesWithoutPartials_areRefuted() {
    RollingLoss alien = planting.published(loss -> loss.getWindow().equals("last:9/3"), 9);
    ConsumerRecord<byte[], byte[]> place = planting.output(loss -> loss.equals(alien), 0);
    alien.setModel("m-of-nobody");
    topics.output.add(StreamedTopics.with(place, Planting.LOSSES.encode(alien)));

    Planting.assertRefuted(topics.audit(), "m-of-nobody", " is in no partials");
  }

  @Test
  void revision_skipped_isRefuted() {
    planting.changeOutput(loss -> loss.getRevision() == 1, loss -> loss.setRevision(2));

    Planting.assertRefuted(topics.audit(), "has revision 2 where revision 1 follows");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rolling:30s/10s", "tumbling:10s", "ewma:80s", "last:9/3"})
  void mean_changed_isRefuted(String window) {
    planting.changeOutput(
        loss -> loss.getWindow().equals(window) && loss.getCount() > 0,
        loss -> loss.setMean(loss.getMean() * (1 + 1e-9)));

    Planting.assertRefuted(topics.audit(), "rolling-loss-", window, "mean is");
  }

  @Test
  void count_changedInARevisionThatIsNotFinal_isRefuted() {
    planting.changeOutput(loss -> !loss.getIsFinal(), loss -> loss.setCount(loss.getCount() + 1));

    Planting.assertRefuted(topics.audit(), "rolling-loss-", "but it must be count");
  }

  @Test
  void final_saidTooEarly_isRefuted() {
    planting.changeOutput(loss -> !loss.getIsFinal(), loss -> loss.setIsFinal(true));

    Planting.assertRefuted(topics.audit(), "published as final at watermark");
  }

  @Test
  void watermark_thatThePartialsNeverMade_isRefuted() {
    ConsumerRecord<byte[], byte[]> record =
        planting.output(loss -> loss.getWindow().equals("tumbling:10s"), 5);
    RollingLoss loss = Planting.LOSSES.decode(record.value(), 0, record.value().length);
    loss.setWatermark(loss.getWatermark().plusMillis(1));
    topics.output.add(StreamedTopics.with(record, Planting.LOSSES.encode(loss)));

    Planting.assertRefuted(topics.audit(), "which its partials never made");
  }

  @Test
  void window_lostWhereMaxSeriesWasReached_isUnproved() {
    RollingLoss lost = planting.published(loss -> loss.getWindow().startsWith("ewma"), 9);
    ConsumerRecord<byte[], byte[]> place = planting.output(loss -> loss.equals(lost), 0);
    topics.output.remove(place);
    lost.setModel("other");
    lost.setSlice(Map.of("max-series", "exceeded", "partition", "0"));
    topics.output.add(StreamedTopics.with(place, Planting.LOSSES.encode(lost)));

    Findings findings = topics.audit();

    assertThat(findings.verdict()).isEqualTo(Verdict.UNPROVED);
    assertThat(Planting.reasons(findings, Verdict.UNPROVED))
        .anySatisfy(
            reason -> assertThat(reason).contains("is missing", "limits.max-series was reached"));
  }
}
