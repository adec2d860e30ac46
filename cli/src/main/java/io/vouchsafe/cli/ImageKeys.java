package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.EnumSet;
import java.util.Set;

/// A pair of keys of this home that signs images, statements or bundles, in two PEM files as cosign
/// names them: `NAME.key` (PKCS#8, mode 0600) and `NAME.pub`.
///
/// @param privateKey signs
/// @param signer verifies
record ImageKeys(PrivateKey privateKey, SignerKey signer) {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /// The keys of that name in `folder`, made there if there are none: ECDSA on P-256.
  ///
  /// @throws Failure if others may read or write the private one
  static ImageKeys openOrCreate(Path folder, String name)
      throws IOException, RefusedException, FormatException, Failure {
    Path privateFile = folder.resolve(name + ".key");
    Path publicFile = folder.resolve(name + ".pub");
    if (!Files.exists(privateFile)) {
      createOnce(Home.make(folder), privateFile, publicFile);
    }
    requireOwnerOnly(privateFile);
    return open(privateFile, publicFile);
  }

  /// Refuses a private key that others can read, or write.
  static void requireOwnerOnly(Path file) throws IOException, Failure {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(mode)) {
      throw new Failure(
          "the key %s has mode %s: whoever reads it can sign with it; if nobody has, chmod 600"
              .formatted(file, PosixFilePermissions.toString(mode)));
    }
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

  /// Of several commands that find no keys one makes them: halves of two pairs would not fit. The
  /// private one comes last, so where it is the other one is, too.
  private static synchronized void createOnce(Path folder, Path privateFile, Path publicFile)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.exists(privateFile)) {
        KeyPair pair = generate();
        write(publicFile, Pem.encode("PUBLIC KEY", Bytes.of(pair.getPublic().getEncoded())));
        write(privateFile, Pem.encode("PRIVATE KEY", Bytes.of(pair.getPrivate().getEncoded())));
      }
    }
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
