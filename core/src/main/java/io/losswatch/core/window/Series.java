package io.losswatch.core.window;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a rolling loss is of: a monitor, a model, its version and a slice of the traffic.
 *
 * @param monitor name of the monitor
 * @param model name of the model
 * @param version version of the model, may be empty
 * @param slice tags that the samples share; empty: the whole
 */
public record Series(
    String monitor, String model, String version, SortedMap<String, String> slice) {
  /** A tag that no slice of a monitor may have: it marks {@link #other}. */
  public static final String RESERVED_TAG = "max-series";

  public Series {
    // putAll, since the copy constructor would take over a foreign order and so another key
    SortedMap<String, String> sorted = new TreeMap<>();
    sorted.putAll(slice);
    slice = Collections.unmodifiableSortedMap(sorted);
  }

  /** The whole traffic of a model's version. */
  public static Series of(String monitor, String model, String version) {
    return new Series(monitor, model, version, Collections.emptySortedMap());
  }

  /**
   * What takes the samples of a monitor's series that there is no room for: model {@code other},
   * with a slice that no real series has. Each partition has its own, since it is published by
   * itself; their sums may be added up.
   *
   * @param monitor name of the monitor
   * @param partition that keeps it
   */
  public static Series other(String monitor, int partition) {
    SortedMap<String, String> slice = new TreeMap<>();
    slice.put(RESERVED_TAG, "exceeded");
    slice.put("partition", Integer.toString(partition));
    return new Series(monitor, "other", "", slice);
  }

  /**
   * The message key: {@code monitor/model/version/k=v,k=v}, slice keys sorted, {@code / , = %}
   * percent-encoded.
   */
  public String key() {
    StringJoiner tags = new StringJoiner(",");
    for (Map.Entry<String, String> tag : slice.entrySet()) {
      tags.add(encode(tag.getKey()) + "=" + encode(tag.getValue()));
    }
    return encode(monitor) + "/" + encode(model) + "/" + encode(version) + "/" + tags;
  }

  /**
   * The series of such a key.
   *
   * @throws IllegalArgumentException if the text is no such key
   */
  public static Series parse(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "a series key is written monitor/model/version/k=v,k=v, but this is '" + key + "'");
    }
    SortedMap<String, String> slice = new TreeMap<>();
    for (String tag : parts[3].isEmpty() ? new String[0] : parts[3].split(",", -1)) {
      int equals = tag.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "a slice in a series key is written k=v,k=v, but this key is '" + key + "'");
      }
      String name = decode(tag.substring(0, equals));
      if (slice.put(name, decode(tag.substring(equals + 1))) != null) {
        throw new IllegalArgumentException(
            "a slice in a series key has each tag once, but '%s' is twice in '%s'"
                .formatted(name, key));
      }
    }
    return new Series(decode(parts[0]), decode(parts[1]), decode(parts[2]), slice);
  }

  private static String encode(String text) {
    return text.replace("%", "%25").replace("/", "%2F").replace(",", "%2C").replace("=", "%3D");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
