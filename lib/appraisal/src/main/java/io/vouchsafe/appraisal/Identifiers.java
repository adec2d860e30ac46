package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The extension `ear.trustee.identifiers` of the reference broker's default policy: images and
/// users of the containers that the measured agent policy names (specs/kbs-protocol §9.3).
final class Identifiers {
  private static final String EXTENSION = "ear.trustee.identifiers";
  private static final String IMAGE_NAME = "io.kubernetes.cri.image-name";

  private Identifiers() {}

  static Json.Obj of(EvidenceClaims evidence) {
    Set<Json> images = new LinkedHashSet<>();
    Set<Json> users = new LinkedHashSet<>();
    for (Json container : containers(evidence)) {
      member(container, "OCI", "Annotations", IMAGE_NAME).ifPresent(images::add);
      member(container, "OCI", "Process", "User", "UID").ifPresent(users::add);
    }
    Json.ObjBuilder validated = Json.object();
    if (!images.isEmpty()) {
      validated.put("container_images", Json.array(new ArrayList<>(images)));
    }
    if (!users.isEmpty()) {
      validated.put("container_uids", Json.array(new ArrayList<>(users)));
    }
    return Json.object()
        .put(EXTENSION, Json.object().put("validated", validated.build()).build())
        .build();
  }

  private static List<Json> containers(EvidenceClaims evidence) {
    return evidence
        .initData()
        .flatMap(sent -> member(sent.claims(), "agent_policy_claims", "containers"))
        .filter(Json.Arr.class::isInstance)
        .map(array -> ((Json.Arr) array).items())
        .orElse(List.of());
  }

  private static Optional<Json> member(Json from, String... path) {
    Optional<Json> at = Optional.of(from);
    for (String name : path) {
      at =
          at.flatMap(json -> json instanceof Json.Obj object ? object.get(name) : Optional.empty());
    }
    return at;
  }
}
