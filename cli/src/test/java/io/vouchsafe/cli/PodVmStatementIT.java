package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `run` and `demo` register of their pod VM, without a machine.
class PodVmStatementIT {
  private static final Duration LIFE = Duration.ofDays(30);
  private static final VmSpec.Size SIZE = new VmSpec.Size(2, 1024);

  @TempDir Path dir;

  private static Bytes digest(int fill) {
    return HashAlg.SHA256.digest(Bytes.utf8("file " + fill));
  }

  private static PodVmStatement said(VmSpec.Size size, int firmware) {
    return new PodVmStatement(
        "0123456789abcdef",
        size,
        Map.of("linux", "6.1", "ovmf", "2025.02"),
        List.of(
            new ReferenceSet.Input("kernel", "vmlinuz", digest(1)),
            new ReferenceSet.Input("firmware", "OVMF_CODE.fd", digest(2))),
        List.of(
            new PodVmStatement.Expected("tpm_pcr04", digest(4), Provenance.PREDICTED),
            new PodVmStatement.Expected("tpm_pcr00", digest(firmware), Provenance.RECORDED)));
  }

  private StatementKeys keys(String home) throws Exception {
    return StatementKeys.of(Optional.empty(), new Home(dir.resolve(home)));
  }

  private TrustClient client() throws Exception {
    return TrustClient.open(new Home(dir.resolve("home")), TrustPlace.OWN);
  }

  private static Registration.Registered register(
      TrustClient client, StatementKeys keys, PodVmStatement said, Duration life) throws Exception {
    return new Registration(client, keys).register(said.release(keys.signer(), life));
  }

  private static List<ReferenceValue> values(TrustClient client) throws Exception {
    List<ReferenceValue> values = new ArrayList<>();
    for (Json.Obj entry : client.referenceValues()) {
      values.add(ReferenceValue.parse(entry));
    }
    return values;
  }

  @Test
  void values_ofOneImageAndSize_areOneStatementWithTheirProvenance() throws Exception {
    StatementKeys keys = keys("home");
    try (TrustClient client = client()) {
      assertThat(register(client, keys, said(SIZE, 0), LIFE).before()).isFalse();
      List<ReferenceValue> values = values(client);
      assertThat(values)
          .extracting(ReferenceValue::name, ReferenceValue::provenance)
          .containsExactlyInAnyOrder(
              Tuple.tuple("tpm_pcr04", Provenance.PREDICTED),
              Tuple.tuple("tpm_pcr00", Provenance.RECORDED));
      Set<ReferenceSource> sources = new HashSet<>();
      values.forEach(value -> sources.add(value.source().orElseThrow()));
      assertThat(sources)
          .singleElement()
          .satisfies(source -> {
            assertThat(source.set())
                .isEqualTo(
                    "podvm/0123456789abcdef/2-vcpu-1024-MiB/"
                        + keys.signer().keyId().substring(0, 16));
            assertThat(source.signer()).isEqualTo(keys.signer().keyId());
          });

      long ledger = client.ledgerSize();
      assertThat(register(client, keys, said(SIZE, 0), LIFE).before()).isTrue();
      assertThat(values(client)).isEqualTo(values);
      assertThat(client.ledgerSize()).isEqualTo(ledger);
    }
    Cli.Outcome provenance = new Cli(dir.resolve("home")).run("rv", "provenance", "tpm_pcr00");
    assertThat(provenance.out())
        .contains("recorded", "2-vcpu-1024-MiB", Vouchsafe.VERSION, "\"vcpus\":\"2\"")
        .contains("kernel sha256:" + digest(1), "firmware sha256:" + digest(2), "2025.02");
  }

  @Test
  void values_ofAnotherRecordingSizeOrHome_standBeside() throws Exception {
    StatementKeys keys = keys("home");
    try (TrustClient client = client()) {
      Registration.Registered first = register(client, keys, said(SIZE, 0), LIFE);
      Registration.Registered second = register(client, keys, said(SIZE, 9), LIFE);
      assertThat(second.before()).isFalse();
      assertThat(second.statement().version()).isGreaterThan(first.statement().version());
      assertThat(second.removed()).isZero();
      assertThat(register(client, keys, said(SIZE, 0), LIFE).statement())
          .isEqualTo(first.statement());

      register(client, keys, said(VmSpec.Size.DEFAULT, 0), LIFE);
      assertThat(register(client, keys("other"), said(SIZE, 0), LIFE).before()).isFalse();
      assertThat(register(client, keys, said(SIZE, 9), LIFE).before()).isTrue();
      List<Json.Obj> taken = client.referenceSets();
      assertThat(taken).hasSize(4);
      Set<String> sets = new HashSet<>();
      for (Json.Obj set : taken) {
        sets.add(set.string("set"));
      }
      assertThat(sets).hasSize(3);
    }
  }

  @Test
  void values_pastHalfOfTheirLife_areSaidAnew() throws Exception {
    StatementKeys keys = keys("home");
    Duration life = Duration.ofSeconds(12);
    try (TrustClient client = client()) {
      Registration.Registered first = register(client, keys, said(SIZE, 0), life);
      Instant half = first.statement().expires().minus(life.dividedBy(2));
      while (!Instant.now().isAfter(half.plusSeconds(1))) {
        Thread.sleep(50);
      }
      Registration.Registered later = register(client, keys, said(SIZE, 0), life);
      assertThat(later.before()).isFalse();
      assertThat(later.statement().expires()).isAfter(first.statement().expires());
    }
  }

  @Test
  void values_ofManyRunsAtOnce_allEndUpInForce() throws Exception {
    try (TrustClient client = client();
        ExecutorService many = Executors.newFixedThreadPool(4)) {
      List<Callable<Registration.Registered>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        // The key is made by whoever comes first, too.
        runs.add(() -> register(client, keys("home"), said(SIZE, 0), LIFE));
      }
      Set<String> signers = new HashSet<>();
      for (Future<Registration.Registered> run : many.invokeAll(runs)) {
        assertThat(run.get().statement().values()).hasSize(2);
      }
      values(client).forEach(value -> signers.add(value.source().orElseThrow().signer()));
      assertThat(signers).containsExactly(keys("home").signer().keyId());
    }
  }

  @Test
  void release_thatTheServerRefuses_isAFailureWithItsCode() throws Exception {
    StatementKeys keys = keys("home");
    StatementKeys halves = new StatementKeys(keys.signer(), keys("other").privateKey());
    PodVmStatement none =
        new PodVmStatement("0123456789abcdef", SIZE, Map.of(), List.of(), List.of());
    PodVmStatement noInputs =
        new PodVmStatement("0123456789abcdef", SIZE, Map.of(), List.of(), said(SIZE, 0).values());
    try (TrustClient client = client()) {
      assertThatThrownBy(() -> register(client, halves, said(SIZE, 0), LIFE))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("does not belong");
      assertThatThrownBy(() -> register(client, keys, none, LIFE))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("cannot be signed");
      assertThatThrownBy(() -> register(client, keys, noInputs, LIFE))
          .isInstanceOfSatisfying(
              Failure.class,
              e -> assertThat(e.refusal().map(Refusal::code)).contains(Code.MALFORMED));
      assertThatThrownBy(() -> register(client, keys, said(SIZE, 0), Duration.ZERO))
          .isInstanceOf(Failure.class);
      assertThat(values(client)).isEmpty();
    }
  }
}
