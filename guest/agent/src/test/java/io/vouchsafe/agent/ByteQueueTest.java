package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ByteQueueTest {

  @Test
  void bytes_throughASmallQueue_arriveInOrder() throws Exception {
    byte[] data = new byte[10_000];
    new Random(1).nextBytes(data);
    ByteQueue queue = new ByteQueue(7);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                int done = 0;
                while (done < data.length) {
                  done += queue.write(data, done, data.length - done);
                }
                queue.end();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    byte[] got = new byte[data.length];
    int at = 0;
    for (byte[] part = queue.read(5); part.length > 0; part = queue.read(5)) {
      System.arraycopy(part, 0, got, at, part.length);
      at += part.length;
    }
    assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
    assertThat(got).isEqualTo(data);
  }

  @Test
  void read_ended_isEmpty() throws Exception {
    ByteQueue queue = new ByteQueue(4);
    queue.write(new byte[] {1, 2}, 0, 2);
    queue.end();
    assertThat(queue.read(10)).containsExactly(1, 2);
    assertThat(queue.read(10)).isEmpty();
  }

  @Test
  void write_full_waitsForRoom() throws Exception {
    ByteQueue queue = new ByteQueue(2);
    assertThat(queue.write(new byte[] {1, 2, 3}, 0, 3)).isEqualTo(2);
    AtomicReference<Integer> wrote = new AtomicReference<>();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                wrote.set(queue.write(new byte[] {3}, 0, 1));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(wrote.get()).isNull();
    assertThat(queue.read(1)).containsExactly(1);
    assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
    assertThat(wrote.get()).isEqualTo(1);
  }

  @Test
  void write_ended_saysSo() throws Exception {
    ByteQueue queue = new ByteQueue(2);
    queue.end();
    assertThat(queue.write(new byte[] {1}, 0, 1)).isEqualTo(-1);
  }

  @Test
  void discard_unread_isGone() throws Exception {
    ByteQueue queue = new ByteQueue(2);
    queue.write(new byte[] {1}, 0, 1);
    queue.discard();
    assertThat(queue.read(1)).isEmpty();
  }
}
