package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.util.List;

/// TPMS_ATTEST: what a TPM signs about itself. A restricted key refuses to sign anything else that
/// begins with its magic, so that the magic is the guard against forgery.
///
/// @param raw the bytes as received: what the signature is over
/// @param qualifiedSigner Name of the signing key, qualified by its parents
/// @param extraData what the caller of the TPM wanted bound
/// @param clock when it was signed
/// @param firmwareVersion of the TPM, as its vendor defines it
/// @param attested what is attested
public record TpmsAttest(
    Bytes raw,
    Bytes qualifiedSigner,
    Bytes extraData,
    Clock clock,
    long firmwareVersion,
    Attested attested) {

  /// TPM_GENERATED_VALUE.
  public static final long MAGIC = 0xff54_4347L;

  private static final int MAX_SIZE = 2048;
  private static final int MAX_NAME = 66;
  private static final int MAX_DATA = 64 + 2;
  private static final int MAX_NV = 1024;

  /// TPMS_CLOCK_INFO.
  ///
  /// @param milliseconds since the TPM's clock was set
  /// @param resetCount resets since TPM2_Clear
  /// @param restartCount restarts and resumes since the last reset
  /// @param safe whether no later value was reported before
  public record Clock(long milliseconds, long resetCount, long restartCount, boolean safe) {}

  /// One member per kind of attestation (TPM 2.0 part 2, 10.12).
  public sealed interface Attested permits Quote, Certify, Creation, Nv, Time {}

  /// Registers, type 8018.
  ///
  /// @param selections what was quoted
  /// @param digest over the values, see [PcrSelection#digest]
  public record Quote(List<PcrSelection> selections, Bytes digest) implements Attested {}

  /// Another object of the same TPM, type 8017.
  public record Certify(Bytes name, Bytes qualifiedName) implements Attested {}

  /// That an object was made by this TPM, type 801A.
  public record Creation(Bytes objectName, Bytes creationHash) implements Attested {}

  /// The content of an NV index, type 8014.
  public record Nv(Bytes indexName, int offset, Bytes contents) implements Attested {}

  /// The TPM's clock, type 8019.
  public record Time(long time, Clock clock, long firmwareVersion) implements Attested {}

  /// Parses a TPMS_ATTEST without size prefix; nothing may follow it.
  ///
  /// @throws FormatException if it is malformed, does not begin with the magic, or is of a type
  ///   that is not handled
  public static TpmsAttest parse(Bytes raw) throws FormatException {
    if (raw.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a TPMS_ATTEST of at most " + MAX_SIZE + " bytes", Integer.toString(raw.size()));
    }
    ByteReader in = ByteReader.bigEndian(raw);
    long magic = in.u32("magic");
    if (magic != MAGIC) {
      throw FormatException.malformed(0, "magic ff544347", Long.toHexString(magic));
    }
    int type = in.u16("type");
    Bytes signer = in.sized16("qualifiedSigner", MAX_NAME);
    Bytes extraData = in.sized16("extraData", MAX_DATA);
    Clock clock = readClock(in);
    long firmware = in.u64("firmwareVersion");
    Attested attested =
        switch (type) {
          case 0x8014 ->
              new Nv(
                  in.sized16("indexName", MAX_NAME),
                  in.u16("offset"),
                  in.sized16("nvContents", MAX_NV));
          case 0x8017 ->
              new Certify(in.sized16("name", MAX_NAME), in.sized16("qualifiedName", MAX_NAME));
          case 0x8018 -> new Quote(PcrSelection.readList(in), in.sized16("pcrDigest", MAX_DATA));
          case 0x8019 -> new Time(in.u64("time"), readClock(in), in.u64("firmwareVersion"));
          case 0x801A ->
              new Creation(
                  in.sized16("objectName", MAX_NAME), in.sized16("creationHash", MAX_DATA));
          default ->
              throw new FormatException(
                  Code.UNSUPPORTED_VERSION,
                  4,
                  "a TPMS_ATTEST of type quote, certify, creation, NV or time",
                  Integer.toHexString(type));
        };
    in.end();
    return new TpmsAttest(raw, signer, extraData, clock, firmware, attested);
  }

  private static Clock readClock(ByteReader in) throws FormatException {
    long milliseconds = in.u64("clock");
    long resets = in.u32("resetCount");
    long restarts = in.u32("restartCount");
    int at = in.offset();
    int safe = in.u8("safe");
    if (safe > 1) {
      throw FormatException.malformed(at, "YES (1) or NO (0)", Integer.toString(safe));
    }
    return new Clock(milliseconds, resets, restarts, safe == 1);
  }
}
