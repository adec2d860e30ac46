package io.vouchsafe.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.util.List;

/// A TPM that only knows a recorded session: every command must be the recorded one, byte for byte.
final class RecordedTpm implements TpmTransport {
  private final List<Json> exchanges;
  private int next;

  RecordedTpm() throws IOException, FormatException {
    exchanges =
        Json.parse(Vectors.text("tpm/swtpm/transcript.json"), JsonLimits.MESSAGE)
            .asArray("transcript");
  }

  /// Goes to the exchange with this index.
  RecordedTpm at(int index) {
    next = index;
    return this;
  }

  int position() {
    return next;
  }

  @Override
  public Bytes transmit(Bytes command) {
    try {
      Json.Obj exchange = exchanges.get(next++).asObject("exchange");
      assertThat(command.hex()).as(exchange.string("label")).isEqualTo(exchange.string("command"));
      return Bytes.fromHex(exchange.string("response"));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }
}
