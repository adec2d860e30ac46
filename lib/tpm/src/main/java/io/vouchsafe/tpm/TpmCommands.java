package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The commands of TPM 2.0 part 3 that an attester needs, over any transport. All authorisation
/// values are empty: the keys here are protected by their attributes, not by a password.
///
/// Not thread-safe: one TPM, one caller at a time. Every method throws [TpmException] if the TPM
/// answers with an error, and another [IOException] if it cannot be reached or answers nonsense.
public final class TpmCommands {
  /// TPM_RH_OWNER.
  public static final int OWNER = 0x4000_0001;

  /// TPM_RH_ENDORSEMENT.
  public static final int ENDORSEMENT = 0x4000_000B;

  /// NV index of the certificate of an RSA-2048 endorsement key (EK credential profile, 2.2.1.4).
  public static final int NV_EK_CERTIFICATE_RSA2048 = 0x01C0_0002;

  private static final int RH_NULL = 0x4000_0007;
  private static final int PASSWORD = 0x4000_0009;

  private static final int CONTINUE_SESSION = 1;
  private static final int TAG_NO_SESSIONS = 0x8001;
  private static final int TAG_SESSIONS = 0x8002;
  private static final int HEADER = 10;

  /// How often a command is sent again when the TPM is busy. libtpms answers RETRY once, on the
  /// first use of a key that is protected against dictionary attacks.
  private static final int MAX_ATTEMPTS = 16;

  /// NV_BUFFER_MAX is at least this for every TPM of the PC client profile.
  private static final int NV_CHUNK = 512;

  private static final int MAX_NV = 8192;
  private static final int MAX_PUBLIC = 1024;
  private static final int MAX_ATTEST = 2048;
  private static final int MAX_DIGESTS = 8;
  private static final int MAX_SMALL = 512;

  private final TpmTransport transport;

  public TpmCommands(TpmTransport transport) {
    this.transport = transport;
  }

  /// A loaded object.
  ///
  /// @param handle transient handle; flush it, a bare TPM holds only three
  /// @param area its public area
  /// @param name its Name, as the TPM computed it
  public record LoadedKey(int handle, TpmtPublic area, Bytes name) {}

  /// What TPM2_Quote returned, unchanged.
  ///
  /// @param message TPMS_ATTEST: what is signed
  /// @param signature TPMT_SIGNATURE
  public record QuoteResult(Bytes message, Bytes signature) {}

  /// One digest for one bank.
  public record BankDigest(HashAlg alg, Bytes digest) {}

  /// TPMS_NV_PUBLIC, as far as it is needed.
  ///
  /// @param index the NV index
  /// @param attributes TPMA_NV
  /// @param size length of the content in bytes
  public record NvPublic(int index, int attributes, int size) {}

  private enum Command {
    CREATE_PRIMARY(0x131),
    NV_READ(0x14E),
    STARTUP(0x144),
    SHUTDOWN(0x145),
    ACTIVATE_CREDENTIAL(0x147),
    POLICY_SECRET(0x151),
    QUOTE(0x158),
    FLUSH_CONTEXT(0x165),
    NV_READ_PUBLIC(0x169),
    START_AUTH_SESSION(0x176),
    GET_RANDOM(0x17B),
    PCR_READ(0x17E),
    PCR_EXTEND(0x182);

    private final int code;

    Command(int code) {
      this.code = code;
    }
  }

  /// What a response holds after its header, read with bounds.
  @FunctionalInterface
  private interface Reader<T> {
    T read(ByteReader in) throws FormatException;
  }

  /// TPM2_Startup(CLEAR). That the TPM was started before is no error.
  public void startup() throws IOException {
    try {
      run(Command.STARTUP, plain(Command.STARTUP, params().u16(0)), in -> 0);
    } catch (TpmException e) {
      if (e.responseCode() != TpmException.INITIALIZE) {
        throw e;
      }
    }
  }

  /// TPM2_Shutdown(CLEAR): without it the next start counts as a suspected attack.
  public void shutdown() throws IOException {
    run(Command.SHUTDOWN, plain(Command.SHUTDOWN, params().u16(0)), in -> 0);
  }

  /// TPM2_GetRandom.
  ///
  /// @param count bytes wanted, at most 32; the TPM may return fewer
  public Bytes getRandom(int count) throws IOException {
    return run(
        Command.GET_RANDOM,
        plain(Command.GET_RANDOM, params().u16(count)),
        in -> in.sized16("random bytes", MAX_SMALL));
  }

