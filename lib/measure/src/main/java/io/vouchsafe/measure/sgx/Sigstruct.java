package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.LittleEndianNumber;
import io.vouchsafe.measure.MeasureCheck;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;

/// SIGSTRUCT: what the signer of an enclave signs (Intel SDM volume 3D §37.14; specs/evidence-x86
/// §6). Parsed, and nothing of it verified until [#verify()].
///
/// @param raw the bytes as they came
/// @param vendor 0, or 0x8086 for Intel
/// @param date of the signature as `yyyymmdd`
/// @param swDefined for the signer's use
/// @param modulus of the signer's key, 384 bytes, least significant first
/// @param exponent of the signer's key
/// @param miscSelect extended save area features that the enclave has
/// @param miscMask which of them are enforced
/// @param isvFamilyId 16 bytes
/// @param attributes 16 bytes
/// @param attributesMask which of them are enforced, 16 bytes
/// @param enclaveHash MRENCLAVE that the signature is for
/// @param isvExtProdId 16 bytes
/// @param isvProdId product
/// @param isvSvn security version
public record Sigstruct(
    Bytes raw,
    long vendor,
    String date,
    long swDefined,
    Bytes modulus,
    long exponent,
    long miscSelect,
    long miscMask,
    Bytes isvFamilyId,
    Bytes attributes,
    Bytes attributesMask,
    Bytes enclaveHash,
    Bytes isvExtProdId,
    int isvProdId,
    int isvSvn) {
  /// Bytes of the structure.
  public static final int SIZE = 1808;

  private static final String HEADER = "06000000e10000000000010000000000";
  private static final String HEADER2 = "01010000600000006000000001000000";
  private static final long INTEL = 0x8086;
  private static final int KEY = 384;
  private static final int KEY_BITS = 3072;
  private static final int EXPONENT = 3;
  private static final int OFF_SIGNATURE = 516;
  private static final int OFF_BODY = 900;
  private static final int END_BODY = 1028;
  private static final int OFF_Q1 = 1040;
  private static final int OFF_Q2 = 1424;
  private static final int END_HEAD = 128;

  /// Parses the 1,808 bytes.
  ///
  /// @throws FormatException if headers, vendor or date are not as they must be, or a reserved byte
  ///   is not zero
  public static Sigstruct parse(Bytes raw) throws FormatException {
    if (raw.size() != SIZE) {
      throw FormatException.malformed(0, "a SIGSTRUCT of 1808 bytes", raw.size() + " bytes");
    }
    ByteReader in = ByteReader.littleEndian(raw);
    header(in, HEADER);
    long vendor = in.u32("vendor");
    if (vendor != 0 && vendor != INTEL) {
      throw FormatException.malformed(16, "vendor 0 or 0x8086", "0x" + Long.toHexString(vendor));
    }
    String date = date(in.u32("date"));
    header(in, HEADER2);
    long swDefined = in.u32("swdefined");
    in.zeros("reserved", 84);
    Bytes modulus = in.bytes("modulus", KEY);
    long exponent = in.u32("exponent");
    in.skip("signature", KEY);
    long miscSelect = in.u32("miscselect");
    long miscMask = in.u32("miscmask");
    in.skip("CET attributes and their mask", 2);
    in.zeros("reserved", 2);
    Bytes family = in.bytes("isvfamilyid", 16);
    Bytes attributes = in.bytes("attributes", 16);
    Bytes mask = in.bytes("attributemask", 16);
    Bytes hash = in.bytes("enclavehash", 32);
    in.zeros("reserved", 16);
    Bytes product = in.bytes("isvextprodid", 16);
    int isvProdId = in.u16("isvprodid");
    int isvSvn = in.u16("isvsvn");
    in.zeros("reserved", 12);
    return new Sigstruct(
        raw,
        vendor,
        date,
        swDefined,
        modulus,
        exponent,
        miscSelect,
        miscMask,
        family,
        attributes,
        mask,
        hash,
        product,
        isvProdId,
        isvSvn);
  }

  private static void header(ByteReader in, String expected) throws FormatException {
    int at = in.offset();
    Bytes header = in.bytes("header", expected.length() / 2);
    if (!header.hex().equals(expected)) {
      throw FormatException.malformed(at, "header " + expected, header.hex());
    }
  }

  /// Binary-coded decimal: each digit has four bits.
  private static String date(long coded) throws FormatException {
    String text = "%08x".formatted(coded);
    if (!text.chars().allMatch(Character::isDigit)) {
      throw FormatException.malformed(20, "a date in decimal digits", text);
    }
    return text;
  }

  /// MRSIGNER: what the processor calls the signer.
  public Bytes mrSigner() {
    return HashAlg.SHA256.digest(modulus);
  }

  /// What is signed: everything but key, signature and quotients.
  public Bytes signed() {
    return raw.slice(0, END_HEAD).concat(raw.slice(OFF_BODY, END_BODY));
  }

  /// Demands what the processor demands of it (EINIT): the right kind of key, a good signature, and
  /// the quotients that make it cheap to check.
  ///
  /// @return the checks that passed
  /// @throws RefusedException with the first that failed
  public List<CheckResult> verify() throws RefusedException {
    Checklist checks = new Checklist();
    BigInteger n = LittleEndianNumber.read(modulus);
    checks.require(
        MeasureCheck.SIGSTRUCT_KEY,
        exponent == EXPONENT,
        Code.UNSUPPORTED_ALGORITHM,
        "exponent 3",
        Long.toString(exponent));
    checks.require(
        MeasureCheck.SIGSTRUCT_KEY,
        n.bitLength() == KEY_BITS && n.testBit(0),
        Code.WEAK_KEY,
        "an odd modulus of 3072 bits",
        n.bitLength() + " bits");
    BigInteger s = number(OFF_SIGNATURE);
    checks.require(
        MeasureCheck.SIGSTRUCT_SIGNATURE,
        s.compareTo(n) < 0 && isSignedBy(n),
        Code.SIGNATURE_INVALID,
        "a signature by " + mrSigner(),
        "one that does not verify");
    BigInteger[] first = s.multiply(s).divideAndRemainder(n);
    BigInteger second = first[1].multiply(s).divide(n);
    checks.require(
        MeasureCheck.SIGSTRUCT_QUOTIENTS,
        number(OFF_Q1).equals(first[0]) && number(OFF_Q2).equals(second),
        Code.SIGNATURE_INVALID,
        "floor(s²/n) and floor((s² mod n)·s/n)",
        "others");
    return checks.results();
  }

  private BigInteger number(int at) {
    return LittleEndianNumber.read(raw.slice(at, at + KEY));
  }

  private boolean isSignedBy(BigInteger n) {
    try {
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(n, BigInteger.valueOf(EXPONENT))));
      verifier.update(signed().asBuffer());
      byte[] big = LittleEndianNumber.bigEndian(raw.slice(OFF_SIGNATURE, OFF_SIGNATURE + KEY));
      return verifier.verify(big);
    } catch (GeneralSecurityException _) {
      // The provider's way to say that key or signature cannot be ones.
      return false;
    }
  }
}
