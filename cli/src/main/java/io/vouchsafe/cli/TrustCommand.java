package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.trust.server.EvidenceOptions;
import io.vouchsafe.trust.server.EvidencePolicies;
import io.vouchsafe.trust.server.TrustServerOptions;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "trust",
    subcommands = TrustAdminCommand.class,
    description = "The trust server, its administrators and its ledger.")
final class TrustCommand {

  @Spec CommandSpec spec;

  @Command(
      name = "serve",
      description = {
        "Serve until ended. Prints one JSON line {url, caFingerprint} when it answers.",
        "State lies in the home; a first start makes keys, certificates and default policies."
      })
  int serve(
      @Option(
              names = "--listen",
              paramLabel = "HOST:PORT",
              defaultValue = "127.0.0.1:8443",
              description = "Default ${DEFAULT-VALUE}.")
          String listen,
      @Option(names = "--home", paramLabel = "DIR", description = "Default $VOUCHSAFE_HOME.")
          Optional<Path> folder,
      @Option(
              names = "--ek-root",
              paramLabel = "FILE",
              description =
                  "PEM of a root that endorsement keys of TPMs may lead to. The home's own virtual TPMs are always accepted.")
          List<Path> ekRoots,
      @Option(
              names = "--amd-root",
              paramLabel = "FILE",
              description =
                  "PEM of a root (ARK) that SEV-SNP reports may lead to beside AMD's; its intermediates (ASK, ASVK) may stand beside it.")
          List<Path> amdRoots,
      @Option(
              names = "--intel-root",
              paramLabel = "FILE",
              description = "PEM of a root that SGX and TDX quotes may lead to beside Intel's.")
          List<Path> intelRoots,
      @Option(
              names = "--collateral",
              paramLabel = "MODE",
              defaultValue = "online",
              description =
                  "${COMPLETION-CANDIDATES}: fetch from the vendors what guests' evidence needs, or use only what is held. Default ${DEFAULT-VALUE}.")
          CollateralMode mode,
      @Mixin CollateralPlace place,
      @Option(
              names = "--collateral-bundle",
              paramLabel = "FILE",
              description = "Import this bundle first, as `vouchsafe collateral import` does.")
          List<Path> bundles,
      @Option(
              names = "--collateral-key",
              paramLabel = "FILE",
              description =
                  "PEM of a key that may have signed the bundles. Default: the home's own.")
          List<Path> bundleKeys,
      @Option(
              names = "--evidence-policy",
              paramLabel = "TEE=FILE",
              description = {
                "What evidence of a kind (snp, tdx, sgx, az-snp-vtpm, az-tdx-vtpm) must say, and which weaknesses are let through: a file as of `verify --policy`.",
                "What it lets through is said at the start and in the token of each guest."
              })
          Map<String, Path> policies,
      @Option(
              names = "--trusted-token-certificate",
              paramLabel = "FILE",
              description = "PEM of a certificate that issuers of foreign tokens may lead to.")
          List<Path> tokenCertificates,
      @Option(
              names = "--token-audience",
              paramLabel = "NAME",
              description =
                  "Whom foreign tokens may be for. One that names an audience is refused unless it is this.")
          List<String> audiences,
      @Option(
              names = "--insecure-sample",
              description = "INSECURE: accept evidence of kind sample, which proves nothing.")
          boolean insecureSample)
      throws IOException, FormatException, Failure, RefusedException, InterruptedException {
    Home home = folder.map(path -> new Home(path.toAbsolutePath())).orElse(Home.here());
    home.create();
    List<Path> roots = new ArrayList<>(OwnServer.ekRoots(home));
    roots.addAll(named(ekRoots));
    ServedCollateral collateral =
        ServedCollateral.open(
            home, mode, place, CollateralPlace.roots(named(amdRoots), named(intelRoots)));
    collateral.take(named(bundles), named(bundleKeys));
    TrustServerOptions options =
        TrustServerOptions.at(Home.make(home.trust()))
            .withListen(address(listen))
            .withEkRoots(roots)
            .withEvidence(
                collateral.into(
                    EvidenceOptions.NONE
                        .withRoots(named(amdRoots), named(intelRoots))
                        .withPolicies(read(policies))))
            .withTrustedTokenCertificates(named(tokenCertificates))
            .withTokenAudiences(named(audiences));
    if (insecureSample) {
      options = options.withInsecureSample();
    }
    OwnServer server = alone(home, options);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              server.close();
              collateral.close();
              ended.countDown();
            }));
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        Json.object()
            .put("url", server.url())
            .put("caFingerprint", server.caFingerprint())
            .build()
            .compact());
    out.flush();
    ended.await();
    return 0;
  }

  private static <T> List<T> named(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }

  /// Reads the policies for evidence, each by the kind that it is for.
  private static EvidencePolicies read(@Nullable Map<String, Path> files) throws Failure {
    EvidencePolicies policies = EvidencePolicies.STRICT;
    Map<String, Path> named = files == null ? Map.of() : files;
    for (Map.Entry<String, Path> entry : named.entrySet()) {
      Path file = entry.getValue();
      try {
        Bytes text = Bytes.of(Files.readAllBytes(file));
        policies = policies.with(entry.getKey(), Json.parseObject(text, JsonLimits.MESSAGE));
      } catch (IOException e) {
        throw new Failure("--evidence-policy: %s cannot be read: %s".formatted(file, e));
      } catch (FormatException e) {
        throw new Failure(
            "--evidence-policy: %s is no policy for %s evidence: %s"
                .formatted(file, entry.getKey(), e.getMessage()));
      }
    }
    return policies;
  }

  /// Starts the server of a home, unless it runs already.
  private static OwnServer alone(Home home, TrustServerOptions options)
      throws IOException, FormatException, Failure {
    try (ServerUse _ = ServerUse.looking(home)) {
      Optional<URI> running = TrustClient.running(home);
      if (running.isPresent()) {
        throw new Failure(
            "the trust server of %s runs already, at %s: end it first, or name another --home"
                .formatted(home.folder(), running.get()));
      }
      return OwnServer.start(home, options);
    }
  }

  private static InetSocketAddress address(String listen) throws Failure {
    int colon = listen.lastIndexOf(':');
    try {
      String host = listen.substring(0, Math.max(colon, 0)).replaceAll("[\\[\\]]", "");
      int port = Integer.parseInt(listen.substring(colon + 1));
      InetSocketAddress address = new InetSocketAddress(host.isEmpty() ? "127.0.0.1" : host, port);
      if (!address.isUnresolved()) {
        return address;
      }
    } catch (IllegalArgumentException _) {
      // The same message as for a name that does not resolve.
    }
    throw new Failure("--listen wants HOST:PORT, got '" + listen + "'");
  }

  @Command(
      name = "log",
      description = "Print the ledger, one JSON line for each entry, oldest first.")
  int log(
      @Option(names = "--from", paramLabel = "N", defaultValue = "0", description = "First index.")
          long from,
      @Option(names = "--verify", description = "Recompute the tree first and print its head.")
          boolean verify,
      @Option(
              names = "--audit",
              description =
                  "Believe the server nothing: fetch every entry as it is stored, recompute the tree here, print size and root, and no entries.")
          boolean audit,
      @Option(
              names = "--known",
              paramLabel = "SIZE:ROOT",
              description =
                  "With --audit: size and root of before. The ledger must begin with the same entries.")
          Optional<String> known,
      @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    if (known.isPresent() && !audit) {
      throw new Failure("--known goes with --audit");
    }
    Optional<LedgerHead> before =
        known.isPresent() ? Optional.of(AuditedLedger.head(known.get())) : Optional.empty();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      if (audit) {
        out.println(client.auditedLedger(before).json().compact());
        out.flush();
        return 0;
      }
      if (verify) {
        out.println(client.verifyLedger().compact());
      }
      for (Json.Obj entry : client.ledger(from)) {
        out.println(entry.compact());
      }
    }
    out.flush();
    return 0;
  }
}
