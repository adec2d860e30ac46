package io.vouchsafe.agent;

import io.vouchsafe.encoding.SecretBytes;
import java.nio.file.Path;

/// What the guest gets for having attested.
interface Provisions {

  /// What this guest was measured to run. Waits until it is known.
  ///
  /// @throws GuestException if the init-data cannot be used
  Workload workload() throws GuestException, InterruptedException;

  /// Attests, checks the image's signature, pulls, decrypts and unpacks it into `rootfs`.
  ///
  /// @param rootfs does not exist yet, its parent does
  ///
  /// @throws GuestException if any of that is refused
  ImageDefaults unpack(Workload workload, Path rootfs) throws GuestException, InterruptedException;

  /// A secret of the workload.
  ///
  /// @throws GuestException if the broker refuses it
  SecretBytes secret(Workload.Secret secret) throws GuestException, InterruptedException;

  /// What the guest can tell about all this, as a JSON document without secrets.
  String diagnostics();
}
