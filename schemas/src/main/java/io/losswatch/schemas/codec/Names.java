package io.losswatch.schemas.codec;

/** Reads a string field that mostly repeats from record to record; owned by one thread. */
final class Names {
  private final Repeated<String> last = new Repeated<>();

  /** The string that follows. */
  String read(ByteArrayDecoder in) {
    String known = last.read(in);
    return known == null ? readNew(in) : known;
  }

  private String readNew(ByteArrayDecoder in) {
    int from = in.consumed();
    String name = in.readString();
    last.keep(in, in.consumed() - from, name);
    return name;
  }
}
