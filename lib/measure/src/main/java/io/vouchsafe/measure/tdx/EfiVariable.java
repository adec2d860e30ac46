package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.tpm.HashAlg;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A UEFI variable as firmware measures it (UEFI_VARIABLE_DATA, TCG PC client platform firmware
/// profile §10.2.6).
///
/// @param vendor whose variable it is
/// @param name of the variable
/// @param data its content; empty if it is not set
public record EfiVariable(EfiGuid vendor, String name, Bytes data) {
  /// The vendor of SecureBoot, PK, KEK, BootOrder and the boot options.
  public static final EfiGuid GLOBAL = EfiGuid.of("8be4df61-93ca-11d2-aa0d-00e098032b8c");

  /// The vendor of db and dbx.
  public static final EfiGuid IMAGE_SECURITY = EfiGuid.of("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

  public EfiVariable {
    Objects.requireNonNull(vendor, "vendor");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(data, "data");
  }

  /// The structure that is measured.
  public Bytes encode() {
    return ByteWriter.littleEndian()
        .bytes(vendor.encode())
        .u64(name.length())
        .u64(data.size())
        .bytes(Bytes.of(name.getBytes(StandardCharsets.UTF_16LE)))
        .bytes(data)
        .toBytes();
  }

  /// The digest of the event in an RTMR.
  public Bytes digest() {
    return HashAlg.SHA384.digest(encode());
  }
}
