package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Valid things to start from.
final class Fixtures {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  /// Its watch stands still: on a busy machine no policy runs out of time.
  static final DecisionTime TIME = new DecisionTime(NOW, () -> 0);

  static final Provider SUN = Security.getProvider("SunEC");
  static final String INIT_DATA = "1d".repeat(32);

  private Fixtures() {}

  static KeyPair keyPair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static ReferenceValue value(String name, Json value) {
    return new ReferenceValue(
        name, value, NOW.plus(Duration.ofDays(1)), Provenance.DECLARED, "a test");
  }

  static String digest(String of) {
    return String.format(Locale.ROOT, "%064x", of.hashCode() & 0xffff_ffffL);
  }

  /// Claims of a TPM that booted directly.
  static Json.Obj tpmClaims() {
    Json.ObjBuilder claims =
        Json.object()
            .put("report_data", "00")
            .put("init_data", digest("pcr08"))
            .put("ak_public", "AA==")
            .put("ak_name", "000b")
            .put("ek_digest", "ee".repeat(32));
    for (int pcr = 0; pcr < 10; pcr++) {
      String name = "pcr0" + pcr;
      claims.put(name, digest(name));
    }
    return claims
        .put(
            "boot",
            Json.object()
                .put("kernel", digest("kernel"))
                .put("command_line", digest("command_line"))
                .put("initrd", digest("initrd"))
                .build())
        .build();
  }

  /// Reference values for all of that.
  static List<ReferenceValue> tpmValues() {
    List<ReferenceValue> values = new ArrayList<>();
    for (int pcr = 0; pcr < 10; pcr++) {
      values.add(value("tpm_pcr0" + pcr, Json.of(digest("pcr0" + pcr))));
    }
    for (String event : List.of("kernel", "command_line", "initrd")) {
      values.add(value("tpm_" + event, Json.of(digest(event))));
    }
    values.add(value("init_data", Json.of(INIT_DATA)));
    return values;
  }

  static EvidenceClaims tpm(Json.Obj claims) {
    return new EvidenceClaims(
        "tpm",
        "cpu",
        "operator-named",
        claims,
        Json.object()
            .put("nonce", "n")
            .put("tee-pubkey", Json.object().put("kty", "EC").build())
            .build(),
        Optional.of(new EvidenceClaims.InitData(INIT_DATA, Json.object().put("a", "b").build())));
  }

  static EvidenceClaims sample(Json.Obj claims) {
    return new EvidenceClaims(
        "sample", "cpu", EvidenceClaims.INSECURE_SAMPLE, claims, Json.NULL, Optional.empty());
  }

  static Json.Obj sampleClaims() {
    return Json.object()
        .put("svn", "1")
        .put("report_data", "AA==")
        .put("launch_digest", "abcde")
        .put("platform_version", Json.object().put("major", 1).put("minor", 4).build())
        .put("debug", false)
        .build();
  }

  static List<ReferenceValue> sampleValues() {
    return List.of(
        value("launch_digest", Json.array(Json.of("abcde"))),
        value("svn", Json.array(Json.of("1"))),
        value("major_version", Json.of(1)),
        value("minimum_minor_version", Json.of(1)));
  }

  static AttestationResult issued(EvidenceClaims evidence, List<ReferenceValue> values) {
    return AttestationResult.issue(
        EarIdentity.VOUCHSAFE,
        "0123456789abcdef0123",
        List.of(
            SubmoduleResult.appraise(
                evidence.teeClass() + "0",
                evidence,
                AttestationPolicy.DEFAULT,
                ReferenceValues.of(values),
                TIME)),
        NOW,
        Duration.ofMinutes(5));
  }
}
