package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.trust.collateral.CollateralBundle;
import io.vouchsafe.trust.collateral.CollateralDocument;
import io.vouchsafe.trust.collateral.CollateralFolder;
import io.vouchsafe.trust.collateral.CollateralKey;
import io.vouchsafe.trust.collateral.CollateralOptions;
import io.vouchsafe.trust.collateral.CollateralRoots;
import io.vouchsafe.trust.collateral.CollateralService;
import io.vouchsafe.trust.collateral.DocumentVerifier;
import io.vouchsafe.trust.collateral.FetchException;
import io.vouchsafe.trust.collateral.VerifiedDocument;
import io.vouchsafe.trust.server.ProcessorRoots;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "collateral",
    description = {
      "What vendors publish about their platforms: certificates, revocation lists, TCB levels.",
      "The trust server fetches it by itself; these commands prepare, carry and show it."
    })
final class CollateralCommand {
  private static final String KEY_NAME = "collateral";
  private static final int MAX_KEY = 64 << 10;

  /// Fetches under way; the service takes some more.
  private static final int AT_A_TIME = 64;

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--amd-root",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM of a root (ARK) that counts beside AMD's.")
  List<Path> amdRoots = List.of();

  @Option(
      names = "--intel-root",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM of a root that counts beside Intel's.")
  List<Path> intelRoots = List.of();

  private ProcessorRoots roots() throws Failure {
    return CollateralPlace.roots(amdRoots, intelRoots);
  }

  private static CollateralRoots of(ProcessorRoots roots) {
    return new CollateralRoots(roots.amd(), roots.intel());
  }

  @Command(
      name = "fetch",
      description = {
        "Fetch documents into the home, verified before they are kept.",
        "Exit status: 0 all came, 1 some did not."
      })
  int fetch(
      @Mixin CollateralTargets targets,
      @Mixin CollateralPlace place,
      @Option(
              names = "--wait",
              paramLabel = "TIME",
              defaultValue = "2m",
              description =
                  "How long to go on when a service wants to be left alone: 30s, 2m, 1h. Default ${DEFAULT-VALUE}.")
          String patience)
      throws IOException, Failure, InterruptedException {
    Home home = Home.here();
    home.create();
    ProcessorRoots roots = roots();
    CollateralOptions options =
        place
            .options(home, roots)
            .withTimes(Duration.ZERO, Durations.parse("--wait", patience), Thread::sleep);
    CollateralFolder folder = new CollateralFolder(home.collateral());
    Set<CollateralKey> keys = targets.keys(of(roots), place.update(), folder);
    Map<CollateralKey, Optional<Refusal>> outcomes = new LinkedHashMap<>();
    Map<CollateralKey, VerifiedDocument> fetched = new LinkedHashMap<>();
    Progress progress = Progress.onStandardError();
    try (CollateralService service = CollateralService.open(options)) {
      if (targets.azure) {
        progress.step("the chip of this machine");
        azure(service, place, outcomes, fetched);
      }
      List<CollateralKey> waiting = new ArrayList<>(keys);
      Map<CollateralKey, CompletableFuture<VerifiedDocument>> flights = new LinkedHashMap<>();
      int done = 0;
      for (CollateralKey key : keys) {
        while (!waiting.isEmpty() && flights.size() < done + AT_A_TIME) {
          CollateralKey next = waiting.removeFirst();
          flights.put(next, service.fetch(next));
        }
        progress.step("%d of %d: %s".formatted(++done, keys.size(), key.text()));
        outcomes.put(key, outcome(Objects.requireNonNull(flights.get(key)), fetched, key));
      }
    } catch (FormatException e) {
      throw CollateralPlace.unusable(e);
    } finally {
      progress.clear();
    }
    print(outcomes, fetched);
    return outcomes.values().stream().allMatch(Optional::isEmpty) ? 0 : 1;
  }

  private static void azure(
      CollateralService service,
      CollateralPlace place,
      Map<CollateralKey, Optional<Refusal>> outcomes,
      Map<CollateralKey, VerifiedDocument> fetched)
      throws Failure {
    try {
      for (CollateralService.Taken taken : service.takeAzure(place.azure())) {
        outcomes.put(taken.key(), taken.refused().map(RefusedException::refusal));
        if (taken.refused().isEmpty()) {
          service.held(taken.key()).ifPresent(held -> fetched.put(taken.key(), held));
        }
      }
    } catch (FetchException e) {
      throw new Failure(e.refusal());
    }
  }

  private static Optional<Refusal> outcome(
      CompletableFuture<VerifiedDocument> flight,
      Map<CollateralKey, VerifiedDocument> fetched,
      CollateralKey key)
      throws InterruptedException, Failure {
    try {
      fetched.put(key, flight.get());
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FetchException why) {
        return Optional.of(why.refusal());
      }
      throw new Failure("fetching failed: " + e.getCause(), e);
    }
  }

  private void print(
      Map<CollateralKey, Optional<Refusal>> outcomes,
      Map<CollateralKey, VerifiedDocument> fetched) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Json> all = new ArrayList<>();
      outcomes.forEach((key, refusal) -> {
        Json.ObjBuilder one = Json.object().put("key", key.text());
        Optional.ofNullable(fetched.get(key))
            .ifPresent(document -> one.put("until", document.facts().until().toString()));
        all.add(one.putIf("refused", refusal.map(Vouchsafe::json)).build());
      });
      out.println(Json.object().put("documents", Json.array(all)).build().compact());
    } else {
      outcomes.forEach((key, refusal) -> {
        Optional.ofNullable(fetched.get(key))
            .ifPresent(
                document -> out.printf("until %s  %s%n", document.facts().until(), key.text()));
        refusal.ifPresent(
            why -> out.printf("%s  %s%n  found     %s%n", why.code(), key.text(), why.found()));
      });
    }
    out.flush();
  }

  @Command(
      name = "export",
      description = {
        "Write what is held and counts into one file, signed by the home's key, for machines without network.",
        "Give the key that it names to whoever imports it: FILE.pub, which is written beside it."
      })
  int export(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--max-age",
              paramLabel = "TIME",
              defaultValue = "30d",
              description =
                  "After which nobody takes the file any more: 12h, 30d. Default ${DEFAULT-VALUE}.")
          String maxAge)
      throws IOException, Failure, RefusedException, FormatException {
    Home home = Home.here();
    Duration age = Durations.parse("--max-age", maxAge);
    if (age.isZero() || age.compareTo(CollateralBundle.LONGEST_AGE) > 0) {
      throw new Failure(
          "--max-age: at most %d days".formatted(CollateralBundle.LONGEST_AGE.toDays()));
    }
    Instant now = Instant.now();
    DocumentVerifier verifier = new DocumentVerifier(of(roots()));
    List<CollateralDocument> documents = new ArrayList<>();
    for (CollateralDocument document : new CollateralFolder(home.collateral()).all()) {
      if (counts(verifier, document, now)) {
        documents.add(document);
      }
    }
    if (documents.isEmpty()) {
      throw new Failure("nothing is held that counts now: `vouchsafe collateral fetch` first");
    }
    KeyPair key = ownKey(home);
    Bytes bundle = CollateralBundle.write(documents, key, now, age);
    write(file, bundle);
    Path publicKey = file.resolveSibling(file.getFileName() + ".pub");
    Files.copy(publicFile(home), publicKey, StandardCopyOption.REPLACE_EXISTING);
    Json.Obj summary =
        Json.object()
            .put("file", file.toString())
            .put("documents", documents.size())
            .put("bytes", bundle.size())
            .put("created", now.toString())
            .put("expires", now.plus(age).toString())
            .put("keyId", CollateralBundle.keyId(key.getPublic()))
            .put("publicKey", publicKey.toString())
            .build();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(summary.compact());
    } else {
      out.printf(
          "%d documents, good until %s%nsigned by %s%nimport it with --key %s%n",
          documents.size(),
          now.plus(age),
          CollateralBundle.keyId(key.getPublic()),
          publicKey.getFileName());
    }
    out.flush();
    return 0;
  }

  private static boolean counts(
      DocumentVerifier verifier, CollateralDocument document, Instant now) {
    try {
      verifier.verify(document, now);
      return true;
    } catch (RefusedException _) {
      return false;
    }
  }

  private static void write(Path file, Bytes content) throws IOException {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
    Path unfinished = Files.createTempFile(folder, ".bundle", "");
    try {
      Files.write(unfinished, content.toByteArray());
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static Path publicFile(Home home) {
    return home.keys().resolve(KEY_NAME + ".pub");
  }

  private static KeyPair ownKey(Home home)
      throws IOException, RefusedException, FormatException, Failure {
    ImageKeys keys = ImageKeys.openOrCreate(home.keys(), KEY_NAME);
    Bytes pem = Bytes.of(Files.readAllBytes(publicFile(home)));
    return new KeyPair(SignerKey.publicKey(pem), keys.privateKey());
  }

  @Command(
      name = "import",
      description = {
        "Take the documents of a bundle: its signature is verified with a key that you name, then each document with its vendor's roots.",
        "Exit status: 0 all were taken or are held in a newer version, 1 some were refused."
      })
  int importBundle(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description = "PEM of a key that may have signed it. Default: the home's own.")
          List<Path> keys)
      throws IOException, Failure, RefusedException {
    Home home = Home.here();
    home.create();
    CollateralBundle bundle = bundle(file, trusted(home, keys == null ? List.of() : keys));
    List<CollateralService.Taken> taken = take(home, roots(), bundle);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(taken(bundle, taken).compact());
    } else {
      taken.forEach(one ->
          out.printf(
              "%s  %s%n",
              one.refused().map(why -> why.code().name()).orElse("taken"), one.key().text()));
    }
    out.flush();
    return taken.stream().allMatch(CollateralCommand::settled) ? 0 : 1;
  }

  /// An older version of what is held is no trouble.
  private static boolean settled(CollateralService.Taken one) {
    return one.refused().isEmpty() || one.refused().get().code() == Code.COLLATERAL_ROLLBACK;
  }

  private static Json.Obj taken(CollateralBundle bundle, List<CollateralService.Taken> taken) {
    List<Json> all = new ArrayList<>();
    for (CollateralService.Taken one : taken) {
      all.add(
          Json.object()
              .put("key", one.key().text())
              .putIf("refused", one.refused().map(why -> Vouchsafe.json(why.refusal())))
              .build());
    }
    return Json.object()
        .put("created", bundle.created().toString())
        .put("expires", bundle.expires().toString())
        .put("keyId", bundle.signer())
        .put("documents", Json.array(all))
        .build();
  }

  /// Reads a bundle that one of `keys` signed.
  static CollateralBundle bundle(Path file, List<PublicKey> keys) throws Failure, RefusedException {
    Bytes content = CollateralPlace.read("bundle", file, CollateralBundle.MAX_SIZE);
    return CollateralBundle.read(content, keys, Instant.now());
  }

  /// The keys of files, or that of the home.
  static List<PublicKey> trusted(Home home, List<Path> files) throws Failure {
    List<PublicKey> keys = new ArrayList<>();
    for (Path file : files) {
      try {
        keys.add(SignerKey.publicKey(CollateralPlace.read("key", file, MAX_KEY)));
      } catch (FormatException e) {
        throw new Failure("key: " + file + " is no PEM of a public key", e);
      }
    }
    if (files.isEmpty()) {
      Path own = publicFile(home);
      if (!Files.exists(own)) {
        throw new Failure("name the key that may have signed it with --key FILE");
      }
      return trusted(home, List.of(own));
    }
    return keys;
  }

  /// Puts what a bundle holds into the home.
  static List<CollateralService.Taken> take(
      Home home, ProcessorRoots roots, CollateralBundle bundle) throws Failure {
    CollateralOptions options = new CollateralPlace().options(home, roots).offline();
    try (CollateralService service = CollateralService.open(options)) {
      return service.take(bundle);
    } catch (FormatException e) {
      throw CollateralPlace.unusable(e);
    }
  }

  @Command(
      name = "status",
      description = {
        "Say what is held, for what, until when, from where, and what could not be had lately.",
        "Exit status: 0 all of it counts now, 1 some does not."
      })
  int status() throws IOException, Failure {
    CollateralFolder folder = new CollateralFolder(Home.here().collateral());
    CollateralStatus status = CollateralStatus.of(folder, of(roots()), Instant.now());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(status.json().compact());
    } else {
      status.lines().forEach(out::println);
    }
    out.flush();
    return status.allCounts() ? 0 : 1;
  }
}
