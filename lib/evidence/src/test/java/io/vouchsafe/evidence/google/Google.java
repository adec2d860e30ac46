package io.vouchsafe.evidence.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.CloudAuthority;
import io.vouchsafe.testkit.tpm.CloudAuthority.Profile;
import io.vouchsafe.testkit.tpm.CloudAuthority.Scheme;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.testkit.tpm.ProtobufWriter;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// A simulated Google: signer of firmware, virtual TPM and its certificates.
final class Google {
  static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  static final Bytes NONCE = Bytes.utf8("nonce");
  static final Bytes MRTD = filled(0x33);
  static final Bytes FOUR = filled(0x44);
  static final Bytes EIGHT = filled(0x88);
  static final Bytes SVSM = filled(0x55);
  static final Bytes FAMILY = Bytes.utf8("family identity.");
  static final Bytes IMAGE = Bytes.utf8("image identity..");
  static final long POLICY = 0x30000;

  static final CloudAuthority FIRMWARE_ROOT =
      CloudAuthority.root("GCE-cc-tcb-root", Scheme.PSS_SHA256);
  static final Profile SIGNER = Profile.leaf("GCE-uefi-signer").by(Scheme.PSS_SHA256);
  static final KeyPair SIGNER_KEY = CloudAuthority.rsa(2048);
  static final CloudAuthority TPM_ROOT = CloudAuthority.root("EK/AK CA Root", Scheme.PKCS1_SHA256);
  static final CloudAuthority TPM_CA =
      TPM_ROOT.intermediate(Profile.authority("EK/AK CA Intermediate"));
  static final Bytes LOG = log((byte) 1);
  static final CloudTpm TPM = tpm(LOG);

  private Google() {}

  static Bytes filled(int value) {
    byte[] bytes = new byte[48];
    java.util.Arrays.fill(bytes, (byte) value);
    return Bytes.of(bytes);
  }

  static RootKeys named(CloudAuthority root) {
    try {
      return RootKeys.none().named(root.certificate());
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  // Firmware.

  static ProtobufWriter snp() {
    return new ProtobufWriter()
        .number(1, 2)
        .message(2, new ProtobufWriter().number(1, 4).bytes(2, FOUR))
        .message(2, new ProtobufWriter().number(1, 8).bytes(2, EIGHT))
        .bytes(3, FAMILY)
        .bytes(4, IMAGE)
        .number(5, POLICY)
        .bytes(7, SVSM);
  }

  static ProtobufWriter tdx() {
    return new ProtobufWriter()
        .number(1, 3)
        .message(2, new ProtobufWriter().number(1, 16).bytes(3, MRTD))
        .message(2, new ProtobufWriter().number(2, 1).bytes(3, filled(0x77)));
  }

  static ProtobufWriter golden(Bytes certificate) {
    return new ProtobufWriter()
        .message(1, new ProtobufWriter().number(1, 1_779_407_565))
        .number(2, 42)
        .bytes(4, certificate)
        .bytes(5, filled(0x99))
        .message(7, snp())
        .message(8, tdx());
  }

  static Bytes endorsement(Bytes golden, KeyPair key, Scheme scheme) {
    return new ProtobufWriter()
        .bytes(1, golden)
        .bytes(2, CloudAuthority.sign(key.getPrivate(), scheme, golden))
        .toBytes();
  }

  static Bytes endorsement(Bytes golden) {
    return endorsement(golden, SIGNER_KEY, Scheme.PSS_SHA256);
  }

  static Bytes signer(Profile profile) {
    return FIRMWARE_ROOT.issue(SIGNER_KEY.getPublic(), profile);
  }

  static Bytes endorsement() {
    return endorsement(golden(signer(SIGNER)).toBytes());
  }

  static final LaunchEndorsementVerifier FIRMWARE =
      new LaunchEndorsementVerifier(named(FIRMWARE_ROOT), 0);

  // Virtual TPM.

  static Bytes log(byte technology) {
    return new BootLog()
        .measured(0, EventLog.EV_S_CRTM_VERSION, Bytes.utf8("GCE Virtual Firmware"))
        .measured(0, 0x11, nonHostInfo(technology))
        .measured(4, EventLog.EV_EFI_ACTION, Bytes.utf8("Calling EFI Application"))
        .measured(14, 0xd, Bytes.utf8("MokList"))
        .toBytes();
  }

  static Bytes nonHostInfo(byte technology) {
    return Bytes.utf8("GCE NonHostInfo\0").concat(Bytes.of(technology)).fit(32);
  }

  static CloudTpm tpm(Bytes log) {
    try {
      return CloudTpm.create().boot(EventLog.parse(log).replay(HashAlg.SHA256));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  static Bytes instance() {
    Bytes properties =
        DerWriter.sequence(
            DerWriter.explicit(0, DerWriter.integer(0)),
            DerWriter.explicit(1, DerWriter.bool(true)));
    return DerWriter.sequence(
        DerWriter.utf8("zone-a"),
        DerWriter.integer(7),
        DerWriter.utf8("project"),
        DerWriter.integer(9),
        DerWriter.utf8("name"),
        DerWriter.element(DerTag.constructed(0), properties));
  }

  static Profile ak() {
    return Profile.leaf("9").with("1.3.6.1.4.1.11129.2.1.21", instance());
  }

  static Bytes akCertificate(Profile profile) {
    return TPM_CA.issue(TPM.key(), profile);
  }

  static ProtobufWriter quote(CloudTpm tpm, Bytes message, List<Bytes> registers) {
    return quote(message, tpm.signature(message), tpm.bank().id(), registers);
  }

  static ProtobufWriter quote(Bytes message, Bytes signature, int bank, List<Bytes> registers) {
    ProtobufWriter pcrs = new ProtobufWriter().number(1, bank);
    for (int pcr = 0; pcr < registers.size(); pcr++) {
      pcrs.message(2, new ProtobufWriter().number(1, pcr).bytes(2, registers.get(pcr)));
    }
    return new ProtobufWriter().bytes(1, message).bytes(2, signature).message(3, pcrs);
  }

  static ProtobufWriter quote() {
    return quote(TPM, TPM.quote(NONCE), TPM.registers());
  }

  static ProtobufWriter sha1Quote() {
    CloudTpm weak = TPM.withBank(HashAlg.SHA1);
    return quote(weak, weak.quote(NONCE), weak.registers());
  }

  static Bytes attestation(Bytes area, Bytes log, Bytes certificate, ProtobufWriter... quotes) {
    ProtobufWriter out = new ProtobufWriter().bytes(1, area);
    for (ProtobufWriter quote : quotes) {
      out.message(2, quote);
    }
    return out.bytes(3, log).bytes(6, certificate).bytes(7, TPM_CA.certificate()).toBytes();
  }

  static Bytes attestation(ProtobufWriter... quotes) {
    return attestation(TPM.area().raw(), LOG, akCertificate(ak()), quotes);
  }

  static Bytes withLog(Bytes log) {
    return attestation(TPM.area().raw(), log, akCertificate(ak()), quote());
  }

  static final GoogleVtpmVerifier VTPM = new GoogleVtpmVerifier(named(TPM_ROOT), List.of());

  static void assertRefused(ThrowingCallable call, Check check, Code code) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(RefusedException.class);
    RefusedException e = (RefusedException) thrown;
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    assertThat(e.refusal().check()).isEqualTo(check.id());
  }

  static List<Bytes> swapped(List<Bytes> values) {
    List<Bytes> changed = new ArrayList<>(values);
    changed.set(0, values.get(1));
    changed.set(1, values.get(0));
    return changed;
  }
}
