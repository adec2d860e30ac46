package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.registry.ImageCopy;
import io.vouchsafe.registry.ImageKeyFiles;
import io.vouchsafe.registry.ImagePlaces;
import io.vouchsafe.registry.ImageReport;
import io.vouchsafe.registry.RegistryClient;
import io.vouchsafe.registry.RegistryConfig;
import io.vouchsafe.registry.RegistryCredentials;
import io.vouchsafe.registry.RegistryOptions;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "image",
    description = {
      "Encrypt, sign, verify, inspect and copy images.",
      "Images are oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or a registry reference."
    })
final class ImageCommand {

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST",
      scope = ScopeType.INHERIT,
      description = "Speak plain HTTP to this registry.")
  List<String> insecure = List.of();

  @Option(
      names = "--authfile",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Credentials as container tools keep them: {\"auths\":{…}}.")
  Optional<Path> authFile = Optional.empty();

  @Command(name = "copy", description = "Copy an image and its signatures.")
  int copy(
      @Parameters(paramLabel = "SRC") String source, @Parameters(paramLabel = "DST") String target)
      throws IOException, RefusedException, FormatException {
    return report(
        images -> images.copy(ImageReference.parse(source), ImageReference.parse(target)));
  }

  @Command(name = "encrypt", description = "Copy an image with its layers encrypted.")
  int encrypt(
      @Parameters(paramLabel = "SRC") String source,
      @Parameters(paramLabel = "DST") String target,
      @Option(
              names = "--recipient",
              required = true,
              paramLabel = "RECIPIENT",
              description =
                  "jwe:FILE (public key or certificate) or kek:KID=FILE (32 bytes that the broker has as KID, kbs:///…).")
          List<String> recipients)
      throws IOException, RefusedException, FormatException {
    return report(images ->
        images.encrypt(
            ImageReference.parse(source),
            ImageReference.parse(target),
            ImageKeyFiles.recipients(recipients)));
  }

  @Command(name = "decrypt", description = "Copy an image with its layers decrypted.")
  int decrypt(
      @Parameters(paramLabel = "SRC") String source,
      @Parameters(paramLabel = "DST") String target,
      @Option(
              names = "--key",
              required = true,
              paramLabel = "KEY",
              description = "FILE (private key, PEM) or kek:KID=FILE.")
          List<String> keys)
      throws IOException, RefusedException, FormatException {
    return report(images ->
        images.decrypt(
            ImageReference.parse(source), ImageReference.parse(target), ImageKeyFiles.keys(keys)));
  }

  @Command(
      name = "sign",
      description = "Sign an image in a layout or registry with a key (cosign's keyed form).")
  int sign(
      @Parameters(paramLabel = "SRC") String source,
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description =
                  "Private key, PEM; FILE.pub or FILE with .pub for .key beside it. Default: the home's own.")
          Optional<Path> key,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description = "The name to sign it under; default: its registry reference.")
          Optional<String> name)
      throws IOException, RefusedException, FormatException, Failure {
    ImageReference reference = ImageReference.parse(source);
    ImageName identity = identity(reference, name);
    ImageKeys keys = keys(key);
    return report(images -> images.sign(reference, identity, keys.privateKey(), keys.signer()));
  }

  @Command(name = "verify", description = "Judge an image by a key or by an image policy.")
  int verify(
      @Parameters(paramLabel = "SRC") String source,
      @Option(names = "--key", paramLabel = "FILE", description = "Public key, PEM.")
          Optional<Path> key,
      @Option(names = "--policy", paramLabel = "FILE", description = "containers-policy.json")
          Optional<Path> policy,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description =
                  "The name that the policy is asked about; default: its registry reference.")
          Optional<String> name)
      throws IOException, RefusedException, FormatException, Failure {
    ImageReference reference = ImageReference.parse(source);
    ImageName identity = identity(reference, name);
    ImagePolicy judged = ImagePolicy.parse(policyText(key, policy, identity));
    return report(images ->
        images.verify(
            reference, identity, judged, file -> Bytes.of(Files.readAllBytes(Path.of(file)))));
  }

  @Command(name = "inspect", description = "Say what an image is.")
  int inspect(@Parameters(paramLabel = "SRC") String source)
      throws IOException, RefusedException, FormatException {
    return report(images -> images.inspect(ImageReference.parse(source)));
  }

  private Bytes policyText(Optional<Path> key, Optional<Path> policy, ImageName identity)
      throws IOException, RefusedException, FormatException, Failure {
    if (policy.isPresent() == key.isPresent()) {
      throw new Failure("give either --key or --policy");
    }
    if (policy.isPresent()) {
      return Bytes.of(Files.readAllBytes(policy.get()));
    }
    SignerKey signer =
        SignerKey.of(SignerKey.publicKey(Bytes.of(Files.readAllBytes(key.orElseThrow()))));
    return ImagePolicy.signedOnly(identity, signer).utf8();
  }

  private static ImageName identity(ImageReference reference, Optional<String> name)
      throws RefusedException, Failure {
    if (name.isPresent()) {
      return ImageName.parse(name.get());
    }
    if (reference instanceof ImageReference.Registry(ImageName own)) {
      return own;
    }
    throw new Failure("--name is needed: signatures are for names, and " + reference + " has none");
  }

  private static ImageKeys keys(Optional<Path> file)
      throws IOException, RefusedException, FormatException, Failure {
    if (file.isEmpty()) {
      return ImageKeys.openOrCreate(Home.make(Home.here().keys()), "image");
    }
    String text = file.get().toString();
    String stem = text.endsWith(".key") ? text.substring(0, text.length() - 4) : text;
    PrivateKey privateKey = ImageKeyFiles.privateKey(file.get());
    Bytes publicPem = Bytes.of(Files.readAllBytes(Path.of(stem + ".pub")));
    return new ImageKeys(privateKey, SignerKey.of(SignerKey.publicKey(publicPem)));
  }

  private interface Verb {
    ImageReport run(ImageCopy images) throws IOException, RefusedException, FormatException;
  }

  private int report(Verb verb) throws IOException, RefusedException, FormatException {
    Progress progress = Progress.onStandardError();
    Home home = Home.here();
    Path scratch = Home.make(Home.make(home.folder()).resolve("images"));
    try (RegistryClient registries = RegistryClient.create(options())) {
      ImageCopy images =
          new ImageCopy(
              new ImagePlaces(registries, scratch),
              Platform.LINUX_AMD64,
              new SecureRandom(),
              (step, done, total) ->
                  progress.step(step + (total > 1 ? " " + done + "/" + total : "")));
      Json.Obj result = verb.run(images).toJson();
      progress.clear();
      print(result);
      return 0;
    } finally {
      progress.clear();
    }
  }

  private RegistryOptions options() throws IOException, FormatException {
    RegistryOptions options = RegistryOptions.DEFAULT;
    if (!insecure.isEmpty()) {
      options = options.withConfig(RegistryConfig.insecure(insecure));
    }
    if (authFile.isPresent()) {
      Bytes text = Bytes.of(Files.readAllBytes(authFile.get()));
      options = options.withCredentials(RegistryCredentials.parse(text));
    }
    return options;
  }

  private void print(Json.Obj result) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(result.compact());
    } else {
      result
          .members()
          .forEach((name, value) -> {
            if (value instanceof Json.Arr(List<Json> items)) {
              out.println(name + ":");
              items.forEach(item -> out.println("  " + item.plain()));
            } else {
              out.printf("%-16s %s%n", name, value.plain());
            }
          });
    }
    out.flush();
  }
}
