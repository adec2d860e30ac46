package io.vouchsafe.appraisal.statement;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Code;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A key whose statements about reference values are believed: ECDSA on P-256 with SHA-256 or P-384
/// with SHA-384 (DER form, as tools around in-toto write it), or Ed25519.
///
/// @param name for people
/// @param key its public half
public record StatementSigner(String name, PublicKey key) {
  public StatementSigner {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(key, "key");
  }

  /// Takes a key.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if it is of another kind
  public static StatementSigner of(String name, PublicKey key) throws FormatException {
    if (algorithm(key).isEmpty()) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          FormatException.NO_OFFSET,
          "a key on P-256 or P-384, or Ed25519",
          key.getAlgorithm());
    }
    return new StatementSigner(name, key);
  }

  /// Takes a key in DER form (SubjectPublicKeyInfo). Its name is its id.
  ///
  /// @throws FormatException if it is none, or of another kind
  public static StatementSigner ofSubjectKey(Bytes spki) throws FormatException {
    for (String algorithm : List.of("EC", "Ed25519")) {
      try {
        PublicKey key =
            KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
        return of(new StatementSigner("", key).keyId(), key);
      } catch (GeneralSecurityException _) {
        continue; // Of another algorithm: the next may fit.
      }
    }
    throw FormatException.unexpected("a public key on P-256 or P-384, or Ed25519", "another");
  }

  private static Optional<String> algorithm(Key key) {
    if (key instanceof ECKey ec) {
      return switch (ec.getParams().getOrder().bitLength()) {
        case 256 -> Optional.of("SHA256withECDSA");
        case 384 -> Optional.of("SHA384withECDSA");
        default -> Optional.empty();
      };
    }
    boolean ed25519 = key instanceof EdECKey ed && ed.getParams().getName().equals("Ed25519");
    return ed25519 ? Optional.of("Ed25519") : Optional.empty();
  }

  /// What names a key: SHA-256 of its SubjectPublicKeyInfo, hexadecimal.
  public String keyId() {
    return HashAlg.SHA256.digest(Bytes.of(key.getEncoded())).hex();
  }

  /// Whether `signature` over `message` is by this key. What cannot be a signature is none.
  public boolean verifies(Bytes message, Bytes signature) {
    try {
      Signature verifier = Signature.getInstance(algorithm(key).orElse(""));
      verifier.initVerify(key);
      verifier.update(message.asBuffer());
      return verifier.verify(signature.toByteArray());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /// Signs `message` with the private half.
  ///
  /// @throws IllegalArgumentException if `key` does not belong to this signer
  Bytes sign(PrivateKey privateKey, Bytes message) {
    try {
      Signature signer = Signature.getInstance(algorithm(key).orElse(""));
      signer.initSign(privateKey);
      signer.update(message.asBuffer());
      Bytes signature = Bytes.of(signer.sign());
      if (verifies(message, signature)) {
        return signature;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a private key that does not fit " + name, e);
    }
    throw new IllegalArgumentException("a private key that does not belong to " + name);
  }
}
