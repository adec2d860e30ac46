package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// A launch endorsement: what Google says about a build of its firmware (specs/evidence-x86 §8.1,
/// `VMLaunchEndorsement`). Decoded, and nothing of it verified. The certificates of authorities in
/// it are not read: a root that comes with what it vouches for vouches for nothing.
///
/// @param signed the golden measurement as it came: what the signature is over
/// @param signature RSA-PSS
/// @param timestamp seconds since 1970
/// @param changelist of the source
/// @param certificate of the signer, DER
/// @param firmware SHA-384 of the firmware
/// @param snp what is endorsed for SEV-SNP
/// @param tdx what is endorsed for TDX
public record LaunchEndorsement(
    Bytes signed,
    Bytes signature,
    long timestamp,
    long changelist,
    Bytes certificate,
    Bytes firmware,
    Optional<Snp> snp,
    Optional<Tdx> tdx) {

  /// Longest endorsement that is read. Real ones have 5 KiB.
  public static final int MAX_SIZE = 256 << 10;

  /// Where it stands in the certificate table that SEV-SNP hosts hand over.
  public static final UUID TABLE_ENTRY = UUID.fromString("9f4116cd-c503-4f5a-8f6f-fb68882f4ce2");

  private static final int MEASUREMENT = 48;
  private static final int MAX_SIGNATURE = 1024;
  private static final int IDENTITY = 16;
  private static final int TIMESTAMP_TAG = 1 << 3 | 2;
  private static final int CHANGELIST_TAG = 2 << 3;

  /// For SEV-SNP.
  ///
  /// @param svn security version of the firmware
  /// @param measurements by number of processors
  /// @param familyId for the ID block, 16 bytes or none
  /// @param imageId for the ID block, 16 bytes or none
  /// @param policy guest policy
  /// @param svsm measurement with a service module, whatever the number of processors
  public record Snp(
      long svn,
      SortedMap<Long, Bytes> measurements,
      Optional<Bytes> familyId,
      Optional<Bytes> imageId,
      long policy,
      Optional<Bytes> svsm) {}

  /// For TDX.
  ///
  /// @param svn security version of the firmware
  /// @param measurements MRTDs
  public record Tdx(long svn, List<Measurement> measurements) {}

  /// An MRTD.
  ///
  /// @param ramGib memory that it is for; empty for any
  /// @param earlyAccept whether the firmware accepts all memory at its start
  /// @param mrtd 48 bytes
  public record Measurement(Optional<Long> ramGib, boolean earlyAccept, Bytes mrtd) {}

  /// Whether `input` begins as an endorsement does: a message whose first field holds a message
  /// that begins with a time or a changelist. It may still be malformed.
  public static boolean isShaped(Bytes input) {
    Optional<Bytes> golden = Protobuf.first(input);
    return golden.isPresent()
        && golden.get().size() > 1
        && (golden.get().at(0) == TIMESTAMP_TAG || golden.get().at(0) == CHANGELIST_TAG)
        && !GoogleAttestation.isShaped(input);
  }

  /// Reads an endorsement. Measurements of another length than 48 bytes endorse nothing and are
  /// left out.
  ///
  /// @throws FormatException if it is malformed or beyond a bound
  public static LaunchEndorsement parse(Bytes message) throws FormatException {
    if (message.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "an endorsement of at most " + MAX_SIZE + " bytes", message.size() + " bytes");
    }
    Protobuf envelope = Protobuf.parse("VMLaunchEndorsement", message);
    Bytes signed = envelope.required(1, "serialized_uefi_golden");
    Bytes signature = envelope.required(2, "signature");
    if (signature.size() > MAX_SIGNATURE) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "a signature of at most " + MAX_SIGNATURE + " bytes",
          signature.size() + " bytes");
    }
    Protobuf golden = Protobuf.parse("VMGoldenMeasurement", signed);
    Optional<Bytes> timestamp = golden.bytes(1, "timestamp");
    Optional<Bytes> snp = golden.bytes(7, "sev_snp");
    Optional<Bytes> tdx = golden.bytes(8, "tdx");
    return new LaunchEndorsement(
        signed,
        signature,
        timestamp.isEmpty() ? 0 : Protobuf.parse("Timestamp", timestamp.get()).number(1, "seconds"),
        golden.number(2, "cl_spec"),
        golden.required(4, "cert"),
        golden.required(5, "digest"),
        snp.isEmpty() ? Optional.empty() : Optional.of(snp(snp.get())),
        tdx.isEmpty() ? Optional.empty() : Optional.of(tdx(tdx.get())));
  }

  private static Snp snp(Bytes message) throws FormatException {
    Protobuf in = Protobuf.parse("VMSevSnp", message);
    SortedMap<Long, Bytes> measurements = new TreeMap<>();
    for (Bytes item : in.all(2, "measurements")) {
      Protobuf entry = Protobuf.parse("measurement", item);
      long processors = entry.uint32(1, "vcpus");
      Optional<Bytes> value = measurement(entry, 2, "measurement");
      if (value.isPresent() && measurements.put(processors, value.get()) != null) {
        throw FormatException.unexpected("one measurement for " + processors + " vCPUs", "two");
      }
    }
    return new Snp(
        in.uint32(1, "svn"),
        Collections.unmodifiableSortedMap(measurements),
        identity(in, 3, "family_id"),
        identity(in, 4, "image_id"),
        in.number(5, "policy"),
        measurement(in, 7, "svsm_measurement"));
  }

  private static Tdx tdx(Bytes message) throws FormatException {
    Protobuf in = Protobuf.parse("VMTdx", message);
    List<Measurement> measurements = new ArrayList<>();
    for (Bytes item : in.all(2, "measurements")) {
      Protobuf entry = Protobuf.parse("measurement", item);
      long ram = entry.uint32(1, "ram_gib");
      boolean early = entry.number(2, "early_accept") != 0;
      measurement(entry, 3, "mrtd")
          .ifPresent(mrtd ->
              measurements.add(
                  new Measurement(ram == 0 ? Optional.empty() : Optional.of(ram), early, mrtd)));
    }
    return new Tdx(in.uint32(1, "svn"), List.copyOf(measurements));
  }

  private static Optional<Bytes> measurement(Protobuf in, int number, String field)
      throws FormatException {
    return in.bytes(number, field).filter(value -> value.size() == MEASUREMENT);
  }

  private static Optional<Bytes> identity(Protobuf in, int number, String field)
      throws FormatException {
    Optional<Bytes> value = in.bytes(number, field).filter(found -> !found.isEmpty());
    if (value.isPresent() && value.get().size() != IDENTITY) {
      throw FormatException.unexpected(
          field + " of " + IDENTITY + " bytes", value.get().size() + " bytes");
    }
    return value;
  }
}
