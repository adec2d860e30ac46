package io.vouchsafe.agent;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SwTpm;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.TpmCommands;
import java.io.IOException;
import java.util.List;

/// Makes of a fresh swtpm what a virtual machine starts with: an endorsement certificate in NV, and
/// registers that firmware and kernel extended.
final class CertifiedTpm {
  private static final int NV_WRITE = 0x137;
  private static final int NV_DEFINE_SPACE = 0x12A;
  private static final int CHUNK = 512;

  /// Owner and authorisation may write and read, without dictionary attack protection.
  private static final int ATTRIBUTES = 1 << 1 | 1 << 2 | 1 << 17 | 1 << 18 | 1 << 25;

  private CertifiedTpm() {}

  static void certify(SwTpm tpm, EkAuthority authority) throws Exception {
    TpmCommands commands = tpm.commands();
    TpmCommands.LoadedKey ek = commands.createEk();
    Bytes certificate = authority.issue(ek.area().publicKey());
    commands.flush(ek.handle());
    Bytes area =
        ByteWriter.bigEndian()
            .u32(TpmCommands.NV_EK_CERTIFICATE_RSA2048)
            .u16(HashAlg.SHA256.id())
            .u32(ATTRIBUTES)
            .u16(0)
            .u16(certificate.size())
            .toBytes();
    send(
        tpm,
        NV_DEFINE_SPACE,
        handles(TpmCommands.OWNER),
        ByteWriter.bigEndian().u16(0).sized16(area).toBytes());
    for (int at = 0; at < certificate.size(); at += CHUNK) {
      Bytes part = certificate.slice(at, Math.min(certificate.size(), at + CHUNK));
      send(
          tpm,
          NV_WRITE,
          handles(TpmCommands.OWNER, TpmCommands.NV_EK_CERTIFICATE_RSA2048),
          ByteWriter.bigEndian().sized16(part).u16(at).toBytes());
    }
  }

  /// Extends what `log` says was extended.
  static void boot(SwTpm tpm, Bytes log) throws Exception {
    for (EventLog.Event event : EventLog.parse(log).events()) {
      if (event.extendsPcr()) {
        tpm.commands()
            .pcrExtend(
                (int) event.pcr(),
                List.of(
                    new TpmCommands.BankDigest(
                        HashAlg.SHA256, event.digest(HashAlg.SHA256).orElseThrow())));
      }
    }
  }

  private static Bytes handles(int... handles) {
    ByteWriter out = ByteWriter.bigEndian();
    for (int handle : handles) {
      out.u32(handle);
    }
    return out.toBytes();
  }

  private static void send(SwTpm tpm, int code, Bytes handles, Bytes params) throws IOException {
    Bytes auth = ByteWriter.bigEndian().u32(0x4000_0009L).u16(0).u8(0).u16(0).toBytes();
    int size = 10 + handles.size() + 4 + auth.size() + params.size();
    Bytes response =
        tpm.transmit(
            ByteWriter.bigEndian()
                .u16(0x8002)
                .u32(size)
                .u32(code)
                .bytes(handles)
                .sized32(auth)
                .bytes(params)
                .toBytes());
    int result = response.slice(6, 10).asBuffer().getInt();
    if (result != 0) {
      throw new IOException("the TPM answers 0x" + Integer.toHexString(result));
    }
  }
}
