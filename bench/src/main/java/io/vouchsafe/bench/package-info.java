/// Measures what was promised: one command per figure, medians, and beside each the state of the
/// machine that it was taken on.
@NullMarked
package io.vouchsafe.bench;

import org.jspecify.annotations.NullMarked;
