/// The vendors' services for tests: a real server on loopback that serves what simulated
/// authorities made, throttles, breaks and lies.
@NullMarked
package io.vouchsafe.testkit.vendors;

import org.jspecify.annotations.NullMarked;
