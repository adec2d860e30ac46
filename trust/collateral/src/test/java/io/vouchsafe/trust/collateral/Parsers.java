package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reaches the package's parsers for the fuzzer, which lives in a folder of its own.
public final class Parsers {
  private static final DocumentVerifier VERIFIER = new DocumentVerifier(Vendors.roots());
  private static final int MAX = 1 << 12;

  private Parsers() {}

  /// Feeds one input to everything that reads what a vendor's service sends.
  ///
  /// @param issuers what came in a header
  public static void answer(Bytes body, Bytes issuers) {
    for (CollateralKey key : CollateralServiceIT.everyKey()) {
      try {
        VERIFIER.verify(
            new CollateralDocument(key, body, issuers, Vendors.START, "a fuzzer"), Vendors.START);
      } catch (RefusedException _) {
        // what documents that are not genuine are for
      }
    }
  }

  /// Feeds one text to the reader of headers.
  public static void header(String text) {
    try {
      if (PercentText.decode(text, MAX).size() > MAX) {
        throw new IllegalStateException("beyond its bound");
      }
    } catch (FormatException _) {
      // what malformed input is for
    }
  }

  /// Feeds one input to the reader of documents in files.
  public static void file(Bytes input) {
    try {
      CollateralDocument document =
          CollateralDocument.parse(Json.parseObject(input, JsonLimits.MESSAGE));
      if (!CollateralDocument.parse(document.toJson()).equals(document)) {
        throw new IllegalStateException("a document is what it was written as");
      }
    } catch (FormatException _) {
      // what malformed input is for
    }
  }

  /// Feeds one input to the reader of what Azure tells its machines.
  public static void thim(Bytes input) {
    try {
      ThimAnswer.parse(input).documents(Vendors.roots(), "a fuzzer", Vendors.START);
    } catch (FormatException | RefusedException _) {
      // what input that is malformed or not genuine is for
    }
  }

  /// Genuine documents, body and issuers of each.
  static List<CollateralDocument> genuine() {
    List<CollateralDocument> all = new ArrayList<>();
    Instant until = Vendors.LISTS_UNTIL;
    Bytes chain = Vendors.INTEL.signingChain();
    var documents =
        io.vouchsafe.testkit.intel.TcbDocuments.tdx(io.vouchsafe.testkit.intel.PckProfile.SERVER);
    all.add(of(Vendors.TCB_INFO, Vendors.INTEL.signed("tcbInfo", documents.tcbInfo()), chain));
    all.add(
        of(
            Vendors.NUMBERS,
            Vendors.INTEL.signed(
                "tcbEvaluationDataNumbers",
                io.vouchsafe.testkit.intel.TcbDocuments.evaluationNumbers("TDX", 17, 18)),
            chain));
    all.add(of(Vendors.ROOT_LIST, Vendors.INTEL.rootCrl(Vendors.START, until), Bytes.EMPTY));
    all.add(of(Vendors.CHIP_KEY, Vendors.CHIP.certificate(), Bytes.EMPTY));
    return all;
  }

  private static CollateralDocument of(CollateralKey key, Bytes body, Bytes issuers) {
    return new CollateralDocument(key, body, issuers, Vendors.START, "a test");
  }
}
