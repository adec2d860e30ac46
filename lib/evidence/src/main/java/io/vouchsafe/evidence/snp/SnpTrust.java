package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.tpm.HashAlg;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which roots are trusted, by product line, and which products are known. A root is the SHA-256 of
/// its SubjectPublicKeyInfo: certificates get issued again with the same key (specs/evidence-x86
/// §0.4).
public final class SnpTrust {
  private static final String ROOT = "ARK-";
  private static final int FINGERPRINT_SIZE = 32;

  private static final Map<String, String> AMD =
      Map.of(
          "Milan", "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9",
          "Genoa", "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831",
          "Turin", "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08");

  private record Pin(String line, Bytes fingerprint) {}

  private final List<SnpProduct> products;
  private final Map<Pin, Anchor> pins;

  private SnpTrust(Collection<SnpProduct> products, Map<Pin, Anchor> pins) {
    this.products = List.copyOf(products);
    this.pins = Map.copyOf(pins);
  }

  /// AMD's own roots and every product that they are for.
  public static SnpTrust amd() {
    Map<Pin, Anchor> pins = new HashMap<>();
    try {
      for (Map.Entry<String, String> root : AMD.entrySet()) {
        pins.put(new Pin(root.getKey(), Bytes.fromHex(root.getValue())), Anchor.PRODUCTION);
      }
    } catch (FormatException e) {
      throw new IllegalStateException("a built-in fingerprint is no hexadecimal", e);
    }
    return new SnpTrust(SnpProduct.KNOWN, pins);
  }

  /// No root and every known product: for operators who name their own.
  public static SnpTrust none() {
    return new SnpTrust(SnpProduct.KNOWN, Map.of());
  }

  /// These, and a root that the operator names for a product line.
  ///
  /// @param product its line; replaces what was known under that name
  /// @param spkiSha256 SHA-256 of the root's SubjectPublicKeyInfo
  public SnpTrust withRoot(SnpProduct product, Bytes spkiSha256) {
    if (spkiSha256.size() != FINGERPRINT_SIZE) {
      throw new IllegalArgumentException("a SHA-256 fingerprint has 32 bytes");
    }
    List<SnpProduct> known = new ArrayList<>(products);
    known.removeIf(other -> other.line().equals(product.line()));
    known.add(product);
    Map<Pin, Anchor> all = new HashMap<>(pins);
    all.putIfAbsent(new Pin(product.line(), spkiSha256), Anchor.OPERATOR_NAMED);
    return new SnpTrust(known, all);
  }

  /// These, and the root that a certificate is for, which the operator names.
  ///
  /// @param certificate of `ARK-<line>`, DER or PEM
  /// @throws FormatException if it is no certificate of a root of a known line
  public SnpTrust withRoot(Bytes certificate) throws FormatException {
    AmdCertificate root = AmdAuthority.parse(certificate).certificate();
    String name = root.subject().common();
    SnpProduct product =
        line(name.startsWith(ROOT) ? name.substring(ROOT.length()) : "")
            .orElseThrow(() ->
                FormatException.unexpected(
                    "a certificate of ARK-<line>", root.subject().toString()));
    return withRoot(product, HashAlg.SHA256.digest(root.spki()));
  }

  /// What a root is for a line, or empty if it is not trusted.
  Optional<Anchor> anchor(SnpProduct product, Bytes spkiSha256) {
    return Optional.ofNullable(pins.get(new Pin(product.line(), spkiSha256)));
  }

  /// The product line of that name.
  Optional<SnpProduct> line(String name) {
    return products.stream().filter(product -> product.line().equals(name)).findFirst();
  }
}
