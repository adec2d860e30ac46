package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.Administrator;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminGateTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final KeyPair HOME = KeyFile.generate(new SecureRandom());
  private static final KeyPair ISSUER = KeyFile.generate(new SecureRandom());
  private static final String TARGET = "/kbs/v0/resource-policy";

  private final AdminGate homeOnly =
      new AdminGate(new AdminAccess.HomeKey(), HOME.getPublic(), Map::of);

  private static AdminGate configured() throws TrustServerException {
    return new AdminGate(
        new AdminAccess.Authenticated(
            List.of(
                new IdentityProvider(
                    Optional.of("me"), Optional.of("kbs"), List.of(ISSUER.getPublic()))),
            List.of(
                AclRule.of("reader", "^/kbs/v0/reference-value/[a-z]+$"),
                AclRule.of("owner", "^/kbs/v0/.*$"))),
        HOME.getPublic(),
        Map::of);
  }

  private static JWTClaimsSet.Builder claims(String role) {
    return new JWTClaimsSet.Builder()
        .claim("role", role)
        .issuer("me")
        .audience("kbs")
        .expirationTime(Date.from(NOW.plusSeconds(60)));
  }

  private static String signed(JWTClaimsSet claims, KeyPair key) throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims);
    token.sign(new ECDSASigner((ECPrivateKey) key.getPrivate()));
    return token.serialize();
  }

  private static HttpRequest request(String target, String authorization) {
    int query = target.indexOf('?');
    return new HttpRequest() {
      @Override
      public String method() {
        return "POST";
      }

      @Override
      public String rawPath() {
        return query < 0 ? target : target.substring(0, query);
      }

      @Override
      public Optional<String> rawQuery() {
        return query < 0 ? Optional.empty() : Optional.of(target.substring(query + 1));
      }

      @Override
      public Optional<String> header(String name) {
        return authorization.isEmpty() ? Optional.empty() : Optional.of(authorization);
      }

      @Override
      public List<String> headers(String name) {
        return header(name).stream().toList();
      }

      @Override
      public String peer() {
        return "test";
      }

      @Override
      public Bytes body() {
        return Bytes.EMPTY;
      }
    };
  }

  private static HttpRequest bearing(String target, String token) {
    return request(target, "Bearer " + token);
  }

  @Test
  void homeToken_isAdmittedEverywhere() throws Exception {
    String token = AdminToken.make(HOME, NOW, Duration.ofMinutes(1));

    assertThat(homeOnly.admit(bearing(TARGET, token), NOW).shown()).contains("home key");
    assertThat(configured().admitOwn(bearing("/v1/admin/ledger", token), NOW).shown())
        .contains("admin");
  }

  @Test
  void homeToken_expiredBeyondTheLeeway_isDenied() {
    String token = AdminToken.make(HOME, NOW, Duration.ofMinutes(1));

    assertThatThrownBy(() -> homeOnly.admit(bearing(TARGET, token), NOW.plusSeconds(121)))
        .isInstanceOf(AdminDeniedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1764072000.0", "1.7e9", "\"1\"", "[1]", "true", "1e99"})
  void provider_timeThatIsNoWholeNumber_isDenied(String odd) throws Exception {
    long end = NOW.plusSeconds(60).getEpochSecond();
    for (String times :
        List.of(
            "\"exp\":" + odd,
            "\"exp\":" + end + ",\"iat\":" + odd,
            "\"exp\":" + end + ",\"nbf\":" + odd)) {
      JWSObject token =
          new JWSObject(
              new JWSHeader(JWSAlgorithm.ES256),
              new Payload("{\"role\":\"owner\",\"iss\":\"me\",\"aud\":\"kbs\"," + times + "}"));
      token.sign(new ECDSASigner((ECPrivateKey) ISSUER.getPrivate()));
      HttpRequest request = bearing(TARGET, token.serialize());
      assertThatThrownBy(() -> configured().admit(request, NOW))
          .as(times)
          .isInstanceOf(AdminDeniedException.class);
    }
  }

  @Test
  void provider_token_isAdmittedWhereTheRuleAllows() throws Exception {
    String token = signed(claims("reader").build(), ISSUER);

    assertThat(configured().admit(bearing("/kbs/v0/reference-value/svn", token), NOW).shown())
        .contains("reader");
    for (String target :
        new String[] {TARGET, "/kbs/v0/reference-value/svn?x=1", "/kbs/v0/reference-value/"}) {
      assertThatThrownBy(() -> configured().admit(bearing(target, token), NOW))
          .hasMessage("Admin access denied: Role reader not allowed for path " + target);
    }
  }

  @Test
  void provider_role_doesNotOpenOurOwnInterface() throws Exception {
    String token = signed(claims("owner").build(), ISSUER);

    assertThatThrownBy(() -> configured().admitOwn(bearing("/v1/admin/ledger", token), NOW))
        .isInstanceOf(AdminDeniedException.class);
  }

  @Test
  void provider_wrongIssuerAudienceKeyOrEnd_isDenied() throws Exception {
    for (String token :
        new String[] {
          signed(claims("owner").issuer("you").build(), ISSUER),
          signed(claims("owner").issuer(null).build(), ISSUER),
          signed(claims("owner").audience("other").build(), ISSUER),
          signed(claims("owner").audience((String) null).build(), ISSUER),
          signed(claims("owner").expirationTime(null).build(), ISSUER),
          signed(claims("owner").expirationTime(Date.from(NOW.minusSeconds(61))).build(), ISSUER),
          signed(claims("owner").build(), KeyFile.generate(new SecureRandom()))
        }) {
      assertThatThrownBy(() -> configured().admit(bearing(TARGET, token), NOW))
          .hasMessage("Admin access denied: Cannot verify token with any of the issuers");
    }
  }

  @Test
  void provider_audienceList_isTaken() throws Exception {
    String token = signed(claims("owner").audience(List.of("a", "kbs")).build(), ISSUER);

    assertThat(configured().admit(bearing(TARGET, token), NOW).shown()).contains("owner");
  }

  @Test
  void provider_noRole_hasTheReferencesWords() throws Exception {
    String token = signed(claims("x").claim("role", null).build(), ISSUER);

    assertThatThrownBy(() -> configured().admit(bearing(TARGET, token), NOW))
        .hasMessageContaining("Missing required `role` claim in JWT");
  }

  @Test
  void token_withTheKeyAsSharedSecretOrWithoutSignature_isDenied() throws Exception {
    SignedJWT hmac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims("admin").build());
    hmac.sign(new MACSigner(HOME.getPublic().getEncoded()));
    PlainJWT none = new PlainJWT(claims("admin").build());

    for (String token : new String[] {hmac.serialize(), none.serialize()}) {
      assertThatThrownBy(() -> homeOnly.admit(bearing(TARGET, token), NOW))
          .isInstanceOf(AdminDeniedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic YTpi",
        "bearer x",
        "Bearer",
        "Bearer  ",
        "Bearer a.b",
        "Bearer a.b.c.d"
      })
  void header_otherForms_areDenied(String header) {
    assertThatThrownBy(() -> homeOnly.admit(request(TARGET, header), NOW))
        .isInstanceOf(AdminDeniedException.class);
  }

  private static AdminGate with(Map<String, PublicKey> named) {
    return new AdminGate(new AdminAccess.HomeKey(), HOME.getPublic(), () -> named);
  }

  private static Administrator admitted(AdminGate gate, String token) throws Exception {
    return gate.admitOwn(bearing("/v1/admin/policies", token), NOW);
  }

  private static String of(KeyPair key, String subject) {
    return AdminToken.make(key, subject, NOW, Duration.ofMinutes(1));
  }

  @Test
  void named_isASubjectOfItsOwn_whateverItsTokenSays() throws Exception {
    AdminGate gate = with(Map.of("alice", ISSUER.getPublic()));
    Administrator alice = admitted(gate, of(ISSUER, "bob"));
    assertThat(alice.identity()).isEqualTo(admitted(gate, of(ISSUER, "")).identity());
    assertThat(alice.shown()).startsWith("\"alice\"").doesNotContain("bob");
    assertThat(admitted(gate, of(HOME, "alice")).identity()).isNotEqualTo(alice.identity());
    assertThat(gate.admit(bearing(TARGET, of(ISSUER, "x")), NOW)).isEqualTo(alice);
    assertThat(gate.tellsSubjectsApart()).isTrue();
  }

  @Test
  void named_withAnotherRoleOrPastItsEnd_isDenied() throws Exception {
    AdminGate gate = with(Map.of("alice", ISSUER.getPublic()));
    String reader = signed(claims("reader").build(), ISSUER);
    String late = AdminToken.make(ISSUER, NOW.minusSeconds(3600), Duration.ofMinutes(1));
    for (String token : List.of(reader, late)) {
      assertThatThrownBy(() -> admitted(gate, token)).isInstanceOf(AdminDeniedException.class);
    }
  }

  @Test
  void named_takenOffTheList_isDenied() {
    String token = of(ISSUER, "alice");
    assertThatThrownBy(() -> admitted(with(Map.of()), token))
        .isInstanceOf(AdminDeniedException.class);
    assertThatThrownBy(() ->
            admitted(
                with(Map.of("alice", KeyFile.generate(new SecureRandom()).getPublic())), token))
        .isInstanceOf(AdminDeniedException.class);
  }

  @Test
  void named_withTheHomesKey_isNoSecondSubject() throws Exception {
    AdminGate gate = with(Map.of("alice", HOME.getPublic()));
    assertThat(gate.tellsSubjectsApart()).isFalse();
    assertThat(admitted(gate, of(HOME, "alice")).identity())
        .isEqualTo(admitted(homeOnly, of(HOME, "me")).identity());
    assertThat(homeOnly.tellsSubjectsApart()).isFalse();
  }

  @Test
  void named_oneKeyUnderTwoNames_isOneSubject() throws Exception {
    Map<String, PublicKey> twice = new TreeMap<>();
    twice.put("bob", ISSUER.getPublic());
    twice.put("alice", ISSUER.getPublic());
    assertThat(admitted(with(twice), of(ISSUER, "alice")))
        .isEqualTo(admitted(with(twice), of(ISSUER, "bob")));
  }

  @Test
  void denyAll_deniesNamedAdministratorsToo() {
    AdminGate gate =
        new AdminGate(
            new AdminAccess.DenyAll(), HOME.getPublic(), () -> Map.of("alice", ISSUER.getPublic()));
    assertThatThrownBy(() -> admitted(gate, of(ISSUER, "alice")))
        .isInstanceOf(AdminDeniedException.class);
  }

  @Test
  void denyAll_deniesTheHomeKeyToo() {
    AdminGate gate = new AdminGate(new AdminAccess.DenyAll(), HOME.getPublic(), Map::of);
    String token = AdminToken.make(HOME, NOW, Duration.ofMinutes(1));

    assertThatThrownBy(() -> gate.admit(bearing(TARGET, token), NOW))
        .hasMessageContaining("DenyAll authorization_mode is enabled");
  }

  @Test
  void rule_notAnchoredOrNotValid_isRefused() {
    for (String expression : new String[] {"/kbs/.*$", "^/kbs/.*", "^/v1/.*$", "^/kbs/($"}) {
      assertThatThrownBy(() -> AclRule.of("r", expression))
          .isInstanceOf(TrustServerException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void jws_rsa_isReadAsNimbusWritesIt(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair rsa = generator.generateKeyPair();
    SignedJWT token =
        new SignedJWT(new JWSHeader(JWSAlgorithm.parse(algorithm)), claims("owner").build());
    token.sign(new RSASSASigner(rsa.getPrivate()));
    Jws read = Jws.parse(token.serialize());

    assertThat(read.signedBy(rsa.getPublic())).isTrue();
    assertThat(read.signedBy(HOME.getPublic())).isFalse();
    assertThat(read.signedBy(generator.generateKeyPair().getPublic())).isFalse();
  }
}
