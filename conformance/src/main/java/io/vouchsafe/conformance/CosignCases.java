package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.CosignSignatures;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageConfig;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Keyed cosign signatures: a layout with the signature image, the key that the policy names, the
/// reference that the image is pulled by and how it must relate to the signed one.
final class CosignCases {
  private static final String KIND = "cosign";

  private CosignCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    Optional<List<Json.Obj>> items = file.items();
    if (items.isEmpty() || !UnknownCases.kindOf(file, items.get().getFirst()).equals(KIND)) {
      return Optional.empty();
    }
    return Optional.of(
        CaseFile.each(items.get(), (item, id) -> new Case(id, KIND, () -> run(file, item))));
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Path layout = file.find(item.string("layout"));
    Bytes key = CaseFile.bytes(file.findKey(item.string("key")));
    Digest digest = Digest.parse(item.string("manifest_digest"));
    Optional<String> tag = item.optionalString("signature_tag");
    if (tag.isPresent()) {
      Difference.require("tag", tag.get(), CosignSignatures.tag(digest));
    }
    Expectation.of(item).of(() -> verify(item, OciLayout.open(layout), key, image(digest)));
  }

  private static List<Digest> verify(Json.Obj item, OciLayout signatures, Bytes key, Image image)
      throws FormatException, RefusedException, IOException {
    Json.Obj requirement =
        Json.object()
            .put("type", "sigstoreSigned")
            .put("keyData", key.base64())
            .putIf("signedIdentity", item.present("signedIdentity"))
            .build();
    Json policy = Json.object().put("default", Json.array(List.of(requirement))).build();
    return ImagePolicy.parse(policy.utf8())
        .verify(
            ImageName.parse(item.string("image_reference")),
            image,
            signatures,
            CosignCases::noKeyByPath,
            new Checklist());
  }

  private static Bytes noKeyByPath(String path) throws IOException {
    throw new IOException("the policy of a case has its key inside, but asks for " + path);
  }

  /// The signed image: a signature says nothing about it but its digest, and the cases have no more
  /// of it.
  private static Image image(Digest digest) throws FormatException {
    Bytes config =
        Bytes.utf8(
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
    Descriptor configuration =
        Descriptor.of(MediaTypes.CONFIG, Digest.sha256(config), config.size());
    Manifest manifest = Manifest.of(configuration, List.of());
    Bytes raw = manifest.encode();
    return new Image(
        Descriptor.of(MediaTypes.MANIFEST, digest, raw.size()),
        Optional.empty(),
        raw,
        manifest,
        ImageConfig.parse(config));
  }
}
