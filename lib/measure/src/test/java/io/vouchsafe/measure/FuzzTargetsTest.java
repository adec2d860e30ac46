package io.vouchsafe.measure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.fuzz.EnclaveFuzzer;
import io.vouchsafe.measure.fuzz.FirmwareFuzzer;
import io.vouchsafe.measure.fuzz.OwnerFuzzer;
import io.vouchsafe.measure.fuzz.PeImageFuzzer;
import io.vouchsafe.measure.sgx.StandInLibrary;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this module.
class FuzzTargetsTest {
  private static final int ROUNDS = 600;

  @Test
  void image_mutated_throwsOnlyFormatException() throws Exception {
    Mutations.feed(
        PeImageFuzzer::fuzzerTestOneInput,
        31,
        ROUNDS,
        List.of(
            Vectors.bytes("eventlog/synthetic/mini-kernel.efi"),
            Vectors.bytes("eventlog/synthetic/mini-uki.efi")));
  }

  @Test
  void firmware_mutated_throwsOnlyFormatException() {
    byte[] sev =
        new TestFirmware()
            .number(TestFirmware.RESET, 0x80b004)
            .number(TestFirmware.SVSM, 0x40)
            .hashTable(0x810c00)
            .sev(0x800000, 0x2000, 1, 0x80b000, 0x1000, 3, 0x810000, 0x1000, 16)
            .build()
            .toByteArray();
    byte[] tdx =
        new TestFirmware()
            .tdx(0, 0x1000, 0xfffff000L, 0x1000, 0, 1, 0, 0, 0x809000, 0x2000, 2, 0)
            .build()
            .toByteArray();
    // Only their last bytes are structure, so that is where most of the changes belong.
    Mutations.feed(
        tail -> FirmwareFuzzer.fuzzerTestOneInput(page(tail)),
        32,
        ROUNDS,
        List.of(end(sev), end(tdx)));
  }

  private static byte[] end(byte[] image) {
    return Bytes.of(image).slice(image.length - 320, image.length).toByteArray();
  }

  /// Fills up to whole pages at the front.
  private static byte[] page(byte[] tail) {
    int size = Math.max(1, (tail.length + OvmfImage.PAGE - 1) / OvmfImage.PAGE) * OvmfImage.PAGE;
    return Bytes.zeros(size - tail.length).concat(Bytes.of(tail)).toByteArray();
  }

  @Test
  void enclave_mutated_throwsOnlyDocumentedExceptions() throws Exception {
    Mutations.feed(
        EnclaveFuzzer::fuzzerTestOneInput,
        33,
        ROUNDS,
        List.of(
            Vectors.bytes("measure/test_enclave.sigstruct"),
            Bytes.of(Vectors.bytes("measure/test_enclave.sgxs")).slice(0, 9_000).toByteArray()));
  }

  @Test
  void library_mutated_throwsOnlyDocumentedExceptions() {
    Mutations.feed(
        EnclaveFuzzer::fuzzerTestOneInput,
        34,
        ROUNDS,
        List.of(StandInLibrary.whole().build().toByteArray()));
  }

  @Test
  void ownersStructures_mutated_throwOnlyDocumentedExceptions() throws Exception {
    Mutations.feed(
        OwnerFuzzer::fuzzerTestOneInput,
        35,
        200,
        List.of(Vectors.bytes("measure/idblock_test_auth_block.bin"), new byte[96]));
  }
}
