package io.vouchsafe.trust.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/// How a trust server runs.
///
/// @param home folder of its store, keys and certificates
/// @param listen address; port 0 takes a free one
/// @param insecureSample whether evidence that proves nothing is accepted
/// @param ekRoots PEM files with the roots that endorsement keys of TPMs may lead to
/// @param trustedTokenCertificates PEM files with the certificates that issuers of foreign tokens
///   may lead to
/// @param tokenAudiences whom foreign tokens may be for; one that names others is refused
/// @param evidence roots, endorsements and collateral that evidence of processors is verified with
/// @param admins who may administer
/// @param clock the time
/// @param sessionLife from challenge to end
/// @param tokenLife how long a token counts
public record TrustServerOptions(
    Path home,
    InetSocketAddress listen,
    boolean insecureSample,
    List<Path> ekRoots,
    List<Path> trustedTokenCertificates,
    List<String> tokenAudiences,
    EvidenceOptions evidence,
    AdminAccess admins,
    InstantSource clock,
    Duration sessionLife,
    Duration tokenLife) {
  private static final Duration LIFE = Duration.ofMinutes(5);

  public TrustServerOptions {
    Objects.requireNonNull(home, "home");
    Objects.requireNonNull(listen, "listen");
    ekRoots = List.copyOf(ekRoots);
    trustedTokenCertificates = List.copyOf(trustedTokenCertificates);
    tokenAudiences = List.copyOf(tokenAudiences);
    Objects.requireNonNull(evidence, "evidence");
    Objects.requireNonNull(admins, "admins");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(sessionLife, "sessionLife");
    Objects.requireNonNull(tokenLife, "tokenLife");
  }

  /// The defaults: a free port on loopback, no insecure evidence, no roots, the home's admin key.
  public static TrustServerOptions at(Path home) {
    return new TrustServerOptions(
        home,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        false,
        List.of(),
        List.of(),
        List.of(),
        EvidenceOptions.NONE,
        new AdminAccess.HomeKey(),
        InstantSource.system(),
        LIFE,
        LIFE);
  }

  public TrustServerOptions withListen(InetSocketAddress address) {
    return new TrustServerOptions(
        home,
        address,
        insecureSample,
        ekRoots,
        trustedTokenCertificates,
        tokenAudiences,
        evidence,
        admins,
        clock,
        sessionLife,
        tokenLife);
  }

  /// Accepts evidence of the kinds `sample` and `sampledevice`, which proves nothing: anybody gets
  /// a token. For tests and demonstrations only.
  public TrustServerOptions withInsecureSample() {
    return new TrustServerOptions(
        home,
        listen,
        true,
        ekRoots,
        trustedTokenCertificates,
        tokenAudiences,
        evidence,
        admins,
        clock,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withEkRoots(List<Path> roots) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        roots,
        trustedTokenCertificates,
        tokenAudiences,
        evidence,
        admins,
        clock,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withTrustedTokenCertificates(List<Path> certificates) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        ekRoots,
        certificates,
        tokenAudiences,
        evidence,
        admins,
        clock,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withTokenAudiences(List<String> audiences) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        ekRoots,
        trustedTokenCertificates,
        audiences,
        evidence,
        admins,
        clock,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withEvidence(EvidenceOptions options) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        ekRoots,
        trustedTokenCertificates,
        tokenAudiences,
        options,
        admins,
        clock,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withAdmins(AdminAccess access) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        ekRoots,
        trustedTokenCertificates,
        tokenAudiences,
        evidence,
        access,
        clock,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withClock(InstantSource source) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        ekRoots,
        trustedTokenCertificates,
        tokenAudiences,
        evidence,
        admins,
        source,
        sessionLife,
        tokenLife);
  }

  public TrustServerOptions withLives(Duration session, Duration token) {
    return new TrustServerOptions(
        home,
        listen,
        insecureSample,
        ekRoots,
        trustedTokenCertificates,
        tokenAudiences,
        evidence,
        admins,
        clock,
        session,
        token);
  }
}
