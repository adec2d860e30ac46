package io.vouchsafe.agent;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageCheck;
import io.vouchsafe.oci.ImageConfig;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.KekSource;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.RememberedKeks;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;

/// Pulls the measured image inside of the guest (guest-components.md §6.1): the manifest, then the
/// signature, and only then a key, the layers, the root folder.
final class ImagePull {

  /// Where images come from.
  @FunctionalInterface
  interface Registries {
    /// The repository of `name`.
    ///
    /// @throws RefusedException if it cannot be used
    ImageSource repository(ImageName name) throws IOException, RefusedException;
  }

  private final Access access;
  private final Registries registries;
  private final Optional<String> policy;
  private final AgentLog log;

  /// @param policy text of the measured `policy.json`
  ImagePull(Access access, Registries registries, Optional<String> policy, AgentLog log) {
    this.access = access;
    this.registries = registries;
    this.policy = policy;
    this.log = log;
  }

  /// Unpacks `reference` to `rootfs`, which does not exist yet.
  ///
  /// @throws GuestException with the refusal of the broker, or with our own: that one stands in the
  ///   broker's ledger too
  ImageDefaults unpack(String reference, Path rootfs) throws GuestException, InterruptedException {
    // Whoever is not attested learns nothing here, and has nobody to report to.
    access.token();
    Keks keks = new Keks();
    try (RememberedKeks remembered = new RememberedKeks(keks)) {
      ImageName name = ImageName.parse(reference);
      ImageSource source = registries.repository(name);
      Image image = Image.load(source, name.selector(), platform());
      log.line("image " + image.descriptor().digest());
      requireSigned(name, image, source);
      LayerUnpacker.Unpacked unpacked =
          new LayerUnpacker(UnpackLimits.DEFAULT, new GuestFiles())
              .unpack(image, source, KeyPacket.opener(remembered), rootfs);
      log.line("unpacked " + unpacked.layers() + " layers, " + unpacked.bytes() + " bytes");
      return defaults(image.config());
    } catch (RefusedException e) {
      if (keks.refused.isPresent()) {
        throw keks.refused.get();
      }
      throw refused(e, reference);
    } catch (InterruptedIOException e) {
      throw (InterruptedException) new InterruptedException("pulling").initCause(e);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Platform platform() {
    return new Platform("linux", "amd64");
  }

  private void requireSigned(ImageName name, Image image, ImageSource source)
      throws IOException, RefusedException {
    if (policy.isEmpty()) {
      throw new RefusedException(
          ImageCheck.POLICY,
          Code.IMAGE_POLICY_INVALID,
          "an image_security_policy in the measured cdh.toml",
          "none");
    }
    Checklist checks = new Checklist();
    ImagePolicy.parse(Bytes.utf8(policy.get()))
        .verify(name, image, source, this::policyKey, checks);
    log.line("signature accepted");
  }

  private Bytes policyKey(String keyPath) throws IOException, RefusedException {
    try (SecretBytes key = access.resource(keyPath)) {
      return key.<Bytes, RuntimeException>lend(Bytes::of);
    } catch (GuestException e) {
      throw new RefusedException(e.refusal().refusal());
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  /// Asks the broker for keys, and keeps its refusal: on its way through code that knows no brokers
  /// it would lose the broker's id.
  private final class Keks implements KekSource {
    private Optional<GuestException> refused = Optional.empty();

    @Override
    public Optional<SecretBytes> kek(String kid) throws IOException, RefusedException {
      try {
        return Optional.of(access.resource(kid));
      } catch (GuestException e) {
        refused = Optional.of(e);
        throw new RefusedException(e.refusal().refusal());
      } catch (InterruptedException _) {
        throw interrupted();
      }
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("waiting for the broker");
  }

  private GuestException refused(RefusedException e, String reference)
      throws GuestException, InterruptedException {
    GuestRefusal refusal = GuestRefusal.of(e);
    log.line("refused " + reference + ": " + refusal.code());
    return new GuestException(access.report(refusal, reference));
  }

  private static GuestException failed(IOException e) {
    if (GuestException.isDiskFull(e)) {
      return GuestException.writing(e);
    }
    return new GuestException(
        GuestCheck.IMAGE_SOURCE,
        Code.REGISTRY_UNREACHABLE,
        "the image's content",
        e.getClass().getSimpleName() + ": " + e.getMessage());
  }

  static ImageDefaults defaults(ImageConfig config) {
    return new ImageDefaults(
        config.env(), config.entrypoint(), config.command(), config.workingDir(), config.user());
  }
}
