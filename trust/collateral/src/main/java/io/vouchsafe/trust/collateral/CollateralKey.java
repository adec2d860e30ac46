package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpTcb;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Names one document of a vendor (specs/evidence-x86 §1.8, §4.10). Text form: words and
/// hexadecimal joined by slashes, for example `intel/tcb/tdx/90c06f000000/standard`; one key has
/// one text.
public sealed interface CollateralKey {
  /// Longest text of a key.
  int MAX_TEXT = 256;

  /// Whose keys an AMD chain is for.
  enum KeyKind {
    /// Chips' own keys.
    VCEK,
    /// Keys of providers.
    VLEK;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// An enclave of Intel's whose identity is published.
  enum Enclave {
    /// Quotes SGX enclaves.
    QE("sgx", "QE"),
    /// Quotes TDX guests.
    TD_QE("tdx", "TD_QE"),
    /// Verifies quotes.
    QVE("qve", "QVE");

    private final String text;
    private final String id;

    Enclave(String text, String id) {
      this.text = text;
      this.id = id;
    }

    /// What the document calls it.
    public String id() {
      return id;
    }

    static Enclave of(TeeKind tee) {
      return switch (tee) {
        case SGX -> QE;
        case TDX -> TD_QE;
      };
    }
  }

  /// Which TCB recovery a document is of: `standard`, `early`, or the number of one.
  record Update(String text) {
    /// What a relying party uses unless it has reasons.
    public static final Update STANDARD = new Update("standard");

    /// Published before the standard one, for those who cannot wait.
    public static final Update EARLY = new Update("early");

    private static final int MAX_DIGITS = 9;

    public Update {
      boolean number = text.matches("[1-9][0-9]{0," + (MAX_DIGITS - 1) + "}");
      if (!number && !text.equals("standard") && !text.equals("early")) {
        throw new IllegalArgumentException("standard, early or a number, got " + text);
      }
    }

    /// Whether it names one recovery for good.
    boolean fixed() {
      return Character.isDigit(text.charAt(0));
    }

    static Update parse(String text) throws FormatException {
      try {
        return new Update(text);
      } catch (IllegalArgumentException _) {
        throw FormatException.unexpected("standard, early or an evaluation number", text);
      }
    }
  }

  /// AMD's root and the intermediate for one kind of key.
  ///
  /// @param line product line, `Milan` for example
  record AmdChain(KeyKind kind, String line) implements CollateralKey {}

  /// The revocation list of AMD's root for a line.
  record AmdList(String line) implements CollateralKey {}

  /// The certificate of a chip's key (VCEK).
  ///
  /// @param product its line
  /// @param hardwareId as many bytes as the line has
  /// @param tcb that the key was derived from
  record ChipKey(SnpProduct product, Bytes hardwareId, SnpTcb tcb) implements CollateralKey {
    public ChipKey {
      if (hardwareId.size() != product.chipIdSize()) {
        throw new IllegalArgumentException(
            "a hardware id of %d bytes".formatted(product.chipIdSize()));
      }
    }
  }

  /// Intel's TCB info.
  ///
  /// @param fmspc 6 bytes
  record TcbInfo(TeeKind tee, Bytes fmspc, Update update) implements CollateralKey {
    static final int FMSPC = 6;

    public TcbInfo {
      if (fmspc.size() != FMSPC) {
        throw new IllegalArgumentException("an FMSPC of " + FMSPC + " bytes");
      }
    }
  }

  /// The identity of an enclave of Intel's.
  record Identity(Enclave enclave, Update update) implements CollateralKey {}

  /// Which TCB recoveries there are.
  record EvaluationNumbers(TeeKind tee) implements CollateralKey {}

  /// The revocation list of an issuer of PCK certificates.
  ///
  /// @param platformCa of the CA for platforms with several packages, else of the other
  record PckList(boolean platformCa) implements CollateralKey {}

  /// The revocation list of Intel's root.
  record RootList() implements CollateralKey {}

