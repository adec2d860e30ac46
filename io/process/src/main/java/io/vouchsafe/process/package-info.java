/// Programs that we start: [io.vouchsafe.process.Command] runs one to its end,
/// [io.vouchsafe.process.Daemon] keeps one running and leaves a record by which a later process can
/// find and end it, [io.vouchsafe.process.ProcessIdentity] tells a process from a later one with
/// the same number. Linux only.
@NullMarked
package io.vouchsafe.process;

import org.jspecify.annotations.NullMarked;
