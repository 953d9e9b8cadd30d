package io.losswatch.core.tensor;

/** How one number is stored, by the names of the Open Inference Protocol. All are little-endian. */
public enum Datatype {
  FP32(4, true),
  FP64(8, true),
  FP16(2, true),
  BF16(2, true),
  INT8(1, false),
  INT16(2, false),
  INT32(4, false),
  INT64(8, false),
  UINT8(1, false),
  BOOL(1, false);

  private final int sizeBytes;
  private final boolean floating;

  Datatype(int sizeBytes, boolean floating) {
    this.sizeBytes = sizeBytes;
    this.floating = floating;
  }

  /** Bytes of one number. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** True for FP64, FP32, FP16 and BF16. */
  public boolean isFloating() {
    return floating;
  }
}
