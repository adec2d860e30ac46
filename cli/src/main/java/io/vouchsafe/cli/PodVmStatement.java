package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.hypervisor.VmSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What boots of one pod VM image at one size report, and what that was computed from or recorded
/// with. Init-data is not in it: it belongs to a run, not to the image.
///
/// @param image names the image: the digest of what it was built from
/// @param size of the machine
/// @param packages versions of what the image was made from
/// @param inputs files that are measured, and the initrd of the boot that recorded
/// @param values predicted from files, or recorded by a boot
record PodVmStatement(
    String image,
    VmSpec.Size size,
    Map<String, String> packages,
    List<ReferenceSet.Input> inputs,
    List<Expected> values) {
  private static final int KEY_DIGITS = 16;

  PodVmStatement {
    packages = Map.copyOf(packages);
    inputs = List.copyOf(inputs);
    values = List.copyOf(values);
  }

  /// One value to expect.
  ///
  /// @param name under which the trust server looks for it
  /// @param value the digest
  /// @param provenance predicted from files, or recorded by a boot
  record Expected(String name, Bytes value, Provenance provenance) {}

  /// One set for each image, size and signer: homes that share a server say what they know side by
  /// side, and none outdates another's.
  String set(StatementSigner signer) {
    return "podvm/%s/%d-vcpu-%d-MiB/%s"
        .formatted(image, size.vcpus(), size.memoryMib(), signer.keyId().substring(0, KEY_DIGITS));
  }

  /// As it is registered: beside what is in force, because guests may run that reported it.
  Registration.Release release(StatementSigner signer, Duration life) {
    String set = set(signer);
    return new Registration.Release(
        set,
        Optional.empty(),
        life,
        false,
        (version, issued, expires) -> statement(set, version, issued, expires));
  }

  private ReferenceSet statement(String set, long version, Instant issued, Instant expires) {
    return new ReferenceSet(
        ReferenceSet.Kind.STATEMENT,
        set,
        version,
        issued,
        expires,
        Vouchsafe.VERSION,
        facts(),
        inputs,
        values.stream()
            .map(value ->
                new ReferenceValue(
                    value.name(), Json.of(value.value().hex()), expires, value.provenance(), ""))
            .toList());
  }

  private Json.Obj facts() {
    Json.ObjBuilder versions = Json.object();
    new TreeMap<>(packages).forEach(versions::put);
    return Json.object()
        .put("tee", "tpm")
        .put(
            "options",
            Json.object()
                .put("vcpus", String.valueOf(size.vcpus()))
                .put("memory", size.memoryMib() + "M")
                .build())
        .put("facts", Json.object().put("image", image).put("packages", versions.build()).build())
        .build();
  }
}
