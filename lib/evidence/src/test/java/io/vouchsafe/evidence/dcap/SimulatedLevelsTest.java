package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of the levels of platform, module and quoting enclave together (specs/evidence-x86
/// §4.8).
class SimulatedLevelsTest {
  private static final String DATE = "2025-03-12T00:00:00Z";
  private static final List<Integer> FIVES = Collections.nCopies(16, 5);

  private static Json.Obj level(Json.Obj tcb, String status, String advisory) {
    return TcbDocuments.level(tcb, DATE, status, advisory);
  }

  private static Simulation guest(String platform, String module, String enclave) {
    return Simulation.tdx()
        .documents(
            TcbDocuments.tdx(PckProfile.SERVER)
                .levels(level(TcbDocuments.tdxTcb(FIVES, 13, FIVES), platform, "PLATFORM"))
                .modules(
                    TcbDocuments.module("TDX_01", level(TcbDocuments.isvSvn(5), module, "MODULE")))
                .qeLevels(level(TcbDocuments.isvSvn(8), enclave, "QE")));
  }

  @ParameterizedTest
  @CsvSource({
    "UpToDate,UpToDate,UpToDate,UpToDate",
    "SWHardeningNeeded,UpToDate,UpToDate,SWHardeningNeeded",
    "ConfigurationNeeded,UpToDate,UpToDate,ConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded,UpToDate,UpToDate,ConfigurationAndSWHardeningNeeded",
    "OutOfDate,UpToDate,UpToDate,OutOfDate",
    "OutOfDateConfigurationNeeded,UpToDate,UpToDate,OutOfDateConfigurationNeeded",
    "UpToDate,OutOfDate,UpToDate,OutOfDate",
    "UpToDate,UpToDate,OutOfDate,OutOfDate",
    "SWHardeningNeeded,OutOfDate,UpToDate,OutOfDate",
    "ConfigurationNeeded,OutOfDate,UpToDate,OutOfDateConfigurationNeeded",
    "ConfigurationNeeded,UpToDate,OutOfDate,OutOfDateConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded,UpToDate,OutOfDate,OutOfDateConfigurationNeeded",
    "OutOfDate,OutOfDate,OutOfDate,OutOfDate",
    "OutOfDateConfigurationNeeded,OutOfDate,OutOfDate,OutOfDateConfigurationNeeded",
    // Anything but up to date and revoked counts as out of date.
    "UpToDate,UpToDate,SWHardeningNeeded,OutOfDate"
  })
  void levels_converge(String platform, String module, String enclave, String expected)
      throws Exception {
    VerifiedQuote.Tcb tcb = guest(platform, module, enclave).verify().tcb().orElseThrow();
    assertThat(tcb.status().text()).isEqualTo(expected);
    assertThat(tcb.advisoryIds()).containsExactly("MODULE", "PLATFORM", "QE");
  }

  @ParameterizedTest
  @CsvSource({
    "Revoked,UpToDate,UpToDate",
    "UpToDate,Revoked,UpToDate",
    "UpToDate,UpToDate,Revoked"
  })
  void level_thatIsRevoked_onAnySide_isRefused(String platform, String module, String enclave) {
    guest(platform, module, enclave).assertRefused(DcapCheck.TCB_STATUS, Code.TCB_REVOKED);
  }

  @ParameterizedTest
  @CsvSource({
    "Fine,UpToDate,UpToDate,TCB_INFO",
    "UpToDate,UpToDate,TDRelaunchAdvised,QE_IDENTITY_DOCUMENT"
  })
  void status_thatNoDocumentHas_isRefused(
      String platform, String module, String enclave, DcapCheck check) {
    guest(platform, module, enclave).assertRefused(check, Code.COLLATERAL_INVALID);
  }

  @Test
  void levels_areTakenInTheirOrder_whateverThatOfTheDocument() throws Exception {
    Json.Obj lower = level(TcbDocuments.sgxTcb(Collections.nCopies(16, 1), 5), "OutOfDate", "OLD");
    Json.Obj higher = level(TcbDocuments.sgxTcb(FIVES, 13), "UpToDate", "NEW");
    TcbDocuments documents = TcbDocuments.sgx(PckProfile.CLIENT).levels(lower, higher);
    assertThat(Simulation.sgx().documents(documents).status()).isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void component_behindByOne_isOfTheLevelBelow() throws Exception {
    List<Integer> behind = new ArrayList<>(FIVES);
    behind.set(15, 4);
    Simulation enclave =
        Simulation.sgx()
            .platform(Simulation.INTEL.platform(PckProfile.CLIENT.withLevel(behind, 13)));
    assertThat(enclave.status()).isEqualTo(TcbStatus.OUT_OF_DATE);
  }

  @Test
  void firstComponents_ofAModuleWithVersion_areNotCompared() throws Exception {
    // Module of version 3 with security version 7: components 0 and 1 differ from the level's.
    SimulatedBody later = SimulatedBody.td().with("TEE_TCB_SVN", "0703");
    assertThat(Simulation.tdx(later).status()).isEqualTo(TcbStatus.UP_TO_DATE);
    // That of version 0 has all of them compared: its 0 is below the 5 and the 2 of the levels.
    SimulatedBody first = SimulatedBody.td().with("TEE_TCB_SVN", "0500");
    Simulation.tdx(first).assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
  }
}
