package io.vouchsafe.evidence.sev;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of an SEV or SEV-ES launch, in the order in which they run (specs/evidence-x86 §3).
public enum SevCheck implements Check {
  CERTIFICATE_FORMAT(
      "sev.certificate.format",
      "Each certificate is well formed, of a known version and algorithm",
      Code.MALFORMED,
      Code.UNSUPPORTED_VERSION,
      Code.UNSUPPORTED_ALGORITHM),
  ROOT("sev.ca.root", "The root is pinned and signed by itself", Code.CHAIN_INVALID),
  AUTHORITY("sev.ca.intermediate", "The root signed the intermediate", Code.CHAIN_INVALID),
  CHIP("sev.platform.chip", "The intermediate signed the chip's key", Code.CHAIN_INVALID),
  OWNER(
      "sev.platform.owner",
      "The owner's certificate is signed by itself, and the one that is named if one is",
      Code.CHAIN_INVALID),
  PLATFORM(
      "sev.platform.key",
      "Both the chip and its owner signed the platform's key",
      Code.CHAIN_INVALID),
  EXCHANGE_KEY(
      "sev.platform.exchange-key",
      "The platform's key signed the key for the exchange",
      Code.CHAIN_INVALID),
  POLICY_BITS(
      "sev.policy.bits", "The guest policy has no bits that are unknown", Code.POLICY_UNKNOWN_BITS),
  DEBUG("sev.policy.debug", "The host cannot debug the guest", Code.POLICY_DEBUG),
  KEY_SHARING("sev.policy.keys", "The guest shares its key with no other", Code.POLICY_ATTRIBUTES),
  ENCRYPTED_STATE(
      "sev.policy.encrypted-state",
      "The registers of the guest are encrypted where that is wanted",
      Code.POLICY_ATTRIBUTES),
  MIGRATION(
      "sev.policy.migration",
      "The guest cannot be sent to another platform where that is unwanted",
      Code.POLICY_MIGRATION),
  FIRMWARE(
      "sev.policy.firmware",
      "The guest policy demands the firmware that is wanted at least",
      Code.TCB_BELOW_MINIMUM),
  MEASURE_FORMAT("sev.launch.format", "The launch measure is well formed", Code.MALFORMED),
  MEASURE_ONCE(
      "sev.launch.once", "The launch was measured for the first time", Code.NONCE_CONSUMED),
  MEASURE(
      "sev.launch.expected",
      "The firmware authenticates the launch that was expected",
      Code.MEASUREMENT_MISMATCH);

  private final Definition definition;

  SevCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
