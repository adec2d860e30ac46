/// The compiled form and its evaluation.
///
/// A body is a chain of [io.vouchsafe.rego.internal.eval.Step]s, each of which calls the next once
/// per solution; terms are [io.vouchsafe.rego.internal.eval.Node]s. Which variable is bound where
/// is known when it is compiled, so that variables are slots of a
/// [io.vouchsafe.rego.internal.eval.Frame] and nothing is ever unbound. The compiled form is
/// immutable and shared by all threads.
@NullMarked
package io.vouchsafe.rego.internal.eval;

import org.jspecify.annotations.NullMarked;
