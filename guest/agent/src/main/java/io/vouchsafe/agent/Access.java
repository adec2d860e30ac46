package io.vouchsafe.agent;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.ResourceUri;
import io.vouchsafe.verdict.Code;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The guest's standing at the broker: enrols and attests when something is first asked for, again
/// when the token has run out, and remembers what was released. The lock keeps one handshake at a
/// time.
final class Access {
  private final AttestedProvisions.Identity self;
  private final BrokerClient broker;
  private final AgentLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<String> released = new ArrayList<>();
  // Written with the lock only.
  private volatile String token = "";
  private Optional<GuestRefusal> early = Optional.empty();

  Access(
      AttestedProvisions.Identity self,
      BrokerTransport transport,
      SecureRandom random,
      AgentLog log) {
    this.self = self;
    this.broker = new BrokerClient(transport, random);
    this.log = log;
  }

  /// Attests before anybody asks. A refusal is kept for the first who does: asking the broker twice
  /// for one start would stand in its ledger twice.
  void attestEarly() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      token();
    } catch (GuestException e) {
      log.line(String.valueOf(e.getMessage()));
      // Not to be reached may have passed by then; a refusal has not.
      if (e.refusal().code() != Code.BROKER_UNREACHABLE) {
        early = Optional.of(e.refusal());
      }
    } finally {
      lock.unlock();
    }
  }

  /// A token that was good when it came.
  ///
  /// @throws GuestException if the broker does not attest this guest
  String token() throws GuestException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (early.isPresent()) {
        GuestRefusal refusal = early.get();
        early = Optional.empty();
        throw new GuestException(refusal);
      }
      if (token.isEmpty()) {
        log.line(broker.enrol(self.tpm()) ? "enrolled" : "the broker has no enrolment");
        token = broker.attest(self.initData(), self.key(), self.tpm());
        log.line("attested");
      }
      return token;
    } finally {
      lock.unlock();
    }
  }

  /// A resource of the broker.
  ///
  /// @param uri `kbs:///repository/type/tag`
  /// @throws GuestException if it is refused
  SecretBytes resource(String uri) throws GuestException, InterruptedException {
    ResourceUri parsed;
    try {
      parsed = ResourceUri.parse(uri);
    } catch (FormatException e) {
      throw new GuestException(
          GuestCheck.BROKER, Code.RESOURCE_PATH_INVALID, e.expected(), e.found());
    }
    SecretBytes resource;
    try {
      resource = broker.resource(parsed, token(), self.key());
    } catch (GuestException e) {
      if (!isStale(e)) {
        throw e;
      }
      forget();
      resource = broker.resource(parsed, token(), self.key());
    }
    log.line("got " + parsed);
    synchronized (released) {
      released.add(parsed.toString());
    }
    return resource;
  }

  private static boolean isStale(GuestException e) {
    Code code = e.refusal().code();
    return code == Code.TOKEN_EXPIRED || code == Code.TOKEN_INVALID || code == Code.TOKEN_MISSING;
  }

  private void forget() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      token = "";
    } finally {
      lock.unlock();
    }
  }

  /// Tells the broker of a refusal of ours.
  GuestRefusal report(GuestRefusal refusal, String subject)
      throws GuestException, InterruptedException {
    return broker.report(refusal, subject, token());
  }

  /// Whether there is a token. Does not wait: diagnostics are asked for while something is stuck.
  boolean attested() {
    return !token.isEmpty();
  }

  /// What was released so far.
  List<String> released() {
    synchronized (released) {
      return List.copyOf(released);
    }
  }
}
