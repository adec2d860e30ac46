package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.oci.fuzz.ImageDocumentsFuzzer;
import io.vouchsafe.oci.fuzz.LayerEntriesFuzzer;
import io.vouchsafe.testkit.Mutations;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Short, seeded runs of the targets that know more of their format.
class LayerEntriesFuzzerTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @Test
  void headers_mutatedWithSumsCorrected_stayInTheRoot() {
    byte[] tar = tar("a/b", "../../x", "a/../../c", "/d", "e");
    LayerEntriesFuzzer.fuzzerTestOneInput(tar);
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      byte[] mutated = tar.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int header = 1 + random.nextInt(5) * 512;
        mutated[header + random.nextInt(263)] = (byte) random.nextInt(256);
      }
      LayerEntriesFuzzer.fuzzerTestOneInput(mutated);
    }
  }

  @Test
  void documents_mutated_throwOnlyWhatIsDocumented() {
    String config =
        "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=b\"],\"Cmd\":[\"x\"]},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
            + DIGEST
            + "\"]}}";
    String jwe =
        "{\"protected\":\"eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00ifQ\","
            + "\"encrypted_key\":\"AAAA\",\"iv\":\"AAAAAAAAAAAAAAAA\",\"ciphertext\":\"AA\","
            + "\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA\"}";
    Mutations.feed(
        ImageDocumentsFuzzer::fuzzerTestOneInput,
        1,
        200,
        List.of(config.getBytes(StandardCharsets.UTF_8), jwe.getBytes(StandardCharsets.UTF_8)));
  }

  /// The choice of the plain form, then entries of types in turn: file, symbolic link, hard link,
  /// folder. Sums are left to the target.
  private static byte[] tar(String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    String types = "0215";
    for (int i = 0; i < names.length; i++) {
      byte[] header = new byte[512];
      put(header, 0, names[i]);
      put(header, 100, "0000644\0");
      put(header, 108, "0000000\0");
      put(header, 116, "0000000\0");
      put(header, 124, String.format(Locale.ROOT, "%011o\0", i % 4 == 0 ? 5 : 0));
      put(header, 136, "00000000000\0");
      put(header, 156, types.substring(i % 4, i % 4 + 1));
      put(header, 157, "a/b");
      put(header, 257, "ustar\00000");
      out.writeBytes(header);
      if (i % 4 == 0) {
        out.writeBytes(Bytes.utf8("hello").fit(512).toByteArray());
      }
    }
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, at, ascii.length);
  }
}
