/// What all parts of the engine share: the budget of an evaluation and the way it is stopped.
@NullMarked
package io.vouchsafe.rego.internal;

import org.jspecify.annotations.NullMarked;
