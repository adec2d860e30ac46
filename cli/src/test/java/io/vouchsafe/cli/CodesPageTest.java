package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodesPageTest {
  private static final Path PAGE = Path.of(System.getProperty("vouchsafe.root"), "docs/codes.md");

  @Test
  void page_inTheDocumentation_isUpToDate() throws IOException {
    String page = CodesPage.render(List.of(Code.values()), Catalogue.checks());
    if (Boolean.getBoolean("vouchsafe.golden.update")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("the page says how to write it again").hasContent(page);
  }

  @Test
  void catalogue_holdsEveryCheckOfTheBuild() {
    List<String> declared =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.vouchsafe")
                .stream()
                .filter(type ->
                    type.isAssignableTo(Check.class) && type.isEnum() && !type.isAnonymousClass())
                .map(JavaClass::getName)
                .sorted()
                .toList();
    List<String> listed =
        Catalogue.checks().stream()
            .map(check -> ((Enum<?>) check).getDeclaringClass().getName())
            .distinct()
            .sorted()
            .toList();
    assertThat(listed).as("Catalogue.checks() lists all that are declared").isEqualTo(declared);
  }

  @Test
  void ids_areUniqueAndWellFormed() {
    List<String> ids = Catalogue.checks().stream().map(Check::id).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z0-9]+([.-][a-z0-9]+)*"));
  }

  @Test
  void checks_haveATitleAndCodes() {
    assertThat(Catalogue.checks())
        .allSatisfy(check -> {
          assertThat(check.title()).as(check.id()).isNotBlank().doesNotEndWith(".");
          assertThat(check.codes()).as(check.id()).isNotEmpty();
        });
  }

  @Test
  void codes_haveAMeaningAndARemedyAsSentences() {
    assertThat(Code.values())
        .allSatisfy(code -> {
          assertThat(code.meaning()).as(code.name()).endsWith(".");
          assertThat(code.remedy()).as(code.name()).endsWith(".");
        });
  }
}
