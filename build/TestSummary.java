import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// Reads the reports that surefire and failsafe left, prints what was skipped and why and the time
/// of each tier, and closes with one line in Maven's own form. Exit status 1 if a named tier ran no
/// test: a tier that is asked for and cannot run has failed.
///
/// Usage: `java TestSummary.java ROOT unit|integration|vm|all`
final class TestSummary {

  private static final class Tier {
    int run;
    int failures;
    int errors;
    int skipped;
    double seconds;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    String wanted = args[1];
    Map<String, Tier> tiers = new TreeMap<>();
    Map<String, List<String>> skips = new TreeMap<>();
    List<String> failed = new ArrayList<>();
    for (Path report : reports(root)) {
      read(report, tiers, skips, failed);
    }
    System.out.println();
    if (!skips.isEmpty()) {
      System.out.println("Skipped, and why:");
      skips.forEach((why, tests) -> System.out.printf("  %s: %s%n", why, names(tests)));
      System.out.println();
    }
    if (!failed.isEmpty()) {
      System.out.println("Failed:");
      failed.forEach(test -> System.out.println("  " + test));
      System.out.println();
    }
    Tier all = new Tier();
    for (String name : List.of("unit", "integration", "vm")) {
      Tier tier = tiers.getOrDefault(name, new Tier());
      System.out.printf(
          Locale.ROOT,
          "%-12s %5d tests, %d failed, %d skipped, %7.1f s%n",
          name,
          tier.run,
          tier.failures + tier.errors,
          tier.skipped,
          tier.seconds);
      all.run += tier.run;
      all.failures += tier.failures;
      all.errors += tier.errors;
      all.skipped += tier.skipped;
    }
    boolean ran =
        wanted.equals("all")
            ? all.run > all.skipped
            : tiers.containsKey(wanted) && tiers.get(wanted).run > tiers.get(wanted).skipped;
    if (!ran) {
      System.out.printf("%nNo test of %s could run on this machine.%n", wanted.equals("all") ? "any tier" : "the tier '" + wanted + "'");
    }
    System.out.printf(
        "%nTests run: %d, Failures: %d, Errors: %d, Skipped: %d%n",
        all.run, all.failures, all.errors, all.skipped);
    if (!ran || all.failures + all.errors > 0) {
      System.exit(1);
    }
  }

  /// The message of an assumption: an attribute, or the first line of the stack trace.
  private static String reason(Element skip) {
    String message = skip.getAttribute("message");
    String first =
        message.isEmpty() ? skip.getTextContent().strip().lines().findFirst().orElse("") : message;
    return first
        .replaceFirst("^[A-Za-z0-9.]*TestAbortedException: ", "")
        .replaceFirst("^Assumption failed: ", "");
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\s+", " ");
    return line.length() <= 160 ? line : line.substring(0, 160) + "…";
  }

  private static String names(List<String> tests) {
    int shown = Math.min(tests.size(), 4);
    String list = String.join(", ", tests.subList(0, shown));
    return tests.size() > shown ? list + " and " + (tests.size() - shown) + " more" : list;
  }

  private static List<Path> reports(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root, 6)) {
      files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .filter(file -> file.toString().matches(".*/(surefire|failsafe)-reports/.*"))
          .sorted()
          .forEach(found::add);
    }
    return found;
  }

  private static void read(Path report, Map<String, Tier> tiers, Map<String, List<String>> skips, List<String> failed)
      throws Exception {
    Element suite =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getDocumentElement();
    String name = suite.getAttribute("name");
    String tier =
        report.toString().contains("surefire-reports")
            ? "unit"
            : name.endsWith("VmIT") ? "vm" : "integration";
    Tier sums = tiers.computeIfAbsent(tier, _ -> new Tier());
    sums.run += Integer.parseInt(suite.getAttribute("tests"));
    sums.failures += Integer.parseInt(suite.getAttribute("failures"));
    sums.errors += Integer.parseInt(suite.getAttribute("errors"));
    sums.skipped += Integer.parseInt(suite.getAttribute("skipped"));
    sums.seconds += Double.parseDouble(suite.getAttribute("time").replace(",", ""));
    String simple = name.substring(name.lastIndexOf('.') + 1);
    for (String outcome : List.of("failure", "error")) {
      NodeList nodes = suite.getElementsByTagName(outcome);
      for (int i = 0; i < nodes.getLength(); i++) {
        Element failure = (Element) nodes.item(i);
        String message = failure.getAttribute("message").strip();
        failed.add(
            "%s.%s: %s"
                .formatted(
                    simple,
                    ((Element) failure.getParentNode()).getAttribute("name"),
                    message.isEmpty() ? failure.getAttribute("type") : oneLine(message)));
      }
    }
    NodeList skipped = suite.getElementsByTagName("skipped");
    for (int i = 0; i < skipped.getLength(); i++) {
      Element skip = (Element) skipped.item(i);
      String why = reason(skip);
      Element test = (Element) skip.getParentNode();
      skips
          .computeIfAbsent(why.isEmpty() ? "no reason given" : why, _ -> new ArrayList<>())
          .add(simple + "." + test.getAttribute("name"));
    }
  }
}
