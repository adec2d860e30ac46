/// Measurements, each a program that prints its figures with CPU seconds and load average.
@NullMarked
package io.vouchsafe.bench;

import org.jspecify.annotations.NullMarked;
