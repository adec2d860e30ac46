package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.tpm.TpmtSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What a TPM signed, beside the registers it had: `NAME.msg` (TPMS_ATTEST) with `NAME.sig`
/// (TPMT_SIGNATURE), made by the key of one of the `.pub` files (TPM2B_PUBLIC). The digest of a
/// quote must be the one of the registers in `pcrs.json`.
final class TpmQuoteCases {
  private static final String KIND = "tpm-quote";
  private static final String MESSAGE = ".msg";

  private TpmQuoteCases() {}

  /// The cases beside a file with registers by bank.
  static List<Case> beside(CaseFile file, Json.Obj registers) throws FormatException {
    List<Case> cases = new ArrayList<>();
    for (String name : names(file, MESSAGE)) {
      String id = name.substring(0, name.length() - MESSAGE.length());
      if (file.has(id + ".sig")) {
        cases.add(new Case(id, KIND, () -> run(file, id, registers)));
      }
    }
    return cases;
  }

  private static List<String> names(CaseFile file, String suffix) throws FormatException {
    try (Stream<Path> all = Files.list(file.folder())) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.endsWith(suffix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FormatException.unexpected("a folder", String.valueOf(e.getMessage()));
    }
  }

  private static void run(CaseFile file, String id, Json.Obj registers)
      throws Difference, FormatException, IOException {
    Bytes message = file.bytes(id + MESSAGE);
    TpmtSignature signature = TpmtSignature.parse(file.bytes(id + ".sig"));
    requireSigned(file, message, signature);
    if (TpmsAttest.parse(message).attested() instanceof TpmsAttest.Quote quote) {
      Bytes expected = signature.hash().digest(values(quote.selections(), registers));
      Difference.require("digest of the registers", expected, quote.digest());
    }
  }

  private static void requireSigned(CaseFile file, Bytes message, TpmtSignature signature)
      throws Difference, FormatException, IOException {
    for (String name : names(file, ".pub")) {
      TpmtPublic key = TpmtPublic.parseSized(file.bytes(name));
      if (!(key.key() instanceof TpmtPublic.KeyedHash)
          && signature.isBy(key.publicKey(), message)) {
        return;
      }
    }
    throw new Difference("a signature by one of the keys beside it", "none that verifies");
  }

  /// The values that a quote covers, in the order of the selections and registers.
  private static Bytes values(List<PcrSelection> selections, Json.Obj registers)
      throws FormatException {
    Bytes joined = Bytes.EMPTY;
    Map<Integer, String> banks =
        Map.of(
            HashAlg.SHA1.id(), "sha1",
            HashAlg.SHA256.id(), "sha256",
            HashAlg.SHA384.id(), "sha384",
            HashAlg.SHA512.id(), "sha512");
    for (PcrSelection selection : selections) {
      Json.Obj bank = registers.object(banks.getOrDefault(selection.hash(), "another bank"));
      for (int pcr = 0; pcr < PcrSelection.PCR_COUNT; pcr++) {
        if (selection.contains(pcr)) {
          String hex = bank.string(Integer.toString(pcr));
          joined = joined.concat(Bytes.fromHex(hex.toLowerCase(Locale.ROOT)));
        }
      }
    }
    return joined;
  }
}
