package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;

/// What a guest's owner allows the host, 32 bits (specs/evidence-x86 §3.2). The firmware enforces
/// it, and the launch measure proves it.
///
/// @param bits as on the wire, unsigned
public record SevPolicy(long bits) {
  private static final int NO_DEBUG = 0;
  private static final int NO_KEY_SHARING = 1;
  private static final int ENCRYPTED_STATE = 2;
  private static final int NO_SENDING = 3;
  private static final int DOMAIN = 4;
  private static final int SEV_ONLY = 5;
  private static final long UNKNOWN = 0xffc0;

  public SevPolicy {
    if (bits >>> Integer.SIZE != 0) {
      throw new IllegalArgumentException("a policy has 32 bits");
    }
  }

  /// What a verifier wants of a policy.
  ///
  /// @param encryptedState whether registers must be encrypted: SEV-ES
  /// @param noSending whether the guest must stay on its platform
  /// @param apiMajor lowest version of the firmware that the policy must demand
  /// @param apiMinor lowest version of the firmware that the policy must demand
  public record Demands(boolean encryptedState, boolean noSending, int apiMajor, int apiMinor) {
    /// Of a guest of kind `sev`: no debugging and no shared key.
    public static final Demands SEV = new Demands(false, false, 0, 0);

    /// Of a guest of kind `sev-es`: encrypted registers as well.
    public static final Demands SEV_ES = new Demands(true, false, 0, 0);
  }

  private boolean has(int bit) {
    return (bits >> bit & 1) != 0;
  }

  /// Whether the host can debug the guest.
  public boolean debugAllowed() {
    return !has(NO_DEBUG);
  }

  /// Whether the guest can share its key with others.
  public boolean keySharingAllowed() {
    return !has(NO_KEY_SHARING);
  }

  /// Whether registers are encrypted.
  public boolean encryptedState() {
    return has(ENCRYPTED_STATE);
  }

  /// Whether the guest can be sent to another platform.
  public boolean sendingAllowed() {
    return !has(NO_SENDING);
  }

  /// Whether it can be sent only within its domain.
  public boolean domainOnly() {
    return has(DOMAIN);
  }

  /// Whether it can be sent only to platforms with SEV.
  public boolean sevOnly() {
    return has(SEV_ONLY);
  }

  /// Lowest major version of the firmware's API.
  public int apiMajor() {
    return (int) (bits >> 16 & 0xff);
  }

  /// Lowest minor version of the firmware's API.
  public int apiMinor() {
    return (int) (bits >> 24 & 0xff);
  }

  /// As the firmware authenticates it.
  Bytes encode() {
    return ByteWriter.littleEndian().u32(bits).toBytes();
  }

  /// Judges the policy before anything is launched with it.
  ///
  /// @throws RefusedException if it allows too much
  public void verify(Demands demands, Checklist checks) throws RefusedException {
    String found = toString();
    checks.require(
        SevCheck.POLICY_BITS, (bits & UNKNOWN) == 0, Code.POLICY_UNKNOWN_BITS, "known bits", found);
    checks.require(
        SevCheck.DEBUG, !debugAllowed(), Code.POLICY_DEBUG, "debugging forbidden", found);
    checks.require(
        SevCheck.KEY_SHARING,
        !keySharingAllowed(),
        Code.POLICY_ATTRIBUTES,
        "key sharing forbidden",
        found);
    checks.require(
        SevCheck.ENCRYPTED_STATE,
        encryptedState() || !demands.encryptedState(),
        Code.POLICY_ATTRIBUTES,
        "encrypted registers",
        found);
    checks.require(
        SevCheck.MIGRATION,
        !sendingAllowed() || !demands.noSending(),
        Code.POLICY_MIGRATION,
        "sending forbidden",
        found);
    boolean recent =
        apiMajor() > demands.apiMajor()
            || apiMajor() == demands.apiMajor() && apiMinor() >= demands.apiMinor();
    checks.require(
        SevCheck.FIRMWARE,
        recent,
        Code.TCB_BELOW_MINIMUM,
        "firmware " + demands.apiMajor() + "." + demands.apiMinor() + " at least",
        found);
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(bits);
  }
}
