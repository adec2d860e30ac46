package io.vouchsafe.http.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/// The resolver of the test's JVM, which remembers what was asked.
public final class WatchedResolver extends InetAddressResolverProvider {
  private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();

  /// Names and addresses that were looked up since [#forget()].
  static List<String> asked() {
    return List.copyOf(ASKED);
  }

  static void forget() {
    ASKED.clear();
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver system = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        ASKED.add(host);
        return system.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        ASKED.add(InetAddress.getByAddress(address).getHostAddress());
        return system.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "watched";
  }
}
