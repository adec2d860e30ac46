package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.tpm.HashAlg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/// The enclave that Gramine (1.4 to 1.8) loads for a manifest, as its signer lays it out: from the
/// top of the address range down the manifest, save areas, thread control pages, thread data,
/// stacks, signal stacks and Gramine's own library; what is left is heap
/// (`gramineproject/gramine:python/graminelibos/sgx_sign.py`, `pal/src/host/linux-sgx/pal_tcb.h`,
/// `pal_linux_defs.h`).
public final class GramineEnclave {
  private static final int PAGE = SgxsWriter.PAGE;

  // Flags of pages (SECINFO).
  private static final long READ = 1;
  private static final long WRITE = 2;
  private static final long EXECUTE = 4;
  private static final long TCS = 0x100;
  private static final long REGULAR = 0x200;

  // Sizes that Gramine was built with.
  private static final int FRAME_PAGES = 4;
  private static final int FRAMES = 2;
  private static final long STACK = 64L * PAGE;
  private static final long SIGNAL_STACK = 16L * PAGE;
  private static final long HEAP_MIN = 0x10000;
  private static final long CANARY = 0xbadb_adba_dbadL;
  private static final int GPR_SIZE = 184;

  // Fields of a thread control page.
  private static final int TCS_OSSA = 16;
  private static final int TCS_NSSA = 28;
  private static final int TCS_OENTRY = 32;
  private static final int TCS_OGSBASE = 56;
  private static final int TCS_FSLIMIT = 64;
  private static final int TCS_GSLIMIT = 68;

  // Fields of the thread data: itself, the canary, 256 bytes for the library OS, then these.
  private static final int DATA_SELF = 0;
  private static final int DATA_CANARY = 8;
  private static final int DATA_ENCLAVE_SIZE = 272;
  private static final int DATA_TCS_OFFSET = 280;
  private static final int DATA_STACK = 288;
  private static final int DATA_SIGNAL_LOW = 304;
  private static final int DATA_SIGNAL_HIGH = 312;
  private static final int DATA_SSA = 328;
  private static final int DATA_GPR = 336;
  private static final int DATA_MANIFEST_SIZE = 416;
  private static final int DATA_HEAP_MIN = 424;
  private static final int DATA_HEAP_MAX = 432;

  private final GramineManifest manifest;
  private final Bytes manifestContent;
  private final ElfImage library;
  private final int threads;

  // Where things lie.
  private final long manifestAt;
  private final long ssa;
  private final long tcs;
  private final long data;
  private final long stacks;
  private final long signalStacks;
  private final long libraryAt;

  private GramineEnclave(GramineManifest manifest, ElfImage library) throws FormatException {
    this.manifest = manifest;
    this.library = library;
    this.threads = manifest.maxThreads();
    this.manifestContent = manifest.text().concat(Bytes.zeros(1));
    manifestAt = manifest.enclaveSize() - pages(manifestContent.size());
    ssa = manifestAt - (long) threads * FRAME_PAGES * FRAMES * PAGE;
    tcs = ssa - (long) threads * PAGE;
    data = tcs - (long) threads * PAGE;
    stacks = data - threads * STACK;
    signalStacks = stacks - threads * SIGNAL_STACK;
    long end = library.segments().stream().mapToLong(ElfImage.Segment::end).max().orElse(0);
    long start = library.segments().stream().mapToLong(ElfImage.Segment::address).min().orElse(0);
    libraryAt = signalStacks - pages(end);
    if (start >= PAGE) {
      throw FormatException.unexpected("a library linked at address 0", "at " + start);
    }
    if (libraryAt < HEAP_MIN) {
      throw FormatException.unexpected(
          "an enclave that holds library, threads and manifest", manifest.enclaveSize() + " bytes");
    }
  }

  /// Lays an enclave out.
  ///
  /// @param library Gramine's libpal.so for SGX, as it is installed
  /// @throws FormatException if the library is no ELF file of its kind, or there is no room
  public static GramineEnclave of(GramineManifest manifest, Bytes library) throws FormatException {
    return new GramineEnclave(manifest, ElfImage.parse(library));
  }

  private static long pages(long size) {
    return (size + PAGE - 1) / PAGE * PAGE;
  }

  /// Predicts MRENCLAVE, with the SHA-256 of what it is made from.
  public Measurement measure() {
    MessageDigest digest = HashAlg.SHA256.newDigest();
    write(digest::update);
    return new Measurement(
        Bytes.of(digest.digest()),
        List.of(
            new MeasuredPart("manifest", HashAlg.SHA256.digest(manifest.text())),
            new MeasuredPart("libpal", HashAlg.SHA256.digest(library.content()))));
  }

