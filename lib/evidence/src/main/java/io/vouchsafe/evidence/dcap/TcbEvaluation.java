package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// Finds the level of a platform and what Intel says about it (specs/evidence-x86 §4.8).
final class TcbEvaluation {
  private static final String REACHED = "a platform that reaches a level of its TCB info";
  private static final int MODULE_SVN = 0;
  private static final int MODULE_VERSION = 1;

  private final TcbInfo info;
  private final QeIdentity identity;
  private final PckExtension platform;
  private final Checklist checks;

  TcbEvaluation(TcbInfo info, QeIdentity identity, PckExtension platform, Checklist checks) {
    this.info = info;
    this.identity = identity;
    this.platform = platform;
    this.checks = checks;
  }

  /// @param qeSvn security version of the quoting enclave
  Assessment evaluate(QuoteBody body, int qeSvn) throws RefusedException {
    Optional<Assessment> qe = Assessment.reached(identity.levels(), qeSvn);
    if (qe.isEmpty()) {
      throw notSupported("a quoting enclave that reaches a level of its identity", qeSvn + "");
    }
    Assessment result =
        switch (body) {
          case SgxReport _ -> supported(level()).with(qe.get());
          case TdReport td -> guest(td, qe.get());
        };
    checks.require(
        DcapCheck.TCB_STATUS,
        result.status() != TcbStatus.REVOKED,
        Code.TCB_REVOKED,
        "a level that is not revoked",
        result.status().text() + " " + result.advisories());
    return result;
  }

  private Assessment supported(Optional<Assessment> found) throws RefusedException {
    if (found.isEmpty()) {
      throw notSupported(
          REACHED, "components " + platform.components() + ", PCESVN " + platform.pceSvn());
    }
    return found.get();
  }

  private RefusedException notSupported(String expected, String found) {
    return checks.refuse(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED, expected, found);
  }

  private Optional<Assessment> level() {
    return info.levels().stream().filter(this::reaches).findFirst().map(TcbInfo.Level::assessment);
  }

  private boolean reaches(TcbInfo.Level level) {
    return platform.pceSvn() >= level.pceSvn()
        && IntStream.range(0, PckExtension.COMPONENTS)
            .allMatch(i -> platform.components().get(i) >= level.sgx().get(i));
  }

  private Assessment guest(TdReport td, Assessment qe) throws RefusedException {
    Optional<TcbInfo.Module> module = module(td.teeTcbSvn());
    if (module.isEmpty() && td.current().isEmpty()) {
      throw checks.refuse(
          DcapCheck.TDX_MODULE,
          Code.TDX_MODULE_MISMATCH,
          moduleId(td.teeTcbSvn()) + " among " + names(info.modules()),
          "none");
    }
    if (module.isPresent()) {
      requireModule(td, module.get());
    }
    Assessment launch = side(td.teeTcbSvn(), qe);
    if (td.current().isEmpty()) {
      return launch;
    }
    Assessment current = side(td.current().get().teeTcbSvn(), qe);
    return relaunch(launch, current);
  }

  private static List<String> names(List<TcbInfo.Module> modules) {
    return modules.stream().map(TcbInfo.Module::id).toList();
  }

  private void requireModule(TdReport td, TcbInfo.Module module) throws RefusedException {
    Bytes none = Bytes.zeros(td.seamAttributes().size());
    checks.require(
        DcapCheck.TDX_MODULE,
        td.mrSignerSeam().equals(module.mrSigner())
            && td.seamAttributes().equals(module.attributes())
            && td.seamAttributes().equals(none),
        Code.TDX_MODULE_MISMATCH,
        "MRSIGNERSEAM " + module.mrSigner() + ", SEAMATTRIBUTES " + none,
        "MRSIGNERSEAM " + td.mrSignerSeam() + ", SEAMATTRIBUTES " + td.seamAttributes());
  }

  /// The whole evaluation for one set of security versions.
  private Assessment side(Bytes svn, Assessment qe) throws RefusedException {
    Assessment level =
        supported(
            info.levels().stream()
                .filter(candidate -> reaches(candidate) && reaches(candidate, svn))
                .findFirst()
                .map(TcbInfo.Level::assessment));
    if (svn.at(MODULE_VERSION) == 0) {
      return level.with(qe);
    }
    Optional<Assessment> module =
        module(svn).flatMap(found -> Assessment.reached(found.levels(), svn.at(MODULE_SVN)));
    if (module.isEmpty()) {
      throw notSupported("a level of the TDX module " + moduleId(svn), "TEE_TCB_SVN " + svn);
    }
    return level.with(module.get()).with(qe);
  }

  /// A module of version 1 or later is judged by its identity, not by the first two components.
  private static boolean reaches(TcbInfo.Level level, Bytes svn) {
    int first = svn.at(MODULE_VERSION) > 0 ? 2 : 0;
    return IntStream.range(first, PckExtension.COMPONENTS)
        .allMatch(i -> svn.at(i) >= level.tdx().get(i));
  }

  private Optional<TcbInfo.Module> module(Bytes svn) {
    if (svn.at(MODULE_VERSION) == 0) {
      return info.module();
    }
    String id = moduleId(svn);
    return info.modules().stream().filter(module -> module.id().equals(id)).findFirst();
  }

  private static String moduleId(Bytes svn) {
    return String.format(Locale.ROOT, "TDX_%02X", svn.at(MODULE_VERSION));
  }

  /// The guest was launched on an old module and the host has a newer one by now.
  private static Assessment relaunch(Assessment launch, Assessment current) {
    TcbStatus now = current.status();
    if (now == TcbStatus.REVOKED) {
      return launch.as(TcbStatus.REVOKED);
    }
    if (!launch.status().isOutOfDate() || now.isOutOfDate()) {
      return launch;
    }
    boolean configuration = launch.status().needsConfiguration() || now.needsConfiguration();
    return launch.as(
        configuration
            ? TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED
            : TcbStatus.TD_RELAUNCH_ADVISED);
  }
}
