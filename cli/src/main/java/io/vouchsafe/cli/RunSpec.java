package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.hypervisor.VmSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a user asks `run` for.
///
/// @param image reference of an image, plain or encrypted
/// @param args the command; empty means the image's own
/// @param env `NAME=value` on top of the image's
/// @param secrets file of each secret by its name
/// @param ports of the loopback that lead into the container
/// @param size of the machine
/// @param interactive whether standard input goes to the container
/// @param trust the trust server to use
record RunSpec(
    String image,
    List<String> args,
    List<String> env,
    Map<String, Path> secrets,
    List<VmSpec.Forward> ports,
    VmSpec.Size size,
    boolean interactive,
    TrustPlace trust) {

  RunSpec {
    args = List.copyOf(args);
    env = List.copyOf(env);
    secrets = Map.copyOf(secrets);
    ports = List.copyOf(ports);
  }

  /// The workload as it is measured into the init-data.
  ///
  /// @param reference what the guest pulls, with digest
  /// @param secretUris where the broker keeps each secret
  Json.Obj workload(String reference, Map<String, String> secretUris) {
    List<Json> list = new ArrayList<>();
    secretUris.forEach(
        (name, uri) -> list.add(Json.object().put("name", name).put("uri", uri).build()));
    return Json.object()
        .put("image", reference)
        .put("args", Json.strings(args))
        .put("env", Json.strings(env))
        .put("secrets", Json.array(list))
        .put("interactive", interactive)
        .build();
  }
}
