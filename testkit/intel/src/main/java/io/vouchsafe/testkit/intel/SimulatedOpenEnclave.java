package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/// The wrappings of the Open Enclave SDK around quotes.
public final class SimulatedOpenEnclave {
  /// Identifier of the format of evidence with an SGX quote.
  public static final Bytes SGX_ECDSA =
      Bytes.of(HexFormat.of().parseHex("a3a21e871b4d4014b70aa125d2fbcd8c"));

  private SimulatedOpenEnclave() {}

  /// Claims as the SDK serialises them.
  public static Bytes claims(Map<String, Bytes> values) {
    ByteWriter out = ByteWriter.littleEndian().u64(1).u64(values.size());
    values.forEach((name, value) -> {
      Bytes terminated = Bytes.utf8(name).concat(Bytes.zeros(1));
      out.u64(terminated.size()).u64(value.size()).bytes(terminated).bytes(value);
    });
    return out.toBytes();
  }

  /// `enclave`, as it makes evidence with `claims`.
  public static SimulatedBody binding(SimulatedBody enclave, Bytes claims) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      claims.update(digest);
      return enclave.with("REPORTDATA", Bytes.of(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  /// Evidence with its header of version 3.
  public static Bytes evidence(Bytes quote, Bytes claims) {
    return evidence(3, SGX_ECDSA, quote.concat(claims));
  }

  /// As [#evidence(Bytes, Bytes)], with another version or format.
  public static Bytes evidence(int version, Bytes format, Bytes data) {
    return ByteWriter.littleEndian()
        .u32(version)
        .bytes(format)
        // What the compiler leaves free is not cleared.
        .u32(0xccccccccL)
        .u64(data.size())
        .bytes(data)
        .toBytes();
  }

  /// A report of the older call.
  ///
  /// @param type 2 for remote
  public static Bytes report(int type, Bytes quote) {
    return ByteWriter.littleEndian().u32(1).u32(type).u64(quote.size()).bytes(quote).toBytes();
  }
}
