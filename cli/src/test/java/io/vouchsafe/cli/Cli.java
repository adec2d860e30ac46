package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/// The command line in this process, with a home of its own.
final class Cli {
  private final Path home;

  Cli(Path home) {
    this.home = home;
  }

  /// What came of a command.
  ///
  /// @param status the process would have ended with
  /// @param out standard output
  /// @param err standard error
  record Outcome(int status, String out, String err) {
    Json.Obj json() throws FormatException {
      return Json.parseObject(Bytes.utf8(out.strip()), JsonLimits.DOCUMENT);
    }
  }

  Outcome run(String... args) {
    System.setProperty(Home.PROPERTY, home.toString());
    try {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      CommandLine line = Vouchsafe.commandLine(args);
      line.setOut(new PrintWriter(out, true));
      line.setErr(new PrintWriter(err, true));
      line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
      int status = line.execute(args);
      return new Outcome(status, out.toString(), err.toString());
    } finally {
      System.clearProperty(Home.PROPERTY);
    }
  }
}
