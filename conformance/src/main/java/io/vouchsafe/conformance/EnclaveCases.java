package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.measure.sgx.SgxsStream;
import io.vouchsafe.measure.sgx.Sigstruct;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.Map;

/// Intel SGX enclaves: MRENCLAVE of a stream of what is loaded, and signature structures.
final class EnclaveCases {
  static final String STREAM = "mrenclave-sgxs";
  static final String SIGSTRUCT = "sigstruct";

  private EnclaveCases() {}

  /// An item of one of the kinds.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return new Case(
        id, kind, kind.equals(STREAM) ? () -> stream(file, item) : () -> sigstruct(file, item));
  }

  private static void stream(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    SgxsStream stream = SgxsStream.measure(file.bytes(item.string("stream")));
    Difference.require("MRENCLAVE", item.string("expected"), stream.mrEnclave().hex());
    Json.Obj records = item.object("records");
    Difference.require("EADD", records.integer("eadd"), (long) stream.pages());
    Difference.require("EEXTEND", records.integer("eextend"), (long) stream.measuredChunks());
    Difference.require(
        "unmeasured", records.integer("unmeasured"), (long) stream.unmeasuredChunks());
  }

  private static void sigstruct(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Sigstruct signed = Sigstruct.parse(file.bytes(item.string("file")));
    boolean valid = true;
    String found = "verifies";
    try {
      signed.verify();
    } catch (RefusedException e) {
      valid = false;
      found = e.refusal().summary();
    }
    if (valid != item.bool("valid")) {
      throw new Difference(item.bool("valid") ? "verifies" : "a refusal", found);
    }
    if (item.present("expected").isPresent()) {
      compare(signed, item.object("expected"));
    }
  }

  private static void compare(Sigstruct signed, Json.Obj expected)
      throws Difference, FormatException {
    for (Map.Entry<String, String> field :
        Map.of(
                "date", signed.date(),
                "miscselect", "0x" + Long.toHexString(signed.miscSelect()),
                "attributes", signed.attributes().hex(),
                "attrmask", signed.attributesMask().hex(),
                "enclavehash", signed.enclaveHash().hex(),
                "mrsigner", signed.mrSigner().hex())
            .entrySet()) {
      Difference.require(field.getKey(), expected.string(field.getKey()), field.getValue());
    }
    Difference.require("exponent", expected.integer("exponent"), signed.exponent());
    Difference.require("prodid", expected.integer("prodid"), (long) signed.isvProdId());
    Difference.require("svn", expected.integer("svn"), (long) signed.isvSvn());
  }
}
