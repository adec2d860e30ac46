package io.vouchsafe.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The product as a user starts it: the script of the checkout that this was built from.
final class Product {
  private final Path root;
  private final Path script;

  Product(Path root) {
    this.root = root;
    this.script = root.resolve("vouchsafe");
  }

  Path root() {
    return root;
  }

  /// The checkout that `bench/run.sh` named.
  static Product here() {
    return new Product(Path.of(System.getProperty("vouchsafe.root", ".")).toAbsolutePath());
  }

  /// A process to start with `arguments`, on a home of its own.
  ProcessBuilder command(Path home, List<String> arguments) {
    List<String> words = new ArrayList<>(List.of(script.toString()));
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("VOUCHSAFE_HOME", home.toString());
    return builder;
  }
}
