package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.tpm.HashAlg;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A confidential virtual machine of a simulated Azure, which sends evidence in each of its shapes.
/// What a test does not change is valid. Immutable but for the TPM; the hardware's report is made
/// by whoever simulates the hardware.
public final class AzureGuest {
  private static final int USER_DATA = 64;
  private static final int INDEX_SIZE = 2600;
  private static final int RUNTIME_DATA_AT = 1236;

  /// Length of the header before the hardware report.
  public static final int REPORT_AT = 32;

  /// Length of the hardware report with what follows it.
  public static final int REPORT_SIZE = 1184;

  /// The hardware below the virtual machine.
  ///
  /// @param type of the report: 2 SEV-SNP, 4 TDX
  /// @param report makes what stands in the HCL report from the report data
  /// @param sent makes what is sent beside it from the report data: a certificate or a quote
  public record Hardware(int type, Function<Bytes, Bytes> report, Function<Bytes, Bytes> sent) {}

  private final CloudTpm tpm;
  private final Hardware hardware;
  private final HashAlg hash;
  private final Json runtimeData;
  private final Optional<Bytes> hcl;
  private final List<Bytes> akCertificates;

  private AzureGuest(
      CloudTpm tpm,
      Hardware hardware,
      HashAlg hash,
      Json runtimeData,
      Optional<Bytes> hcl,
      List<Bytes> akCertificates) {
    this.tpm = tpm;
    this.hardware = hardware;
    this.hash = hash;
    this.runtimeData = runtimeData;
    this.hcl = hcl;
    this.akCertificates = akCertificates;
  }

  /// A guest that has written `userData` to its virtual TPM.
  public static AzureGuest of(CloudTpm tpm, Hardware hardware, Bytes userData) {
    Json.Obj data =
        Json.object()
            .put("keys", Json.array(key(tpm)))
            .put(
                "vm-configuration",
                Json.object()
                    .put("secure-boot", true)
                    .put("tpm-enabled", true)
                    .put("vmUniqueId", "00000000-0000-0000-0000-000000000001")
                    .build())
            .put("user-data", userData.fit(USER_DATA).hex())
            .build();
    return new AzureGuest(tpm, hardware, HashAlg.SHA256, data, Optional.empty(), List.of());
  }

  /// The attestation key as it stands in runtime data.
  public static Json.Obj key(CloudTpm tpm) {
    return Json.object()
        .put("kid", "HCLAkPub")
        .put("key_ops", Json.array(Json.of("sign")))
        .put("kty", "RSA")
        .put("e", number(tpm.key().getPublicExponent()))
        .put("n", number(tpm.key().getModulus()))
        .build();
  }

  private static String number(BigInteger value) {
    byte[] bytes = value.toByteArray();
    int sign = bytes[0] == 0 ? 1 : 0;
    return Bytes.of(bytes, sign, bytes.length - sign).base64Url();
  }

  /// The runtime data as an object.
  public Json.Obj runtimeData() {
    return (Json.Obj) runtimeData;
  }

  /// This, with other runtime data, which the hardware binds.
  public AzureGuest withRuntimeData(Json data) {
    return new AzureGuest(tpm, hardware, hash, data, hcl, akCertificates);
  }

  /// This, binding the runtime data by another hash.
  public AzureGuest withHash(HashAlg other) {
    return new AzureGuest(tpm, hardware, other, runtimeData, hcl, akCertificates);
  }

  /// This, with another HCL report than its own.
  public AzureGuest withHcl(Bytes other) {
    return new AzureGuest(tpm, hardware, hash, runtimeData, Optional.of(other), akCertificates);
  }

  /// This, with certificates of the attestation key, DER.
  public AzureGuest withAkCertificates(List<Bytes> certificates) {
    return new AzureGuest(tpm, hardware, hash, runtimeData, hcl, List.copyOf(certificates));
  }

