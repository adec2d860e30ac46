package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.tpm.HashAlg;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The roots that platforms may lead to, each pinned by the SHA-256 of its file. Immutable.
public final class SevRoots {
  /// specs/evidence-x86 §0.4. The roots of Milan, Genoa and Turin hold the keys of the X.509 roots
  /// of their reports.
  private static final Map<String, String> AMD =
      Map.of(
          "Naples", "dedabca561e1dece8cc00b7bda864cf5f20b95017864408cfe18eaee0dce24b9",
          "Rome", "865977b268c16d5b27772b00aaefb4e737ba9499e818ed8e9f65b0cecefbc529",
          "Milan", "1246469862b78a7a8625579b0378d1f8e975eb8b82a1623b579d7968a5969888",
          "Genoa", "8f4e3fd36589c23f1fe0c8338465bac7e2e066d97fc92f228bbee4fd356fb674",
          "Turin", "f6405e5096a6eee1eb7d5df75c49f9b9f7c8357a31c7fff150149d68588a7bf7");

  private static final String NAMED = "a root of the operator";

  private final Map<Bytes, Root> pins;

  private SevRoots(Map<Bytes, Root> pins) {
    this.pins = Collections.unmodifiableMap(new LinkedHashMap<>(pins));
  }

  /// A root that is pinned.
  ///
  /// @param product whose processors it is for
  record Root(String product, Anchor anchor) {}

  /// AMD's roots.
  public static SevRoots amd() {
    Map<Bytes, Root> pins = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> root : new TreeMap<>(AMD).entrySet()) {
        pins.put(Bytes.fromHex(root.getValue()), new Root(root.getKey(), Anchor.PRODUCTION));
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
    Map<Bytes, Root> all = new LinkedHashMap<>(pins);
    all.putIfAbsent(fingerprint(root), new Root(NAMED, Anchor.OPERATOR_NAMED));
    return new SevRoots(all);
  }

  /// SHA-256 of the file of a root.
  static Bytes fingerprint(SevCaCertificate root) {
    return HashAlg.SHA256.digest(root.raw());
  }

  Optional<Root> root(SevCaCertificate root) {
    return Optional.ofNullable(pins.get(fingerprint(root)));
  }

  /// The products whose processors can be verified, in words.
  public List<String> products() {
    return pins.values().stream().map(Root::product).toList();
  }
}
