package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.manifest.ConstellationVariant;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "rv",
    subcommands = {
      ReferenceGetCommand.class,
      ReferenceProvenanceCommand.class,
      ReferenceDiffCommand.class,
      ReferenceHistoryCommand.class,
      ReferenceRollbackCommand.class,
      ReferenceExportCommand.class
    },
    description = "Reference values: what evidence is compared with, until when, and who says so.")
final class ReferenceValueCommand {
  private static final String DAYS = "30";
  private static final int MAX_DAYS = 3_650;

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Command(
      name = "list",
      description =
          "List the registered values, or those of NAME; one JSON object a line, with --json one array.")
  int list(
      @Parameters(paramLabel = "NAME", arity = "0..1") Optional<String> name,
      @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    List<Json> found = new ArrayList<>();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      for (Json.Obj entry : client.referenceValues()) {
        if (name.isEmpty() || name.get().equals(entry.string("name"))) {
          found.add(entry);
        }
      }
    }
    if (name.isPresent() && found.isEmpty()) {
      throw new Failure("no value is registered as " + name.get());
    }
    if (json) {
      out.println(Json.array(found).compact());
    } else {
      found.forEach(entry -> out.println(entry.compact()));
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "put",
      description = "Register VALUE as one that NAME may have: JSON, or else text as it stands.")
  int put(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "VALUE") String value,
      @Option(
              names = "--days",
              defaultValue = DAYS,
              paramLabel = "N",
              description = "How long it is in force. Default ${DEFAULT-VALUE}.")
          int days,
      @Option(
              names = "--origin",
              defaultValue = "declared by an operator",
              paramLabel = "TEXT",
              description = "Who says so. Default: ${DEFAULT-VALUE}.")
          String origin,
      @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    ReferenceValue entry;
    try {
      entry =
          ReferenceValue.parse(
                  Json.object()
                      .put("name", name)
                      .put("value", value(value))
                      .put("expires", until(days).toString())
                      .put("provenance", Provenance.DECLARED.text())
                      .put("origin", origin)
                      .build())
              .usable();
    } catch (FormatException e) {
      throw new Failure("the value cannot be registered: " + e.getMessage(), e);
    }
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      made("added", client.register(List.of(entry)));
    } catch (ProposedFailure e) {
      waits(e);
    }
    return 0;
  }

  /// What to say of a change that only was proposed.
  void waits(ProposedFailure change) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? change.json().compact() : change.line());
    out.flush();
  }

  /// A change that was made: nothing to say, but to a program.
  private void made(String member, long values) {
    if (json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(Json.object().put("state", "active").put(member, values).build().compact());
      out.flush();
    }
  }

  private static Json value(String value) {
    try {
      return Json.parse(value, JsonLimits.MESSAGE);
    } catch (FormatException _) {
      return Json.of(value);
    }
  }

  private static Instant until(int days) throws Failure {
    if (days < 1 || days > MAX_DAYS) {
      throw new Failure("--days wants 1 to %d, got %d".formatted(MAX_DAYS, days));
    }
    return Instant.ofEpochSecond(Instant.now().plus(Duration.ofDays(days)).getEpochSecond());
  }

  @Command(name = "delete", description = "Take all values of NAME out of force.")
  int delete(@Parameters(paramLabel = "NAME") String name, @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      long deleted = client.deleteReferenceValues(name);
      if (deleted == 0) {
        throw new Failure("no value is registered as " + name);
      }
      made("deleted", deleted);
    } catch (ProposedFailure e) {
      waits(e);
    }
    return 0;
  }

  @Command(
      name = "import",
      description =
          "Register the values of FILE: a signed statement or bundle, the JSON of measure --reference-values, an object from"
              + " names to values, a CoRIM, or a SWID manifest. What it says beyond that is listed.")
  int importFile(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--signer",
              paramLabel = "FILE",
              description =
                  "PEM of a key whose files are believed. Repeatable. For statements and bundles the"
                      + " default is the home's own.")
          @Nullable List<Path> signers,
      @Option(
              names = "--signature",
              paramLabel = "FILE",
              description = "The signature of a file that has it beside it, in base64.")
          Optional<Path> signature,
      @Option(
              names = "--root",
              paramLabel = "FILE",
              description = "Root certificate of signers of SWID manifests. Repeatable.")
          @Nullable List<Path> roots,
      @Option(
              names = "--unsigned",
              description = "Take a manifest although its signature is not checked.")
          boolean unsigned,
      @Option(
              names = "--days",
              defaultValue = DAYS,
              paramLabel = "N",
              description =
                  "How long values are in force that do not say it. Default ${DEFAULT-VALUE}.")
          int days,
      @Option(
              names = "--variant",
              paramLabel = "V",
              description = "Of measurements of Constellation, those of this attestation variant.")
          Optional<String> variant,
      @Option(
              names = "--replace",
              description =
                  "Take the values of older versions of a statement out of force. Bundles always do.")
          boolean replace,
      @Option(names = "--dry-run", description = "Show the values, register none.") boolean dryRun,
      @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, RefusedException, Failure {
    Bytes bytes = GivenFile.bytes(file);
    List<StatementSigner> named = StatementKeys.signers(signers == null ? List.of() : signers);
    if (ReferenceFile.isSigned(bytes)) {
      return importSet(bytes, named, replace, dryRun, trust);
    }
    ReferenceFile content;
    try {
      content =
          ReferenceFile.read(
              bytes,
              new ReferenceFile.Use(
                  String.valueOf(file.getFileName()),
                  until(days),
                  variant.isEmpty()
                      ? Optional.empty()
                      : Optional.of(ConstellationVariant.parse(variant.get()))),
              Instant.now(),
              new ReferenceFile.Trust(
                  named,
                  certificates(roots),
                  signature.isEmpty()
                      ? Optional.empty()
                      : Optional.of(GivenFile.bytes(signature.get())),
                  unsigned));
    } catch (FormatException e) {
      throw new Failure(file + ": " + e.getMessage(), e);
    }
    Json.ObjBuilder told =
        Json.object()
            .put("form", content.form())
            .put("notTaken", Json.strings(content.notUnderstood()));
    PrintWriter err = spec.commandLine().getErr();
    if (!json) {
      show(content.values());
      err.println(content.form() + ": " + content.values().size() + " values");
      content.notUnderstood().forEach(what -> err.println("  not taken: " + Shown.line(what)));
      err.flush();
    }
    Optional<Json.Obj> outcome = Optional.empty();
    if (!dryRun) {
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        long added = client.register(content.values());
        outcome = Optional.of(Json.object().put("state", "active").put("added", added).build());
      } catch (ProposedFailure e) {
        outcome = Optional.of(proposed(e));
      }
    }
    imported(told, content.values(), outcome);
    return 0;
  }

  /// Verified here to be shown, and by the server, which takes it as a whole or not at all.
  private int importSet(
      Bytes file,
      List<StatementSigner> named,
      boolean replace,
      boolean dryRun,
      TenantTrustOptions trust)
      throws IOException, FormatException, RefusedException, Failure {
    Home home = Home.here();
    List<StatementSigner> signers =
        named.isEmpty() ? List.of(StatementKeys.of(Optional.empty(), home).signer()) : named;
    SignedReferenceSet.Verified verified = SignedReferenceSet.read(file, signers, Instant.now());
    String form = verified.set().kind().name().toLowerCase(Locale.ROOT);
    Json.ObjBuilder told =
        Json.object()
            .put("form", form)
            .put("set", verified.set().name())
            .put("version", verified.set().version())
            .put("signer", verified.source().signer());
    PrintWriter err = spec.commandLine().getErr();
    if (!json) {
      show(verified.values());
      err.printf(
          "%s %s version %d, signed by %s: %d values%n",
          form,
          Shown.line(verified.set().name()),
          verified.set().version(),
          verified.source().signer(),
          verified.values().size());
    }
    Optional<Json.Obj> outcome = Optional.empty();
    if (!dryRun) {
      try (TrustClient client = TrustClient.open(home, trust.place())) {
        Json.Obj done = client.importSet(file, signers, replace);
        outcome = Optional.of(done);
        if (!json) {
          err.printf(
              "%d in force by it, %d taken out of force, %d past their end%n",
              done.integer("added"), done.integer("removed"), done.integer("expired"));
        }
      } catch (ProposedFailure e) {
        outcome = Optional.of(proposed(e));
      }
    }
    err.flush();
    imported(told, verified.values(), outcome);
    return 0;
  }

  private void show(List<ReferenceValue> values) {
    PrintWriter out = spec.commandLine().getOut();
    values.forEach(value -> out.println(value.json().compact()));
    out.flush();
  }

  private Json.Obj proposed(ProposedFailure change) {
    if (!json) {
      waits(change);
    }
    return change.json();
  }

  /// The document of an import: what the file says, and what became of it, if it was to be taken.
  private void imported(
      Json.ObjBuilder told, List<ReferenceValue> values, Optional<Json.Obj> outcome) {
    if (!json) {
      return;
    }
    told.put("values", Json.array(values.stream().map(ReferenceValue::json).toList()));
    told.putIf("outcome", outcome);
    PrintWriter out = spec.commandLine().getOut();
    out.println(told.build().compact());
    out.flush();
  }

  @Command(
      name = "key",
      description = {
        "Print the public key that this home signs statements with, in PEM; it is made at first use.",
        "Whoever believes it names it: rv import FILE --signer KEY.pub."
      })
  int key(
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description = "The private key whose public half is wanted. Default: the home's own.")
          Optional<Path> key)
      throws IOException, FormatException, Failure {
    StatementSigner signer = StatementKeys.of(key, Home.here()).signer();
    PrintWriter out = spec.commandLine().getOut();
    String pem = Pem.encode("PUBLIC KEY", Bytes.of(signer.key().getEncoded()));
    if (json) {
      out.println(Json.object().put("signer", signer.keyId()).put("pem", pem).build().compact());
      out.flush();
      return 0;
    }
    out.print(pem);
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println("signer " + signer.keyId());
    err.flush();
    return 0;
  }

  private static List<Bytes> pemCertificates(Path file) throws IOException, Failure {
    try {
      return Pem.parse(GivenFile.bytes(file), "CERTIFICATE");
    } catch (FormatException e) {
      throw new Failure("--root: %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static List<X509Certificate> certificates(@Nullable List<Path> files)
      throws IOException, FormatException, Failure {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : files == null ? List.<Path>of() : files) {
      for (Bytes der : pemCertificates(file)) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(der.toByteArray())));
        } catch (CertificateException e) {
          throw new Failure("--root: " + file + " holds no certificate", e);
        }
      }
    }
    return certificates;
  }
}
