package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AvroTensorsTest {
  @ParameterizedTest
  @EnumSource
  void tensor_ofAnyDatatype_isReadBack(Datatype datatype) {
    byte[] array = new byte[100];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) i;
    }
    int length = 6 * datatype.sizeBytes();
    Tensor tensor = Tensor.of(datatype, Shape.of(2, 3), array, 40, length);

    byte[] frame = LogitBatches.frame(LogitBatches.with(AvroTensors.of(tensor)));
    Tensor read =
        new LogitBatchReader(WriterSchemas.builtIn())
            .read(frame, 0, frame.length)
            .predictions()
            .values();

    assertThat(read.datatype()).isEqualTo(datatype);
    assertThat(read.shape()).isEqualTo(tensor.shape());
    for (int i = 0; i < length; i++) {
      assertThat(read.array()[read.offset() + i]).isEqualTo(array[40 + i]);
    }
  }

  @Test
  void tensor_ofRankZero_hasAnEmptyShape() {
    Tensor scalar = Tensor.of(Datatype.INT8, Shape.of(), new byte[] {1}, 0, 1);
    assertThat(AvroTensors.of(scalar).getShape()).isEmpty();
  }
}
