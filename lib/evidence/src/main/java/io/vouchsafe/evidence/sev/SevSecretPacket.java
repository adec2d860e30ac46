package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.Bytes;

/// A secret, sealed for one launch: what goes to LAUNCH_SECRET (specs/evidence-x86 §3.5).
///
/// @param header flags, iv and authentication, 52 bytes
/// @param payload encrypted
public record SevSecretPacket(Bytes header, Bytes payload) {
  static final int CONTEXT = 0x01;
}
