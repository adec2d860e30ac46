package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Json;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/// A process that writes until it is killed, and says on its standard output what was acknowledged.
public final class KilledWriter {
  private static final int WRITERS = 4;

  private KilledWriter() {}

  /// @param arguments folder of the store, then a word that makes this run's ids unique
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    SecureRandom random = new SecureRandom();
    MasterKey key = MasterKey.openOrCreate(folder.resolve("master.key"), random);
    SqliteStore store =
        SqliteStore.open(folder.resolve("trust.db"), key, InstantSource.system(), random);
    System.out.println("open");
    for (int writer = 0; writer < WRITERS; writer++) {
      String name = arguments[1] + "-" + writer;
      Thread.ofPlatform().start(() -> write(store, name, System.out));
    }
  }

  private static void write(SqliteStore store, String name, PrintStream out) {
    try {
      for (int i = 0; ; i++) {
        String id = name + "-" + i;
        String path = "default/kill/" + name;
        long version =
            store.write(
                Tenant.DEFAULT,
                tx -> {
                  tx.append(id, "test", Json.object().put("path", path).build());
                  return tx.putResource(path, StoreFixture.secret(id));
                });
        out.println("ack " + id + " " + path + " " + version);
        String ordered = id + "-in-order";
        store.writeInOrder(
            Tenant.DEFAULT,
            tx -> tx.append(ordered, "test", Json.object().put("path", path).build()));
        out.println("ack " + ordered + " " + path + " " + version);
      }
    } catch (StoreException e) {
      out.println("failed " + e);
    }
  }
}
