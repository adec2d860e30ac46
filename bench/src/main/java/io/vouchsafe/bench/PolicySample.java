package io.vouchsafe.bench;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A policy, what is asked of it, and on which documents.
///
/// @param name of its files
/// @param what for people
/// @param module the policy's text
/// @param query what is asked
/// @param input as JSON text
/// @param data stored documents
/// @param references what the host's function `query_reference_value` answers
/// @param expected a part of the answer, as a Rego term
record PolicySample(
    String name,
    String what,
    String module,
    String query,
    Bytes input,
    Json.Obj data,
    Json.Obj references,
    String expected) {

  private static final int EVENTS = 32;

  /// The four that goals are set for, in the order of their size.
  static List<PolicySample> all() throws IOException, FormatException {
    return List.of(
        new PolicySample(
            "resource",
            "resource policy, 3 lines",
            text("resource.rego"),
            "data.policy.allow",
            Bytes.utf8(text("resource.input.json").strip()),
            json(text("resource.data.json")),
            Json.object().build(),
            "true"),
        new PolicySample(
            "appraisal",
            "appraisal policy, 30 lines",
            text("appraisal.rego"),
            "data.policy.trust_claims",
            Bytes.utf8(text("appraisal.input.json").strip()),
            Json.object().build(),
            json(text("appraisal.references.json")),
            "{\"configuration\": 2, \"executables\": 3, \"hardware\": 2"),
        processor(),
        agent());
  }

  int lines() {
    return (int) module.lines().count();
  }

  /// The default policy for processors, on evidence of TDX with a log.
  private static PolicySample processor() throws IOException {
    Random random = new Random(1);
    Json.ObjBuilder references = Json.object();
    Json.ObjBuilder body = Json.object();
    for (String name : List.of("mr_td", "mr_seam", "rtmr_0", "rtmr_1", "rtmr_2", "rtmr_3")) {
      String value = hex(random, 48);
      body.put(name, value);
      references.put(name, Json.strings(List.of(hex(random, 48), value)));
    }
    body.put("xfam", "e702060000000000").put("report_data", hex(random, 64));
    references.put("xfam", Json.strings(List.of("e700060000000000", "e702060000000000")));
    List<Json> events = new ArrayList<>();
    for (int i = 0; i < EVENTS - 2; i++) {
      events.add(
          event(
              random,
              "EV_EFI_VARIABLE_DRIVER_CONFIG",
              Json.object().put("unicode_name", "Boot" + i).build()));
    }
    Json.Obj kernel =
        event(
            random,
            "EV_EFI_BOOT_SERVICES_APPLICATION",
            Json.object()
                .put("device_paths", Json.strings(List.of("VenMedia(1)", "File(kernel)")))
                .build());
    Json.Obj options =
        event(
            random,
            "EV_EVENT_TAG",
            Json.object().put("string", "LOADED_IMAGE::LoadOptions").build());
    events.add(kernel);
    events.add(options);
    references.put("tdvfkernel", digests(kernel)).put("tdvfkernelparams", digests(options));
    Json.Obj quote =
        Json.object()
            .put(
                "header",
                Json.object()
                    .put("tee_type", "81000000")
                    .put("vendor_id", "939a7233f79c4ca9940a0db3957f0607")
                    .build())
            .put("body", body.build())
            .build();
    Json.Obj input =
        Json.object()
            .put(
                "tdx",
                Json.object()
                    .put("quote", quote)
                    .put("td_attributes", Json.object().put("debug", false).build())
                    .put("tcb_status", "UpToDate")
                    .put("collateral_expiration_status", "0")
                    .put("uefi_event_logs", Json.array(events))
                    .build())
            .put("report_data", hex(random, 64))
            .put("init_data", hex(random, 48))
            .put(
                "init_data_claims",
                Json.object()
                    .put(
                        "agent_policy_claims",
                        Json.object().put("containers", containers()).build())
                    .build())
            .build();
    return new PolicySample(
        "processor",
        "default policy for processors, on TDX",
        text("processor.rego"),
        "data.policy.verdict",
        Bytes.utf8(input.compact()),
        Json.object().build(),
        references.build(),
        "{\"configuration\": 2, \"executables\": 3, \"file-system\": 0, \"hardware\": 2");
  }

  /// The containers that claims of init-data tell of: those of the agent's policy.
  private static Json containers() {
    return PodData.policy().members().getOrDefault("containers", Json.NULL);
  }

  private static Json.Obj event(Random random, String type, Json.Obj details) {
    return Json.object()
        .put("details", details)
        .put("digest_matches_event", false)
        .put(
            "digests",
            Json.array(
                List.of(
                    Json.object().put("alg", "SHA-384").put("digest", hex(random, 48)).build())))
        .put("event", hex(random, 40))
        .put("index", 1 + random.nextInt(3))
        .put("type_name", type)
        .build();
  }

  private static Json digests(Json.Obj event) {
    return event.members().getOrDefault("digests", Json.NULL) instanceof Json.Arr(List<Json> all)
        ? Json.array(
            all.stream()
                .map(one -> ((Json.Obj) one).members().getOrDefault("digest", Json.NULL))
                .toList())
        : Json.NULL;
  }

  private static PolicySample agent() throws IOException {
    StringBuilder module = new StringBuilder(text("agent.rego"));
    module.append("\n# --- the pod ---\n\npolicy_data := ");
    write(PodData.policy(), "", module);
    return new PolicySample(
        "agent",
        "agent policy, %d lines, CreateContainer".formatted(module.toString().lines().count()),
        module.append('\n').toString(),
        "data.agent_policy.CreateContainerRequest",
        Bytes.utf8(PodData.request().compact()),
        Json.object().put("pstate", Json.object().build()).build(),
        Json.object().build(),
        "{\"allowed\": true");
  }

  /// A member or an item a line, lists of short text in one, as policy tools write it.
  private static void write(Json json, String indent, StringBuilder out) {
    String inner = indent + "  ";
    switch (json) {
      case Json.Obj object when !object.members().isEmpty() -> {
        String separator = "{\n";
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
          out.append(separator)
              .append(inner)
              .append(Json.of(member.getKey()).compact())
              .append(": ");
          write(member.getValue(), inner, out);
          separator = ",\n";
        }
        out.append('\n').append(indent).append('}');
      }
      case Json.Arr(List<Json> items) when !items.isEmpty() -> {
        String separator = "[\n";
        for (Json item : items) {
          out.append(separator).append(inner);
          write(item, inner, out);
          separator = ",\n";
        }
        out.append('\n').append(indent).append(']');
      }
      case Json other -> out.append(other.compact());
    }
  }

  /// Writes the files that the other engines read.
  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(name + ".rego"), module);
    Files.writeString(folder.resolve(name + ".query"), query);
    Files.write(folder.resolve(name + ".input.json"), input.toByteArray());
    Files.writeString(folder.resolve(name + ".data.json"), data.compact());
    Files.writeString(folder.resolve(name + ".references.json"), references.compact());
  }

  private static String hex(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes).hex();
  }

  private static Json.Obj json(String text) throws FormatException {
    return (Json.Obj) Json.parse(text, JsonLimits.MESSAGE);
  }

  private static String text(String name) throws IOException {
    try (InputStream in = PolicySample.class.getResourceAsStream("policy/" + name)) {
      if (in == null) {
        throw new IOException("no file policy/" + name + " with the benchmarks");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
