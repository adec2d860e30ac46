package io.vouchsafe.tpm;

/// Identifiers of TCG Algorithm Registry that this module meets, as plain numbers: they stand in
/// structures that are read before anybody decides what is acceptable.
public final class TpmAlg {
  public static final int RSA = 0x0001;
  public static final int HMAC = 0x0005;
  public static final int AES = 0x0006;
  public static final int KEYEDHASH = 0x0008;
  public static final int SHA256 = 0x000B;
  public static final int SHA384 = 0x000C;
  public static final int NULL = 0x0010;
  public static final int RSASSA = 0x0014;
  public static final int RSAES = 0x0015;
  public static final int RSAPSS = 0x0016;
  public static final int OAEP = 0x0017;
  public static final int ECDSA = 0x0018;
  public static final int ECDH = 0x0019;
  public static final int ECC = 0x0023;
  public static final int CFB = 0x0043;

  public static final int CURVE_P256 = 0x0003;
  public static final int CURVE_P384 = 0x0004;
  public static final int CURVE_P521 = 0x0005;

  private TpmAlg() {}
}
