/// ttrpc client and server, and the client of the agent protocol. A transport: it takes no decision
/// about trust.
module io.vouchsafe.ttrpc {
  requires transitive com.google.protobuf;
  requires transitive io.vouchsafe.agentapi;
  requires io.vouchsafe.encoding;
  requires static org.jspecify;

  exports io.vouchsafe.ttrpc;
  exports io.vouchsafe.ttrpc.wire to
      com.google.protobuf;
}
