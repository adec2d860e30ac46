package io.vouchsafe.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Guests that use one server at the same time, and what that costs its process.
///
/// @param server what is measured
/// @param threads one for each guest
/// @param guests which all use `server`
record GuestLoad(ServerProcess server, ExecutorService threads, List<Guest> guests) {
  private static final double MICROS = 1e6;

  /// A server runs for months: it is measured once its compiler is done, or nearly. It is given so
  /// many times the warm-up for that.
  private static final double SETTLED = 0.02;

  private static final int MAX_WARM_UPS = 6;

  /// What an exchange cost a server: processor time in microseconds.
  ///
  /// @param whole of its whole process
  /// @param compiler of its compilers alone
  record Cost(double whole, double compiler) {}

  GuestLoad {
    guests = List.copyOf(guests);
  }

  /// What `guests` do of `total` exchanges: each the same number, at least one.
  static int shared(int total, int guests) {
    return Math.max(1, total / guests) * guests;
  }

  /// Runs `total` exchanges, shared by the guests.
  ///
  /// @return how many it were
  int run(Guest.Connections connections, Guest.Steps steps, int total)
      throws IOException, BenchException {
    int each = shared(total, guests.size()) / guests.size();
    List<Callable<Integer>> works = new ArrayList<>();
    for (Guest guest : guests) {
      works.add(() -> {
        guest.exchanges(connections, steps, each);
        return each;
      });
    }
    int done = 0;
    try {
      for (Future<Integer> work : threads.invokeAll(works)) {
        done += work.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException e) {
      throw new BenchException("an exchange failed: " + e.getCause(), e);
    }
    return done;
  }

  Cost cost(Guest.Connections connections, Guest.Steps steps, int total)
      throws IOException, BenchException {
    double before = server.cpuSeconds();
    Map<String, Double> compilers = server.compilerSeconds();
    int done = run(connections, steps, total);
    return new Cost(
        (server.cpuSeconds() - before) * MICROS / done,
        since(compilers, server.compilerSeconds()) * MICROS / done);
  }

  /// What threads used meanwhile, those that ended not counted.
  private static double since(Map<String, Double> before, Map<String, Double> now) {
    return now.entrySet().stream()
        .mapToDouble(it -> it.getValue() - before.getOrDefault(it.getKey(), 0.0))
        .sum();
  }

  /// Whole exchanges over kept connections until the server's compiler has little to do.
  ///
  /// @param atLeast exchanges before the first look at it
  /// @param turn exchanges between two looks
  /// @return how many it were
  int warmUp(int atLeast, int turn) throws IOException, BenchException {
    int done = run(Guest.Connections.KEPT, Guest.Steps.RESOURCE, atLeast);
    double share = 1;
    while (share > SETTLED && done < MAX_WARM_UPS * atLeast) {
      Cost cost = cost(Guest.Connections.KEPT, Guest.Steps.RESOURCE, turn);
      share = cost.compiler() / cost.whole();
      done += shared(turn, guests.size());
    }
    return done;
  }
}
