package io.vouchsafe.evidence.internal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerWriter;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Optional;

/// The RSA schemes that certificates of clouds are signed with. A signature counts only under the
/// exact AlgorithmIdentifier of one of them.
public enum RsaScheme {
  PKCS1_SHA256("SHA256withRSA", "1.2.840.113549.1.1.11"),
  PKCS1_SHA384("SHA384withRSA", "1.2.840.113549.1.1.12"),
  PKCS1_SHA512("SHA512withRSA", "1.2.840.113549.1.1.13"),
  /// MGF1 with SHA-256 and 32 bytes of salt.
  PSS_SHA256("RSASSA-PSS", "1.2.840.113549.1.1.10");

  private static final int SALT = 32;

  private final String jcaName;
  private final List<Bytes> identifiers;

  RsaScheme(String jcaName, String oid) {
    this.jcaName = jcaName;
    Bytes name = DerWriter.oid(oid);
    this.identifiers =
        jcaName.equals("RSASSA-PSS")
            ? List.of(
                pss(name, true, false),
                pss(name, true, true),
                pss(name, false, false),
                pss(name, false, true))
            : List.of(DerWriter.sequence(name, DerWriter.nothing()));
  }

  /// Hash parameters may be NULL or absent (RFC 4055 §2.1), and the trailer is a default that some
  /// spell out.
  private static Bytes pss(Bytes name, boolean explicitNull, boolean trailer) {
    Bytes oid = DerWriter.oid("2.16.840.1.101.3.4.2.1");
    Bytes hash =
        explicitNull ? DerWriter.sequence(oid, DerWriter.nothing()) : DerWriter.sequence(oid);
    Bytes parameters =
        DerWriter.explicit(0, hash)
            .concat(
                DerWriter.explicit(
                    1, DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.8"), hash)))
            .concat(DerWriter.explicit(2, DerWriter.integer(32)));
    return DerWriter.sequence(
        name,
        DerWriter.sequence(
            trailer ? parameters.concat(DerWriter.explicit(3, DerWriter.integer(1))) : parameters));
  }

  /// The scheme of an AlgorithmIdentifier, or empty if it does not count.
  static Optional<RsaScheme> of(Bytes identifier) {
    for (RsaScheme scheme : values()) {
      if (scheme.isNamedBy(identifier)) {
        return Optional.of(scheme);
      }
    }
    return Optional.empty();
  }

  /// Whether an AlgorithmIdentifier names this scheme.
  public boolean isNamedBy(Bytes identifier) {
    return identifiers.contains(identifier);
  }

  /// Whether `key` made the signature. A key of another kind, or a signature that no such key could
  /// make, is a plain no.
  public boolean verifies(PublicKey key, Bytes content, Bytes signature) {
    if (!(key instanceof RSAKey)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(jcaName);
      if (this == PSS_SHA256) {
        verifier.setParameter(
            new PSSParameterSpec(
                "SHA-256",
                "MGF1",
                MGF1ParameterSpec.SHA256,
                SALT,
                PSSParameterSpec.TRAILER_FIELD_BC));
      }
      verifier.initVerify(key);
      verifier.update(content.asBuffer());
      return verifier.verify(signature.toByteArray());
    } catch (SignatureException | InvalidKeyException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + jcaName, e);
    }
  }
}
