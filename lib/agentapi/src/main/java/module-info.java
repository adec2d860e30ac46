/// Messages of the guest channel: the agent protocol of confidential pods as generated from our own
/// definitions, and the form in which a refusal crosses it.
module io.vouchsafe.agentapi {
  requires transitive com.google.protobuf;
  requires transitive io.vouchsafe.verdict;
  requires static org.jspecify;

  exports io.vouchsafe.agentapi;
}
