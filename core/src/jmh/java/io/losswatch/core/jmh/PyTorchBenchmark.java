package io.losswatch.core.jmh;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.losswatch.core.batch.Batch;
import io.losswatch.core.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The same losses by PyTorch, through DJL: one call of the function behind {@code
 * torch.nn.functional} with reduction {@code none} in inference mode, on one thread, from native
 * tensors that are made once. Before it is timed, its losses are compared with ours and its threads
 * are counted. Needs PyTorch's libraries, which the property {@code speed} of the build brings.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {
      LossBenchmark.VECTOR_FLAG,
      LossBenchmark.MEMORY_FLAG,
      "--enable-native-access=ALL-UNNAMED",
      "-Dai.djl.pytorch.num_threads=1",
      "-Dai.djl.pytorch.num_interop_threads=1",
      "-Dai.djl.offline=true",
      "-DOPT_OUT_TRACKING=true",
      "-DENGINE_CACHE_DIR=target/pytorch"
    })
public class PyTorchBenchmark {
  private static final String ENGINE = "PyTorch";

  /** Loss and numbers. */
  @Param public Work work = Work.CROSS_ENTROPY_1000;

  private NDManager manager;
  private Model model;
  private Block losses;
  private ParameterStore parameters;
  private NDList inputs;

  @Setup
  public void load() {
    manager = NDManager.newBaseManager(Device.cpu(), ENGINE);
    parameters = new ParameterStore(manager, false);
    model = model(expression());
    losses = model.getBlock();
    Batch batch = work.batch();
    inputs = new NDList(tensor(batch.predictions().values()), tensor(batch.labels()));
    new PyTorchCheck(work).requireEqualLosses(batch, this::computed);
    PyTorchCheck.requireOneThread(this::losses);
  }

  @TearDown
  public void close() {
    model.close();
    manager.close();
  }

  private static Model model(String expression) {
    Model model = Model.newInstance("losses", Device.cpu(), ENGINE);
    try {
      model.load(new ByteArrayInputStream(TorchScript.module(expression)));
    } catch (IOException | MalformedModelException e) {
      throw new IllegalStateException("PyTorch does not load " + expression, e);
    }
    return model;
  }

  /** What {@code torch.nn.functional} calls; the 0 is the reduction {@code none}. */
  private String expression() {
    return switch (work.lossName()) {
      case "cross_entropy" ->
          "torch.cross_entropy_loss(x, y, None, 0, -100, %s)".formatted(work.smoothing());
      case "bce_with_logits" -> "torch.binary_cross_entropy_with_logits(x, y, None, None, 0)";
      case "mse" -> "torch.mse_loss(x, y, 0)";
      default -> throw new IllegalStateException("PyTorch is not asked for " + work.lossName());
    };
  }

  /** A copy in PyTorch's own memory, aligned as PyTorch likes it. */
  private NDArray tensor(Tensor tensor) {
    return switch (tensor.datatype()) {
      case INT64 -> copy(tensor, DataType.INT64);
      case FP16 -> copy(tensor, DataType.FLOAT16);
      case BF16 -> brainFloats(tensor);
      default -> copy(tensor, DataType.FLOAT32);
    };
  }

  private NDArray copy(Tensor tensor, DataType type) {
    ByteBuffer bytes = ByteBuffer.wrap(ObviousLoop.array(tensor));
    try (NDArray shared = manager.create(bytes, new Shape(tensor.shape().toArray()), type)) {
      return shared.duplicate();
    }
  }

  /** DJL knows no BF16: PyTorch makes them, its type number 15, of the same numbers in FP32. */
  private NDArray brainFloats(Tensor tensor) {
    float[] values = new float[tensor.shape().elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) tensor.doubleAt(i);
    }
    try (Model conversion = model("torch.to(x, 15)");
        NDArray floats = manager.create(values, new Shape(tensor.shape().toArray()))) {
      NDList both = new NDList(floats, floats);
      return conversion.getBlock().forward(parameters, both, false).singletonOrThrow();
    }
  }

  private float[] computed() {
    try (NDList outputs = losses.forward(parameters, inputs, false);
        NDArray floats = outputs.get(0).toType(DataType.FLOAT32, true)) {
      return floats.toFloatArray();
    }
  }

  @Benchmark
  public int losses() {
    try (NDList outputs = losses.forward(parameters, inputs, false)) {
      return outputs.size();
    }
  }
}
