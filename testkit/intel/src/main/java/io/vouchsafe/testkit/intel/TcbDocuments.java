package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// The two documents that say how secure a platform is, before they are signed. Immutable.
///
/// @param tcbInfo about platforms of one FMSPC
/// @param qeIdentity about the quoting enclave
public record TcbDocuments(Json.Obj tcbInfo, Json.Obj qeIdentity) {
  /// When documents were issued that say nothing else.
  public static final Instant ISSUED = Instant.parse("2025-05-15T00:00:00Z");

  /// When they end.
  public static final Instant NEXT = Instant.parse("2025-06-14T00:00:00Z");

  /// A time at which everything is valid.
  public static final Instant GOOD = Instant.parse("2025-06-01T00:00:00Z");

  /// Evaluation number of documents that say nothing else.
  public static final long EVALUATION_NUMBER = 17;

  private static final int COMPONENTS = 16;
  private static final String TCB_DATE = "2025-03-12T00:00:00Z";
  private static final String OLD_TCB_DATE = "2023-08-09T00:00:00Z";

  /// Documents for SGX under which quotes by platforms of `profile` are up to date: TCB info of
  /// version 3, with an older level that is out of date.
  public static TcbDocuments sgx(PckProfile profile) {
    return new TcbDocuments(
        info(profile, "SGX")
            .put("tcbLevels", new Json.Arr(sgxLevels(profile, TcbDocuments::sgxTcb)))
            .build(),
        qeIdentity("QE", SimulatedBody.quotingEnclave()));
  }

  /// As [#sgx(PckProfile)], with a TCB info of version 2.
  public static TcbDocuments sgxV2(PckProfile profile) {
    Json.Obj info =
        info(profile, "SGX")
            .put("tcbLevels", new Json.Arr(sgxLevels(profile, TcbDocuments::flatTcb)))
            .build();
    return new TcbDocuments(
        info.without("id").with("version", number(2)),
        qeIdentity("QE", SimulatedBody.quotingEnclave()));
  }

  /// Documents for TDX under which guests as [SimulatedBody#td()] on platforms of `profile` are up
  /// to date: the module of version 1 has one level for security version 5 and an older one, that
  /// of version 3 one for 7.
  public static TcbDocuments tdx(PckProfile profile) {
    List<Integer> fives = Collections.nCopies(COMPONENTS, 5);
    List<Integer> twos = Collections.nCopies(COMPONENTS, 2);
    Json.Obj info =
        info(profile, "TDX")
            .put("tdxModule", moduleBase().build())
            .put(
                "tdxModuleIdentities",
                new Json.Arr(
                    List.of(
                        module(
                            "TDX_01",
                            level(isvSvn(5), TCB_DATE, "UpToDate"),
                            level(isvSvn(2), OLD_TCB_DATE, "OutOfDate", "INTEL-SA-01036")),
                        module("TDX_03", level(isvSvn(7), TCB_DATE, "UpToDate")))))
            .put(
                "tcbLevels",
                new Json.Arr(
                    List.of(
                        level(
                            tdxTcb(profile.components(), profile.pceSvn(), fives),
                            TCB_DATE,
                            "UpToDate"),
                        level(
                            tdxTcb(Collections.nCopies(COMPONENTS, 1), 5, twos),
                            OLD_TCB_DATE,
                            "OutOfDate",
                            "INTEL-SA-00960"))))
            .build();
    return new TcbDocuments(info, qeIdentity("TD_QE", SimulatedBody.tdQuotingEnclave()));
  }

  private interface Tcb {
    Json.Obj of(List<Integer> components, int pceSvn);
  }

  private static List<Json> sgxLevels(PckProfile profile, Tcb tcb) {
    return List.of(
        level(tcb.of(profile.components(), profile.pceSvn()), TCB_DATE, "UpToDate"),
        level(
            tcb.of(Collections.nCopies(COMPONENTS, 1), 5),
            OLD_TCB_DATE,
            "OutOfDate",
            "INTEL-SA-00960"));
  }

  private static Json.ObjBuilder info(PckProfile profile, String id) {
    return Json.object()
        .put("id", id)
        .put("version", 3)
        .put("issueDate", ISSUED.toString())
        .put("nextUpdate", NEXT.toString())
        .put("fmspc", upper(profile.fmspc()))
        .put("pceId", upper(profile.pceId()))
        .put("tcbType", 0)
        .put("tcbEvaluationDataNumber", EVALUATION_NUMBER);
  }

  private static String upper(Bytes value) {
    return value.hex().toUpperCase(Locale.ROOT);
  }

  /// A level.
  ///
  /// @param tcb what reaches it: [#sgxTcb], [#flatTcb], [#tdxTcb] or [#isvSvn]
  /// @param date `2025-03-12T00:00:00Z`
  /// @param status `UpToDate`, …
  public static Json.Obj level(Json.Obj tcb, String date, String status, String... advisories) {
    Json.ObjBuilder level =
        Json.object().put("tcb", tcb).put("tcbDate", date).put("tcbStatus", status);
    if (advisories.length > 0) {
      level.put("advisoryIDs", Json.strings(List.of(advisories)));
    }
    return level.build();
  }

  /// What reaches a level of a TCB info for SGX, version 3.
  public static Json.Obj sgxTcb(List<Integer> components, int pceSvn) {
    return Json.object()
        .put("sgxtcbcomponents", components(components))
        .put("pcesvn", pceSvn)
        .build();
  }