  /// Reads all 24 registers of a bank. A TPM returns at most eight at once; if a register is
  /// extended between two answers the values do not belong together, so then everything is read
  /// again.
  public List<Bytes> pcrRead(HashAlg bank) throws IOException {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Bytes[] values = new Bytes[PcrSelection.PCR_COUNT];
      if (readRound(bank, values)) {
        return List.of(values);
      }
    }
    throw new IOException("TPM2_PCR_Read: the registers changed all the time while they were read");
  }

  private record PcrAnswer(long updateCounter, PcrSelection selection, List<Bytes> digests) {}

  private boolean readRound(HashAlg bank, Bytes[] values) throws IOException {
    int missing = (1 << PcrSelection.PCR_COUNT) - 1;
    long counter = -1;
    while (missing != 0) {
      PcrSelection wanted = new PcrSelection(bank.id(), missing, PcrSelection.SELECT_SIZE);
      PcrAnswer answer = pcrReadOnce(wanted, bank);
      int got = answer.selection().mask() & missing;
      if (got == 0 || Integer.bitCount(got) != answer.digests().size()) {
        throw new IOException("TPM2_PCR_Read: no bank " + bank.jcaName() + " in this TPM");
      }
      if (counter != -1 && counter != answer.updateCounter()) {
        return false;
      }
      counter = answer.updateCounter();
      int next = 0;
      for (int pcr = 0; pcr < values.length; pcr++) {
        if ((got >>> pcr & 1) == 1) {
          values[pcr] = answer.digests().get(next++);
        }
      }
      missing &= ~got;
    }
    return true;
  }

  private PcrAnswer pcrReadOnce(PcrSelection wanted, HashAlg bank) throws IOException {
    ByteWriter params = params();
    PcrSelection.writeList(params, List.of(wanted));
    return run(
        Command.PCR_READ,
        plain(Command.PCR_READ, params),
        in -> {
          long counter = in.u32("pcrUpdateCounter");
          List<PcrSelection> selections = PcrSelection.readList(in);
          int count = in.count32("digests", MAX_DIGESTS);
          List<Bytes> digests = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            digests.add(in.sized16("digest", bank.size()));
          }
          if (selections.size() != 1 || selections.getFirst().hash() != bank.id()) {
            throw FormatException.malformed(in.offset(), "the bank asked for", "another");
          }
          return new PcrAnswer(counter, selections.getFirst(), digests);
        });
  }

  /// TPM2_PCR_Extend with one digest per bank.
  public void pcrExtend(int pcr, List<BankDigest> digests) throws IOException {
    ByteWriter params = params().u32(digests.size());
    for (BankDigest digest : digests) {
      params.u16(digest.alg().id()).bytes(digest.digest());
    }
    run(Command.PCR_EXTEND, authorised(Command.PCR_EXTEND, params, pcr), in -> 0);
  }

  /// TPM2_CreatePrimary with an empty authorisation value.
  ///
  /// @param hierarchy [#ENDORSEMENT] or [#OWNER]
  /// @param template TPMT_PUBLIC whose unique field steers the derivation
  public LoadedKey createPrimary(int hierarchy, Bytes template) throws IOException {
    return createPrimary(hierarchy, template, Bytes.EMPTY, List.of());
  }

  LoadedKey createPrimary(
      int hierarchy, Bytes template, Bytes outsideInfo, List<PcrSelection> creationPcrs)
      throws IOException {
    // TPM2B_SENSITIVE_CREATE with empty userAuth and empty data.
    ByteWriter params = params().u16(4).u16(0).u16(0).sized16(template).sized16(outsideInfo);
    PcrSelection.writeList(params, creationPcrs);
    ByteReader in =
        exchange(Command.CREATE_PRIMARY, authorised(Command.CREATE_PRIMARY, params, hierarchy));
    return parsed(
        Command.CREATE_PRIMARY,
        in,
        response -> {
          int handle = (int) response.u32("handle");
          ByteReader body = response.sub("parameters", (int) checkedSize(response));
          TpmtPublic area = TpmtPublic.parse(body.sized16("outPublic", MAX_PUBLIC));
          body.sized16("creationData", MAX_PUBLIC);
          body.sized16("creationHash", MAX_SMALL);
          body.skip("creationTicket", 6);
          body.sized16("creationTicket digest", MAX_SMALL);
          Bytes name = body.sized16("name", MAX_SMALL);
          body.end();
          return new LoadedKey(handle, area, name);
        });
  }

  /// Makes the RSA-2048 endorsement key of template L-1 (EK credential profile, B.3.3): the same
  /// key whenever it is asked for.
  public LoadedKey createEk() throws IOException {
    return createPrimary(ENDORSEMENT, Templates.ekRsa2048());
  }

  /// Makes an attestation key in the endorsement hierarchy: ECC P-256, ECDSA with SHA-256,
  /// restricted, without dictionary attack protection (it has no authorisation value to guess). The
  /// same key whenever it is asked for with the same `unique`.
  ///
  /// @param unique steers the derivation; at most 32 bytes, empty for the one key of this TPM
  public LoadedKey createAk(Bytes unique) throws IOException {
    return createPrimary(ENDORSEMENT, Templates.akP256(unique));
  }

  /// As [#createAk(Bytes)] with an empty `unique`.
  public LoadedKey createAk() throws IOException {
    return createAk(Bytes.EMPTY);
  }

  /// TPM2_Quote with the scheme of the key.
  ///
  /// @param qualifyingData at most 64 bytes that are bound to the quote
  public QuoteResult quote(int key, Bytes qualifyingData, List<PcrSelection> selections)
      throws IOException {
    ByteWriter params = params().sized16(qualifyingData).u16(TpmAlg.NULL);
    PcrSelection.writeList(params, selections);
    return run(
        Command.QUOTE,
        authorised(Command.QUOTE, params, key),
        in -> new QuoteResult(in.sized16("quoted", MAX_ATTEST), in.rest()));
  }

  /// TPM2_NV_ReadPublic.
  public NvPublic nvReadPublic(int index) throws IOException {
    return run(
        Command.NV_READ_PUBLIC,
        plain(Command.NV_READ_PUBLIC, params().u32(index)),
        in -> {
          ByteReader area = ByteReader.bigEndian(in.sized16("nvPublic", MAX_SMALL));
          in.sized16("nvName", MAX_SMALL);
          int found = (int) area.u32("nvIndex");
          area.u16("nameAlg");
          int attributes = (int) area.u32("attributes");
          area.sized16("authPolicy", MAX_SMALL);
          int size = area.u16("dataSize");
          area.end();
          return new NvPublic(found, attributes, size);
        });
  }

  /// Reads a whole NV index, as its own authority.
  public Bytes nvRead(int index) throws IOException {
    int size = nvReadPublic(index).size();
    if (size > MAX_NV) {
      throw new IOException("NV index of " + size + " bytes, at most " + MAX_NV + " are read");
    }
    ByteWriter content = params();
    for (int offset = 0; offset < size; offset += NV_CHUNK) {
      content.bytes(nvRead(index, Math.min(NV_CHUNK, size - offset), offset));
    }
    return content.toBytes();
  }

  private Bytes nvRead(int index, int size, int offset) throws IOException {
    return run(
        Command.NV_READ,
        authorised(Command.NV_READ, params().u16(size).u16(offset), index, index),
        in -> in.sized16("data", size));
  }

  /// Starts an unsalted, unbound policy session with SHA-256.
  ///
  /// @param nonce at least 16 bytes; nothing depends on its secrecy here
  /// @return the session's handle
  public int startPolicySession(Bytes nonce) throws IOException {
    ByteWriter params =
        params()
            .u32(RH_NULL)
            .u32(RH_NULL)
            .sized16(nonce)
            .u16(0)
            .u8(1)
            .u16(TpmAlg.NULL)
            .u16(TpmAlg.SHA256);
    return run(
        Command.START_AUTH_SESSION,
        plain(Command.START_AUTH_SESSION, params),
        in -> {
          int handle = (int) in.u32("session");
          in.sized16("nonceTPM", MAX_SMALL);
          return handle;
        });
  }

  /// TPM2_PolicySecret with the endorsement hierarchy: what the policy of an endorsement key asks
  /// for.
  public void policySecretEndorsement(int session) throws IOException {
    ByteWriter params = params().u16(0).u16(0).u16(0).u32(0);
    run(
        Command.POLICY_SECRET,
        authorised(Command.POLICY_SECRET, params, ENDORSEMENT, session),
        in -> {
          in.sized16("timeout", MAX_SMALL);
          in.skip("policyTicket", 6);
          in.sized16("policyTicket digest", MAX_SMALL);
          return 0;
        });
  }

  /// TPM2_ActivateCredential. The session goes on; its policy has to be satisfied again for another
  /// use.
  ///
  /// @param ak handle of the key that was named when the credential was made
  /// @param ek handle of the endorsement key
  /// @param session policy session that satisfies the endorsement key's policy
  /// @param credential blob and encrypted secret, each with its size prefix
  /// @throws TpmException with [TpmException#CREDENTIAL_INTEGRITY] if it was made for another key
  public SecretBytes activateCredential(int ak, int ek, int session, Credential credential)
      throws IOException {
    ByteWriter params = params().bytes(credential.blob()).bytes(credential.encryptedSecret());
    Bytes command =
        command(
            Command.ACTIVATE_CREDENTIAL,
            handles(ak, ek),
            auth(PASSWORD, 0).concat(auth(session, CONTINUE_SESSION)),
            params.toBytes());
    return run(
        Command.ACTIVATE_CREDENTIAL,
        command,
        in -> SecretBytes.take(in.sized16("certInfo", MAX_SMALL).toByteArray()));
  }

  /// Opens a credential with a session of its own, which does not outlive the call.
  ///
  /// @param nonce at least 16 bytes for the session
  /// @throws TpmException with [TpmException#CREDENTIAL_INTEGRITY] if it was made for another key
  public SecretBytes openCredential(int ak, int ek, Bytes nonce, Credential credential)
      throws IOException {
    int session = startPolicySession(nonce);
    try {
      policySecretEndorsement(session);
      return activateCredential(ak, ek, session, credential);
    } finally {
      flush(session);
    }
  }

  /// TPM2_FlushContext: unloads an object or ends a session.
  public void flush(int handle) throws IOException {
    run(Command.FLUSH_CONTEXT, plain(Command.FLUSH_CONTEXT, params().u32(handle)), in -> 0);
  }

  private static ByteWriter params() {
    return ByteWriter.bigEndian();
  }

  private static Bytes handles(int... handles) {
    ByteWriter out = params();
    for (int handle : handles) {
      out.u32(handle);
    }
    return out.toBytes();
  }

  /// One entry of an authorisation area: empty nonce, attributes, empty value.
  private static Bytes auth(int session, int attributes) {
    return params().u32(session).u16(0).u8(attributes).u16(0).toBytes();
  }

  private static Bytes plain(Command command, ByteWriter params) {
    return command(command, Bytes.EMPTY, Bytes.EMPTY, params.toBytes());
  }

  /// A command whose first handle is authorised by the empty password.
  private static Bytes authorised(Command command, ByteWriter params, int... handles) {
    return command(command, handles(handles), auth(PASSWORD, 0), params.toBytes());
  }

  private static Bytes command(Command command, Bytes handles, Bytes auths, Bytes params) {
    boolean sessions = !auths.isEmpty();
    int size = HEADER + handles.size() + (sessions ? 4 + auths.size() : 0) + params.size();
    ByteWriter out =
        params()
            .u16(sessions ? TAG_SESSIONS : TAG_NO_SESSIONS)
            .u32(size)
            .u32(command.code)
            .bytes(handles);
    if (sessions) {
      out.sized32(auths);
    }
    return out.bytes(params).toBytes();
  }

  /// Runs a command whose response has no handle before its parameters, and demands that `reader`
  /// reads all of them.
  private <T> T run(Command command, Bytes bytes, Reader<T> reader) throws IOException {
    ByteReader in = exchange(command, bytes);
    boolean sessions = bytes.at(1) == (TAG_SESSIONS & 0xff);
    boolean handle = command == Command.START_AUTH_SESSION;
    return parsed(
        command,
        in,
        response -> {
          ByteReader body =
              sessions && !handle
                  ? response.sub("parameters", (int) checkedSize(response))
                  : response;
          T result = reader.read(body);
          body.end();
          return result;
        });
  }

  private static long checkedSize(ByteReader in) throws FormatException {
    return in.count32("parameterSize", TpmTransport.MAX_MESSAGE);
  }

  private static <T> T parsed(Command command, ByteReader in, Reader<T> reader) throws IOException {
    try {
      return reader.read(in);
    } catch (FormatException e) {
      throw new IOException(
          "TPM2 " + command + ": the answer cannot be read: " + e.getMessage(), e);
    }
  }

  /// Sends a command, again if the TPM is busy, and returns the response behind its header.
  private ByteReader exchange(Command command, Bytes bytes) throws IOException {
    for (int attempt = 1; ; attempt++) {
      ByteReader in = ByteReader.bigEndian(transport.transmit(bytes));
      int code = parsed(command, in, TpmCommands::readHeader);
      if (code == 0) {
        return in;
      }
      if (!isBusy(code) || attempt == MAX_ATTEMPTS) {
        throw new TpmException("TPM2 " + command, code);
      }
    }
  }

  private static int readHeader(ByteReader in) throws FormatException {
    int whole = in.remaining();
    int tag = in.u16("tag");
    long size = in.u32("responseSize");
    if (tag != TAG_SESSIONS && tag != TAG_NO_SESSIONS || size != whole) {
      throw FormatException.malformed(0, "a response of " + whole + " bytes", size + " bytes");
    }
    return (int) in.u32("responseCode");
  }

  /// YIELDED, TESTING and RETRY: the command was not run, and is to be sent again unchanged.
  private static boolean isBusy(int code) {
    return code == 0x908 || code == 0x90A || code == 0x922;
  }
}
