/// Rego, the language of the Open Policy Agent, evaluated from source text.
///
/// Start from [io.vouchsafe.rego.Policy]: sources are compiled once and evaluated many times by
/// many threads, each evaluation within [io.vouchsafe.rego.Limits]. Documents and answers are
/// [io.vouchsafe.rego.Value]s, converted from and to [io.vouchsafe.encoding.Json].
@NullMarked
package io.vouchsafe.rego;

import org.jspecify.annotations.NullMarked;
