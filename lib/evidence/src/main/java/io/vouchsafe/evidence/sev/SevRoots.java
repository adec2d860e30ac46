package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.tpm.HashAlg;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The roots that platforms may lead to, each pinned by the SHA-256 of its file. Immutable.
public final class SevRoots {
  /// Naples, Rome, Milan and Turin (specs/evidence-x86 §0.4).
  private static final Map<String, String> AMD =
      Map.of(
          "naples", "dedabca561e1dece8cc00b7bda864cf5f20b95017864408cfe18eaee0dce24b9",
          "rome", "865977b268c16d5b27772b00aaefb4e737ba9499e818ed8e9f65b0cecefbc529",
          "milan", "1246469862b78a7a8625579b0378d1f8e975eb8b82a1623b579d7968a5969888",
          "turin", "f6405e5096a6eee1eb7d5df75c49f9b9f7c8357a31c7fff150149d68588a7bf7");

  private final Map<Bytes, Anchor> pins;

  private SevRoots(Map<Bytes, Anchor> pins) {
    this.pins = Map.copyOf(pins);
  }

  /// AMD's roots.
  public static SevRoots amd() {
    Map<Bytes, Anchor> pins = new LinkedHashMap<>();
    try {
      for (String fingerprint : AMD.values()) {
        pins.put(Bytes.fromHex(fingerprint), Anchor.PRODUCTION);
      }
    } catch (FormatException e) {
      throw new IllegalStateException("a built-in fingerprint is no hexadecimal", e);
    }
    return new SevRoots(pins);
  }

  /// No root: nothing verifies until one is named.
  public static SevRoots none() {
    return new SevRoots(Map.of());
  }

  /// These and one that the operator names, which is never taken for production.
  public SevRoots named(SevCaCertificate root) {
    Map<Bytes, Anchor> all = new LinkedHashMap<>(pins);
    all.putIfAbsent(fingerprint(root), Anchor.OPERATOR_NAMED);
    return new SevRoots(all);
  }

  /// SHA-256 of the file of a root.
  static Bytes fingerprint(SevCaCertificate root) {
    return HashAlg.SHA256.digest(root.raw());
  }

  Optional<Anchor> anchor(SevCaCertificate root) {
    return Optional.ofNullable(pins.get(fingerprint(root)));
  }

  int size() {
    return pins.size();
  }
}
