package io.vouchsafe.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The arrows of ARCHITECTURE.md: they run down, and the sides never import each other.
class ArchitectureTest {
  private static final String[] LIB = {
    "io.vouchsafe.verdict..",
    "io.vouchsafe.encoding..",
    "io.vouchsafe.ec..",
    "io.vouchsafe.tpm..",
    "io.vouchsafe.evidence..",
    "io.vouchsafe.measure..",
    "io.vouchsafe.rego..",
    "io.vouchsafe.appraisal..",
    "io.vouchsafe.protocol..",
    "io.vouchsafe.oci..",
    "io.vouchsafe.agentapi.."
  };
  private static final String[] IO = {
    "io.vouchsafe.http..",
    "io.vouchsafe.registry..",
    "io.vouchsafe.ttrpc..",
    "io.vouchsafe.linux..",
    "io.vouchsafe.process.."
  };
  private static final String[] TRUST = {"io.vouchsafe.trust.."};
  private static final String[] NODE = {"io.vouchsafe.hypervisor..", "io.vouchsafe.node.."};
  private static final String[] GUEST = {"io.vouchsafe.agent..", "io.vouchsafe.guest.."};
  private static final String[] TOP = {"io.vouchsafe.cli..", "io.vouchsafe.conformance.."};

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vouchsafe");

  @Test
  void lib_dependsOnNothingAbove() {
    below(LIB, IO, TRUST, NODE, GUEST, TOP);
  }

  @Test
  void io_dependsOnNoSide() {
    below(IO, TRUST, NODE, GUEST, TOP);
  }

  @Test
  void sides_neverImportEachOther() {
    below(TRUST, NODE, GUEST, TOP);
    below(NODE, TRUST, GUEST, TOP);
    below(GUEST, TRUST, NODE, TOP);
  }

  @Test
  void facades_reachTheStoreOnlyThroughCore() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.vouchsafe.trust.server..")
            .and()
            .haveSimpleNameNotStartingWith("TrustServer")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.vouchsafe\\.trust\\.store\\.Sqlite.*"));
  }

  @Test
  void lib_hasNoClockRandomnessNetworkOrLogging() {
    check(
        noClasses()
            .that(resideInAnyPackage(LIB))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.net.http..", "org.slf4j..", "java.util.logging.."))
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.time.Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "getenv", String.class));
  }

  @Test
  void onlyTheHttpServer_knowsHelidon() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.vouchsafe.http.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.helidon.."));
  }

  @Test
  void databindIsNotUsed() {
    check(
        noClasses()
            .that(resideInAnyPackage(LIB))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.databind.."));
  }

  private static void below(String[] lower, String[]... upper) {
    for (String[] forbidden : List.of(upper)) {
      check(
          noClasses()
              .that(resideInAnyPackage(lower))
              .should()
              .dependOnClassesThat(resideInAnyPackage(forbidden)));
    }
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
