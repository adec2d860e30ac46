/// Runs folders of test cases against the libraries.
///
/// Start from [io.vouchsafe.conformance.Conformance] and [io.vouchsafe.conformance.Report]:
///
/// ```java
/// Report report = Conformance.run(Path.of("vectors"), Set.of("snp", "tdx"));
/// System.out.print(report.table());
/// System.exit(report.exitCode());
/// ```
@NullMarked
package io.vouchsafe.conformance;

import org.jspecify.annotations.NullMarked;
