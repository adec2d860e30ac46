package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A quote of the shared vectors and what it is judged by.
record QuoteCase(String folder, Json.Obj item) {

  static List<QuoteCase> all(String folder) throws IOException, FormatException {
    Json cases = Json.parse(Vectors.text(folder + "/cases.json"), JsonLimits.DOCUMENT);
    List<QuoteCase> quotes = new ArrayList<>();
    for (Json item : cases.asArray("cases")) {
      Json.Obj object = item.asObject("case");
      if (object.get("quote").isPresent() && object.get("kind").isEmpty()) {
        quotes.add(new QuoteCase(folder, object));
      }
    }
    return quotes;
  }

  static QuoteCase of(String folder, String id) throws IOException, FormatException {
    for (QuoteCase item : all(folder)) {
      if (item.id().equals(id)) {
        return item;
      }
    }
    throw new IllegalArgumentException(id);
  }

  String id() {
    try {
      return item.string("id");
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  Bytes quote() throws IOException, FormatException {
    return Bytes.of(Vectors.bytes(folder + "/" + item.string("quote")));
  }

  Optional<Collateral> collateral() throws IOException, FormatException {
    Optional<String> name = item.optionalString("collateral");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Collateral.parse(
                Json.parse(Vectors.text(folder + "/" + name.get()), JsonLimits.DOCUMENT)));
  }

  Instant at() throws FormatException {
    return Instant.parse(item.string("time"));
  }

  /// Making one takes longer than a verification.
  private static final Map<String, DcapRoots> ROOTS = new ConcurrentHashMap<>();

  DcapRoots roots() throws IOException, FormatException {
    String root = item.string("root");
    if (root.startsWith("intel-")) {
      return DcapRoots.intel();
    }
    String path = folder + "/" + root;
    DcapRoots known = ROOTS.get(path);
    if (known == null) {
      known = DcapRoots.none().named(Bytes.of(Vectors.bytes(path)));
      ROOTS.put(path, known);
    }
    return known;
  }

  /// The vectors leave service TDs alone unless a case says otherwise, and judge a quote without
  /// collateral by its signatures only.
  DcapPolicy policy() throws FormatException {
    DcapPolicy named = DcapPolicy.parse(item.object("policy").without("reportData"));
    if (item.string("expect").equals("crypto-valid")) {
      return named.allowingDebug(true).allowingServiceTd(true);
    }
    return item.object("policy").get("allowServiceTd").isPresent()
        ? named
        : named.allowingServiceTd(true);
  }

  ExpectedBinding binding() throws FormatException {
    Optional<String> reportData = item.object("policy").optionalString("reportData");
    return new ExpectedBinding(
        reportData.isEmpty() ? Bytes.EMPTY : Bytes.fromHex(reportData.get()), Optional.empty());
  }

  Set<Code> reasons() {
    Set<Code> codes = EnumSet.noneOf(Code.class);
    try {
      for (Json reason : item.get("reasons").orElse(Json.array()).asArray("reasons")) {
        codes.add(Code.valueOf(reason.asString("reason")));
      }
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
    return codes;
  }

  VerifiedQuote verify(Bytes quote) throws IOException, FormatException, RefusedException {
    return verification().verify(quote);
  }

  /// A verifier for many quotes: what one of them has in common with others it verifies once.
  Verification verification() throws IOException, FormatException {
    return new Verification(new QuoteVerifier(roots(), policy()), collateral(), binding(), at());
  }

  /// A verifier that keeps what it knows.
  record Verification(
      QuoteVerifier verifier,
      Optional<Collateral> collateral,
      ExpectedBinding binding,
      Instant at) {
    VerifiedQuote verify(Bytes quote) throws RefusedException {
      return collateral.isEmpty()
          ? verifier.verifyWithoutCollateral(quote, binding, at)
          : verifier.verify(quote, collateral.get(), binding, at);
    }
  }
}
