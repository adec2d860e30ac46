package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPacketTest {
  private static final String GOOD =
      "{\"kid\":\"kbs:///a/b/c\",\"wrapped_data\":\"AAAA\",\"iv\":\"AAAAAAAAAAAAAAAA\",\"wrap_type\":\"A256GCM\"}";

  private static SecretBytes opened(Bytes packet, SecretBytes kek) throws Exception {
    return KeyPacket.parse(packet).open(kek).orElseThrow();
  }

  @Test
  void publishedSample_opensWithThePublishedKey() throws Exception {
    Bytes packet =
        Bytes.of(
            Vectors.bytes(
                "guest-components/upstream/annotation-packet/sample_kbc_annotation.json"));
    SecretBytes kek =
        SecretBytes.take(
            Bytes.fromHex("d99b7705b0ba7a168295b3a3367270b0dd9b371bf514ca8b9ba7f0a33711daea")
                .toByteArray());

    LayerKey key = LayerKey.parse(opened(packet, kek));

    assertThat(key.nonce().base64()).isEqualTo("r10F9oaCu+nWFXfod3l83g==");
    assertThat(
            key.key()
                .matches(
                    SecretBytes.take(
                        Bytes.fromBase64("1jL2jJV0Oyz2nmPkLtqulW6cKcpIUN5FpILcVnP5Uqs=")
                            .toByteArray())))
        .isTrue();
  }

  @Test
  void keyProviderExchange_unwrapsToItsOptions() throws Exception {
    String base = VectorImages.BASE + "keyprovider-protocol/";
    Bytes packet = Bytes.of(Vectors.bytes(base + "annotation-packet.json"));
    SecretBytes kek = VectorImages.keks().kek(KeyPacket.parse(packet).kid()).orElseThrow();

    SecretBytes options = opened(packet, kek);

    assertThat(options.matches(SecretBytes.take(Vectors.bytes(base + "optsdata.json")))).isTrue();
  }

  @Test
  void packetOfOthers_parses() throws Exception {
    KeyPacket packet =
        KeyPacket.parse(
            Bytes.of(Vectors.bytes("guest-components/upstream/annotation-packet/cdh-v1.json")));

    assertThat(packet.kid()).isEqualTo("kbs:///kbs:///default/key/1");
    assertThat(packet.iv().size()).isEqualTo(12);
  }

  @Test
  void barePath_meansTheBroker() throws Exception {
    assertThat(KeyPacket.parse(Bytes.utf8(GOOD.replace("kbs:///a/b/c", "/a/b/c"))).kid())
        .isEqualTo("kbs:///a/b/c");
    assertThat(KeyPacket.parse(Bytes.utf8(GOOD.replace("kbs:///a/b/c", "a/b/c"))).kid())
        .isEqualTo("kbs:///a/b/c");
  }

  @Test
  void version2_parses_otherVersionsAndProvidersDoNot() throws Exception {
    Json.Obj good = Json.parseObject(Bytes.utf8(GOOD), JsonLimits.MESSAGE);
    Json.Obj two = good.with("version", Json.of("0.1.0")).with("provider", Json.of("kbs"));

    assertThat(KeyPacket.parse(two.utf8())).isEqualTo(KeyPacket.parse(Bytes.utf8(GOOD)));
    assertThatThrownBy(() -> KeyPacket.parse(two.with("provider", Json.of("ali")).utf8()))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> KeyPacket.parse(two.with("version", Json.of("9")).utf8()))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kid", "wrapped_data", "iv", "wrap_type"})
  void packet_withoutAMember_isRefused(String member) throws Exception {
    Json.Obj good = Json.parseObject(Bytes.utf8(GOOD), JsonLimits.MESSAGE);

    assertThatThrownBy(() -> KeyPacket.parse(good.without(member).utf8()))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> KeyPacket.parse(good.with(member, Json.of(1)).utf8()))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void packet_withAnyByteFlipped_doesNotOpen() throws Exception {
    SecretBytes kek = SecretBytes.take(new byte[KeyPacket.KEK_LENGTH]);
    SecretBytes options = SecretBytes.take("{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    KeyPacket packet =
        KeyPacket.seal("kbs:///a/b/c", kek, options, new java.security.SecureRandom());
    assertThat(packet.open(kek)).isPresent();
    for (int i = 0; i < packet.wrapped().size(); i++) {
      byte[] changed = packet.wrapped().toByteArray();
      changed[i] ^= 1;
      KeyPacket other =
          new KeyPacket(packet.kid(), packet.wrapType(), packet.iv(), Bytes.of(changed));

      assertThat(other.open(kek)).isEmpty();
    }
    assertThat(packet.open(SecretBytes.take(new byte[16]))).isEmpty();
    KeyPacket shorter =
        new KeyPacket(packet.kid(), packet.wrapType(), packet.iv(), Bytes.of((byte) 1));
    assertThat(shorter.open(kek)).isEmpty();
  }

  @Test
  void rememberedKey_isAskedForOnce_andWipedAtTheEnd() throws Exception {
    List<String> asked = new ArrayList<>();
    SecretBytes given = SecretBytes.take(new byte[KeyPacket.KEK_LENGTH]);
    KekSource source =
        kid -> {
          asked.add(kid);
          return kid.equals("kbs:///a/b/c") ? Optional.of(given) : Optional.empty();
        };
    try (RememberedKeks keks = new RememberedKeks(source)) {
      keks.kek("kbs:///a/b/c").orElseThrow().close();
      assertThat(keks.kek("kbs:///a/b/c").orElseThrow().matches(given)).isTrue();
      assertThat(keks.kek("kbs:///a/b/d")).isEmpty();
      assertThat(keks.kek("kbs:///a/b/d")).isEmpty();
    }

    assertThat(asked).containsExactly("kbs:///a/b/c", "kbs:///a/b/d", "kbs:///a/b/d");
    assertThatThrownBy(() -> given.lend(secret -> secret.length))
        .isInstanceOf(IllegalStateException.class);
  }
}
