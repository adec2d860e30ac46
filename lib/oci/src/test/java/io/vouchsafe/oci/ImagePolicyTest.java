package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePolicyTest {
  private static final String NAME = "registry.example.test/team/app:v1";

  @TempDir Path folder;
  private OciLayout layout;

  @BeforeEach
  void image() throws Exception {
    layout = Images.layout(folder, Tars.tar().file("a", "1").bytes());
  }

  private static KeyPair pair(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private SignerKey sign(KeyPair pair, String name) throws Exception {
    SignerKey signer = SignerKey.of(pair.getPublic());
    CosignSignatures.sign(
        ImageName.parse(name),
        Images.load(layout).descriptor().digest(),
        pair.getPrivate(),
        signer,
        layout,
        layout,
        new SecureRandom());
    return signer;
  }

  private List<Digest> verify(String name, Bytes policy) throws Exception {
    return ImagePolicy.parse(policy)
        .verify(
            ImageName.parse(name),
            Images.load(layout),
            layout,
            path -> {
              throw new IOException("no key at " + path);
            },
            new Checklist());
  }

  private static Bytes signedOnly(String name, SignerKey signer) throws Exception {
    return ImagePolicy.signedOnly(ImageName.parse(name), signer).utf8();
  }

  private void assertRefused(Code code, String name, Bytes policy) {
    assertThatThrownBy(() -> verify(name, policy))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({"EC, 256", "EC, 384", "RSA, 2048", "Ed25519, 255"})
  void imageSignedByUs_meetsThePolicy(String algorithm, int bits) throws Exception {
    SignerKey signer = sign(pair(algorithm, bits), NAME);

    assertThat(verify(NAME, signedOnly(NAME, signer))).containsExactly(signer.fingerprint());
  }

  @Test
  void imageSignedByTwo_meetsThePolicyOfEither() throws Exception {
    SignerKey one = sign(pair("EC", 256), NAME);
    SignerKey two = sign(pair("EC", 256), NAME);

    assertThat(verify(NAME, signedOnly(NAME, one))).containsExactly(one.fingerprint());
    assertThat(verify(NAME, signedOnly(NAME, two))).containsExactly(two.fingerprint());
  }

  @Test
  void imageWithoutSignature_isRefused() throws Exception {
    SignerKey signer = SignerKey.of(pair("EC", 256).getPublic());

    assertRefused(Code.SIGNATURE_MISSING, NAME, signedOnly(NAME, signer));
  }

  @Test
  void imageSignedByAnother_isRefused() throws Exception {
    sign(pair("EC", 256), NAME);
    SignerKey wanted = SignerKey.of(pair("EC", 256).getPublic());

    assertRefused(Code.SIGNER_UNTRUSTED, NAME, signedOnly(NAME, wanted));
  }

  @Test
  void imageSignedForAnotherName_isRefused() throws Exception {
    SignerKey signer = sign(pair("EC", 256), "registry.example.test/team/other:v1");

    assertRefused(Code.SIGNATURE_IDENTITY_MISMATCH, NAME, signedOnly(NAME, signer));
  }

  @Test
  void imageOutsideThePolicy_isRejected() throws Exception {
    SignerKey signer = sign(pair("EC", 256), NAME);

    assertRefused(
        Code.IMAGE_POLICY_REJECTS, "registry.example.test/other:v1", signedOnly(NAME, signer));
  }

  @Test
  void signingWithAKeyOfAnotherPair_isRefused() throws Exception {
    KeyPair pair = pair("EC", 256);
    SignerKey other = SignerKey.of(pair("EC", 256).getPublic());

    assertThatThrownBy(() ->
            CosignSignatures.sign(
                ImageName.parse(NAME),
                Images.load(layout).descriptor().digest(),
                pair.getPrivate(),
                other,
                layout,
                layout,
                new SecureRandom()))
        .isInstanceOf(RefusedException.class);
    assertThat(layout.index().manifests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, 1024, WEAK_KEY",
    "EC, 521, UNSUPPORTED_ALGORITHM",
    "X25519, 255, UNSUPPORTED_ALGORITHM"
  })
  void key_thatIsWeakOrUnknown_isRefused(String algorithm, int bits, Code code) throws Exception {
    KeyPair pair = pair(algorithm, bits);

    assertThatThrownBy(() -> SignerKey.of(pair.getPublic()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void upstreamPolicy_givesTheRightScopes() throws Exception {
    ImagePolicy policy =
        ImagePolicy.parse(Bytes.of(Vectors.bytes("guest-components/upstream/policy/policy.json")));

    assertThat(requirement(policy, "example.com/playground/x"))
        .isInstanceOf(ImagePolicy.Requirement.InsecureAcceptAnything.class);
    assertThat(requirement(policy, "example.com/playgrounds"))
        .as("not the scope of playground but that of *.com")
        .isInstanceOf(ImagePolicy.Requirement.SignedBy.class);
    assertThat(requirement(policy, "example.com/hardened"))
        .isInstanceOf(ImagePolicy.Requirement.SignedBy.class);
    assertThat(policy.requirements(ImageName.parse("a.b.access.redhat.com/x"))).hasSize(2);
    assertThat(requirement(policy, "other.org/x"))
        .isInstanceOf(ImagePolicy.Requirement.Reject.class);
    assertRefused(
        Code.UNSUPPORTED_ALGORITHM,
        "example.com/hardened",
        Bytes.of(Vectors.bytes("guest-components/upstream/policy/policy.json")));
  }

  private static ImagePolicy.Requirement requirement(ImagePolicy policy, String name)
      throws Exception {
    return policy.requirements(ImageName.parse(name)).getFirst();
  }

  @Test
  void upstreamKeys_load() throws Exception {
    for (String file : List.of("cosign1", "cosign2", "cosign3", "nv")) {
      Bytes pem = Bytes.of(Vectors.bytes("guest-components/upstream/cosign-keys/" + file + ".pub"));

      assertThat(SignerKey.of(SignerKey.publicKey(pem)).pem()).startsWith("-----BEGIN PUBLIC");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"default\":[]}",
        "{\"default\":{}}",
        "{\"default\":[{\"type\":\"anything\"}]}",
        "{\"default\":[{\"type\":\"reject\",\"unless\":1}]}",
        "{\"default\":[{\"type\":\"reject\"}],\"transport\":{}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"x\":[]}}}",
        "{\"default\":[{\"type\":\"sigstoreSigned\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"a\",\"keyData\":\"YQ==\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyData\":\"%\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"a\",\"signedIdentity\":{\"type\":\"match\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"a\",\"signedIdentity\":{\"type\":\"matchExact\",\"x\":1}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"a\",\"signedIdentity\":{\"type\":\"exactRepository\",\"dockerRepository\":\"A\"}}]}",
      })
  void policy_thatIsMalformed_isRefused(String text) {
    assertRefused(Code.IMAGE_POLICY_INVALID, NAME, Bytes.utf8(text));
  }

  @Test
  void keyData_thatIsNoKey_isRefused() {
    assertRefused(
        Code.IMAGE_POLICY_INVALID,
        NAME,
        Bytes.utf8("{\"default\":[{\"type\":\"sigstoreSigned\",\"keyData\":\"YQ==\"}]}"));
  }

  @ParameterizedTest
  @CsvSource({
    "h.io/a:v1, h.io/a:v1, true",
    "h.io/a:v1, h.io/a:v2, false",
    "h.io/a:v1, h.io/a, false",
    "h.io/a:v1, h.io/b:v1, false",
    "h.io/a:v1, not a name, false",
  })
  void matchExact(String pulled, String signed, boolean holds) throws Exception {
    assertThat(new SignedIdentity.MatchExact().holds(ImageName.parse(pulled), signed))
        .isEqualTo(holds);
  }

  @Test
  void matchRepoDigestOrExact_withDigest_looksAtTheRepository() throws Exception {
    SignedIdentity rule = new SignedIdentity.MatchRepoDigestOrExact();
    ImageName byDigest = ImageName.parse("h.io/a:v1").withDigest(Digest.sha256(Bytes.EMPTY));

    assertThat(rule.holds(byDigest, "h.io/a:v2")).isTrue();
    assertThat(rule.holds(byDigest, "h.io/b:v1")).isFalse();
    assertThat(rule.holds(ImageName.parse("h.io/a:v1"), "h.io/a:v2")).isFalse();
    assertThat(rule.holds(ImageName.parse("h.io/a:v1"), "h.io/a:v1")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "mirror.io/a:v1, mirror.io, h.io, h.io/a:v1, true",
    "mirror.io/a/b:v1, mirror.io/a, h.io/x, h.io/x/b:v1, true",
    "mirror.io/ab:v1, mirror.io/a, h.io/x, h.io/xb:v1, false",
    "other.io/a:v1, mirror.io, h.io, other.io/a:v1, true",
    "other.io/a:v1, mirror.io, h.io, h.io/a:v1, false",
  })
  void remapIdentity_isAnchored(
      String pulled, String prefix, String signedPrefix, String signed, boolean holds)
      throws Exception {
    assertThat(
            new SignedIdentity.RemapIdentity(prefix, signedPrefix)
                .holds(ImageName.parse(pulled), signed))
        .isEqualTo(holds);
  }

  @Test
  void exactRules_ignoreWhatIsPulled() throws Exception {
    ImageName pulled = ImageName.parse("mirror.io/x:v9");

    assertThat(new SignedIdentity.ExactReference("h.io/a:v1").holds(pulled, "h.io/a:v1")).isTrue();
    assertThat(new SignedIdentity.ExactReference("h.io/a:v1").holds(pulled, "h.io/a:v2")).isFalse();
    assertThat(new SignedIdentity.ExactRepository("h.io/a").holds(pulled, "h.io/a:v7")).isTrue();
    assertThat(new SignedIdentity.ExactRepository("h.io/a").holds(pulled, "h.io/b")).isFalse();
  }
}
