package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/// A public key that signs images: ECDSA on P-256 (SHA-256) or P-384 (SHA-384, or SHA-256 as older
/// tools have it), RSA of 2048 bits or more (PKCS#1, SHA-256), or Ed25519.
public final class SignerKey {
  private static final int MIN_RSA_BITS = 2048;
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");
  private static final int PEM_LINE = 64;
  private static final String PUBLIC_KEY = "PUBLIC KEY";

  private final PublicKey key;
  private final List<String> signatures;

  private SignerKey(PublicKey key, List<String> signatures) {
    this.key = key;
    this.signatures = signatures;
  }

  /// Takes a key.
  ///
  /// @throws RefusedException with [Code#UNSUPPORTED_ALGORITHM] or [Code#WEAK_KEY]
  public static SignerKey of(PublicKey key) throws RefusedException {
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getOrder().bitLength();
      if (bits == 256) {
        return new SignerKey(key, List.of("SHA256withECDSA"));
      }
      if (bits == 384) {
        return new SignerKey(key, List.of("SHA384withECDSA", "SHA256withECDSA"));
      }
      throw unsupported("an EC key of " + bits + " bits");
    }
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS) {
        throw new RefusedException(
            ImageCheck.SIGNATURE_KEY,
            Code.WEAK_KEY,
            "RSA of at least " + MIN_RSA_BITS + " bits",
            bits + " bits");
      }
      return new SignerKey(key, List.of("SHA256withRSA"));
    }
    if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")) {
      return new SignerKey(key, List.of("Ed25519"));
    }
    throw unsupported(key.getAlgorithm());
  }

  private static RefusedException unsupported(String found) {
    return new RefusedException(
        ImageCheck.SIGNATURE_KEY,
        Code.UNSUPPORTED_ALGORITHM,
        "a key on P-256 or P-384, RSA or Ed25519",
        found);
  }

  /// Reads the public key of a PEM text: `PUBLIC KEY`, or the key of a `CERTIFICATE`, of which
  /// nothing else is looked at.
  ///
  /// @throws FormatException if it holds none, or more than one
  public static PublicKey publicKey(Bytes pem) throws FormatException {
    List<PemBlock> blocks = Pem.parse(withShortLines(pem));
    if (blocks.size() != 1) {
      throw FormatException.unexpected("one public key", blocks.size() + " PEM blocks");
    }
    PemBlock block = blocks.getFirst();
    return switch (block.label()) {
      case PUBLIC_KEY -> subjectKey(block.content());
      case "CERTIFICATE" -> certifiedKey(block.content());
      default -> throw FormatException.unexpected("PEM of a public key", block.label());
    };
  }

  /// Some tools put all base64 on one line (RFC 7468 §2 lets a reader take that).
  private static String withShortLines(Bytes pem) {
    StringBuilder text = new StringBuilder();
    for (String line : pem.utf8Lossy().split("\n", -1)) {
      int from = 0;
      while (line.length() - from > PEM_LINE && !line.startsWith("-----")) {
        text.append(line, from, from + PEM_LINE).append('\n');
        from += PEM_LINE;
      }
      text.append(line, from, line.length()).append('\n');
    }
    text.setLength(text.length() - 1);
    return text.toString();
  }

  private static PublicKey subjectKey(Bytes spki) throws FormatException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm)
            .generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
      } catch (GeneralSecurityException _) {
        continue; // Of another algorithm: the next may fit.
      }
    }
    throw FormatException.unexpected("a public key of " + ALGORITHMS, "another");
  }

  private static PublicKey certifiedKey(Bytes der) throws FormatException {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der.toByteArray()))
          .getPublicKey();
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a certificate", String.valueOf(e.getMessage()));
    }
  }

  /// Reads a private key in PEM: PKCS#8 without pass phrase. Others are converted by `openssl pkcs8
  /// -topk8 -nocrypt`.
  ///
  /// @throws FormatException if it holds none
  public static PrivateKey privateKey(SecretBytes pem) throws FormatException {
    try (SecretBytes der = Pem.secret(pem, "PRIVATE KEY")) {
      for (String algorithm : ALGORITHMS) {
        try {
          return der.lend(raw ->
              KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(raw)));
        } catch (GeneralSecurityException _) {
          continue; // Of another algorithm: the next may fit.
        }
      }
      throw FormatException.unexpected("a private key of " + ALGORITHMS, "another");
    }
  }

  /// What `key` signs with here.
  static String algorithm(SignerKey key) {
    return key.signatures.getFirst();
  }

  /// Whether `signature` over `message` was made with this key.
  boolean verifies(Bytes message, Bytes signature) {
    for (String algorithm : signatures) {
      try {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(message.asBuffer());
        if (verifier.verify(signature.toByteArray())) {
          return true;
        }
      } catch (GeneralSecurityException _) {
        continue; // Not even of the right form: as good as wrong.
      }
    }
    return false;
  }

  /// Whether a signature's layer holds a signature of this key over `payload`.
  boolean signed(Bytes payload, Descriptor layer) {
    try {
      String text = layer.annotation(CosignSignatures.ANNOTATION).orElse("");
      return verifies(payload, Bytes.fromBase64(text));
    } catch (FormatException _) {
      return false;
    }
  }

  /// SHA-256 of the key's DER form: how it is named in reports.
  public Digest fingerprint() {
    return Digest.sha256(Bytes.of(key.getEncoded()));
  }

  /// The key in PEM.
  public String pem() {
    return Pem.encode(PUBLIC_KEY, Bytes.of(key.getEncoded()));
  }
}
