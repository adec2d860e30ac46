/// The guest channel: what the host may ask of the agent inside, service `grpc.AgentService`, and
/// how it learns that the agent answers, service `grpc.Health`.
///
/// The messages are generated from `src/main/protobuf`. [io.vouchsafe.agentapi.GuestRefusal] is how
/// a refusal looks in the message of a status.
@NullMarked
package io.vouchsafe.agentapi;

import org.jspecify.annotations.NullMarked;
