package io.vouchsafe.hypervisor;

import io.vouchsafe.hypervisor.HostTools.Tool;
import io.vouchsafe.process.Command;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The authority that certifies the endorsement keys of this home's virtual TPMs. Its certificate
/// is what a trust server's operator names to accept them: nobody else's TPM leads to it.
public final class TpmCa {
  private static final String KEY = "signkey.pem";
  private static final String CERTIFICATE = "issuercert.pem";
  private static final String SETUP = "swtpm_setup.conf";

  /// Ten years.
  private static final String TEMPLATE =
      """
      cn = "Vouchsafe virtual TPM authority"
      ca
      cert_signing_key
      expiration_days = 3650
      """;

  private final Path folder;

  private TpmCa(Path folder) {
    this.folder = folder;
  }

  /// Opens the authority in `folder`, or makes one there: a P-256 key and a certificate by itself.
  ///
  /// @throws RefusedException [Code#VM_START_FAILED] if the tools refuse
  /// @throws IOException if the folder cannot be written
  public static TpmCa open(Path folder, HostTools tools) throws IOException, RefusedException {
    Path home = folder.toAbsolutePath();
    if (!Files.exists(home.resolve(CERTIFICATE))) {
      create(home, tools);
    }
    TpmCa ca = new TpmCa(home);
    ca.writeConfiguration(tools);
    return ca;
  }

  private static void create(Path home, HostTools tools) throws IOException, RefusedException {
    Files.createDirectories(home.getParent());
    Path unfinished =
        Files.createTempDirectory(
            home.getParent(),
            ".tpm-ca-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    String certtool = tools.path(Tool.CERTTOOL).toString();
    try {
      Path key = unfinished.resolve(KEY);
      Path template = Files.writeString(unfinished.resolve("template"), TEMPLATE);
      Command.of(
              certtool,
              "--generate-privkey",
              "--key-type=ecdsa",
              "--curve=secp256r1",
              "--outfile",
              key.toString())
          .orFail();
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      Command.of(
              certtool,
              "--generate-self-signed",
              "--template",
              template.toString(),
              "--load-privkey",
              key.toString(),
              "--outfile",
              unfinished.resolve(CERTIFICATE).toString())
          .orFail();
      Files.delete(template);
      publish(unfinished, home);
    } catch (IOException e) {
      throw new RefusedException(
          HypervisorCheck.TPM,
          Code.VM_START_FAILED,
          "an authority for virtual TPMs in " + home,
          String.valueOf(e.getMessage()));
    } finally {
      if (Files.exists(unfinished)) {
        VmFolder.deleteTree(unfinished);
      }
    }
  }

  /// In one step, so that two processes that both make one end with the same.
  private static void publish(Path unfinished, Path home) throws IOException {
    try {
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(home.resolve(CERTIFICATE))) {
        throw e;
      }
    }
  }

  private void writeConfiguration(HostTools tools) throws IOException {
    replace(
        "swtpm-localca.conf",
        """
        statedir = %1$s
        signingkey = %1$s/%2$s
        issuercert = %1$s/%3$s
        certserial = %1$s/certserial
        """
            .formatted(folder, KEY, CERTIFICATE));
    replace(
        "swtpm-localca.options",
        """
        --tpm-manufacturer id:00001014
        --tpm-model swtpm
        --tpm-version id:20191023
        --platform-manufacturer Vouchsafe
        --platform-version 1
        --platform-model QEMU
        """);
    replace(
        SETUP,
        """
        create_certs_tool = %2$s
        create_certs_tool_config = %1$s/swtpm-localca.conf
        create_certs_tool_options = %1$s/swtpm-localca.options
        active_pcr_banks = sha256
        """
            .formatted(folder, tools.path(Tool.SWTPM_LOCALCA)));
  }

  private void replace(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return;
    }
    Path next = Files.createTempFile(folder, "." + name, "");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// The authority's own certificate, PEM: signed by itself, it signs endorsement keys directly.
  public Path certificate() {
    return folder.resolve(CERTIFICATE);
  }

  /// Configuration for `swtpm_setup`.
  Path setupConfiguration() {
    return folder.resolve(SETUP);
  }
}
