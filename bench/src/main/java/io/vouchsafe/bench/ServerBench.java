package io.vouchsafe.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.trust.server.AdminToken;
import io.vouchsafe.trust.server.TrustServerException;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What an exchange costs a trust server: the processor time that its process uses in user and
/// kernel mode, everything included, divided by the number of exchanges. The yardstick is one
/// verification of a P-256 signature by AWS-LC, which no server that checks a quote can do without.
final class ServerBench {
  private static final int VERIFICATIONS = 4_000;
  private static final double GOAL = 8;

  /// Each new connection takes the client as long as a whole exchange, and has no goal: a part of
  /// the exchanges shows what it costs well enough.
  private static final int NEW_CONNECTIONS_PART = 5;

  private static final int WARM_CONNECTIONS_PART = 20;

  /// The name of a figure in multiples of the yardstick, below what it is of.
  static final String RATIO = "  × one verification";

  /// How much is run.
  ///
  /// @param runs how often everything is measured
  /// @param exchanges of one measurement
  /// @param warmUp exchanges before the first measurement, at least: it goes on until the server's
  ///   compiler has little to do
  /// @param clients guests at a time
  /// @param recording where a flight recording of the server goes, which costs the server something
  record Amount(int runs, int exchanges, int warmUp, int clients, Optional<Path> recording) {}

  private final Product product;
  private final Amount amount;
  private final Signature verifier;
  private final byte[] message = new byte[145];
  private final byte[] signature;
  private final KeyPair key;
  private int warmedUp;
  private String floorNote = "";
  private final Map<Series, List<Double>> series = new EnumMap<>(Series.class);

  /// What is measured in each run.
  private enum Series {
    VERIFICATION,
    AUTH,
    ATTEST,
    RESOURCE,
    KEPT,
    KEPT_RATIO,
    COMPILER,
    PER_EXCHANGE,
    PER_EXCHANGE_RATIO,
    PER_REQUEST,
    PER_REQUEST_RATIO
  }