  /// What reaches a level of a TCB info of version 2.
  public static Json.Obj flatTcb(List<Integer> components, int pceSvn) {
    Json.ObjBuilder tcb = Json.object();
    for (int i = 0; i < components.size(); i++) {
      tcb.put(String.format(Locale.ROOT, "sgxtcbcomp%02dsvn", i + 1), components.get(i));
    }
    return tcb.put("pcesvn", pceSvn).build();
  }

  /// What reaches a level of a TCB info for TDX.
  public static Json.Obj tdxTcb(List<Integer> sgx, int pceSvn, List<Integer> tdx) {
    return sgxTcb(sgx, pceSvn).with("tdxtcbcomponents", components(tdx));
  }

  /// What reaches a level of a module or a quoting enclave.
  public static Json.Obj isvSvn(int svn) {
    return Json.object().put("isvsvn", svn).build();
  }

  private static Json components(List<Integer> versions) {
    List<Json> all = new ArrayList<>();
    versions.forEach(svn -> all.add(Json.object().put("svn", svn).build()));
    return new Json.Arr(all);
  }

  /// The identity of a TDX module with Intel's signer.
  ///
  /// @param id `TDX_01`, …
  public static Json.Obj module(String id, Json.Obj... levels) {
    return moduleBase().put("id", id).put("tcbLevels", new Json.Arr(List.of(levels))).build();
  }

  private static Json.ObjBuilder moduleBase() {
    return Json.object()
        .put("mrsigner", "00".repeat(48))
        .put("attributes", "00".repeat(8))
        .put("attributesMask", "FF".repeat(8));
  }

  private static Json.Obj qeIdentity(String id, SimulatedBody enclave) {
    return Json.object()
        .put("id", id)
        .put("version", 2)
        .put("issueDate", ISSUED.toString())
        .put("nextUpdate", NEXT.toString())
        .put("tcbEvaluationDataNumber", EVALUATION_NUMBER)
        .put("miscselect", "00000000")
        .put("miscselectMask", "FFFFFFFF")
        .put("attributes", "11" + "00".repeat(15))
        .put("attributesMask", "FB" + "FF".repeat(7) + "00".repeat(8))
        .put("mrsigner", upper(enclave.get("MRSIGNER")))
        .put("isvprodid", enclave.get("ISVPRODID").at(0))
        .put(
            "tcbLevels",
            new Json.Arr(
                List.of(
                    level(isvSvn(8), TCB_DATE, "UpToDate"),
                    level(isvSvn(4), OLD_TCB_DATE, "OutOfDate", "INTEL-SA-00477"))))
        .build();
  }

  /// The document that lists the evaluation numbers which can be asked for.
  ///
  /// @param id `SGX` or `TDX`
  public static Json.Obj evaluationNumbers(String id, long... numbers) {
    List<Json> all = new ArrayList<>();
    for (long number : numbers) {
      all.add(
          Json.object()
              .put("tcbEvaluationDataNumber", number)
              .put("tcbRecoveryEventDate", OLD_TCB_DATE)
              .put("tcbDate", TCB_DATE)
              .build());
    }
    return Json.object()
        .put("id", id)
        .put("version", 1)
        .put("issueDate", ISSUED.toString())
        .put("nextUpdate", NEXT.toString())
        .put("tcbEvalNumbers", new Json.Arr(all))
        .build();
  }

  private static Json number(long value) {
    return new Json.Num(Long.toString(value));
  }

  /// These, with the TCB info changed.
  public TcbDocuments tcbInfo(UnaryOperator<Json.Obj> change) {
    return new TcbDocuments(change.apply(tcbInfo), qeIdentity);
  }

  /// These, with the identity changed.
  public TcbDocuments qeIdentity(UnaryOperator<Json.Obj> change) {
    return new TcbDocuments(tcbInfo, change.apply(qeIdentity));
  }

  /// These, with other levels of the platform.
  public TcbDocuments levels(Json.Obj... levels) {
    return tcbInfo(info -> info.with("tcbLevels", new Json.Arr(List.of(levels))));
  }

  /// These, with other identities of TDX modules.
  public TcbDocuments modules(Json.Obj... modules) {
    return tcbInfo(info -> info.with("tdxModuleIdentities", new Json.Arr(List.of(modules))));
  }

  /// These, with other levels of the quoting enclave.
  public TcbDocuments qeLevels(Json.Obj... levels) {
    return qeIdentity(identity -> identity.with("tcbLevels", new Json.Arr(List.of(levels))));
  }

  /// These, of another evaluation number.
  public TcbDocuments numbered(long number) {
    return new TcbDocuments(
        tcbInfo.with("tcbEvaluationDataNumber", number(number)),
        qeIdentity.with("tcbEvaluationDataNumber", number(number)));
  }

  /// These, good at another time.
  public TcbDocuments dated(Instant issued, Instant next) {
    return new TcbDocuments(dated(tcbInfo, issued, next), dated(qeIdentity, issued, next));
  }

  private static Json.Obj dated(Json.Obj document, Instant issued, Instant next) {
    return document
        .with("issueDate", new Json.Str(issued.toString()))
        .with("nextUpdate", new Json.Str(next.toString()));
  }
}
