package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.ResourcePath;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(name = "resource", description = "Put and list what the broker releases.")
final class ResourceCommand {

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Command(name = "put", description = "Store the bytes of FILE (- for standard input) under PATH.")
  int put(
      @Parameters(paramLabel = "PATH", description = "repository/type/tag") String path,
      @Parameters(paramLabel = "FILE") Path file,
      @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    requirePath(path);
    byte[] raw =
        file.toString().equals("-")
            ? System.in.readAllBytes()
            : GivenFile.bytes(file).toByteArray();
    try (SecretBytes value = SecretBytes.take(raw);
        TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      client.putResource(path, value);
    }
    if (json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(Json.object().put("path", path).build().compact());
      out.flush();
    }
    return 0;
  }

  private static void requirePath(String path) throws Failure {
    try {
      ResourcePath.parse(path);
    } catch (FormatException _) {
      throw new Failure(
          "'%s' is no path of a resource: three segments of letters, digits, dots, dashes and underscores, as in default/key/app"
              .formatted(path));
    }
  }

  @Command(
      name = "get",
      description =
          "Say what is known about the resource at PATH; its content goes to guests only.")
  int get(
      @Parameters(paramLabel = "PATH", description = "repository/type/tag") String path,
      @Mixin TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    return print(Optional.of(path), trust);
  }

  @Command(name = "list", description = "List the resources: path, version, size, never content.")
  int list(@Mixin TenantTrustOptions trust) throws IOException, FormatException, Failure {
    return print(Optional.empty(), trust);
  }

  private int print(Optional<String> path, TenantTrustOptions trust)
      throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    List<Json> found = new ArrayList<>();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      for (Json.Obj resource : client.resources()) {
        if (path.isEmpty() || resource.string("path").equals(path.get())) {
          found.add(resource);
        }
      }
    }
    if (path.isPresent() && found.isEmpty()) {
      throw new Failure(
          "there is no resource " + path.get() + "; `vouchsafe resource list` lists all");
    }
    if (json && path.isEmpty()) {
      out.println(Json.array(found).compact());
    } else {
      found.forEach(resource -> out.println(resource.compact()));
    }
    out.flush();
    return 0;
  }
}
