/// Tells what a file is: the forms in which evidence and its endorsements travel.
@NullMarked
package io.vouchsafe.evidence.forms;

import org.jspecify.annotations.NullMarked;
