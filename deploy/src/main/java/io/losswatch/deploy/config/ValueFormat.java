package io.losswatch.deploy.config;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.DurationText;
import io.losswatch.core.window.Window;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;

/** What a single value of the configuration may look like: the {@code format}s of the schema. */
enum ValueFormat implements Format {
  TEXT("any text but an empty one") {
    @Override
    void check(String text) {
      if (text.isBlank()) {
        throw new IllegalArgumentException("it is blank");
      }
    }
  },
  TOPIC("letters, digits, '.', '_' and '-', at most 249") {
    @Override
    void check(String text) {
      try {
        Topic.validate(text);
      } catch (InvalidTopicException e) {
        throw new IllegalArgumentException("Kafka does not take it as a name", e);
      }
    }
  },
  FLAG("true or false") {
    @Override
    void check(String text) {
      if (!text.equals("true") && !text.equals("false")) {
        throw new IllegalArgumentException("it is neither");
      }
    }
  },
  COUNT("a whole number from 1 to 2147483647") {
    @Override
    void check(String text) {
      range(Integer.parseInt(text), 1, Integer.MAX_VALUE);
    }
  },
  PORT("a port from 1 to 65535, or 0 for a free one") {
    @Override
    void check(String text) {
      range(Integer.parseInt(text), 0, 65_535);
    }
  },
  TOKEN("at least 16 characters without blanks, such as those of: openssl rand -hex 24") {
    @Override
    void check(String text) {
      if (text.length() < 16 || !text.chars().allMatch(each -> each > ' ' && each < 127)) {
        throw new IllegalArgumentException("it is none");
      }
    }
  },
  REPLICATION("-1 (the broker's default) or a number from 1 to 32767") {
    @Override
    void check(String text) {
      if (Integer.parseInt(text) != -1) {
        range(Integer.parseInt(text), 1, Short.MAX_VALUE);
      }
    }
  },
  DURATION("a duration above zero, such as 200ms 5s 10m 1h 7d") {
    @Override
    void check(String text) {
      if (DurationText.parseMillis(text) <= 0) {
        throw new IllegalArgumentException("it is not above zero");
      }
    }
  },
  DELAY("a duration, such as 0s 200ms 5s 10m 1h 7d") {
    @Override
    void check(String text) {
      DurationText.parseMillis(text);
    }
  },
  SIZE("a size, such as 512B 100KiB 64MiB 1GiB") {
    @Override
    void check(String text) {
      SizeText.parseBytes(text);
    }
  },
  REGISTRY("http://HOST:PORT or https://HOST:PORT, and a path if it has one; credentials apart") {
    @Override
    void check(String text) {
      URI uri = URI.create(text);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!isHttp || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
        throw new IllegalArgumentException("it is no such URL");
      }
    }
  },
  CREDENTIALS("user:password") {
    @Override
    void check(String text) {
      if (text.indexOf(':') < 1) {
        throw new IllegalArgumentException("there is no user before a colon");
      }
    }
  },
  LOSS("one of " + String.join(", ", Losses.names())) {
    @Override
    void check(String text) {
      Losses.of(text, Map.of());
    }
  },
  METRIC("one of " + String.join(", ", Metrics.known())) {
    @Override
    void check(String text) {
      Metrics.of(List.of(text), Metrics.DEFAULT_K);
    }
  },
  WINDOW(
      "rolling:SIZE/EVERY such as rolling:5m/10s, tumbling:SIZE such as tumbling:1h,"
          + " last:N/M such as last:10000/1000, or ewma:HALF-LIFE such as ewma:10m") {
    @Override
    void check(String text) {
      Window.parse(text);
    }
  };

  private final String allowed;

  ValueFormat(String allowed) {
    this.allowed = allowed;
  }

  /**
   * Refuses a text that is not of this format.
   *
   * @throws IllegalArgumentException saying why
   */
  abstract void check(String text);

  /** What is allowed, for messages. */
  String allowed() {
    return allowed;
  }

  /** Why a text is not of this format, if it is not and there is more to say. */
  Optional<String> objection(String text) {
    try {
      check(text);
      return Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.of("it is no whole number in that range");
    } catch (IllegalArgumentException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  @Override
  public String getName() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean matches(ExecutionContext context, String text) {
    return objection(text).isEmpty();
  }

  static Optional<ValueFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.getName().equals(name)).findFirst();
  }

  private static void range(int number, int from, int to) {
    if (number < from || number > to) {
      throw new IllegalArgumentException("it is outside");
    }
  }
}