  /// What the hardware binds.
  public Bytes reportData() {
    return hash.digest(runtimeData.utf8()).fit(USER_DATA);
  }

  /// Where the padding of the HCL report begins.
  public int paddingAt() {
    return RUNTIME_DATA_AT + runtimeData.toUtf8().length;
  }

  /// The HCL report, as long as the index of the virtual TPM.
  public Bytes hcl() {
    if (hcl.isPresent()) {
      return hcl.get();
    }
    Bytes data = runtimeData.utf8();
    int hashType =
        switch (hash) {
          case SHA1 -> 0;
          case SHA256 -> 1;
          case SHA384 -> 2;
          case SHA512 -> 3;
        };
    return ByteWriter.littleEndian()
        .bytes(Bytes.utf8("HCLA"))
        .u32(2)
        .u32(REPORT_AT + REPORT_SIZE + 20 + data.size())
        .u32(2)
        .u32(0)
        .bytes(Bytes.zeros(12))
        .bytes(hardware.report().apply(reportData()).fit(REPORT_SIZE))
        .u32(20 + data.size())
        .u32(1)
        .u32(hardware.type())
        .u32(hashType)
        .u32(data.size())
        .bytes(data)
        .toBytes()
        .fit(INDEX_SIZE);
  }

  /// Evidence of version 1.
  ///
  /// @param nonce what the quote binds
  public Json.Obj evidence(Bytes nonce) {
    return evidence(1, nonce);
  }

  /// Evidence of version 1 or 2, or of the older shape without version.
  ///
  /// @param version 0 for none
  public Json.Obj evidence(int version, Bytes nonce) {
    Bytes message = tpm.quote(nonce);
    return evidence(version, message, tpm.sign(message), tpm.registers());
  }

  /// As above, with a message, signature and registers that need not belong together.
  public Json.Obj evidence(int version, Bytes message, Bytes signature, List<Bytes> registers) {
    List<Json> values = new ArrayList<>();
    for (Bytes value : registers) {
      values.add(version == 0 ? numbers(value) : Json.of(value.hex()));
    }
    Json.Obj quote =
        Json.object()
            .put("signature", version == 0 ? numbers(signature) : Json.of(signature.hex()))
            .put("message", version == 0 ? numbers(message) : Json.of(message.hex()))
            .put("pcrs", Json.array(values))
            .build();
    Bytes sent = hardware.sent().apply(reportData());
    Json.Obj evidence = version == 0 ? numbers(quote, sent) : text(version, quote, sent);
    if (akCertificates.isEmpty()) {
      return evidence;
    }
    List<String> authorities = new ArrayList<>();
    for (Bytes certificate : akCertificates.subList(1, akCertificates.size())) {
      authorities.add(Pem.encode("CERTIFICATE", certificate));
    }
    return evidence
        .with("ak_certificate_pem", Json.of(Pem.encode("CERTIFICATE", akCertificates.getFirst())))
        .with("ak_intermediate_certificates_pem", Json.strings(authorities));
  }

  private boolean isSnp() {
    return hardware.type() == 2;
  }

  private Json.Obj numbers(Json.Obj quote, Bytes sent) {
    return isSnp()
        ? Json.object()
            .put("quote", quote)
            .put("report", numbers(hcl()))
            .put("vcek", Pem.encode("CERTIFICATE", sent))
            .build()
        : Json.object()
            .put("tpm_quote", quote)
            .put("hcl_report", numbers(hcl()))
            .put("td_quote", numbers(sent))
            .build();
  }

  private Json.Obj text(int version, Json.Obj quote, Bytes sent) {
    return Json.object()
        .put("version", version)
        .put("tpm_quote", quote)
        .put("hcl_report", hcl().base64Url())
        .put(isSnp() ? "vcek" : "td_quote", sent.base64Url())
        .build();
  }

  private static Json numbers(Bytes bytes) {
    List<Json> items = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      items.add(Json.of(bytes.at(i)));
    }
    return Json.array(items);
  }
}
