package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The root keys that quotes may lead to. Keys are pinned, not certificates: Intel issued its root
/// again with the same key. Immutable.
public final class DcapRoots {
  /// X and Y of Intel's SGX root (specs/evidence-x86 §0.4).
  private static final String INTEL =
      "0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5"
          + "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394";

  private final List<Root> roots;

  private DcapRoots(List<Root> roots) {
    this.roots = List.copyOf(roots);
  }

  record Root(P256Key key, Anchor anchor) {
    Bytes spki() {
      return key.spki();
    }
  }

  /// Its tables are made once, when it is needed first.
  private static final class Intel {
    private static final DcapRoots ROOTS = roots();

    private static DcapRoots roots() {
      try {
        return new DcapRoots(
            List.of(new Root(P256Key.of(Bytes.fromHex(INTEL)).prepared(), Anchor.PRODUCTION)));
      } catch (FormatException e) {
        throw new IllegalStateException("the pinned key is one", e);
      }
    }
  }

  /// Intel's root.
  public static DcapRoots intel() {
    return Intel.ROOTS;
  }

  /// No root: nothing verifies until one is named.
  public static DcapRoots none() {
    return new DcapRoots(List.of());
  }

  /// These and one that the operator names. Evidence that leads there is never taken for
  /// production.
  ///
  /// @param certificate the root's certificate, DER or PEM
  /// @throws FormatException if it is no certificate of such a root
  public DcapRoots named(Bytes certificate) throws FormatException {
    List<IntelCertificate> parsed = IntelCertificate.chain(certificate);
    if (parsed.size() != 1 || parsed.getFirst().role() != IntelCertificate.Role.ROOT) {
      throw FormatException.unexpected("the certificate of one root", parsed.size() + " others");
    }
    Root named = new Root(parsed.getFirst().key().prepared(), Anchor.OPERATOR_NAMED);
    List<Root> all = new ArrayList<>(roots);
    if (all.stream().noneMatch(root -> root.spki().equals(named.spki()))) {
      all.add(named);
    }
    return new DcapRoots(all);
  }

  /// The root that signed `certificate`, if it is one of these.
  Optional<Root> issuerOf(IntelCertificate certificate) {
    return roots.stream().filter(root -> certificate.isSignedBy(root.key())).findFirst();
  }

  /// The root that signed `list`, if it is one of these.
  Optional<Root> signerOf(RevocationList list) {
    return roots.stream().filter(root -> list.isSignedBy(root.key())).findFirst();
  }

  /// The keys, as SubjectPublicKeyInfo in DER.
  public List<Bytes> spkis() {
    return roots.stream().map(Root::spki).toList();
  }

  int size() {
    return roots.size();
  }
}
