package io.vouchsafe.appraisal.statement;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DsseEnvelope;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Statements as they should be; tests change the one thing that matters.
final class Statements {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final KeyPair KEY = ec("secp256r1");
  static final StatementSigner SIGNER = signer("builder", KEY);
  static final String TYPE = "application/vnd.in-toto+json";

  private Statements() {}

  static KeyPair ec(String curve) {
    return pair("EC", new ECGenParameterSpec(curve));
  }

  static KeyPair pair(String algorithm, java.security.spec.AlgorithmParameterSpec spec) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(spec);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static StatementSigner signer(String name, KeyPair pair) {
    try {
      return StatementSigner.of(name, pair.getPublic());
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  static ReferenceValue value(String name, String value) {
    return new ReferenceValue(
        name, Json.of(value), NOW.plus(Duration.ofDays(30)), Provenance.PREDICTED, "a build");
  }

  static ReferenceSet statement(ReferenceValue... values) {
    return new ReferenceSet(
        ReferenceSet.Kind.STATEMENT,
        "pod-vm/amd64",
        7,
        NOW,
        NOW.plus(Duration.ofDays(30)),
        "vouchsafe 0.1.0",
        Json.object().put("tee", "tpm").build(),
        List.of(new ReferenceSet.Input("kernel", "vmlinuz", Bytes.zeros(32))),
        List.of(values));
  }

  static ReferenceSet statement() {
    return statement(value("tpm_kernel", "aa"), value("tpm_initrd", "bb"));
  }

  static ReferenceSet bundle(ReferenceValue... values) {
    return new ReferenceSet(
        ReferenceSet.Kind.BUNDLE,
        "fleet",
        3,
        NOW,
        NOW.plus(Duration.ofDays(2)),
        "vouchsafe 0.1.0",
        Json.object().build(),
        List.of(),
        List.of(values));
  }

  static Bytes signed(ReferenceSet set) {
    try {
      return SignedReferenceSet.sign(set, SIGNER, KEY.getPrivate());
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A genuine signature over whatever payload.
  static Bytes signed(String type, Bytes payload) {
    Bytes signature = SIGNER.sign(KEY.getPrivate(), DsseEnvelope.signedBytes(type, payload));
    return new DsseEnvelope(
            type, payload, List.of(new DsseEnvelope.Signature(SIGNER.keyId(), signature)))
        .json()
        .utf8();
  }
}
