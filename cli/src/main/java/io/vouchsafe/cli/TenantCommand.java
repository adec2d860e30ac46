package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Tenant;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "tenant",
    description = {
      "The tenants of a trust server: each has its own policies, values, resources and ledger.",
      "Guests are served as the tenant `default`."
    })
final class TenantCommand {
  private static final String TENANTS = "/v1/admin/tenants";

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Command(
      name = "create",
      description = "Create a tenant, with the default policies in force and nothing else.")
  int create(
      @Parameters(
              paramLabel = "NAME",
              description = "1 to 63 lower-case letters, digits and inner dashes.")
          String name,
      @Mixin TrustOptions trust)
      throws IOException, FormatException, Failure {
    try {
      Tenant.parse(name);
    } catch (FormatException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      Json.Obj answer = client.post(TENANTS, Json.object().put("name", name).build());
      if (!answer.require("created").equals(Json.of(true))) {
        throw new Failure("there is a tenant " + name + " already");
      }
      if (json) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(answer.compact());
        out.flush();
      }
    }
    return 0;
  }

  @Command(name = "list", description = "List the tenants, one a line.")
  int list(@Mixin TrustOptions trust) throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      Json.Obj tenants = client.get(TENANTS);
      if (json) {
        out.println(tenants.compact());
      } else {
        for (Json name : tenants.array("tenants")) {
          out.println(name.asString("tenant"));
        }
      }
    }
    out.flush();
    return 0;
  }
}
