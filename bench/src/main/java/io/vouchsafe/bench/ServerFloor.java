package io.vouchsafe.bench;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/// What an exchange costs a server that does only what cannot be left out, with the same guests, on
/// the same machine, in a process that is started as the product's.
final class ServerFloor {
  /// It has a fraction of the product's code, so a fraction of the warm-up is the least. It goes on
  /// until the compiler is done here too.
  private static final int WARM_UP_PART = 4;

  private final ServerProcess product;
  private final ServerBench.Amount amount;
  private final Path folder;
  private final List<String> warmedUp = new ArrayList<>();

  /// The processor time of one verification in microseconds, as it is now.
  @FunctionalInterface
  interface Scale {
    double micros() throws BenchException;
  }

  /// @param product a server that is running, and idle meanwhile
  /// @param folder empty, for what the floor's servers read and write
  ServerFloor(ServerProcess product, ServerBench.Amount amount, Path folder) {
    this.product = product;
    this.amount = amount;
    this.folder = folder;
  }

  /// Has `guest` do one exchange with the product and keeps what it took.
  ///
  /// @param admin headers of an administrator
  /// @return the exchange
  SampleExchange sample(Guest guest, BrokerConnection connection, List<String> admin)
      throws IOException, FormatException, RefusedException, BenchException {
    long size = connection.get("/v1/admin/ledger/head", admin).orFail().json().integer("size");
    SampleExchange sample = guest.sample();
    List<Json> written =
        connection
            .get("/v1/admin/ledger?raw=1&limit=2&from=" + size, admin)
            .orFail()
            .json()
            .array("entries");
    Json.Obj json =
        sample.toJson(stored("attest", written.getFirst()), stored("release", written.getLast()));
    Files.createDirectories(folder);
    Files.write(folder.resolve("sample.json"), json.toUtf8());
    return sample;
  }

  private static Json.Obj stored(String kind, Json entry) throws FormatException, BenchException {
    Json.Obj stored =
        Json.parseObject(
            Bytes.fromBase64(entry.asObject("entry").string("data")), JsonLimits.DOCUMENT);
    if (!stored.string("kind").equals(kind)) {
      throw new BenchException("the ledger holds " + stored.compact() + " where it was to " + kind);
    }
    return stored;
  }

  /// Measures each part, one after the other.
  ///
  /// @param guests those of the product
  List<Figure> measure(
      SampleExchange sample, List<Guest> guests, ExecutorService threads, Scale scale)
      throws IOException, BenchException {
    List<Figure> figures = new ArrayList<>();
    for (BareServer.Part part : BareServer.Part.values()) {
      List<Double> costs = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      try (ServerProcess server = start(part)) {
        GuestLoad load =
            new GuestLoad(
                server,
                threads,
                guests.stream().map(it -> it.at(server.url(), sample.key())).toList());
        // Of fewer exchanges, which cost so little, the kernel's clock could not tell the share.
        int turn = amount.warmUp() / WARM_UP_PART;
        warmedUp.add("" + load.warmUp(turn, turn));
        for (int run = 0; run < amount.runs(); run++) {
          double before = scale.micros();
          double cost =
              load.cost(Guest.Connections.KEPT, Guest.Steps.RESOURCE, amount.exchanges()).whole();
          costs.add(cost);
          ratios.add(cost / ((before + scale.micros()) / 2));
        }
      }
      figures.add(Figure.of(part.text(), "µs", costs));
      figures.add(Figure.of(ServerBench.RATIO, "×", ratios));
    }
    return figures;
  }

  /// What one must know to read the figures.
  String note() {
    return "floor: kept alive, the same guests, the product's libraries and JVM flags; each part has those before it; after %s exchanges"
        .formatted(String.join(", ", warmedUp));
  }

  private ServerProcess start(BareServer.Part part) throws IOException, BenchException {
    return product.beside(
        BareServer.class, List.of(part.name(), product.trustHome().toString(), folder.toString()));
  }
}
