package io.vouchsafe.tpm;

import java.io.IOException;
import java.io.Serial;

/// The TPM answered with an error.
public final class TpmException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /// TPM_RC_INTEGRITY of the first parameter: a credential for another TPM or another key.
  public static final int CREDENTIAL_INTEGRITY = 0x1DF;

  /// TPM_RC_INITIALIZE: TPM2_Startup was done before, or not yet.
  public static final int INITIALIZE = 0x100;

  private static final int FORMAT_1 = 0x80;
  private static final int PARAMETER = 0x40;
  private static final int SESSION = 0x800;
  private static final int WARNING = 0x900;

  private final int responseCode;

  /// @param command what was tried, for example `TPM2_Quote`
  /// @param responseCode TPM_RC
  TpmException(String command, int responseCode) {
    super(
        command
            + " failed with 0x"
            + Integer.toHexString(responseCode)
            + ": "
            + describe(responseCode));
    this.responseCode = responseCode;
  }

  /// TPM_RC as the TPM sent it.
  public int responseCode() {
    return responseCode;
  }

  /// The response code in words (TPM 2.0 part 2, 6.6).
  static String describe(int code) {
    if ((code & FORMAT_1) == 0) {
      return describeFormat0(code);
    }
    int number = code >>> 8 & 0xf;
    String where =
        (code & PARAMETER) != 0
            ? "parameter " + number
            : (code & SESSION) != 0 ? "session " + (number & 7) : "handle " + number;
    return describeFormat1(code & 0x3f) + " (" + where + ")";
  }

  private static String describeFormat0(int code) {
    return switch (code) {
      case INITIALIZE -> "not started, or started twice";
      case 0x101 -> "failure mode: the TPM needs a reset";
      case 0x120 -> "disabled";
      case 0x143 -> "command not implemented";
      case 0x14A -> "NV space is not written yet";
      case 0x902 -> "no room for another object: flush one";
      case 0x903 -> "no room for another session: flush one";
      case 0x908, 0x90A, 0x922 -> "busy";
      case 0x921 -> "locked out by the dictionary attack logic";
      case 0x923 -> "NV space is not available";
      default -> (code & WARNING) == WARNING ? "a warning" : "an error";
    };
  }

  private static String describeFormat1(int code) {
    return switch (code) {
      case 0x01 -> "asymmetric algorithm not supported";
      case 0x02 -> "inconsistent attributes";
      case 0x03 -> "hash algorithm not supported";
      case 0x04 -> "value out of range";
      case 0x05 -> "hierarchy not enabled";
      case 0x0B -> "handle not loaded";
      case 0x0E -> "authorisation failed";
      case 0x12 -> "scheme not supported";
      case 0x15 -> "structure of the wrong size";
      case 0x1C -> "wrong key";
      case 0x1D -> "policy failed";
      case 0x1F -> "integrity check failed";
      case 0x26 -> "curve not supported";
      default -> "error 0x" + Integer.toHexString(code);
    };
  }
}