  /// The text form.
  default String text() {
    return switch (this) {
      case AmdChain(KeyKind kind, String line) -> "amd/chain/" + kind.text() + "/" + line;
      case AmdList(String line) -> "amd/crl/" + line;
      case ChipKey(SnpProduct product, Bytes id, SnpTcb tcb) ->
          "amd/vcek/" + product.line() + "/" + id.hex() + "/" + tcb.encode().hex();
      case TcbInfo(TeeKind tee, Bytes fmspc, Update update) ->
          "intel/tcb/" + tee.tee() + "/" + fmspc.hex() + "/" + update.text();
      case Identity(Enclave enclave, Update update) ->
          "intel/identity/" + enclave.text + "/" + update.text();
      case EvaluationNumbers(TeeKind tee) -> "intel/numbers/" + tee.tee();
      case PckList(boolean platform) -> "intel/pckcrl/" + (platform ? "platform" : "processor");
      case RootList() -> "intel/rootcrl";
    };
  }

  /// Reads the text form.
  ///
  /// @throws FormatException if it is none, or names a line that is not known here
  static CollateralKey parse(String text) throws FormatException {
    if (text.length() > MAX_TEXT) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "a key of at most " + MAX_TEXT + " characters", "more");
    }
    List<String> words = List.of(text.split("/", -1));
    CollateralKey key =
        switch (words.size()) {
          case 2 -> text.equals("intel/rootcrl") ? new RootList() : unknown(text);
          case 3 -> three(words, text);
          case 4 -> four(words, text);
          case 5 -> five(words, text);
          default -> unknown(text);
        };
    if (!key.text().equals(text)) {
      throw FormatException.unexpected(key.text(), text);
    }
    return key;
  }

  private static CollateralKey three(List<String> words, String text) throws FormatException {
    String last = words.getLast();
    return switch (words.get(0) + "/" + words.get(1)) {
      case "amd/crl" -> new AmdList(product(last).line());
      case "intel/numbers" -> new EvaluationNumbers(tee(last));
      case "intel/pckcrl" -> new PckList(last.equals("platform"));
      default -> unknown(text);
    };
  }

  private static CollateralKey four(List<String> words, String text) throws FormatException {
    String third = words.get(2);
    String last = words.getLast();
    return switch (words.get(0) + "/" + words.get(1)) {
      case "amd/chain" ->
          new AmdChain(third.equals("vlek") ? KeyKind.VLEK : KeyKind.VCEK, product(last).line());
      case "intel/identity" -> new Identity(enclave(third), Update.parse(last));
      default -> unknown(text);
    };
  }

  private static CollateralKey five(List<String> words, String text) throws FormatException {
    String third = words.get(2);
    Bytes fourth = Bytes.fromHex(words.get(3));
    String last = words.getLast();
    return switch (words.get(0) + "/" + words.get(1)) {
      case "amd/vcek" -> {
        SnpProduct product = product(third);
        sized("hardware id", fourth, product.chipIdSize());
        Bytes tcb = Bytes.fromHex(last);
        sized("TCB version", tcb, Long.BYTES);
        yield new ChipKey(product, fourth, SnpTcb.of(tcb, product.layout()));
      }
      case "intel/tcb" -> {
        sized("FMSPC", fourth, TcbInfo.FMSPC);
        yield new TcbInfo(tee(third), fourth, Update.parse(last));
      }
      default -> unknown(text);
    };
  }

  private static void sized(String what, Bytes value, int size) throws FormatException {
    if (value.size() != size) {
      throw FormatException.unexpected(what + " of " + size + " bytes", value.size() + " bytes");
    }
  }

  private static SnpProduct product(String line) throws FormatException {
    Optional<SnpProduct> product = SnpProduct.named(line);
    return product.orElseThrow(() -> FormatException.unexpected("a product line of AMD", line));
  }

  private static TeeKind tee(String text) throws FormatException {
    for (TeeKind tee : TeeKind.values()) {
      if (tee.tee().equals(text)) {
        return tee;
      }
    }
    throw FormatException.unexpected("sgx or tdx", text);
  }

  private static Enclave enclave(String text) throws FormatException {
    for (Enclave enclave : Enclave.values()) {
      if (enclave.text.equals(text)) {
        return enclave;
      }
    }
    throw FormatException.unexpected("sgx, tdx or qve", text);
  }

  private static CollateralKey unknown(String text) throws FormatException {
    throw FormatException.unexpected("the name of a collateral document", text);
  }
}
