package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A quote in the making: what each part says, and who signs it. Immutable.
public final class SimulatedQuote {
  private static final Bytes INTEL =
      Bytes.of(HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607"));
  private static final int CHAIN_DATA = 5;
  private static final int QE_REPORT_DATA = 6;
  private static final int TDX = 0x81;

  private final int version;
  private final SimulatedBody body;
  private final SimulatedBody qeReport;
  private final KeyPair attestationKey;
  private final Bytes authData;
  private final Optional<Certification> certification;
  private final Map<Part, Bytes> replaced;
  private final Map<Integer, Bytes> header;

  /// What names the platform.
  private record Certification(int type, Bytes data) {}

  /// A part of a quote that can be said otherwise than it should be.
  public enum Part {
    /// r and s of the attestation key, 64 bytes.
    SIGNATURE,
    /// X and Y, 64 bytes, that the quoting enclave does vouch for.
    ATTESTATION_KEY,
    /// REPORTDATA of the quoting enclave, 64 bytes, signed.
    BINDING,
    /// r and s of the platform's key, 64 bytes.
    QE_REPORT_SIGNATURE
  }

  private SimulatedQuote(
      int version,
      SimulatedBody body,
      SimulatedBody qeReport,
      KeyPair attestationKey,
      Bytes authData,
      Optional<Certification> certification,
      Map<Part, Bytes> replaced,
      Map<Integer, Bytes> header) {
    this.version = version;
    this.body = body;
    this.qeReport = qeReport;
    this.attestationKey = attestationKey;
    this.authData = authData;
    this.certification = certification;
    this.replaced = Map.copyOf(replaced);
    this.header = Map.copyOf(header);
  }

  private SimulatedQuote(int version, SimulatedBody body, SimulatedBody qeReport) {
    this(
        version,
        body,
        qeReport,
        Certificates.key(),
        Bytes.utf8("simulated quoting enclave's data"),
        Optional.empty(),
        Map.of(),
        Map.of());
  }

  /// A quote about an enclave, version 3, by the quoting enclave for SGX.
  public static SimulatedQuote sgx(SimulatedBody body) {
    return new SimulatedQuote(3, body, SimulatedBody.quotingEnclave());
  }

  /// A quote about a guest by the quoting enclave for TDX: version 4, or 5 for bodies of TDX 1.5.
  public static SimulatedQuote tdx(SimulatedBody body) {
    int version = body.kind() == SimulatedBody.Kind.TD_1_0 ? 4 : 5;
    return new SimulatedQuote(version, body, SimulatedBody.tdQuotingEnclave());
  }

  /// This, in another version of the format.
  ///
  /// @param other 3, 4 or 5; only 5 can hold bodies of TDX 1.5
  public SimulatedQuote version(int other) {
    return new SimulatedQuote(
        other, body, qeReport, attestationKey, authData, certification, replaced, header);
  }

  /// This, about something else.
  public SimulatedQuote body(SimulatedBody other) {
    return new SimulatedQuote(
        version, other, qeReport, attestationKey, authData, certification, replaced, header);
  }

  /// This, by another quoting enclave; its REPORTDATA is filled in.
  public SimulatedQuote qeReport(SimulatedBody other) {
    return new SimulatedQuote(
        version, body, other, attestationKey, authData, certification, replaced, header);
  }

  /// This, with other data of the quoting enclave behind its key: 32 bytes in the field, up to
  /// 65535.
  public SimulatedQuote authData(Bytes other) {
    return new SimulatedQuote(
        version, body, qeReport, attestationKey, other, certification, replaced, header);
  }

  /// This, with other certification data than the platform's chain.
  public SimulatedQuote certification(int type, Bytes data) {
    Optional<Certification> other = Optional.of(new Certification(type, data));
    return new SimulatedQuote(
        version, body, qeReport, attestationKey, authData, other, replaced, header);
  }

  /// This, with a part replaced before whatever signs it is signed.
  public SimulatedQuote with(Part part, Bytes value) {
    Map<Part, Bytes> all = new LinkedHashMap<>(replaced);
    all.put(part, value);
    return new SimulatedQuote(
        version, body, qeReport, attestationKey, authData, certification, all, header);
  }

  /// This, with bytes of the header set before it is signed.
  public SimulatedQuote withHeader(int offset, Bytes value) {
    Map<Integer, Bytes> all = new LinkedHashMap<>(header);
    all.put(offset, value);
    return new SimulatedQuote(
        version, body, qeReport, attestationKey, authData, certification, replaced, all);
  }

  /// The quote that `platform` vouches for.
  public Bytes by(SimulatedPlatform platform) {
    Bytes signed = signed();
    Bytes key =
        replaced.getOrDefault(Part.ATTESTATION_KEY, Certificates.point(attestationKey.getPublic()));
    Bytes signature =
        replaced.getOrDefault(
            Part.SIGNATURE, Certificates.sign(attestationKey.getPrivate(), signed));
    Bytes rest = certified(key, platform);
    ByteWriter data = ByteWriter.littleEndian().bytes(signature).bytes(key);
    if (version == 3) {
      data.bytes(rest);
    } else {
      data.u16(QE_REPORT_DATA).sized32(rest);
    }
    return ByteWriter.littleEndian().bytes(signed).sized32(data.toBytes()).toBytes();
  }

  /// How many bytes at the start are signed.
  public int signedSize() {
    return signed().size();
  }

  private Bytes signed() {
    boolean sgx = body.kind() == SimulatedBody.Kind.SGX;
    ByteWriter out =
        ByteWriter.littleEndian()
            .u16(version)
            .u16(2)
            .u32(sgx ? 0 : TDX)
            .u16(version == 3 ? 8 : 0)
            .u16(version == 3 ? 13 : 0)
            .bytes(INTEL)
            .bytes(Bytes.utf8("simulated-id").fit(20));
    byte[] head = out.toBytes().toByteArray();
    header.forEach(
        (offset, value) -> System.arraycopy(value.toByteArray(), 0, head, offset, value.size()));
    ByteWriter whole = ByteWriter.littleEndian().bytes(Bytes.of(head));
    if (version == 5) {
      whole.u16(body.kind().type()).u32(body.kind().size());
    }
    return whole.bytes(body.bytes()).toBytes();
  }

  private Bytes certified(Bytes key, SimulatedPlatform platform) {
    Bytes binding = replaced.getOrDefault(Part.BINDING, sha256(key.concat(authData)).fit(64));
    Bytes report = qeReport.with("REPORTDATA", binding).bytes();
    Bytes reportSignature =
        replaced.getOrDefault(Part.QE_REPORT_SIGNATURE, Certificates.sign(platform.key(), report));
    Certification named =
        certification.orElseGet(() ->
            // Intel's library ends the text as C does.
            new Certification(CHAIN_DATA, platform.chain().concat(Bytes.zeros(1))));
    return ByteWriter.littleEndian()
        .bytes(report)
        .bytes(reportSignature)
        .sized16(authData)
        .u16(named.type())
        .sized32(named.data())
        .toBytes();
  }

  private static Bytes sha256(Bytes message) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      message.update(digest);
      return Bytes.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