  ServerBench(Product product, Amount amount) throws BenchException {
    this.product = product;
    this.amount = amount;
    AmazonCorrettoCryptoProvider awsLc = AmazonCorrettoCryptoProvider.INSTANCE;
    if (awsLc.getLoadingError() != null) {
      throw new BenchException("AWS-LC does not load here", awsLc.getLoadingError());
    }
    // The clients share the machine with the server: what they need not spend they should not.
    Security.insertProviderAt(awsLc, 1);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", awsLc);
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      key = generator.generateKeyPair();
      verifier = Signature.getInstance("SHA256withECDSAinP1363Format", awsLc);
      verifier.initSign(key.getPrivate());
      verifier.update(message);
      signature = verifier.sign();
    } catch (GeneralSecurityException e) {
      throw new BenchException("AWS-LC does not sign", e);
    }
    for (Series each : Series.values()) {
      series.put(each, new ArrayList<>());
    }
  }

  Report run() throws IOException, BenchException, FormatException, RefusedException {
    try (Scratch scratch = Scratch.create()) {
      EkAuthority endorser = EkAuthority.create();
      Path root = scratch.folder().resolve("ek-root.pem");
      Files.writeString(root, Pem.encode("CERTIFICATE", endorser.root()));
      try (ServerProcess server =
              ServerProcess.start(
                  product,
                  scratch.home(),
                  List.of("--ek-root", root.toString()),
                  amount.recording());
          ExecutorService threads = Executors.newFixedThreadPool(amount.clients())) {
        List<Guest> guests = guests(server, endorser);
        GuestLoad load = new GuestLoad(server, threads, guests);
        verification();
        warmedUp = load.warmUp(amount.warmUp(), amount.exchanges());
        for (int run = 0; run < amount.runs(); run++) {
          measureKept(load);
        }
        List<Figure> floor = floor(load, scratch.folder().resolve("floor"));
        // Another use of the server: what its compiler knows of connections changes with it.
        load.run(
            Guest.Connections.PER_REQUEST,
            Guest.Steps.RESOURCE,
            amount.warmUp() / WARM_CONNECTIONS_PART);
        for (int run = 0; run < amount.runs(); run++) {
          measureNew(load);
        }
        return report(floor);
      }
    }
  }

  private List<Guest> guests(ServerProcess server, EkAuthority endorser)
      throws IOException, FormatException, BenchException {
    Authority authority = Authority.of(server.trustHome());
    InitData initData = Guest.initData(Files.readString(server.trustHome().resolve("ca.pem")));
    List<Guest> guests = new ArrayList<>();
    for (int i = 0; i < amount.clients(); i++) {
      guests.add(new Guest(server.url(), authority, endorser, initData));
    }
    List<String> admin = administrator(server);
    try (BrokerConnection connection = BrokerConnection.open(server.url(), authority)) {
      connection.post(Guest.RESOURCE, admin, Guest.VALUE).orFail();
      Json.Obj values =
          Json.object().put("entries", Json.array(guests.getFirst().referenceValues())).build();
      connection.post("/v1/admin/reference-values", admin, values.utf8()).orFail();
    }
    for (Guest guest : guests) {
      guest.enrol();
    }
    return guests;
  }

  /// What requests of an administrator bear.
  private static List<String> administrator(ServerProcess server) throws BenchException {
    try {
      return List.of(
          "Authorization: Bearer "
              + AdminToken.make(server.trustHome(), Instant.now(), Duration.ofMinutes(5)));
    } catch (TrustServerException e) {
      throw new BenchException("the server made no key for its administrator", e);
    }
  }

  private List<Figure> floor(GuestLoad load, Path folder)
      throws IOException, BenchException, FormatException, RefusedException {
    ServerProcess server = load.server();
    ServerFloor floor = new ServerFloor(server, amount, folder);
    SampleExchange sample;
    try (BrokerConnection connection =
        BrokerConnection.open(server.url(), Authority.of(server.trustHome()))) {
      sample = floor.sample(load.guests().getFirst(), connection, administrator(server));
    }
    List<Figure> figures = floor.measure(sample, load.guests(), load.threads(), this::verification);
    floorNote = floor.note();
    return figures;
  }

  private void measureKept(GuestLoad load) throws IOException, BenchException {
    int exchanges = amount.exchanges();
    double yardstick = verification();
    double auth = load.cost(Guest.Connections.KEPT, Guest.Steps.AUTH, exchanges).whole();
    double attest = load.cost(Guest.Connections.KEPT, Guest.Steps.ATTEST, exchanges).whole();
    GuestLoad.Cost kept = load.cost(Guest.Connections.KEPT, Guest.Steps.RESOURCE, exchanges);
    add(Series.COMPILER, kept.compiler());
    add(Series.AUTH, auth);
    add(Series.ATTEST, attest - auth);
    add(Series.RESOURCE, kept.whole() - attest);
    add(Series.KEPT, kept.whole());
    // The yardstick again, so that a machine that got slower meanwhile does not count for or
    // against the server.
    yardstick = (yardstick + verification()) / 2;
    add(Series.VERIFICATION, yardstick);
    add(Series.KEPT_RATIO, kept.whole() / yardstick);
  }

  private void measureNew(GuestLoad load) throws IOException, BenchException {
    int exchanges = amount.exchanges() / NEW_CONNECTIONS_PART;
    double yardstick = verification();
    double exchange =
        load.cost(Guest.Connections.PER_EXCHANGE, Guest.Steps.RESOURCE, exchanges).whole();
    double request =
        load.cost(Guest.Connections.PER_REQUEST, Guest.Steps.RESOURCE, exchanges).whole();
    yardstick = (yardstick + verification()) / 2;
    add(Series.PER_EXCHANGE, exchange);
    add(Series.PER_REQUEST, request);
    add(Series.PER_EXCHANGE_RATIO, exchange / yardstick);
    add(Series.PER_REQUEST_RATIO, request / yardstick);
  }

  private void add(Series which, double value) {
    series.getOrDefault(which, new ArrayList<>()).add(value);
  }

  /// Processor time of one verification in microseconds.
  private double verification() throws BenchException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    try {
      for (int i = 0; i < VERIFICATIONS; i++) {
        verifier.initVerify(key.getPublic());
        verifier.update(message);
        if (!verifier.verify(signature)) {
          throw new BenchException("AWS-LC does not know its own signature");
        }
      }
    } catch (GeneralSecurityException e) {
      throw new BenchException("AWS-LC does not verify", e);
    }
    return (threads.getCurrentThreadCpuTime() - start) / 1e3 / VERIFICATIONS;
  }

  private Figure figure(Series which, String name, String unit) {
    return Figure.of(name, unit, series.getOrDefault(which, List.of()));
  }

  private Report report(List<Figure> floor) {
    List<Figure> figures =
        new ArrayList<>(
            List.of(
                figure(Series.VERIFICATION, "P-256 verification by AWS-LC", "µs"),
                figure(Series.AUTH, "auth, kept alive", "µs"),
                figure(Series.ATTEST, "attest, kept alive", "µs"),
                figure(Series.RESOURCE, "resource, kept alive", "µs"),
                figure(Series.KEPT, "auth + attest + resource, kept alive", "µs"),
                figure(Series.KEPT_RATIO, RATIO, "×").atMost(GOAL),
                figure(Series.COMPILER, "  of it the compiler", "µs")));
    figures.addAll(floor);
    figures.addAll(
        List.of(
            figure(Series.PER_EXCHANGE, "auth + attest + resource, a new connection", "µs"),
            figure(Series.PER_EXCHANGE_RATIO, RATIO, "×"),
            figure(Series.PER_REQUEST, "auth + attest + resource, a new connection each", "µs"),
            figure(Series.PER_REQUEST_RATIO, RATIO, "×")));
    return new Report(
        "server",
        figures,
        List.of(
            "server CPU, user and kernel, of its whole process; %d guests at a time, %d exchanges per value, with new connections %d"
                .formatted(
                    amount.clients(),
                    GuestLoad.shared(amount.exchanges(), amount.clients()),
                    GuestLoad.shared(amount.exchanges() / NEW_CONNECTIONS_PART, amount.clients())),
            "one server for all runs, %d exchanges before the first one".formatted(warmedUp),
            "evidence of a TPM with an event log of 24 events; new connections are full handshakes",
            floorNote));
  }
}
