package io.vouchsafe.hypervisor;

import io.vouchsafe.encoding.Bytes;
import java.nio.file.Path;
import java.util.Objects;

/// What vouches for the machine.
public sealed interface Protection {

  /// Nothing.
  record None() implements Protection {}

  /// A virtual TPM. It proves what was booted to whoever trusts the host's operator, and nothing
  /// against that operator.
  ///
  /// @param socket control socket of the TPM's process, see [Swtpm#socket()]
  record Vtpm(Path socket) implements Protection {
    public Vtpm {
      Objects.requireNonNull(socket, "socket");
    }
  }

  /// AMD SEV-SNP (QEMU 9.1, Linux 6.11 or newer).
  ///
  /// @param policy guest policy of the firmware ABI, for example `0x30000`
  /// @param hostData 32 bytes that the report repeats: the digest of the init-data
  /// @param cBitPosition where the processor keeps the encryption bit, CPUID 8000001F EBX 5:0
  /// @param reducedPhysicalBits address bits lost to encryption, CPUID 8000001F EBX 11:6
  record Snp(long policy, Bytes hostData, int cBitPosition, int reducedPhysicalBits)
      implements Protection {
    /// Length of the host data in the report.
    public static final int HOST_DATA_LENGTH = 32;

    public Snp {
      if (hostData.size() != HOST_DATA_LENGTH) {
        throw new IllegalArgumentException("host data must be 32 bytes, got " + hostData.size());
      }
    }
  }

  /// Intel TDX (QEMU 10.1, Linux 6.16 or newer).
  ///
  /// @param mrConfigId 48 bytes that the report repeats: the digest of the init-data, zero padded
  /// @param quoteCid vsock context id of the quote generation service, 2 for the host
  /// @param quotePort its vsock port, 4050 by custom
  record Tdx(Bytes mrConfigId, int quoteCid, int quotePort) implements Protection {
    /// Length of MRCONFIGID.
    public static final int MR_CONFIG_ID_LENGTH = 48;

    public Tdx {
      if (mrConfigId.size() != MR_CONFIG_ID_LENGTH) {
        throw new IllegalArgumentException("MRCONFIGID must be 48 bytes, got " + mrConfigId.size());
      }
    }
  }
}
