package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The input is deleted and made anew. */
@Tag("fault")
@ExtendWith(SharedBroker.class)
class TopicMadeAnewIT {
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void topic_madeAnewWhileItIsRead_endsTheStream(String protocol, KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "anew-" + protocol);
        RunningStream stream =
            RunningStream.start(scene.settings().of("one", protocol, Map.of()))) {
      List<Traffic.Sent> sent = scene.traffic(4_000);
      scene.produce(sent);
      scene.awaitRolled();
      long again = System.nanoTime();
      makeAnew(scene);

      assertMadeAnew(scene, stream.failure());
      Scene.tell("topic made anew, %s: stopped after".formatted(protocol), again);
    }
  }

  @Test
  void topic_madeAnewWhileNobodyReads_endsTheStream(KafkaBroker broker) {
    try (Scene scene = Scene.open(broker, "anew")) {
      List<Traffic.Sent> sent = scene.traffic(4_000);
      try (RunningStream before = RunningStream.start(scene.settings().of("one"))) {
        scene.produce(sent);
        scene.awaitRolled();
        before.stop();
      }
      makeAnew(scene);
      try (RunningStream after = RunningStream.start(scene.settings().of("one"))) {
        assertMadeAnew(scene, after.failure());
      }
    }
  }

  private static void makeAnew(Scene scene) {
    String input = scene.settings().input();
    Scene.get(scene.admin().deleteTopics(List.of(input)).all());
    Scene.await("the topic is gone", () -> !scene.topics().contains(input));
    scene.createInput(Map.of());
  }

  private static void assertMadeAnew(Scene scene, Throwable failure) {
    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topic " + scene.settings().input() + " was deleted and made anew")
        .hasMessageContaining("take a new application-id");
  }
}
