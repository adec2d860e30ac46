package io.vouchsafe.measure.sgx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Stand-ins of Gramine's library and a manifest. The values that are expected of them come from a
/// second program, written from the layout and measuring steps of `gramine-sgx-sign`; no enclave
/// that Gramine itself signed is at hand.
class GramineEnclaveTest {
  private static final String TEXT = "[sgx]\nenclave_size = \"1M\"\nmax_threads = 2\n";

  private static Bytes mrEnclave(long size, int threads, boolean edmm) throws FormatException {
    GramineManifest manifest = new GramineManifest(Bytes.utf8(TEXT), size, threads, edmm);
    return GramineEnclave.of(manifest, StandInLibrary.whole().build()).measure().value();
  }

  @ParameterizedTest
  @CsvSource({
    "2097152, 2, false, 61b3fe5981c59c58ca92007e2a703121c70d467fd351257d5715d7ec32c10386",
    "2097152, 2, true, a6150dc732bac4f27da2bcb4b063d0a88d973617ea4bc9132abc18e492ea00f7",
    "4194304, 4, false, 246331bc6cf699d8101c590c3a87278864800326de361cee3ff49a5da5be4038",
    "67108864, 1, true, 9d6fbe4a01108ba2093da6ac19e3595bddff7e26965f13b60f01a196207f5349"
  })
  void measure_standIns_isWhatTheSecondProgramComputes(
      long size, int threads, boolean edmm, String expected) throws Exception {
    assertThat(mrEnclave(size, threads, edmm).hex()).isEqualTo(expected);
  }

  @Test
  void write_stream_isCanonicalAndMeasuresTheSame() throws Exception {
    GramineManifest manifest = new GramineManifest(Bytes.utf8(TEXT), 1 << 21, 2, false);
    GramineEnclave enclave = GramineEnclave.of(manifest, StandInLibrary.whole().build());
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    enclave.write(stream::write);
    SgxsStream read = SgxsStream.measure(Bytes.of(stream.toByteArray()));
    assertThat(read.mrEnclave()).isEqualTo(enclave.measure().value());
    assertThat(read.ssaFramePages()).isEqualTo(4);
    // All of the range but what lies below the heap and between the library's segments.
    assertThat(read.pages()).isEqualTo((1 << 21) / 4096 - 16);
  }

  @Test
  void measure_textOfTheManifest_counts() throws Exception {
    Bytes library = StandInLibrary.whole().build();
    GramineManifest one = new GramineManifest(Bytes.utf8(TEXT), 1 << 21, 2, true);
    GramineManifest other = new GramineManifest(Bytes.utf8(TEXT + "#"), 1 << 21, 2, true);
    assertThat(GramineEnclave.of(one, library).measure())
        .isNotEqualTo(GramineEnclave.of(other, library).measure());
  }

  @Test
  void of_enclaveTooSmall_isRefused() {
    assertThatThrownBy(() -> mrEnclave(1 << 20, 4, true))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("holds library");
  }

  @Test
  void of_whatIsNoLibrary_isRefused() {
    GramineManifest manifest = new GramineManifest(Bytes.utf8(TEXT), 1 << 21, 1, true);
    for (Bytes library :
        new Bytes[] {
          Bytes.EMPTY,
          Bytes.zeros(64),
          StandInLibrary.whole().type(2).build(),
          StandInLibrary.whole().machine(183).build(),
          StandInLibrary.whole().headerSize(55).build(),
          new StandInLibrary().build(),
          headersAt(Long.MAX_VALUE),
          headersAt(Long.MAX_VALUE - 100),
          segment(0, 0x2000, 0x3000, 0x2fff),
          segment(0, 0, 0x5000, 0x6000),
          segment(0x4001, 0x1, 0, 0x1000),
          segment(1, 0, 0x10, 0x10),
          segment(0x1000, 0x1000, 0x10, 0x10),
          segment(0, 0, 0x10, 1L << 40),
          segment(-4096, 0, 0x10, 0x10),
          segment(0, -4096, 0x10, 0x10),
          segment(0, 0, -1, 0x10)
        }) {
      assertThatThrownBy(() -> GramineEnclave.of(manifest, library))
          .isInstanceOf(FormatException.class);
    }
  }

  private static Bytes headersAt(long at) {
    byte[] library = StandInLibrary.whole().build().toByteArray();
    ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN).putLong(32, at);
    return Bytes.of(library);
  }

  private static Bytes segment(long offset, long address, long fileSize, long memorySize) {
    return new StandInLibrary()
        .segment(StandInLibrary.LOAD, 5, offset, address, fileSize, memorySize)
        .build();
  }

  private static GramineManifest manifest(String sgx) throws FormatException {
    return GramineManifest.of(
        Bytes.EMPTY, Json.parseObject(Bytes.utf8("{\"sgx\":" + sgx + "}"), JsonLimits.MESSAGE));
  }

  @ParameterizedTest
  @CsvSource({"1G, 0x40000000", "256M, 0x10000000", "512K, 0x80000", "0x100000, 0x100000"})
  void manifest_sizes_asGramineReadsThem(String text, String bytes) throws Exception {
    GramineManifest read = manifest("{\"enclave_size\":\"%s\",\"max_threads\":4}".formatted(text));
    assertThat(read.enclaveSize()).isEqualTo(Long.decode(bytes));
    assertThat(read.edmm()).isFalse();
    assertThat(manifest("{\"enclave_size\":\"1G\",\"max_threads\":4,\"edmm_enable\":true}").edmm())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"enclave_size\":\"1G\"}",
        "{\"max_threads\":4}",
        "{\"enclave_size\":1,\"max_threads\":4}",
        "{\"enclave_size\":\"\",\"max_threads\":4}",
        "{\"enclave_size\":\"G\",\"max_threads\":4}",
        "{\"enclave_size\":\"-1G\",\"max_threads\":4}",
        "{\"enclave_size\":\"3G\",\"max_threads\":4}",
        "{\"enclave_size\":\"1T\",\"max_threads\":4}",
        "{\"enclave_size\":\"256G\",\"max_threads\":4}",
        "{\"enclave_size\":\"99999999999G\",\"max_threads\":4}",
        "{\"enclave_size\":\"1G\",\"max_threads\":0}",
        "{\"enclave_size\":\"1G\",\"max_threads\":99999999999}",
        "{\"enclave_size\":\"1G\",\"max_threads\":4097}",
        "{\"enclave_size\":\"1G\",\"max_threads\":4,\"experimental_enable_aex_notify\":true}"
      })
  void manifest_withoutWhatCounts_isRefused(String sgx) {
    assertThatThrownBy(() -> manifest(sgx)).isInstanceOf(FormatException.class);
  }
}
