package io.vouchsafe.oci.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.CosignPayload;
import io.vouchsafe.oci.ImageConfig;
import io.vouchsafe.oci.ImageIndex;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.Jwe;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerKey;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.oci.WrappedKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.List;

/// Every JSON and PEM document that comes with an image. What parses as a manifest or an index is
/// written as text that parses.
public final class ImageDocumentsFuzzer {
  private static final LayerKeys KEYS = keys();

  private ImageDocumentsFuzzer() {}

  private static LayerKeys keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return Jwe.opener(List.of(generator.generateKeyPair().getPrivate()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has EC", e);
    }
  }

  private interface Work {
    void on(Bytes text) throws FormatException, RefusedException, IOException;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes text = Bytes.of(data);
    run(text, bytes -> stable(Manifest.parse(bytes).encode(), Manifest::parse));
    run(text, bytes -> stable(ImageIndex.parse(bytes).encode(), ImageIndex::parse));
    run(text, bytes -> stable(CosignPayload.parse(bytes).encode(), CosignPayload::parse));
    run(text, ImageConfig::parse);
    run(text, ImagePolicy::parse);
    run(text, KeyPacket::parse);
    run(text, bytes -> LayerKey.parse(SecretBytes.take(bytes.toByteArray())).close());
    run(text, SignerKey::publicKey);
    run(text, bytes -> KEYS.unwrap(new WrappedKey.Jwe(bytes)));
  }

  private static void stable(Bytes written, Work parse) throws RefusedException, IOException {
    try {
      parse.on(written);
    } catch (FormatException e) {
      throw new IllegalStateException("the written form does not parse", e);
    }
  }

  private static void run(Bytes text, Work work) {
    try {
      work.on(text);
    } catch (FormatException | RefusedException _) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("there is no I/O here", e);
    }
  }
}
