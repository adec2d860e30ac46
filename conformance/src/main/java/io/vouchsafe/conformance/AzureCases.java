package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.azure.AzurePolicy;
import io.vouchsafe.evidence.azure.AzureSnpVerifier;
import io.vouchsafe.evidence.azure.AzureTdxVerifier;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpTrust;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Azure's confidential virtual machines on SEV-SNP and TDX: the JSON that guests send, root, time,
/// nonce and policy, and what the verdict is, with the codes that count as right.
final class AzureCases {
  static final String SNP = "az-snp-vtpm";
  static final String TDX = "az-tdx-vtpm";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String USER_DATA = "userData";
  private static final String INIT_DATA = "initDataHash";

  private AzureCases() {}

  /// An item of the kind `az-snp-vtpm` or `az-tdx-vtpm`.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return item.get("evidence").isEmpty()
        ? Case.unknown(id, kind)
        : new Case(id, kind, () -> run(file, item, kind));
  }

  private static void run(CaseFile file, Json.Obj item, String kind)
      throws Difference, FormatException, IOException {
    Verifier verifier = kind.equals(SNP) ? snp(file, item) : tdx(file, item);
    Json evidence = Json.parse(file.bytes(item.string("evidence")), JsonLimits.DOCUMENT);
    ExpectedBinding binding =
        new ExpectedBinding(
            Bytes.fromHex(item.string("expectedNonce")), hex(policy(item), INIT_DATA));
    Instant at = time(item);
    Optional<VerifiedEvidence> verified =
        Verdict.of(item).of(() -> verifier.verify(evidence, binding, at));
    if (verified.isEmpty() || item.present("tcbStatus").isEmpty()) {
      return;
    }
    Json.Obj claims = verified.get().claims();
    Difference.require("TCB status", item.string("tcbStatus"), claims.string("tcb_status"));
    if (item.present("advisoryIDs").isPresent()) {
      Difference.require(
          "advisories", texts(item.array("advisoryIDs")), texts(claims.array("advisory_ids")));
    }
  }

  private static Set<String> texts(List<Json> items) throws FormatException {
    Set<String> texts = new TreeSet<>();
    for (Json item : items) {
      texts.add(item.asString("item"));
    }
    return texts;
  }

  private static Verifier snp(CaseFile file, Json.Obj item) throws FormatException, IOException {
    String root = item.string("root");
    List<Bytes> chain = Pem.parse(file.bytes(root), CERTIFICATE);
    SnpTrust trust = root.startsWith("amd-") ? SnpTrust.amd() : SnpCases.rootOf(chain);
    SnpEndorsements known = new SnpEndorsements(List.of(), chain, List.of());
    return new AzureSnpVerifier(
        trust, SnpPolicy.of(hardware(item)), azure(file, item), report -> known);
  }

  private static Verifier tdx(CaseFile file, Json.Obj item) throws FormatException, IOException {
    Collateral collateral =
        Collateral.parse(Json.parse(file.bytes(item.string("collateral")), JsonLimits.DOCUMENT));
    String root = item.string("root");
    DcapRoots roots =
        root.startsWith("intel-sgx-root-ca")
            ? DcapRoots.intel()
            : DcapRoots.none().named(file.bytes(root));
    return new AzureTdxVerifier(
        roots,
        DcapPolicy.parse(hardware(item)),
        azure(file, item),
        platform -> Optional.of(collateral));
  }

  private static Json.Obj policy(Json.Obj item) throws FormatException {
    return item.present("policy").isEmpty() ? Json.object().build() : item.object("policy");
  }

  private static Json.Obj hardware(Json.Obj item) throws FormatException {
    return policy(item).without(USER_DATA).without(INIT_DATA);
  }

  private static AzurePolicy azure(CaseFile file, Json.Obj item)
      throws FormatException, IOException {
    AzurePolicy policy =
        hex(policy(item), USER_DATA)
            .map(AzurePolicy.STRICT::withUserData)
            .orElse(AzurePolicy.STRICT);
    Optional<String> root = item.optionalString("akRoot").filter(name -> name.startsWith("syn-"));
    return root.isEmpty()
        ? policy
        : policy.withRoots(RootKeys.none().named(file.bytes(root.get())));
  }

  private static Optional<Bytes> hex(Json.Obj policy, String member) throws FormatException {
    Optional<String> text = policy.optionalString(member);
    return text.isEmpty() ? Optional.empty() : Optional.of(Bytes.fromHex(text.get()));
  }

  private static Instant time(Json.Obj item) throws FormatException {
    try {
      return Instant.parse(item.string("time"));
    } catch (DateTimeException _) {
      throw FormatException.unexpected("a time", item.string("time"));
    }
  }
}
