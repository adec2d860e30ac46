package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import org.junit.jupiter.api.Test;

class ReplayCacheTest {
  private final ReplayCache cache = new ReplayCache(HashAlg.SHA1, 9);

  /// A log of the older format: one event of PCR 1 with data of its own.
  private static Bytes log(String data) {
    return ByteWriter.littleEndian()
        .u32(1)
        .u32((int) EventLog.EV_EFI_ACTION)
        .bytes(HashAlg.SHA1.digest(Bytes.utf8(data)))
        .sized32(Bytes.utf8(data))
        .toBytes();
  }

  @Test
  void log_thatReplayedToNothingSigned_isReplayedAgain() throws FormatException {
    ReplayCache.Replay first = cache.replay(log("x"));
    assertThat(first).isInstanceOf(ReplayCache.Replay.Fresh.class);
    assertThat(cache.replay(log("x"))).isInstanceOf(ReplayCache.Replay.Fresh.class);
    assertThat(cache.size()).isZero();
  }

  @Test
  void log_thatReplayed_isKnownByItsContent() throws FormatException {
    ReplayCache.Replay first = cache.replay(log("x"));
    ReplayCache.Boot boot = cache.boot(log("x"), first);
    assertThat(boot.count()).isEqualTo(1);
    assertThat(cache.replay(log("x"))).isEqualTo(new ReplayCache.Replay.Known(first.pcrs(), boot));
    assertThat(cache.boot(log("x"), cache.replay(log("x")))).isSameAs(boot);
    assertThat(cache.replay(log("y")).pcrs()).isNotEqualTo(first.pcrs());
  }

  @Test
  void log_thatIsNone_isRefusedEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.replay(Bytes.utf8("no log")))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void logs_moreThanTheBound_areForgotten() throws FormatException {
    for (int i = 0; i < ReplayCache.MAX_LOGS + 10; i++) {
      cache.boot(log("x" + i), cache.replay(log("x" + i)));
    }
    assertThat(cache.size()).isEqualTo(ReplayCache.MAX_LOGS);
  }

  @Test
  void log_thatIsTooLong_isNotKept() throws FormatException {
    Bytes log = log("x".repeat(ReplayCache.MAX_LENGTH));
    cache.boot(log, cache.replay(log));
    assertThat(cache.size()).isZero();
  }
}
