package io.vouchsafe.measure.sgx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Code;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SgxsStreamTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final SgxsWriter writer = new SgxsWriter(out::write);

  private Bytes stream() {
    return Bytes.of(out.toByteArray());
  }

  private void append(String tag, long offset, int data) {
    out.writeBytes(
        ByteWriter.littleEndian()
            .bytes(Bytes.utf8(tag).fit(8))
            .u64(offset)
            .bytes(Bytes.zeros(48 + data))
            .toBytes()
            .toByteArray());
  }

  private void enclave() {
    writer.create(1, 0x10000);
    writer.addMeasured(0x1000, 0x203, new byte[SgxsWriter.PAGE]);
  }

  private void assertMalformed() {
    assertThatThrownBy(() -> SgxsStream.measure(stream()))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
  }

  @Test
  void measure_writtenStream_isItsDigest() throws Exception {
    enclave();
    writer.add(0x3000, 0x203);
    SgxsStream stream = SgxsStream.measure(stream());
    assertThat(stream.mrEnclave()).isEqualTo(HashAlg.SHA256.digest(stream()));
    assertThat(stream.pages()).isEqualTo(2);
    assertThat(stream.measuredChunks()).isEqualTo(16);
    assertThat(stream.size()).isEqualTo(0x10000);
    assertThat(stream.ssaFramePages()).isEqualTo(1);
  }

  @Test
  void measure_unmeasuredChunk_isNotHashed() throws Exception {
    enclave();
    Bytes measured = HashAlg.SHA256.digest(stream());
    append("UNMEASRD", 0x1100, 256);
    SgxsStream stream = SgxsStream.measure(stream());
    assertThat(stream.mrEnclave()).isEqualTo(measured);
    assertThat(stream.unmeasuredChunks()).isEqualTo(1);
  }

  @Test
  void measure_noCreate_isMalformed() {
    assertMalformed();
    writer.add(0x1000, 0x203);
    assertMalformed();
  }

  @Test
  void measure_sizeNotFilledIn_isMalformed() {
    append("UNSIZED", 0, 0);
    assertThatThrownBy(() -> SgxsStream.measure(stream())).hasMessageContaining("filled in");
  }

  @Test
  void measure_sizeNoPowerOfTwo_isMalformed() {
    writer.create(1, 0x3000);
    assertMalformed();
  }

  @Test
  void measure_noFrames_isMalformed() {
    writer.create(0, 0x10000);
    assertMalformed();
  }

  @Test
  void measure_secondCreate_isMalformed() {
    enclave();
    writer.create(1, 0x10000);
    assertMalformed();
  }

  @Test
  void measure_pageTwice_isMalformed() {
    enclave();
    writer.add(0x1000, 0x203);
    assertMalformed();
  }

  @Test
  void measure_pageOutside_isMalformed() {
    enclave();
    writer.add(0x10000, 0x203);
    assertMalformed();
  }

  @Test
  void measure_pageNotOnAPage_isMalformed() {
    enclave();
    writer.add(0x2001, 0x203);
    assertMalformed();
  }

  @Test
  void measure_chunkOfNoPage_isMalformed() {
    enclave();
    append("EEXTEND", 0x2000, 256);
    assertMalformed();
  }

  @Test
  void measure_chunkNotOnAChunk_isMalformed() {
    enclave();
    append("EEXTEND", 0x1001, 256);
    assertMalformed();
  }

  @Test
  void measure_unknownRecord_isMalformed() {
    enclave();
    append("EREMOVE", 0x1000, 0);
    assertMalformed();
  }

  @Test
  void measure_reservedByte_isMalformed() {
    enclave();
    byte[] stream = out.toByteArray();
    for (int at : new int[] {63, 64 + 63, 128 + 63}) {
      byte[] changed = stream.clone();
      changed[at] = 1;
      assertThatThrownBy(() -> SgxsStream.measure(Bytes.of(changed)))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void measure_cut_isMalformedOrAnother() throws Exception {
    enclave();
    byte[] stream = out.toByteArray();
    Bytes whole = SgxsStream.measure(stream()).mrEnclave();
    for (int length = 0; length < stream.length; length++) {
      Bytes cut = Bytes.of(Arrays.copyOf(stream, length));
      try {
        assertThat(SgxsStream.measure(cut).mrEnclave()).isNotEqualTo(whole);
      } catch (FormatException e) {
        assertThat(e.code()).isEqualTo(Code.MALFORMED);
      }
    }
  }

  @Test
  void addMeasured_lessThanAPage_isRefused() {
    assertThatThrownBy(() -> writer.addMeasured(0, 0, new byte[100]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