  /// Writes what is loaded, in order, as an SGXS stream.
  public void write(SgxsWriter.Sink sink) {
    SgxsWriter out = new SgxsWriter(sink);
    out.create(FRAME_PAGES, manifest.enclaveSize());
    long plain = READ | WRITE | REGULAR;
    content(out, manifestAt, READ | REGULAR, manifestContent);
    zeros(out, ssa, manifestAt, plain);
    for (int thread = 0; thread < threads; thread++) {
      out.addMeasured(tcs + (long) thread * PAGE, TCS, controlPage(thread));
    }
    for (int thread = 0; thread < threads; thread++) {
      out.addMeasured(data + (long) thread * PAGE, plain, dataPage(thread));
    }
    // Stacks of the first thread come first, so they lie highest.
    for (int thread = 0; thread < threads; thread++) {
      zeros(out, stack(thread), stack(thread) + STACK, plain);
    }
    for (int thread = 0; thread < threads; thread++) {
      zeros(out, signalStack(thread), signalStack(thread) + SIGNAL_STACK, plain);
    }
    for (ElfImage.Segment segment : library.segments()) {
      segment(out, segment);
    }
    if (!manifest.edmm()) {
      for (long at = HEAP_MIN; at < libraryAt; at += PAGE) {
        out.add(at, plain | EXECUTE);
      }
    }
  }

  private long stack(int thread) {
    return stacks + (threads - 1 - thread) * STACK;
  }

  private long signalStack(int thread) {
    return signalStacks + (threads - 1 - thread) * SIGNAL_STACK;
  }

  private byte[] controlPage(int thread) {
    byte[] bytes = new byte[PAGE];
    ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    page.putLong(TCS_OSSA, frames(thread));
    page.putInt(TCS_NSSA, FRAMES);
    page.putLong(TCS_OENTRY, libraryAt + library.entry());
    page.putLong(TCS_OGSBASE, data + (long) thread * PAGE);
    page.putInt(TCS_FSLIMIT, PAGE - 1);
    page.putInt(TCS_GSLIMIT, PAGE - 1);
    return bytes;
  }

  private byte[] dataPage(int thread) {
    byte[] bytes = new byte[PAGE];
    ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    page.putLong(DATA_SELF, data + (long) thread * PAGE);
    page.putLong(DATA_CANARY, CANARY);
    page.putLong(DATA_ENCLAVE_SIZE, manifest.enclaveSize());
    page.putLong(DATA_TCS_OFFSET, tcs + (long) thread * PAGE);
    page.putLong(DATA_STACK, stack(thread) + STACK);
    page.putLong(DATA_SIGNAL_LOW, signalStack(thread));
    page.putLong(DATA_SIGNAL_HIGH, signalStack(thread) + SIGNAL_STACK);
    page.putLong(DATA_SSA, frames(thread));
    page.putLong(DATA_GPR, frames(thread) + FRAME_PAGES * PAGE - GPR_SIZE);
    page.putLong(DATA_MANIFEST_SIZE, manifestContent.size());
    page.putLong(DATA_HEAP_MIN, HEAP_MIN);
    page.putLong(DATA_HEAP_MAX, libraryAt);
    return bytes;
  }

  /// Save areas of a thread.
  private long frames(int thread) {
    return ssa + (long) thread * FRAMES * FRAME_PAGES * PAGE;
  }

  private static void zeros(SgxsWriter out, long from, long to, long flags) {
    byte[] page = new byte[PAGE];
    for (long at = from; at < to; at += PAGE) {
      out.addMeasured(at, flags, page);
    }
  }

  private static void content(SgxsWriter out, long address, long flags, Bytes content) {
    byte[] page = new byte[PAGE];
    for (int at = 0; at < content.size(); at += PAGE) {
      int length = Math.min(PAGE, content.size() - at);
      content.asBuffer().position(at).get(page, 0, length);
      Arrays.fill(page, length, PAGE, (byte) 0);
      out.addMeasured(address + at, flags, page);
    }
  }

  /// Loads the pages that a segment touches; what of them is not of the segment is zero.
  private void segment(SgxsWriter out, ElfImage.Segment segment) {
    long flags =
        REGULAR
            | ((segment.flags() & 4) != 0 ? READ : 0)
            | ((segment.flags() & 2) != 0 ? WRITE : 0)
            | ((segment.flags() & 1) != 0 ? EXECUTE : 0);
    long first = segment.address() / PAGE * PAGE;
    byte[] page = new byte[PAGE];
    for (long at = first; at < segment.end(); at += PAGE) {
      Arrays.fill(page, (byte) 0);
      long from = Math.max(at, segment.address());
      long to = Math.min(at + PAGE, segment.address() + segment.fileSize());
      if (from < to) {
        int source = (int) (segment.offset() + from - segment.address());
        library
            .content()
            .asBuffer()
            .position(source)
            .get(page, (int) (from - at), (int) (to - from));
      }
      out.addMeasured(libraryAt + at, flags, page);
    }
  }
}
