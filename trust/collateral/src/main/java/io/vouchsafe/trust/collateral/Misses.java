package io.vouchsafe.trust.collateral;

import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What one verification asked for in vain. Confined to its thread.
final class Misses {
  private final Set<CollateralKey> keys = new LinkedHashSet<>();

  void add(List<CollateralKey> missing) {
    keys.addAll(missing);
  }

  /// What has to be there for a verification to get past this refusal. Evidence is refused for many
  /// reasons: nothing is fetched for those that fetching does not change.
  List<CollateralKey> behind(Refusal refusal) {
    String check = refusal.check();
    if (check.equals(DcapCheck.COLLATERAL.id())) {
      return List.copyOf(keys);
    }
    boolean chainMissing = refusal.code() == Code.CHAIN_INVALID;
    if (check.equals(SnpCheck.SIGNER.id()) && chainMissing) {
      return List.copyOf(keys);
    }
    boolean listMissing =
        check.equals(SnpCheck.REVOCATION.id())
            && (refusal.code() == Code.COLLATERAL_MISSING
                || refusal.code() == Code.COLLATERAL_MISMATCH);
    if (check.equals(SnpCheck.CHAIN.id()) && chainMissing || listMissing) {
      // The chip's own certificate came along.
      return keys.stream().filter(key -> !(key instanceof CollateralKey.ChipKey)).toList();
    }
    return List.of();
  }
}
