package io.vouchsafe.oci;

import io.vouchsafe.oci.fuzz.LayerFuzzer;
import io.vouchsafe.oci.fuzz.ManifestFuzzer;
import io.vouchsafe.oci.fuzz.PacketFuzzer;
import io.vouchsafe.oci.fuzz.ReferenceFuzzer;
import io.vouchsafe.oci.fuzz.SignaturePolicyFuzzer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Each fuzz target with a few hundred seeded mutations of sound input.
class FuzzersTest {
  private static final int ROUNDS = 400;

  @FunctionalInterface
  private interface Target {
    void accept(byte[] data) throws Exception;
  }

  private static void mutate(String seed, Target target) throws Exception {
    mutate(seed.getBytes(StandardCharsets.UTF_8), target);
  }

  private static void mutate(byte[] seed, Target target) throws Exception {
    Random random = new Random(20261125);
    target.accept(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] data = seed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(data.length);
        data[at] =
            (byte) (random.nextBoolean() ? data[at] ^ 1 << random.nextInt(8) : random.nextInt());
      }
      target.accept(
          java.util.Arrays.copyOf(
              data, random.nextInt(10) == 0 ? random.nextInt(data.length) : data.length));
    }
  }

  @Test
  void references() throws Exception {
    mutate(
        "registry.example:5000/team/app:v1@sha256:" + "0".repeat(64),
        ReferenceFuzzer::fuzzerTestOneInput);
    mutate("oci-archive:dir/file.tar:tag", ReferenceFuzzer::fuzzerTestOneInput);
  }

  @Test
  void manifests() throws Exception {
    Descriptor descriptor =
        Descriptor.of(MediaTypes.LAYER, Digest.sha256(io.vouchsafe.encoding.Bytes.EMPTY), 1);
    mutate(
        Manifest.of(descriptor, java.util.List.of(descriptor)).encode().toByteArray(),
        ManifestFuzzer::fuzzerTestOneInput);
    mutate(
        new CosignPayload("h.example/a", descriptor.digest()).encode().toByteArray(),
        ManifestFuzzer::fuzzerTestOneInput);
  }

  @Test
  void packets() throws Exception {
    mutate(
        "{\"kid\":\"kbs:///a/b/c\",\"wrapped_data\":\"AAAA\",\"iv\":\"AAAAAAAAAAAAAAAA\",\"wrap_type\":\"A256GCM\"}",
        PacketFuzzer::fuzzerTestOneInput);
    mutate(
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}",
        PacketFuzzer::fuzzerTestOneInput);
    mutate(
        "{\"protected\":\"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ\",\"recipients\":[{\"header\":{},\"encrypted_key\":\"AA\"}],\"iv\":\"AA\",\"ciphertext\":\"AA\",\"tag\":\"AA\"}",
        PacketFuzzer::fuzzerTestOneInput);
  }

  @Test
  void policies() throws Exception {
    mutate(
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"h.example\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"k\",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"a\",\"signedPrefix\":\"b\"}}]}}}",
        SignaturePolicyFuzzer::fuzzerTestOneInput);
  }

  @Test
  void layers() throws Exception {
    mutate(
        Tars.tar()
            .folder("d")
            .file("d/x", "1")
            .symlink("l", "../d")
            .pax("path=l/y")
            .file("z", "2")
            .hardLink("h", "d/x")
            .file(".wh.l", "")
            .bytes(),
        LayerFuzzer::fuzzerTestOneInput);
  }
}
