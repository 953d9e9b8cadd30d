package io.losswatch.core.batch;

/**
 * Why a record is refused. The code stands in the header {@code losswatch-reason} of its dead
 * letter.
 */
public enum Reason {
  MALFORMED_FRAME("malformed-frame"),
  UNKNOWN_SCHEMA("unknown-schema"),
  MALFORMED_RECORD("malformed-record"),
  BAD_SHAPE("bad-shape"),
  BAD_DATATYPE("bad-datatype"),
  BAD_LENGTH("bad-length"),
  BAD_LABEL("bad-label"),
  BAD_VALUE("bad-value"),
  WRONG_KIND("wrong-kind"),
  TOO_LARGE("too-large"),
  TOO_LATE("too-late"),
  FUTURE_TIME("future-time"),
  /** Of {@code losswatch eval} only: a stream waits for labels or counts their absence. */
  MISSING_LABEL("missing-label"),
  /** A loss parameter that does not fit the batch's shape, such as too few class weights. */
  BAD_PARAMETER("bad-parameter");

  private final String code;

  Reason(String code) {
    this.code = code;
  }

  /** The code as it stands in headers and JSON, such as {@code bad-shape}. */
  public String code() {
    return code;
  }
}
