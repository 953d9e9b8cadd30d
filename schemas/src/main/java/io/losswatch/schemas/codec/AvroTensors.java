package io.losswatch.schemas.codec;

import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.DataType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Makes Avro's tensors of the core's. */
public final class AvroTensors {
  private AvroTensors() {}

  /** The same numbers as a record: a view of the same array, no copy. */
  public static io.losswatch.schemas.Tensor of(Tensor tensor) {
    List<Long> shape = Arrays.stream(tensor.shape().toArray()).boxed().toList();
    ByteBuffer data = ByteBuffer.wrap(tensor.array(), tensor.offset(), tensor.length());
    return new io.losswatch.schemas.Tensor(
        DataType.valueOf(tensor.datatype().name()), shape, data.slice());
  }
}
