package io.vouchsafe.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.HashAlg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeImageTest {
  private static final int OPTIONAL = 24;
  private static final int CHECKSUM = OPTIONAL + 64;
  private static final int CERTIFICATE_ENTRY = OPTIONAL + 112 + 4 * 8;
  private static final int SECTION = 40;

  private ByteBuffer image;
  private int pe;
  private int sections;

  @BeforeEach
  void read() throws Exception {
    image =
        ByteBuffer.wrap(Vectors.bytes("eventlog/synthetic/mini-uki.efi"))
            .order(ByteOrder.LITTLE_ENDIAN);
    pe = image.getInt(0x3c);
    sections = pe + OPTIONAL + image.getShort(pe + 20);
  }

  private Bytes digest() throws FormatException {
    return PeImage.parse(Bytes.of(image.array())).authenticode(HashAlg.SHA256);
  }

  private void assertMalformed() {
    assertThatThrownBy(this::digest).isInstanceOf(FormatException.class);
  }

  @Test
  void digest_otherChecksum_isTheSame() throws Exception {
    Bytes before = digest();
    image.putInt(pe + CHECKSUM, 0x12345678);
    assertThat(digest()).isEqualTo(before);
  }

  @Test
  void digest_otherPlaceOfCertificates_isTheSame() throws Exception {
    Bytes before = digest();
    image.putInt(pe + CERTIFICATE_ENTRY, 0x1000);
    assertThat(digest()).isEqualTo(before);
  }

  @Test
  void digest_signatureAppended_isTheSame() throws Exception {
    Bytes before = digest();
    byte[] signed = Arrays.copyOf(image.array(), image.capacity() + 64);
    ByteBuffer.wrap(signed)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(pe + CERTIFICATE_ENTRY, image.capacity())
        .putInt(pe + CERTIFICATE_ENTRY + 4, 64);
    assertThat(PeImage.parse(Bytes.of(signed)).authenticode(HashAlg.SHA256)).isEqualTo(before);
  }

  @Test
  void digest_bytesAppended_isAnother() throws Exception {
    Bytes longer = Bytes.of(image.array()).concat(Bytes.zeros(8));
    assertThat(PeImage.parse(longer).authenticode(HashAlg.SHA256)).isNotEqualTo(digest());
  }

  @Test
  void digest_anyOtherByteFlipped_isAnotherOrMalformed() throws Exception {
    Bytes before = digest();
    for (int i = 0; i < image.capacity(); i++) {
      boolean left = within(i, pe + CHECKSUM, 4) || within(i, pe + CERTIFICATE_ENTRY, 8);
      if (left) {
        continue;
      }
      image.put(i, (byte) (image.get(i) ^ 1));
      try {
        assertThat(digest()).as("byte %d", i).isNotEqualTo(before);
      } catch (FormatException e) {
        assertThat(e.expected()).isNotBlank();
      }
      image.put(i, (byte) (image.get(i) ^ 1));
    }
  }

  private static boolean within(int at, int from, int length) {
    return at >= from && at < from + length;
  }

  @Test
  void parse_sectionBehindTheEnd_isMalformed() {
    image.putInt(sections + 20, image.capacity());
    assertMalformed();
  }

  @Test
  void parse_sectionsOnEachOther_isMalformed() {
    int first = image.getInt(sections + 20);
    image.putInt(sections + SECTION + 20, first);
    image.putInt(sections + SECTION + 16, image.capacity() - first);
    assertMalformed();
  }

  @Test
  void parse_moreSectionsThanTheBound_isOversized() {
    image.putShort(pe + 6, (short) 97);
    assertMalformed();
  }

  @Test
  void parse_headerBehindTheEnd_isMalformed() {
    image.putInt(0x3c, image.capacity() - 4);
    assertMalformed();
  }

  @Test
  void parse_headersLargerThanTheImage_isMalformed() {
    image.putInt(pe + OPTIONAL + 60, image.capacity() + 1);
    assertMalformed();
  }

  @Test
  void parse_headersThatEndBeforeTheirFields_isMalformed() {
    image.putInt(pe + OPTIONAL + 60, pe);
    assertMalformed();
  }

  @Test
  void content_ofSectionLargerThanItsFilePart_isMalformed() throws Exception {
    image.putInt(sections + 8, image.getInt(sections + 16) + 1);
    PeImage parsed = PeImage.parse(Bytes.of(image.array()));
    assertThatThrownBy(() -> parsed.content(parsed.sections().getFirst()))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void section_namedTwice_isNotFound() throws Exception {
    for (int i = 0; i < 8; i++) {
      image.put(sections + SECTION + i, image.get(sections + i));
    }
    PeImage parsed = PeImage.parse(Bytes.of(image.array()));
    assertThat(parsed.section(parsed.sections().getFirst().name())).isEmpty();
  }
}
