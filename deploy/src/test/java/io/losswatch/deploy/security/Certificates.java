package io.losswatch.deploy.security;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/**
 * Key stores of broker and client, made for one test by the running JDK's {@code keytool}. Each
 * trusts the other's certificate and no other.
 *
 * @param directory where they are
 * @param password of all of them
 */
public record Certificates(Path directory, String password) {
  private static final String TYPE = "PKCS12";

  /** Makes those of broker and client. */
  public static Certificates make(Path directory, String password) throws Exception {
    Certificates certificates = new Certificates(directory, password);
    certificates.generate("broker", "CN=broker", "san=ip:127.0.0.1");
    certificates.generate("client", "CN=mutual", "san=dns:client");
    certificates.trust("broker", "trusts-broker");
    certificates.trust("client", "trusts-client");
    return certificates;
  }

  /** The key store, or trust store, of that name. */
  public Path store(String name) {
    return directory.resolve(name + ".p12");
  }

  /** The certificate of a key store as PEM. */
  public Path certificate(String name) throws Exception {
    return pem(name + ".pem", "CERTIFICATE", load(name).getCertificate(name).getEncoded());
  }

  /** The private key of a key store as PEM, without a password. */
  public Path privateKey(String name) throws Exception {
    return pem(
        name + ".key", "PRIVATE KEY", load(name).getKey(name, password.toCharArray()).getEncoded());
  }

  private Path pem(String file, String what, byte[] encoded) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what));
  }

  private KeyStore load(String name) throws Exception {
    KeyStore store = KeyStore.getInstance(TYPE);
    try (InputStream in = Files.newInputStream(store(name))) {
      store.load(in, password.toCharArray());
    }
    return store;
  }

  private void generate(String name, String distinguishedName, String extension) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                distinguishedName,
                "-ext",
                extension,
                "-keystore",
                store(name).toString(),
                "-storetype",
                TYPE,
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + output);
    }
  }

  private void trust(String name, String truststore) throws Exception {
    KeyStore own = load(name);
    KeyStore trusted = KeyStore.getInstance(TYPE);
    trusted.load(null, null);
    trusted.setCertificateEntry(name, own.getCertificate(name));
    try (OutputStream out = Files.newOutputStream(store(truststore))) {
      trusted.store(out, password.toCharArray());
    }
  }
}
