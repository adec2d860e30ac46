package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasureCheck;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.sgx.GramineEnclave;
import io.vouchsafe.measure.sgx.GramineManifest;
import io.vouchsafe.measure.sgx.SgxsStream;
import io.vouchsafe.measure.sgx.Sigstruct;
import io.vouchsafe.protocol.Toml;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "sgx",
    description = {
      "MRENCLAVE of an Intel SGX enclave, and MRSIGNER of its signer.",
      "A signature structure beside a stream or a manifest must be for the same enclave."
    })
final class MeasureSgxCommand implements Callable<Integer> {

  private static final String MR_ENCLAVE = "sgx_mr_enclave";
  private static final String MR_SIGNER = "sgx_mr_signer";
  private static final int BUFFER = 1 << 16;

  @Spec CommandSpec spec;

  @Option(
      names = "--sgxs",
      paramLabel = "FILE",
      description = "The enclave as a stream of what is loaded.")
  Optional<Path> sgxs = Optional.empty();

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description = "The enclave that Gramine loads for an expanded manifest (*.manifest.sgx).")
  Optional<Path> manifest = Optional.empty();

  @Option(
      names = "--libpal",
      paramLabel = "FILE",
      description = "With --manifest: Gramine's sgx/libpal.so as it is installed.")
  Optional<Path> library = Optional.empty();

  @Option(
      names = "--sigstruct",
      paramLabel = "FILE",
      description = "The signature structure of the enclave (*.sig); its signature is verified.")
  Optional<Path> sigstruct = Optional.empty();

  @Option(
      names = "--by-signer",
      description =
          "Make reference values of signer, product and security version instead of MRENCLAVE: later versions of the same signer pass too.")
  boolean bySigner;

  @Option(
      names = "--stream",
      paramLabel = "FILE",
      description = "With --manifest: write what Gramine loads as an SGXS stream.")
  Optional<Path> streamFile = Optional.empty();

  @Mixin MeasureOutput output = new MeasureOutput();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    if (sgxs.isPresent() && manifest.isPresent()) {
      throw new Failure("--sgxs and --manifest name two enclaves: give one");
    }
    if (manifest.isPresent() != library.isPresent()) {
      throw new Failure("--manifest and --libpal belong together");
    }
    if (sgxs.isEmpty() && manifest.isEmpty() && sigstruct.isEmpty()) {
      throw new Failure("one of --sgxs, --manifest and --sigstruct is needed");
    }
    if (bySigner && sigstruct.isEmpty()) {
      throw new Failure("--by-signer needs --sigstruct FILE");
    }
    if (streamFile.isPresent() && manifest.isEmpty()) {
      throw new Failure("--stream belongs to --manifest");
    }
    Artifacts artifacts = new Artifacts();
    Optional<Measurement> enclave = enclave(artifacts);
    Optional<Sigstruct> signed = signed(artifacts);
    Prediction prediction = artifacts.predicted("sgx");
    if (signed.isPresent()) {
      require(signed.get(), enclave);
    }
    Measurement shown =
        enclave.orElseGet(() -> new Measurement(signed.orElseThrow().enclaveHash(), List.of()));
    if (bySigner) {
      prediction.show(MR_ENCLAVE, shown);
    } else {
      prediction.add(MR_ENCLAVE, shown);
    }
    signed.ifPresent(structure -> describe(structure, prediction));
    output.show(prediction, spec.commandLine().getOut());
    return 0;
  }

  private Optional<Measurement> enclave(Artifacts artifacts) throws IOException, Failure {
    if (sgxs.isPresent()) {
      Bytes stream = artifacts.read("sgxs", sgxs.get());
      SgxsStream read = Artifacts.parsed(sgxs.get().toString(), () -> SgxsStream.measure(stream));
      return Optional.of(new Measurement(read.mrEnclave(), List.of()));
    }
    if (manifest.isPresent()) {
      Bytes text = artifacts.read("manifest", manifest.get());
      Bytes elf = artifacts.read("libpal", library.orElseThrow());
      GramineManifest parsed =
          Artifacts.parsed(
              manifest.get().toString(), () -> GramineManifest.of(text, Toml.parse(text)));
      GramineEnclave laidOut =
          Artifacts.parsed(library.get().toString(), () -> GramineEnclave.of(parsed, elf));
      writeStream(laidOut);
      return Optional.of(laidOut.measure());
    }
    return Optional.empty();
  }

  private Optional<Sigstruct> signed(Artifacts artifacts) throws IOException, Failure {
    if (sigstruct.isEmpty()) {
      return Optional.empty();
    }
    Bytes raw = artifacts.read("sigstruct", sigstruct.get());
    return Optional.of(Artifacts.parsed(sigstruct.get().toString(), () -> Sigstruct.parse(raw)));
  }

  /// A signature must verify, and be for the enclave that is measured.
  private static void require(Sigstruct signed, Optional<Measurement> enclave) throws Failure {
    try {
      signed.verify();
    } catch (RefusedException e) {
      throw new Failure(e.refusal());
    }
    if (enclave.isPresent() && !enclave.get().value().equals(signed.enclaveHash())) {
      throw new Failure(
          Refusal.of(
              MeasureCheck.SIGSTRUCT_ENCLAVE,
              Code.MEASUREMENT_MISMATCH,
              enclave.get().value().hex(),
              signed.enclaveHash().hex()));
    }
  }

  private void describe(Sigstruct signed, Prediction prediction) {
    Measurement signer = new Measurement(signed.mrSigner(), List.of());
    if (bySigner) {
      prediction
          .add(MR_SIGNER, signer)
          .number("sgx_isv_prod_id", signed.isvProdId())
          .number("sgx_minimum_isv_svn", signed.isvSvn());
    } else {
      prediction
          .show(MR_SIGNER, signer)
          .fact("isv_prod_id", Integer.toString(signed.isvProdId()))
          .fact("isv_svn", Integer.toString(signed.isvSvn()));
    }
    prediction
        .fact("date", signed.date())
        .fact("attributes", signed.attributes().hex())
        .fact("attributes_mask", signed.attributesMask().hex());
  }

  private void writeStream(GramineEnclave enclave) throws IOException {
    if (streamFile.isEmpty()) {
      return;
    }
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(streamFile.get()), BUFFER)) {
      enclave.write((bytes, offset, length) -> {
        try {
          out.write(bytes, offset, length);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
