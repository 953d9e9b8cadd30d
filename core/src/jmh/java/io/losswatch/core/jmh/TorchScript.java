package io.losswatch.core.jmh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes TorchScript modules as {@code torch.jit.save} does, so that PyTorch runs its own functions
 * without Python: a zip of uncompressed files under one folder, with the module's code, and pickles
 * of the module and of its constants.
 */
final class TorchScript {
  private static final String CODE =
      """
      class Losses(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Losses,
          x: Tensor,
          y: Tensor) -> Tensor:
          return %s
      """;

  /** Protocol 2, (), stop: no constants. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  /** Protocol 2, class Losses with the attribute training = False, stop. */
  private static final String MODULE =
      "\u0080\u0002c__torch__\nLosses\n)\u0081}X\b\u0000\u0000\u0000training\u0089sb.";

  private TorchScript() {}

  /** A module whose {@code forward} is an expression of the tensors x and y. */
  static byte[] module(String expression) {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(module)) {
      put(zip, "version", "3\n");
      put(zip, "code/__torch__.py", CODE.formatted(expression));
      put(zip, "constants.pkl", NO_CONSTANTS);
      put(zip, "data.pkl", MODULE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return module.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry("losses/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
