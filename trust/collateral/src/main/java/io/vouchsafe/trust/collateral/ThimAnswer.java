package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.snp.SnpDocuments;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;

/// What Azure tells a virtual machine about its own processor (specs/evidence-x86 §7.6): the
/// certificate of its chip and those above it, `{"vcekCert":PEM,"certificateChain":PEM,…}`. Nothing
/// of it is verified.
///
/// @param leaf the chip's certificate, DER
/// @param chain PEM of the intermediate and the root
public record ThimAnswer(Bytes leaf, Bytes chain) {
  private static final JsonLimits LIMITS = new JsonLimits(64 << 10, 4, 64, 20);

  public static ThimAnswer parse(Bytes json) throws FormatException {
    Json.Obj answer = Json.parseObject(json, LIMITS);
    List<Bytes> leaves = Pem.parse(Bytes.utf8(answer.string("vcekCert")), "CERTIFICATE");
    if (leaves.size() != 1) {
      throw FormatException.unexpected("one certificate", leaves.size() + " certificates");
    }
    Bytes chain = Bytes.utf8(answer.string("certificateChain"));
    Pem.parse(chain, "CERTIFICATE");
    return new ThimAnswer(leaves.getFirst(), chain);
  }

  /// The documents in it, each of which has to be verified like any other.
  ///
  /// @param source who served it
  /// @throws RefusedException if the certificate of the chip is not genuine: then nobody knows what
  ///   it is for
  public List<CollateralDocument> documents(CollateralRoots roots, String source, Instant at)
      throws RefusedException {
    SnpDocuments.Chip chip =
        new SnpDocuments(roots.amd()).chip(leaf, Answers.certificates(chain), at);
    CollateralKey key = new CollateralKey.ChipKey(chip.product(), chip.hardwareId(), chip.tcb());
    CollateralKey authorities = new CollateralKey.AmdChain(KeyKind.VCEK, chip.product().line());
    return List.of(
        new CollateralDocument(authorities, chain, Bytes.EMPTY, at, source),
        new CollateralDocument(key, leaf, chain, at, source));
  }
}
