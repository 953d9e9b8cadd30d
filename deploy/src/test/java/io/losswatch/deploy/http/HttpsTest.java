package io.losswatch.deploy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.losswatch.deploy.security.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server with a certificate. */
class HttpsTest {
  private static final String PASSWORD = "some-password";

  @TempDir private static Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Certificates certificates;

  @BeforeAll
  static void make() throws Exception {
    certificates = Certificates.make(directory, PASSWORD);
  }

  private static HttpService start(Path certificate, Path privateKey) throws IOException {
    return HttpService.start(
        new HttpSettings("127.0.0.1", 0, null, new HttpSettings.Tls(certificate, privateKey)),
        new Pages(Streams.notBegun(), new LossBoard(() -> Published.owned(1)), () -> ""));
  }

  private static HttpResponse<String> get(HttpService service, String trustStore) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(certificates.store(trustStore))) {
      trusted.load(in, PASSWORD.toCharArray());
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
    return client.send(
        HttpRequest.newBuilder(URI.create(service.url())).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void page_overTls_isServedToThoseWhoTrustTheCertificate() throws Exception {
    try (HttpService service =
        start(certificates.certificate("broker"), certificates.privateKey("broker"))) {
      assertThat(service.url()).startsWith("https://127.0.0.1:");
      assertThat(get(service, "trusts-broker").body()).contains("<title>losswatch</title>");
      assertThatThrownBy(() -> get(service, "trusts-client")).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void files_thatAreNoCertificateOrNoKey_areRefused() throws Exception {
    Path certificate = certificates.certificate("broker");
    Path key = certificates.privateKey("broker");
    Path planted = Files.writeString(directory.resolve("planted.pem"), "planted");

    for (Path[] pair :
        Stream.of(new Path[] {planted, key}, new Path[] {certificate, planted}).toList()) {
      assertThatThrownBy(() -> start(pair[0], pair[1]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("http.tls: the files are no certificate and its private key");
    }
  }
}
