package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.sev.IdAuth;
import io.vouchsafe.measure.sev.IdBlock;
import io.vouchsafe.measure.sev.IdSigner;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that make an ID block: the owner's signature under what may be started.
final class IdBlockOptions {
  /// SMT allowed, and the bit that must be one.
  private static final String DEFAULT_POLICY = "0x30000";

  @Option(
      names = "--id-key",
      paramLabel = "FILE",
      description = "Make an ID block, signed by this P-384 key (PEM, PKCS #8).")
  Optional<Path> idKey = Optional.empty();

  @Option(
      names = "--author-key",
      paramLabel = "FILE",
      description = "With --id-key: have the ID key signed by this one.")
  Optional<Path> authorKey = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "X",
      description = "With --id-key: the guest policy. Default 0x30000.")
  String policy = DEFAULT_POLICY;

  @Option(
      names = "--guest-svn",
      paramLabel = "N",
      description = "With --id-key: the security version of the guest. Default 0.")
  long svn;

  @Option(
      names = "--id-block",
      paramLabel = "FILE",
      description = "With --id-key: where the 96 bytes of the block go.")
  Optional<Path> blockFile = Optional.empty();

  @Option(
      names = "--id-auth",
      paramLabel = "FILE",
      description = "With --id-key: where the 4096 bytes of keys and signatures go.")
  Optional<Path> authFile = Optional.empty();

  void write(Bytes launchDigest, Prediction prediction) throws IOException, Failure {
    if (idKey.isEmpty()) {
      if (authorKey.isPresent() || blockFile.isPresent() || authFile.isPresent()) {
        throw new Failure(
            "--author-key, --id-block and --id-auth belong to --id-key FILE, which is missing");
      }
      return;
    }
    IdSigner signer = SigningKeys.p384(idKey.get());
    Optional<IdSigner> author = Optional.empty();
    if (authorKey.isPresent()) {
      author = Optional.of(SigningKeys.p384(authorKey.get()));
    }
    IdBlock block = block(launchDigest);
    IdAuth auth = sign(block, signer, author);
    if (blockFile.isPresent()) {
      Files.write(blockFile.get(), block.encode().toByteArray());
    }
    if (authFile.isPresent()) {
      Files.write(authFile.get(), auth.encode().toByteArray());
    }
    prediction
        .fact("id_block", block.encode().base64())
        .fact("id_key_digest", signer.publicKey().digest().hex());
    author.ifPresent(key -> prediction.fact("author_key_digest", key.publicKey().digest().hex()));
  }

  private IdBlock block(Bytes launchDigest) throws Failure {
    return Artifacts.parsed(
        "--policy, --guest-svn",
        () ->
            new IdBlock(launchDigest, Bytes.zeros(16), Bytes.zeros(16), svn, Long.decode(policy)));
  }

  private static IdAuth sign(IdBlock block, IdSigner signer, Optional<IdSigner> author)
      throws Failure {
    try {
      IdAuth auth = IdAuth.sign(block, signer, author);
      // Whoever mixes up two files notices here, not at the launch.
      auth.verify(block);
      return auth;
    } catch (GeneralSecurityException | FormatException | RefusedException e) {
      throw new Failure("the ID block cannot be signed: " + e.getMessage(), e);
    }
  }
}
