/// ttrpc: remote calls over any ordered byte stream, as containerd and the guests of confidential
/// pods speak it.
///
/// Start from [io.vouchsafe.ttrpc.TtrpcServer], [io.vouchsafe.ttrpc.TtrpcClient] and
/// [io.vouchsafe.ttrpc.AgentClient], which speaks the agent protocol:
///
/// ```java
/// try (AgentClient agent = AgentClient.connect(socket)) {
///   agent.awaitServing(Duration.ofSeconds(60));
///   agent.createSandbox("pod-1");
/// }
/// ```
@NullMarked
package io.vouchsafe.ttrpc;

import org.jspecify.annotations.NullMarked;
