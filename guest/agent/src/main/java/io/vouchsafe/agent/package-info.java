/// The agent: the one process of ours inside of the confidential VM.
///
/// Start from [io.vouchsafe.agent.Agent] (how it is started and what it needs),
/// [io.vouchsafe.agent.AgentService] (what the host may ask) and [io.vouchsafe.agent.Workload]
/// (what it was measured to run).
@NullMarked
package io.vouchsafe.agent;

import org.jspecify.annotations.NullMarked;
