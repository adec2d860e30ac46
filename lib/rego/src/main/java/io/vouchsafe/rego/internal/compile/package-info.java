/// Syntax trees to the compiled form: names to slots and paths, bodies to an order in which all
/// variables are bound when they are needed.
@NullMarked
package io.vouchsafe.rego.internal.compile;

import org.jspecify.annotations.NullMarked;
