package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.CosignSignatures;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageEncryptor;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.LayerRecipient;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;

/// A small image, encrypted under a key of a broker and signed: for [Rehearsal] and for tests.
///
/// @param name pinned reference
/// @param layout its repository
record RehearsalImage(ImageName name, OciLayout layout) {
  static final String KID = "kbs:///default/image-kek/test";
  private static final int BLOCK = 512;

  /// Makes one in `folder`.
  ///
  /// @param repository host and path, and a tag
  /// @param kek what its layer is encrypted under
  /// @param signer signs it
  static RehearsalImage create(Path folder, String repository, SecretBytes kek, KeyPair signer)
      throws IOException, RefusedException {
    OciLayout plain = OciLayout.create(folder.resolve("plain"));
    Descriptor layer = put(plain, MediaTypes.LAYER, layer());
    Descriptor config = put(plain, MediaTypes.CONFIG, config(layer.digest()));
    Bytes raw = Manifest.of(config, List.of(layer)).encode();
    Descriptor at = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size());
    plain.tag("1", new ImageSource.RawManifest(at, raw));

    Image image = Image.load(plain, "1", new Platform("linux", "amd64"));
    OciLayout sealed = OciLayout.create(folder.resolve("sealed"));
    SecureRandom random = new SecureRandom();
    ImageSource.RawManifest manifest =
        new ImageEncryptor(List.of(new LayerRecipient.Kek(KID, kek)), random, Progress.none())
            .encrypt(image, plain, sealed);
    sealed.tag("1", manifest);
    ImageName name = ImageName.parse(repository).withDigest(manifest.descriptor().digest());
    CosignSignatures.sign(
        name,
        manifest.descriptor().digest(),
        signer.getPrivate(),
        SignerKey.of(signer.getPublic()),
        sealed,
        sealed,
        random);
    return new RehearsalImage(name, sealed);
  }

  private static Descriptor put(OciLayout layout, String type, Bytes content)
      throws IOException, RefusedException {
    Descriptor descriptor = Descriptor.of(type, Digest.sha256(content), content.size());
    layout.put(descriptor, new ByteArrayInputStream(content.toByteArray()));
    return descriptor;
  }

  private static Bytes config(Digest diffId) {
    return Json.object()
        .put("architecture", "amd64")
        .put("os", "linux")
        .put(
            "config",
            Json.object()
                .put("Env", Json.strings(List.of("PATH=/bin", "A=1")))
                .put("Cmd", Json.strings(List.of("/bin/hello")))
                .put("User", "app")
                .put("WorkingDir", "/srv")
                .build())
        .put(
            "rootfs",
            Json.object()
                .put("type", "layers")
                .put("diff_ids", Json.strings(List.of(diffId.toString())))
                .build())
        .build()
        .utf8();
  }

  private static Bytes layer() {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    entry(tar, "etc/passwd", "0000644", "0", "0", "app:x:1000:1001::/home/app:/bin/sh\n");
    // Root's: in the user namespace of the training there is nobody else.
    entry(tar, "bin/hello", "0004755", "0", "0", "#!/bin/sh\necho hello\n");
    tar.writeBytes(new byte[2 * BLOCK]);
    return Bytes.of(tar.toByteArray());
  }

  /// One file in the ustar format; numbers are octal texts.
  private static void entry(
      ByteArrayOutputStream tar, String name, String mode, String uid, String gid, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, mode);
    put(header, 108, "0".repeat(7 - uid.length()) + uid);
    put(header, 116, "0".repeat(7 - gid.length()) + gid);
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "%011o".formatted(1_700_000_000));
    put(header, 148, "        ");
    header[156] = '0';
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
