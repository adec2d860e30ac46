package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "10.0.2.2");

  @TempDir Path folder;

  private CertificateAuthority open(Instant at) throws Exception {
    return CertificateAuthority.openOrCreate(folder, new SecureRandom(), at);
  }

  @Test
  void authority_openedAgain_isTheSame() throws Exception {
    String fingerprint = open(NOW).fingerprint();

    assertThat(open(NOW.plus(Duration.ofDays(100))).fingerprint())
        .isEqualTo(fingerprint)
        .matches("[0-9a-f]{64}");
  }

  @Test
  void serverCertificate_leadsToTheRootAndBearsTheNames() throws Exception {
    CertificateAuthority authority = open(NOW);

    var certificate = authority.serverIdentity(NAMES, NOW).chain().getFirst();

    certificate.verify(authority.root().getPublicKey());
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactlyInAnyOrder("localhost", "127.0.0.1", "10.0.2.2");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.root().getBasicConstraints()).isZero();
  }

  @Test
  void serverCertificate_isKeptUntilAMonthBeforeItsEnd() throws Exception {
    CertificateAuthority authority = open(NOW);
    var first = authority.serverIdentity(NAMES, NOW).chain().getFirst();

    assertThat(authority.serverIdentity(NAMES, NOW.plus(Duration.ofDays(59))).chain())
        .first()
        .isEqualTo(first);
    assertThat(authority.serverIdentity(NAMES, NOW.plus(Duration.ofDays(61))).chain())
        .first()
        .isNotEqualTo(first);
  }

  @Test
  void serverCertificate_withoutANewName_isReplaced() throws Exception {
    CertificateAuthority authority = open(NOW);
    var first = authority.serverIdentity(NAMES, NOW).chain().getFirst();

    assertThat(authority.serverIdentity(List.of("192.0.2.1"), NOW).chain())
        .first()
        .isNotEqualTo(first);
  }

  @Test
  void files_damaged_areNamed() throws Exception {
    open(NOW);
    Files.writeString(folder.resolve("ca.key"), "nonsense");

    assertThatThrownBy(() -> open(NOW))
        .isInstanceOf(TrustServerException.class)
        .hasMessageContaining("ca.key");
  }
}
