package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.measure.sev.IdAuth;
import io.vouchsafe.measure.sev.IdBlock;
import io.vouchsafe.measure.sev.IdKey;
import io.vouchsafe.measure.sev.IdSignature;
import io.vouchsafe.measure.sev.IdSigner;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Optional;

/// What the owner of an SEV-SNP guest signs: the block, the digests of both keys, and the structure
/// that carries keys and signatures.
final class IdBlockCases {
  static final String BLOCK = "id-block";
  static final String AUTH = "id-auth";

  private IdBlockCases() {}

  /// An item of one of the kinds.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return new Case(
        id, kind, kind.equals(BLOCK) ? () -> block(file, item) : () -> auth(file, item));
  }

  private static void block(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    IdBlock block =
        IdBlock.of(Bytes.fromHex(item.string("launchDigest")), Long.decode(item.string("policy")));
    IdSigner signer = signer(file, item.string("idKey"));
    IdSigner author = signer(file, item.string("authorKey"));
    Difference.require("block", item.string("expectedIdBlockB64"), block.encode().base64());
    Difference.require(
        "ID key", item.string("expectedIdKeyDigestB64"), signer.publicKey().digest().base64());
    Difference.require(
        "author key",
        item.string("expectedAuthorKeyDigestB64"),
        author.publicKey().digest().base64());
    try {
      IdAuth auth = IdAuth.sign(block, signer, Optional.of(author));
      IdAuth.parse(auth.encode()).verify(IdBlock.parse(block.encode()));
    } catch (GeneralSecurityException | RefusedException e) {
      throw new Difference("own signatures that verify", String.valueOf(e.getMessage()));
    }
  }

  private static void auth(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    IdKey idKey = signer(file, item.string("idKey")).publicKey();
    IdKey authorKey = signer(file, item.string("authorKey")).publicKey();
    IdAuth auth =
        new IdAuth(
            IdSignature.parse(file.bytes(item.string("blockSig"))),
            idKey,
            Optional.of(
                new IdAuth.Author(
                    IdSignature.parse(file.bytes(item.string("authorSig"))), authorKey)));
    Bytes expected = file.bytes(item.string("expectedFile"));
    Difference.require("structure", expected.hex(), auth.encode().hex());
    Difference.require("parsed", auth, IdAuth.parse(expected));
  }

  /// A private key of a case, with the public key that its file has too (RFC 5915).
  private static IdSigner signer(CaseFile file, String name) throws FormatException, IOException {
    Bytes pem = CaseFile.bytes(file.findKey(name));
    PrivateKey key = PrivateKeys.ofPem(pem);
    DerReader info = DerReader.of(Pem.parse(pem, "PRIVATE KEY").getFirst()).onlySequence();
    info.integer("version");
    info.sequence("algorithm");
    DerReader inner = DerReader.of(info.octetString("key")).onlySequence();
    inner.integer("version");
    inner.octetString("key");
    inner.optional(0);
    var found = inner.optional(1);
    if (found.isEmpty() || !(key instanceof ECPrivateKey ec)) {
      throw FormatException.unexpected("an EC key with its public key", "another");
    }
    Bytes point = found.get().bitString("public key");
    int half = (point.size() - 1) / 2;
    try {
      return IdSigner.of(
          key,
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(
                      new ECPublicKeySpec(
                          new ECPoint(
                              number(point, 1, 1 + half), number(point, 1 + half, 1 + 2 * half)),
                          ec.getParams())));
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a public key of EC", String.valueOf(e.getMessage()));
    }
  }

  private static BigInteger number(Bytes bytes, int from, int to) {
    return new BigInteger(1, bytes.slice(from, to).toByteArray());
  }
}
