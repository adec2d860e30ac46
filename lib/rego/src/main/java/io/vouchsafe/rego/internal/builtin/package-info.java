/// Built-in functions: one class per family, listed in
/// [io.vouchsafe.rego.internal.builtin.Builtins].
@NullMarked
package io.vouchsafe.rego.internal.builtin;

import org.jspecify.annotations.NullMarked;
