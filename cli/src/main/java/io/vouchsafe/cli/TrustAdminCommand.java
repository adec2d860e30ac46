package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.server.HomeAdministrators;
import io.vouchsafe.trust.server.TrustServerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "admin",
    description = {
      "The administrators of the home's trust server beside the holder of its admin.key.",
      "Each has a key and a name, so that two of them can approve a change. A server that runs knows at once."
    })
final class TrustAdminCommand {
  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Command(
      name = "key",
      description = {
        "Make a key for somebody who is to administer: FILE for --trust-admin-key, and its public half.",
        "For alice.key that is alice.pub, which is for `trust admin add` on the server's machine."
      })
  int key(@Parameters(paramLabel = "FILE") Path file) throws IOException, Failure {
    Path publicFile = StatementKeys.publicFile(file.toAbsolutePath());
    try {
      HomeAdministrators.makeKey(file.toAbsolutePath(), publicFile, new SecureRandom());
    } catch (TrustServerException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    print(
        json
            ? Json.object().put("publicKey", publicFile.toString()).build().compact()
            : publicFile.toString());
    return 0;
  }

  @Command(name = "add", description = "Let the holder of a key administer, under a name.")
  int add(
      @Parameters(
              paramLabel = "NAME",
              description = "1 to 63 lower-case letters, digits, '.', '_', '@' and '-'.")
          String name,
      @Parameters(paramLabel = "FILE", description = "The public half of the key, PEM.") Path file)
      throws IOException, Failure {
    try {
      here().add(name, file);
    } catch (TrustServerException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    done("added", name);
    return 0;
  }

  @Command(
      name = "remove",
      description =
          "Take an administrator off the list. Where two must approve, see that two are left.")
  int remove(@Parameters(paramLabel = "NAME") String name) throws IOException, Failure {
    try {
      if (!here().remove(name)) {
        throw new Failure("there is no administrator " + name);
      }
    } catch (TrustServerException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    done("removed", name);
    return 0;
  }

  @Command(name = "list", description = "List the names, one a line.")
  int list() throws IOException, Failure {
    try {
      List<String> names = List.copyOf(here().all().keySet());
      if (json) {
        print(Json.object().put("administrators", Json.strings(names)).build().compact());
      } else {
        names.forEach(this::print);
      }
    } catch (TrustServerException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  /// Nothing to say, but to a program.
  private void done(String what, String name) {
    if (json) {
      print(Json.object().put(what, name).build().compact());
    }
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static HomeAdministrators here() throws IOException {
    Home home = Home.here();
    home.create();
    return HomeAdministrators.of(Home.make(home.trust()));
  }
}
