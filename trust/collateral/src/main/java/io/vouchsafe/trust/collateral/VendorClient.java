package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpTcb;
import io.vouchsafe.http.HttpException;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.trust.collateral.CollateralKey.Enclave;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.trust.collateral.FetchException.Next;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Asks AMD's KDS and Intel's PCS, or caches of them, for one document (specs/evidence-x86 §1.8,
/// §4.10). It believes nothing of what comes; media types are not looked at, because every byte is
/// signed. Redirects are refused.
final class VendorClient {
  private static final String AMD_KEYS = "/vcek/v1/";
  private static final String THIM = "/metadata/THIM/amd/certification";
  private static final String CERTIFICATION = "/certification/v4/";
  private static final int HEX_DIGITS = 2;
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  private static final List<String> INFO_CHAIN =
      List.of("TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain");
  private static final List<String> IDENTITY_CHAIN = List.of("SGX-Enclave-Identity-Issuer-Chain");
  private static final List<String> NUMBERS_CHAIN =
      List.of("TCB-Evaluation-Data-Numbers-Issuer-Chain");
  private static final List<String> PCK_LIST_CHAIN = List.of("SGX-PCK-CRL-Issuer-Chain");

  private final LazyHttp http;
  private final Endpoints endpoints;
  private final InstantSource clock;

  /// @param http with bounds on time and size; not closed here
  VendorClient(LazyHttp http, Endpoints endpoints, InstantSource clock) {
    this.http = http;
    this.endpoints = endpoints;
    this.clock = clock;
  }

  /// Where a document is.
  URI address(CollateralKey key) {
    return switch (key) {
      case CollateralKey.AmdChain(KeyKind kind, String line) ->
          amd("/" + kind.text() + "/v1/" + line + "/cert_chain");
      case CollateralKey.AmdList(String line) -> amd(AMD_KEYS + line + "/crl");
      case CollateralKey.ChipKey(SnpProduct product, Bytes id, SnpTcb tcb) ->
          amd(AMD_KEYS + product.line() + "/" + id.hex() + query(tcb));
      case CollateralKey.TcbInfo(TeeKind tee, Bytes fmspc, Update update) ->
          intel(
              tee.tee(), "tcb?fmspc=" + fmspc.hex().toUpperCase(Locale.ROOT) + query(update, "&"));
      case CollateralKey.Identity(Enclave enclave, Update update) ->
          switch (enclave) {
            case QE -> intel("sgx", "qe/identity" + query(update, "?"));
            case TD_QE -> intel("tdx", "qe/identity" + query(update, "?"));
            case QVE -> intel("sgx", "qve/identity" + query(update, "?"));
          };
      case CollateralKey.EvaluationNumbers(TeeKind tee) ->
          intel(tee.tee(), "tcbevaluationdatanumbers");
      case CollateralKey.PckList(boolean platform) ->
          intel("sgx", "pckcrl?ca=" + (platform ? "platform" : "processor") + "&encoding=der");
      case CollateralKey.RootList() ->
          endpoints.rootList().orElseGet(() -> intel("sgx", "rootcacrl"));
    };
  }

  private URI amd(String path) {
    return Endpoints.under(endpoints.kds(), path);
  }

  private URI intel(String tee, String path) {
    return Endpoints.under(endpoints.pcs(), "/" + tee + CERTIFICATION + path);
  }

  private static String query(SnpTcb tcb) {
    String query =
        "?blSPL=%d&teeSPL=%d&snpSPL=%d&ucodeSPL=%d"
            .formatted(tcb.bootLoader(), tcb.tee(), tcb.snp(), tcb.microcode());
    return query + tcb.fmc().map(fmc -> "&fmcSPL=" + fmc).orElse("");
  }

  /// Nothing for the standard one, so that older caches understand.
  private static String query(Update update, String separator) {
    if (update.equals(Update.STANDARD)) {
      return "";
    }
    return separator + (update.fixed() ? "tcbEvaluationDataNumber=" : "update=") + update.text();
  }

  /// The document as the service has it; its issuers are empty where the service does not name
  /// them.
  CollateralDocument fetch(CollateralKey key) throws FetchException {
    URI address = address(key);
    HttpResponse answer;
    try {
      answer = http.client().send(HttpRequest.get(address));
    } catch (HttpException e) {
      throw unusable(e);
    }
    requireSuccess(answer);
    try {
      CollateralDocument document =
          new CollateralDocument(
              key,
              binary(key, answer.body()),
              issuers(key, answer),
              clock.instant(),
              address.getScheme() + "://" + address.getRawAuthority());
      document.requireBounds();
      return document;
    } catch (FormatException e) {
      throw invalid(e);
    }
  }

  /// What Azure's metadata service says about the chip of this machine.
  ThimAnswer thim(URI base) throws FetchException {
    HttpRequest request = HttpRequest.get(Endpoints.under(base, THIM)).header("Metadata", "true");
    HttpResponse answer;
    try {
      answer = http.client().send(request);
    } catch (HttpException e) {
      throw unusable(e);
    }
    requireSuccess(answer);
    try {
      return ThimAnswer.parse(answer.body());
    } catch (FormatException e) {
      throw invalid(e);
    }
  }

  private static FetchException invalid(FormatException e) {
    return FetchException.of(
        Refusal.of(FetchCheck.ANSWER, Code.COLLATERAL_INVALID, e.expected(), e.found()));
  }

  private static FetchException unusable(HttpException e) {
    String found = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case UNREACHABLE, TIMEOUT, BROKEN ->
          FetchException.answer(Code.COLLATERAL_UNAVAILABLE, Next.BACK_OFF, found);
      case TLS, REDIRECT -> FetchException.answer(Code.COLLATERAL_UNAVAILABLE, Next.GIVE_UP, found);
      case OVERSIZED -> FetchException.answer(Code.COLLATERAL_INVALID, Next.GIVE_UP, found);
    };
  }

  private void requireSuccess(HttpResponse answer) throws FetchException {
    int status = answer.status();
    if (status == 200) {
      return;
    }
    String found = "status " + status + " of " + answer.uri().getRawAuthority();
    if (status == 404 || status == 410 || status == 461 || status == 462) {
      throw FetchException.answer(Code.COLLATERAL_UNKNOWN, Next.GIVE_UP, found);
    } else if (status == 429 || status >= 500) {
      throw new FetchException(
          Refusal.of(FetchCheck.ANSWER, Code.COLLATERAL_UNAVAILABLE, "a document", found),
          Next.BACK_OFF,
          answer.headers().first("Retry-After").flatMap(this::retryAfter));
    }
    throw FetchException.answer(Code.COLLATERAL_UNAVAILABLE, Next.GIVE_UP, found);
  }

  /// Seconds or a date (RFC 9110 §10.2.3); whatever else it is counts as not there.
  Optional<Duration> retryAfter(String value) {
    Duration wait;
    if (value.matches("[0-9]{1,9}")) {
      wait = Duration.ofSeconds(Long.parseLong(value));
    } else {
      try {
        Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
        wait = Duration.between(clock.instant(), until);
      } catch (DateTimeException _) {
        return Optional.empty();
      }
    }
    if (wait.isNegative()) {
      return Optional.of(Duration.ZERO);
    }
    return Optional.of(wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait);
  }

  /// Caches send revocation lists as hexadecimal.
  private static Bytes binary(CollateralKey key, Bytes body) throws FormatException {
    boolean list =
        switch (key) {
          case CollateralKey.PckList _, CollateralKey.RootList _ -> true;
          case CollateralKey.AmdChain _,
              CollateralKey.AmdList _,
              CollateralKey.ChipKey _,
              CollateralKey.TcbInfo _,
              CollateralKey.Identity _,
              CollateralKey.EvaluationNumbers _ ->
              false;
        };
    // DER starts with 30 followed by a length that is no digit for any list of real size.
    if (!list || body.size() < HEX_DIGITS || !isHex(body.at(0)) || !isHex(body.at(1))) {
      return body;
    }
    return Bytes.fromHex(body.utf8Lossy().strip());
  }

  private static boolean isHex(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  private static Bytes issuers(CollateralKey key, HttpResponse answer) throws FormatException {
    List<String> names =
        switch (key) {
          case CollateralKey.TcbInfo _ -> INFO_CHAIN;
          case CollateralKey.Identity _ -> IDENTITY_CHAIN;
          case CollateralKey.EvaluationNumbers _ -> NUMBERS_CHAIN;
          case CollateralKey.PckList _ -> PCK_LIST_CHAIN;
          case CollateralKey.AmdChain _,
              CollateralKey.AmdList _,
              CollateralKey.ChipKey _,
              CollateralKey.RootList _ ->
              List.of();
        };
    for (String name : names) {
      Optional<String> value = answer.headers().first(name);
      if (value.isPresent()) {
        return PercentText.decode(value.get(), CollateralDocument.MAX_ISSUERS);
      }
    }
    if (!names.isEmpty()) {
      throw FormatException.unexpected("header " + names.getFirst(), "none");
    }
    return Bytes.EMPTY;
  }
}
