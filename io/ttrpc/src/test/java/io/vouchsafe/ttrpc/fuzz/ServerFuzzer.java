package io.vouchsafe.ttrpc.fuzz;

import com.google.protobuf.ByteString;
import io.vouchsafe.agentapi.CreateContainerRequest;
import io.vouchsafe.ttrpc.TtrpcServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// Feeds a server whatever a hostile host could write. Only the end inside of a frame may end it.
public final class ServerFuzzer {
  private ServerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    TtrpcServer server =
        new TtrpcServer(
            Map.of(
                "s/m",
                call -> {
                  CreateContainerRequest.parseFrom(call.payload());
                  return ByteString.EMPTY;
                }),
            (method, failure) -> {
              throw new IllegalStateException(method, failure);
            });
    try {
      server.serve(new ByteArrayInputStream(data), OutputStream.nullOutputStream());
    } catch (IOException _) {
      // Documented: the input ended inside of a frame.
    }
  }
}
