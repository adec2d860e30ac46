package io.vouchsafe.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Check;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example in the documentation of the package, compiled as it stands there, and run.
class PackageExampleTest {
  private static final Path SOURCE =
      Path.of("src/main/java/io/vouchsafe/evidence/package-info.java");
  private static final String FRAME =
      """
      import io.vouchsafe.encoding.*;
      import io.vouchsafe.evidence.*;
      import io.vouchsafe.evidence.dcap.*;
      import java.time.InstantSource;
      import java.util.Optional;

      public class Example {
        public static String run(Bytes quote, Bytes document, Bytes reportData, InstantSource clock)
            throws Exception {
      %s
          return status.text();
        }
      }
      """;

  @TempDir private Path folder;

  @BeforeEach
  void compile() throws IOException, URISyntaxException {
    Path file = Files.writeString(folder.resolve("Example.java"), FRAME.formatted(example()));
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output);
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                out,
                out,
                "-proc:none",
                "-implicit:none",
                "-cp",
                classPath(),
                "-d",
                folder.toString(),
                file.toString());
    assertThat(status).as(output.toString()).isZero();
  }

  private static String example() throws IOException {
    List<String> lines = Files.readAllLines(SOURCE);
    int start = lines.indexOf("/// ```java");
    List<String> code =
        lines.subList(start + 1, lines.size()).stream()
            .takeWhile(line -> !line.equals("/// ```"))
            .map(line -> line.substring("/// ".length()))
            .toList();
    assertThat(code).hasSize(5);
    return String.join("\n", code);
  }

  private static String classPath() throws URISyntaxException {
    return Stream.of(QuoteVerifier.class, Json.class, Check.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(PackageExampleTest::file)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String file(URL location) {
    return new File(location.getPath()).toString();
  }

  @Test
  void example_onRealEvidence_givesItsStatus() throws Exception {
    Bytes quote = Bytes.of(Vectors.bytes("tdx/phala-tdx-v4.quote.bin"));
    Bytes document = Bytes.of(Vectors.bytes("tdx/phala-tdx-v4.collateral.json"));
    Instant at = Instant.EPOCH;
    for (Json item :
        Json.parse(Vectors.text("tdx/cases.json"), JsonLimits.DOCUMENT).asArray("cases")) {
      Json.Obj found = item.asObject("case");
      at = found.string("id").equals("phala-tdx-v4") ? Instant.parse(found.string("time")) : at;
    }
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, PackageExampleTest.class.getClassLoader())) {
      Method run =
          loader
              .loadClass("Example")
              .getMethod("run", Bytes.class, Bytes.class, Bytes.class, InstantSource.class);
      assertThat(run.invoke(null, quote, document, Bytes.EMPTY, InstantSource.fixed(at)))
          .isEqualTo("UpToDate");
    }
  }
}
