/// Rego text to syntax trees: lexer, parser, and the records of the tree.
@NullMarked
package io.vouchsafe.rego.internal.syntax;

import org.jspecify.annotations.NullMarked;
