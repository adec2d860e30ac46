package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;

/// A pair of keys that signs images, in two PEM files as cosign names them: `NAME.key` (PKCS#8,
/// mode 0600) and `NAME.pub`.
///
/// @param privateKey signs
/// @param signer verifies
record ImageKeys(PrivateKey privateKey, SignerKey signer) {

  /// The keys of that name in `folder`, made there if there are none: ECDSA on P-256.
  static ImageKeys openOrCreate(Path folder, String name)
      throws IOException, RefusedException, FormatException {
    Path privateFile = folder.resolve(name + ".key");
    Path publicFile = folder.resolve(name + ".pub");
    if (!Files.exists(privateFile)) {
      Home.make(folder);
      create(privateFile, publicFile);
    }
    return open(privateFile, publicFile);
  }

  /// Reads a pair.
  static ImageKeys open(Path privateFile, Path publicFile)
      throws IOException, RefusedException, FormatException {
    try (SecretBytes pem = SecretBytes.take(Files.readAllBytes(privateFile))) {
      PrivateKey key = SignerKey.privateKey(pem);
      Bytes publicPem = Bytes.of(Files.readAllBytes(publicFile));
      return new ImageKeys(key, SignerKey.of(SignerKey.publicKey(publicPem)));
    }
  }

  private static void create(Path privateFile, Path publicFile) throws IOException {
    KeyPair pair = generate();
    write(publicFile, Pem.encode("PUBLIC KEY", Bytes.of(pair.getPublic().getEncoded())));
    write(privateFile, Pem.encode("PRIVATE KEY", Bytes.of(pair.getPrivate().getEncoded())));
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path unfinished =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            ".key",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(unfinished, text);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
