/// What Linux offers and Java does not: [io.vouchsafe.linux.Mounts],
/// [io.vouchsafe.linux.FileNodes], [io.vouchsafe.linux.TpmDevice]. No memory segment leaves these
/// classes, and the native linker is not started before the first call: on an emulated processor
/// that takes longer than the calls.
@NullMarked
package io.vouchsafe.linux;

import org.jspecify.annotations.NullMarked;
