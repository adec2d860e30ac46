/// The `vouchsafe` command: parses what the user wants, wires the sides together, prints. Every
/// decision lies in the modules below; this is the only place that knows all of them.
@NullMarked
package io.vouchsafe.cli;

import org.jspecify.annotations.NullMarked;
