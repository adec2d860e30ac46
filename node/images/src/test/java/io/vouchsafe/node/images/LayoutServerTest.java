package io.vouchsafe.node.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.oci.FileMetadata;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.registry.RegistryClient;
import io.vouchsafe.registry.RegistryConfig;
import io.vouchsafe.registry.RegistryOptions;
import io.vouchsafe.registry.Repository;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutServerTest {
  @TempDir Path folder;
  private LayoutServer server;
  private RegistryClient client;

  @BeforeEach
  void start() throws Exception {
    server = LayoutServer.start();
    client =
        RegistryClient.create(
            RegistryOptions.DEFAULT.withConfig(
                RegistryConfig.insecure(List.of("127.0.0.1:" + server.port()))));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private ImageName name(String rest) throws Exception {
    return ImageName.parse("127.0.0.1:" + server.port() + "/" + rest);
  }

  private static OciLayout plain() throws Exception {
    return OciLayout.open(Vectors.path("guest-components/generated/images/plain-gzip"));
  }

  @Test
  void layout_pulledThroughTheClient_unpacks() throws Exception {
    server.serve("vouchsafe/app", plain());
    Repository repository = client.repository(name("vouchsafe/app:v1"));

    Image image = Image.load(repository, "v1", Platform.LINUX_AMD64);
    new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
        .unpack(image, repository, LayerKeys.none(), folder.resolve("root"));

    assertThat(folder.resolve("root/etc/hello.txt")).exists();
  }

  @Test
  void tag_thatIsNotThere_isUnknown() throws Exception {
    server.serve("vouchsafe/app", plain());
    Repository repository = client.repository(name("vouchsafe/app:v1"));

    assertThatThrownBy(() -> Image.load(repository, "v2", Platform.LINUX_AMD64))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.MANIFEST_UNKNOWN));
  }

  @Test
  void layout_afterRemoval_isUnknown() throws Exception {
    server.serve("vouchsafe/app", plain());
    server.remove("vouchsafe/app");

    assertThat(client.repository(name("vouchsafe/app:v1")).find("v1")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/, 200",
    "GET, /, 404",
    "GET, /v2/other/manifests/v1, 404",
    "GET, /v2/vouchsafe/app/blobs/..%2f..%2findex.json, 400",
    "GET, /v2/vouchsafe/app/blobs/../../../index.json, 400",
    "GET, /v2/vouchsafe/app/tags/list, 404",
    "PUT, /v2/vouchsafe/app/manifests/v1, 405",
    "DELETE, /v2/vouchsafe/app/manifests/v1, 405",
    "POST, /v2/vouchsafe/app/blobs/uploads/, 405",
  })
  void request_thatIsNotOneForContent_isAnsweredWithItsStatus(
      String method, String path, int status) throws Exception {
    server.serve("vouchsafe/app", plain());
    try (HttpClient http = HttpClient.builder().build()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + path);

      HttpResponse answer = http.send(io.vouchsafe.http.HttpRequest.of(method, uri));

      assertThat(answer.status()).isEqualTo(status);
    }
  }
}
