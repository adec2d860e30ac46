package io.vouchsafe.agent;

import io.vouchsafe.agentapi.CreateContainerRequest;
import io.vouchsafe.agentapi.Process;
import io.vouchsafe.agentapi.Spec;
import io.vouchsafe.agentapi.Storage;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What this guest was measured to run: `workload.json` of the init-data. The host is not trusted
/// to say anything else.
///
/// @param image reference with digest
/// @param args the command in place of the image's; empty means the image's own
/// @param env `NAME=value` on top of the image's
/// @param secrets what becomes a file below `/run/secrets`
/// @param cwd working directory in place of the image's
/// @param interactive whether the host may write to standard input
record Workload(
    String image,
    List<String> args,
    List<String> env,
    List<Secret> secrets,
    Optional<String> cwd,
    boolean interactive) {

  /// Name of the member of the init-data.
  static final String MEMBER = "workload.json";

  /// Driver of the storage that stands for an image which the guest pulls.
  private static final String GUEST_PULL = "image_guest_pull";

  private static final int MAX_SECRET_NAME = 128;
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 50_000, 20);

  /// @param name of the file
  /// @param uri of the resource at the broker
  record Secret(String name, String uri) {
    Secret {
      if (name.isEmpty() || name.length() > MAX_SECRET_NAME || !isName(name)) {
        throw new IllegalArgumentException("no name of a secret: " + name);
      }
    }
  }

  Workload {
    args = List.copyOf(args);
    env = List.copyOf(env);
    secrets = List.copyOf(secrets);
  }

  /// Whether `text` is letters, digits, `.`, `-`, `_` and does not start with a dot: usable as a
  /// file name whatever it says.
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!plain && c != '-' && c != '_' && (c != '.' || i == 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// Parses `workload.json`. Unknown members are errors: they would be measured but not enforced.
  ///
  /// @throws FormatException if it is not of that form
  static Workload parse(String text) throws FormatException {
    Json.Obj json = Json.parseObject(Bytes.utf8(text), LIMITS);
    for (String name : json.members().keySet()) {
      switch (name) {
        case "image", "args", "env", "secrets", "cwd", "interactive" -> {}
        default -> throw FormatException.malformed(0, "a known member", "\"" + name + "\"");
      }
    }
    List<Secret> secrets = new ArrayList<>();
    for (Json item : items(json, "secrets")) {
      Json.Obj secret = item.asObject("secret");
      try {
        secrets.add(new Secret(secret.string("name"), secret.string("uri")));
      } catch (IllegalArgumentException e) {
        throw FormatException.malformed(0, "a plain file name", String.valueOf(e.getMessage()));
      }
    }
    return new Workload(
        json.string("image"),
        texts(json, "args"),
        texts(json, "env"),
        secrets,
        json.optionalString("cwd"),
        json.present("interactive").isPresent() && json.bool("interactive"));
  }

  private static List<Json> items(Json.Obj json, String member) throws FormatException {
    Optional<Json> value = json.present(member);
    return value.isEmpty() ? List.of() : value.get().asArray(member);
  }

  private static List<String> texts(Json.Obj json, String member) throws FormatException {
    List<String> texts = new ArrayList<>();
    for (Json item : items(json, member)) {
      texts.add(item.asString(member));
    }
    return texts;
  }

  /// Refuses a request that asks for anything but this.
  ///
  /// @throws RefusedException with [Code#WORKLOAD_MISMATCH]
  void require(CreateContainerRequest request) throws RefusedException {
    Checklist checks = new Checklist();
    Process process = request.getOCI().getProcess();
    checks.require(
        GuestCheck.WORKLOAD_IMAGE,
        imageOf(request).equals(image),
        Code.WORKLOAD_MISMATCH,
        image,
        imageOf(request));
    same(checks, GuestCheck.WORKLOAD_ARGS, args, process.getArgsList());
    same(checks, GuestCheck.WORKLOAD_ENV, env, process.getEnvList());
    checks.require(
        GuestCheck.WORKLOAD_CWD,
        process.getCwd().equals(cwd.orElse("")),
        Code.WORKLOAD_MISMATCH,
        cwd.orElse("the image's"),
        process.getCwd());
    String extras = extrasOf(request);
    checks.require(
        GuestCheck.WORKLOAD_EXTRAS, extras.isEmpty(), Code.WORKLOAD_MISMATCH, "nothing", extras);
  }

  private static void same(
      Checklist checks, GuestCheck check, List<String> measured, List<String> asked)
      throws RefusedException {
    checks.require(
        check,
        measured.equals(asked),
        Code.WORKLOAD_MISMATCH,
        Json.strings(measured).compact(),
        Json.strings(asked).compact());
  }

  private static String imageOf(CreateContainerRequest request) {
    for (Storage storage : request.getStoragesList()) {
      if (storage.getDriver().equals(GUEST_PULL)) {
        return storage.getSource();
      }
    }
    return "";
  }

  /// What a host could ask for that nobody measured, as a list of words.
  private static String extrasOf(CreateContainerRequest request) {
    List<String> extras = new ArrayList<>();
    Spec spec = request.getOCI();
    add(extras, request.getStoragesCount() > 1, "storages");
    add(extras, request.getDevicesCount() > 0, "devices");
    add(extras, request.getSharedMountsCount() > 0, "shared mounts");
    add(extras, request.hasStringUser(), "a user");
    add(extras, request.getSandboxPidns(), "a shared process namespace");
    add(extras, spec.getMountsCount() > 0, "mounts");
    add(extras, spec.getProcess().getTerminal(), "a terminal");
    add(extras, spec.getProcess().hasUser(), "a user");
    add(extras, spec.getProcess().hasCapabilities(), "capabilities");
    add(extras, spec.getProcess().getRlimitsCount() > 0, "limits");
    add(extras, spec.hasLinux(), "kernel settings");
    return String.join(", ", extras);
  }

  private static void add(List<String> extras, boolean asked, String what) {
    if (asked) {
      extras.add(what);
    }
  }
}
