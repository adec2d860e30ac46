package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What Intel says about its quoting enclave (specs/evidence-x86 §4.6). Byte strings are in the
/// order of memory.
record QeIdentity(
    String id,
    Instant issueDate,
    Instant nextUpdate,
    long evaluationNumber,
    Bytes miscSelect,
    Bytes miscSelectMask,
    Bytes attributes,
    Bytes attributesMask,
    Bytes mrSigner,
    int isvProdId,
    List<Assessment.Level> levels) {
  private static final int VERSION = 2;

  static QeIdentity parse(Json.Obj identity) throws FormatException {
    if (identity.integer("version") != VERSION) {
      throw FormatException.unexpected(
          "a QE identity of version " + VERSION, identity.integer("version") + "");
    }
    return new QeIdentity(
        identity.string("id"),
        SignedDocument.time(identity, "issueDate"),
        SignedDocument.time(identity, "nextUpdate"),
        identity.integer("tcbEvaluationDataNumber"),
        SignedDocument.hex(identity, "miscselect", 4),
        SignedDocument.hex(identity, "miscselectMask", 4),
        SignedDocument.hex(identity, "attributes", 16),
        SignedDocument.hex(identity, "attributesMask", 16),
        SignedDocument.hex(identity, "mrsigner", 32),
        SignedDocument.integer(identity, "isvprodid", 0xffff),
        Assessment.levels(identity));
  }

  /// What a report differs in from this identity, if it does.
  Optional<Difference> differenceTo(SgxReport report) {
    if (!report.mrSigner().equals(mrSigner)) {
      return Optional.of(new Difference("MRSIGNER " + mrSigner, report.mrSigner().hex()));
    }
    if (report.isvProdId() != isvProdId) {
      return Optional.of(new Difference("ISVPRODID " + isvProdId, report.isvProdId() + ""));
    }
    Bytes attributesFound = masked(report.attributes(), attributesMask);
    if (!attributesFound.equals(masked(attributes, attributesMask))) {
      return Optional.of(new Difference("ATTRIBUTES " + attributes, attributesFound.hex()));
    }
    Bytes miscFound = masked(report.miscSelect(), miscSelectMask);
    if (!miscFound.equals(masked(miscSelect, miscSelectMask))) {
      return Optional.of(new Difference("MISCSELECT " + miscSelect, miscFound.hex()));
    }
    return Optional.empty();
  }

  /// What was wanted and what was there.
  record Difference(String expected, String found) {}

  private static Bytes masked(Bytes value, Bytes mask) {
    byte[] result = value.toByteArray();
    for (int i = 0; i < result.length; i++) {
      result[i] &= (byte) mask.at(i);
    }
    return Bytes.of(result);
  }
}
