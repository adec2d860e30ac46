package io.vouchsafe.registry;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageConfig;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.WrappedKey;
import io.vouchsafe.verdict.CheckResult;
import java.util.ArrayList;
import java.util.List;

/// What became of an operation on an image; each has a JSON form for scripts.
public sealed interface ImageReport {

  /// The JSON form.
  Json.Obj toJson();

  /// An image is at its destination.
  ///
  /// @param source where it came from
  /// @param destination where it is now
  /// @param digest of its manifest there
  /// @param layers how many
  /// @param encryptedLayers how many of them are encrypted
  record Written(String source, String destination, Digest digest, int layers, int encryptedLayers)
      implements ImageReport {
    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("source", source)
          .put("destination", destination)
          .put("digest", digest.toString())
          .put("layers", layers)
          .put("encrypted_layers", encryptedLayers)
          .build();
    }
  }

  /// An image was signed.
  ///
  /// @param image which
  /// @param digest what was signed
  /// @param identity the name in the signature
  /// @param tag where the signature is
  /// @param signer fingerprint of the key
  record Signed(String image, Digest digest, String identity, String tag, Digest signer)
      implements ImageReport {
    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("image", image)
          .put("digest", digest.toString())
          .put("identity", identity)
          .put("tag", tag)
          .put("signer", signer.toString())
          .build();
    }
  }

  /// An image met its policy.
  ///
  /// @param image which
  /// @param digest of its manifest
  /// @param signers fingerprints of the keys whose signatures were accepted
  /// @param checks what was checked
  record Verified(String image, Digest digest, List<Digest> signers, List<CheckResult> checks)
      implements ImageReport {
    public Verified {
      signers = List.copyOf(signers);
      checks = List.copyOf(checks);
    }

    @Override
    public Json.Obj toJson() {
      List<Json> results = new ArrayList<>();
      for (CheckResult check : checks) {
        results.add(
            Json.object()
                .put("check", check.check())
                .put("outcome", check.outcome().name())
                .put("expected", check.expected())
                .put("found", check.found())
                .build());
      }
      return Json.object()
          .put("image", image)
          .put("digest", digest.toString())
          .put("signers", Json.strings(signers.stream().map(Digest::toString).toList()))
          .put("checks", Json.array(results))
          .build();
    }
  }

  /// What an image is.
  ///
  /// @param reference where it is
  /// @param image manifest and configuration
  /// @param signatures whether there are signatures, unverified
  record Inspected(String reference, Image image, boolean signatures) implements ImageReport {
    @Override
    public Json.Obj toJson() {
      ImageConfig config = image.config();
      List<Json> layers = new ArrayList<>();
      for (int i = 0; i < image.manifest().layers().size(); i++) {
        layers.add(layer(image.manifest().layers().get(i), config.diffIds().get(i)));
      }
      return Json.object()
          .put("image", reference)
          .put("digest", image.descriptor().digest().toString())
          .put("media_type", image.descriptor().mediaType())
          .putIf("index", image.index().map(index -> Json.of(index.digest().toString())))
          .put("platform", config.platform().toString())
          .put("entrypoint", Json.strings(config.entrypoint()))
          .put("command", Json.strings(config.command()))
          .put("env", Json.strings(config.env()))
          .put("working_dir", config.workingDir())
          .put("user", config.user())
          .put("signed", signatures)
          .put("layers", Json.array(layers))
          .build();
    }

    private static Json layer(Descriptor layer, Digest diffId) {
      return Json.object()
          .put("digest", layer.digest().toString())
          .put("diff_id", diffId.toString())
          .put("media_type", layer.mediaType())
          .put("size", layer.size())
          .put("encrypted", MediaTypes.isEncrypted(layer.mediaType()))
          .put("key_schemes", Json.strings(WrappedKey.schemes(layer)))
          .put("key_ids", Json.strings(KeyPacket.kids(layer)))
          .build();
    }
  }
}
