package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.azure.AzurePolicy;
import io.vouchsafe.evidence.azure.AzureSnpVerifier;
import io.vouchsafe.evidence.azure.AzureTdxVerifier;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapVerifier;
import io.vouchsafe.evidence.dcap.Quote;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.SnpVerifier;
import io.vouchsafe.trust.collateral.CollateralKey.Enclave;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which documents evidence needs. Evidence is asked for them by verifying it as far as that goes
/// without them: for Intel's, what is forged asks for nothing.
public final class CollateralNeeds {
  private static final ExpectedBinding NONE = new ExpectedBinding(Bytes.EMPTY, Optional.empty());

  private final CollateralRoots roots;
  private final Update update;

  /// @param update which TCB recovery of Intel's counts
  public CollateralNeeds(CollateralRoots roots, Update update) {
    this.roots = roots;
    this.update = update;
  }

  /// Documents that every platform needs: what a machine should hold that will lose its network.
  public static List<CollateralKey> common(Update update) {
    List<CollateralKey> keys = new ArrayList<>();
    for (SnpProduct product : SnpProduct.KNOWN) {
      keys.add(new CollateralKey.AmdChain(KeyKind.VCEK, product.line()));
      keys.add(new CollateralKey.AmdChain(KeyKind.VLEK, product.line()));
      keys.add(new CollateralKey.AmdList(product.line()));
    }
    for (Enclave enclave : Enclave.values()) {
      keys.add(new CollateralKey.Identity(enclave, update));
    }
    for (TeeKind tee : TeeKind.values()) {
      keys.add(new CollateralKey.EvaluationNumbers(tee));
    }
    keys.add(new CollateralKey.RootList());
    keys.add(new CollateralKey.PckList(true));
    keys.add(new CollateralKey.PckList(false));
    return List.copyOf(keys);
  }

  /// Documents for a platform of Intel's of which only the FMSPC is known.
  public static List<CollateralKey> of(TeeKind tee, Bytes fmspc, Update update) {
    Set<CollateralKey> keys = new LinkedHashSet<>();
    for (boolean platformCa : new boolean[] {true, false}) {
      keys.addAll(Answers.wanted(new CollateralSource.Platform(tee, fmspc, platformCa), update));
    }
    return List.copyOf(keys);
  }

  /// Documents for a chip of AMD's.
  public static List<CollateralKey> of(CollateralKey.ChipKey chip) {
    String line = chip.product().line();
    return List.of(
        chip, new CollateralKey.AmdChain(KeyKind.VCEK, line), new CollateralKey.AmdList(line));
  }

  /// Documents for evidence: a report of SEV-SNP, a quote of SGX or TDX, or the JSON of a guest.
  ///
  /// @throws FormatException if it is none of these
  /// @throws RefusedException if it is not genuine as far as that shows
  public List<CollateralKey> of(Bytes evidence, Instant at)
      throws FormatException, RefusedException {
    if (evidence.size() == SnpReport.SIZE) {
      return Answers.wanted(SnpReport.parse(evidence));
    }
    if (evidence.isEmpty() || evidence.at(0) != '{') {
      Quote quote = Quote.parse(evidence);
      Json json = Json.object().put("quote", evidence.base64()).build();
      return asked(source -> dcap(quote.header().tee(), source), json, at);
    }
    Json json = Json.parse(evidence, JsonLimits.MESSAGE);
    List<Maker> makers =
        List.of(
            source -> new SnpVerifier(roots.amd(), SnpPolicy.STRICT, source),
            source -> dcap(TeeKind.TDX, source),
            source -> dcap(TeeKind.SGX, source),
            source ->
                new AzureSnpVerifier(roots.amd(), SnpPolicy.STRICT, AzurePolicy.STRICT, source),
            source ->
                new AzureTdxVerifier(roots.intel(), DcapPolicy.STRICT, AzurePolicy.STRICT, source));
    Optional<RefusedException> last = Optional.empty();
    for (Maker maker : makers) {
      try {
        return asked(maker, json, at);
      } catch (RefusedException e) {
        boolean further = last.isEmpty() || e.results().size() > last.get().results().size();
        last = further ? Optional.of(e) : last;
      }
    }
    throw last.orElseThrow();
  }

  private DcapVerifier dcap(TeeKind tee, Recorder source) {
    return new DcapVerifier(tee, roots.intel(), DcapPolicy.STRICT, source);
  }

  @FunctionalInterface
  private interface Maker {
    Verifier with(Recorder source);
  }

  /// Has nothing, and notes what it was asked for.
  private final class Recorder implements CollateralSource, SnpEndorsementSource {
    private final Set<CollateralKey> keys = new LinkedHashSet<>();

    @Override
    public Optional<Collateral> collateral(Platform platform) {
      keys.addAll(Answers.wanted(platform, update));
      return Optional.empty();
    }

    @Override
    public SnpEndorsements of(SnpReport report) {
      keys.addAll(Answers.wanted(report));
      return SnpEndorsements.NONE;
    }
  }

  private List<CollateralKey> asked(Maker maker, Json evidence, Instant at)
      throws RefusedException {
    Recorder recorder = new Recorder();
    try {
      maker.with(recorder).verify(evidence, NONE, at);
    } catch (RefusedException e) {
      if (recorder.keys.isEmpty()) {
        throw e;
      }
    }
    return List.copyOf(recorder.keys);
  }
}
