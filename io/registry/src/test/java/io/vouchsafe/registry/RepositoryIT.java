package io.vouchsafe.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.http.Timeouts;
import io.vouchsafe.oci.FileMetadata;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.registry.RegistryDouble;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG);
  private static final Timeouts SHORT = new Timeouts(LONG, Duration.ofMillis(1500), LONG);

  @TempDir Path folder;
  private RegistryDouble registry;
  private RegistryDouble other;

  @BeforeEach
  void start() throws Exception {
    registry = RegistryDouble.start();
    other = RegistryDouble.start();
    copy(options(), registry);
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  private RegistryOptions options() {
    return RegistryOptions.DEFAULT
        .withTimeouts(PATIENT)
        .withConfig(RegistryConfig.insecure(List.of(registry.host(), other.host())));
  }

  private void copy(RegistryOptions options, RegistryDouble to) throws Exception {
    Path layout = Vectors.path("guest-components/generated/images/plain-gzip");
    try (RegistryClient client = RegistryClient.create(options)) {
      new ImageCopy(
              new ImagePlaces(client, folder),
              Platform.LINUX_AMD64,
              new SecureRandom(),
              Progress.none())
          .copy(
              ImageReference.parse("oci:" + layout + ":v1"),
              ImageReference.parse(to.host() + "/team/app:v1"));
    }
  }

  private Path pull(RegistryOptions options, String name) throws Exception {
    ImageName image = ImageName.parse(name);
    Path root = folder.resolve("root");
    try (RegistryClient client = RegistryClient.create(options)) {
      Repository repository = client.repository(image);
      Image found = Image.load(repository, image.selector(), Platform.LINUX_AMD64);
      new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
          .unpack(found, repository, LayerKeys.none(), root);
    }
    return root;
  }

  private String name() {
    return registry.host() + "/team/app:v1";
  }

  private void assertRefused(Code code, RegistryOptions options, String name) {
    assertThatThrownBy(() -> pull(options, name))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    assertThat(folder.resolve("root")).doesNotExist();
    assertThat(folder.resolve(".root.partial")).doesNotExist();
  }

  @Test
  void image_pushedAndPulled_unpacks() throws Exception {
    assertThat(pull(options(), name()).resolve("etc/hello.txt")).exists();
  }

  @Test
  void image_pushedTwice_isSentOnce() throws Exception {
    long before = uploads();
    copy(options(), registry);

    assertThat(uploads()).isEqualTo(before);
  }

  private long uploads() {
    return registry.received().stream().filter(one -> one.line().startsWith("POST")).count();
  }

  @ParameterizedTest
  @CsvSource({
    "HANG_BLOBS, REGISTRY_TIMEOUT",
    "STALL_BLOBS, REGISTRY_TIMEOUT",
    "CUT_BLOBS, REGISTRY_UNREACHABLE",
    "LONGER_BLOBS, SIZE_MISMATCH",
    "CHANGED_BLOBS, DIGEST_MISMATCH",
    "REDIRECT_BLOBS, REGISTRY_REDIRECT",
    "CHANGED_MANIFESTS, DIGEST_MISMATCH",
    "ENDLESS_MANIFESTS, OVERSIZED",
    "BROKEN, REGISTRY_UNREACHABLE",
  })
  void registry_thatMisbehaves_isRefused(RegistryDouble.Fault fault, Code code) {
    registry.redirectTo("http://" + other.host());
    registry.misbehave(fault);

    boolean silent = code == Code.REGISTRY_TIMEOUT;
    assertRefused(code, silent ? options().withTimeouts(SHORT) : options(), name());
  }

  @Test
  void registry_thatIsNotThere_isRefused() {
    String gone = registry.host();
    registry.close();

    assertRefused(Code.REGISTRY_UNREACHABLE, options(), gone + "/team/app:v1");
  }

  @Test
  void image_thatIsNotThere_isRefused() {
    assertRefused(Code.MANIFEST_UNKNOWN, options(), registry.host() + "/team/app:v2");
  }

  @Test
  void redirect_toAnAllowedHost_isFollowedWithoutCredentials() throws Exception {
    copy(options(), other);
    registry.require(RegistryDouble.Access.BASIC, "me", "secret");
    registry.redirectTo("http://" + other.host());
    registry.misbehave(RegistryDouble.Fault.REDIRECT_BLOBS);
    RegistryOptions options =
        options()
            .withCredentials(RegistryCredentials.of(registry.host(), "me", "secret"))
            .withRedirectHosts(List.of("127.0.0.1"));

    pull(options, name());

    assertThat(other.received()).allSatisfy(one -> assertThat(one.authorization()).isEmpty());
    assertThat(registry.received())
        .anySatisfy(one -> assertThat(one.authorization()).startsWith("Basic "));
  }

  @ParameterizedTest
  @EnumSource(
      value = RegistryDouble.Access.class,
      names = {"BASIC", "TOKEN"})
  void registry_thatAsksForAName_getsIt(RegistryDouble.Access access) throws Exception {
    registry.require(access, "me", "secret");
    RegistryCredentials mine =
        RegistryCredentials.parse(
            Bytes.utf8(
                "{\"auths\":{\"%s/team\":{\"auth\":\"bWU6c2VjcmV0\"}}}"
                    .formatted(registry.host())));

    Path root = pull(options().withCredentials(mine), name());

    assertThat(root.resolve("etc/hello.txt")).exists();
    copy(options().withCredentials(mine), registry);
  }

  @ParameterizedTest
  @EnumSource(
      value = RegistryDouble.Access.class,
      names = {"BASIC", "TOKEN"})
  void registry_thatAsksForAnotherName_refuses(RegistryDouble.Access access) {
    registry.require(access, "me", "secret");

    assertRefused(Code.REGISTRY_DENIED, options(), name());
    assertRefused(
        Code.REGISTRY_DENIED,
        options().withCredentials(RegistryCredentials.of(registry.host(), "me", "wrong")),
        name());
    assertRefused(
        Code.REGISTRY_DENIED,
        options().withCredentials(RegistryCredentials.of(other.host(), "me", "secret")),
        name());
  }

  @Test
  void names_areNotSentUnasked() throws Exception {
    pull(
        options().withCredentials(RegistryCredentials.of(registry.host(), "me", "secret")), name());

    assertThat(registry.received()).allSatisfy(one -> assertThat(one.authorization()).isEmpty());
  }

  @Test
  void upload_toAnotherHost_isRefused() throws Exception {
    other.redirectTo("http://" + registry.host());
    other.misbehave(RegistryDouble.Fault.UPLOADS_ELSEWHERE);

    assertThatThrownBy(() -> copy(options(), other))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REGISTRY_REDIRECT));
    assertThat(other.blobCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mirror_isAskedFirst_andPassedOverWhenItHasNothing(boolean broken) throws Exception {
    RegistryOptions mirrored =
        options()
            .withConfig(
                RegistryConfig.parse(
                    Bytes.utf8(
                        """
                        [[registry]]
                        prefix = "images.example/team"
                        location = "%s/team"
                        insecure = true
                        [[registry.mirror]]
                        location = "%s/team"
                        insecure = true
                        """
                            .formatted(registry.host(), other.host()))));

    if (broken) {
      other.misbehave(RegistryDouble.Fault.BROKEN);
    }

    pull(mirrored, "images.example/team/app:v1");

    assertThat(other.received()).hasSize(1);
  }

  @Test
  void tls_expectedOfAPlainRegistry_isRefused() {
    RegistryOptions secure = options().withConfig(RegistryConfig.NONE);

    assertRefused(Code.REGISTRY_UNREACHABLE, secure, name());
  }
}
