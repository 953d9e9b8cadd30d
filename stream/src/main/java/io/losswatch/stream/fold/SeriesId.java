package io.losswatch.stream.fold;

/**
 * Which windows a delta belongs to: a changed monitor has another fingerprint and is another
 * series, never a mixture.
 *
 * @param series key of the series
 * @param fingerprint of the monitor
 */
record SeriesId(String series, long fingerprint) {
  private static final String PREFIX = "series:";
  private static final char SEPARATOR = '|';
  private static final int HEXADECIMAL = 16;

  /** Key of a part of this series in the state topic. */
  String partKey(String part) {
    return PREFIX
        + series
        + SEPARATOR
        + Long.toUnsignedString(fingerprint, HEXADECIMAL)
        + SEPARATOR
        + part;
  }

  /** The series of such a key. The series' own text may hold the separator, the rest does not. */
  static SeriesId ofPartKey(String key) {
    int part = key.lastIndexOf(SEPARATOR);
    int fingerprint = key.lastIndexOf(SEPARATOR, part - 1);
    return new SeriesId(
        key.substring(PREFIX.length(), fingerprint),
        Long.parseUnsignedLong(key.substring(fingerprint + 1, part), HEXADECIMAL));
  }

  /** The part of such a key. */
  static String part(String key) {
    return key.substring(key.lastIndexOf(SEPARATOR) + 1);
  }
}
