package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.CoseSign1;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;

/// Makes manifests, signed by keys of its own.
final class Manifests {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private Manifests() {}

  static KeyPair key() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  static Cbor digest(long algorithm, int size, int fill) {
    byte[] value = new byte[size];
    java.util.Arrays.fill(value, (byte) fill);
    return Cbor.array(Cbor.of(algorithm), Cbor.of(Bytes.of(value)));
  }

  static Cbor values(long label, Cbor value) {
    return Cbor.map().put(label, value).build();
  }

  static Cbor measurement(Cbor values) {
    return Cbor.map().put(0, Cbor.of("firmware")).put(1, values).build();
  }

  static Cbor environment(String vendor) {
    Cbor type = Cbor.map().put(1, Cbor.of(vendor)).put(2, Cbor.of("Anvil")).build();
    return Cbor.map().put(0, type).build();
  }

  /// A module with one reference triple.
  static Cbor comid(String vendor, Cbor... measurements) {
    return comid(0, Cbor.array(Cbor.array(environment(vendor), Cbor.array(List.of(measurements)))));
  }

  static Cbor comid(long kind, Cbor triples) {
    return Cbor.map()
        .put(1, Cbor.map().put(0, Cbor.of("module")).build())
        .put(4, Cbor.map().put(kind, triples).build())
        .build();
  }

  static Cbor tag(Cbor comid) {
    return new Cbor.Tagged(506, Cbor.of(comid.encode()));
  }

  static Cbor validity() {
    return Cbor.map()
        .put(0, new Cbor.Tagged(1, Cbor.of(START.getEpochSecond())))
        .put(1, new Cbor.Tagged(1, Cbor.of(END.getEpochSecond())))
        .build();
  }

  static Cbor corim(Cbor... tags) {
    return new Cbor.Tagged(
        501,
        Cbor.map()
            .put(0, Cbor.of("manifest"))
            .put(1, Cbor.array(List.of(tags)))
            .put(3, new Cbor.Tagged(32, Cbor.of("https://example.com/profile")))
            .put(4, validity())
            .build());
  }

  /// A plain manifest: one SHA-256 digest of one element of ACME's Anvil.
  static Cbor plain() {
    return corim(tag(comid("ACME", measurement(values(2, Cbor.array(digest(1, 32, 0xab)))))));
  }

  static Bytes signed(Cbor corim, KeyPair key) throws GeneralSecurityException {
    return signed(corim, key, "application/rim+cbor", validity());
  }

  static Bytes signed(Cbor corim, KeyPair key, String contentType, Cbor validity)
      throws GeneralSecurityException {
    Cbor meta =
        Cbor.map()
            .put(0, Cbor.map().put(0, Cbor.of("ACME's signer")).build())
            .put(1, validity)
            .build();
    Bytes header =
        Cbor.map()
            .put(CoseSign1.ALG, Cbor.of(-7))
            .put(CoseSign1.CONTENT_TYPE, Cbor.of(contentType))
            .put(8, Cbor.of(meta.encode()))
            .build()
            .encode();
    Bytes payload = corim.encode();
    Bytes input =
        Cbor.array(Cbor.of("Signature1"), Cbor.of(header), Cbor.of(Bytes.EMPTY), Cbor.of(payload))
            .encode();
    Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(key.getPrivate());
    signer.update(input.toByteArray());
    return new Cbor.Tagged(
            CoseSign1.TAG,
            Cbor.array(
                Cbor.of(header),
                Cbor.map().build(),
                Cbor.of(payload),
                Cbor.of(Bytes.of(signer.sign()))))
        .encode();
  }
}
