#!/usr/bin/env bash
# `./vouchsafe bench WHAT`, which has built everything that is measured. Compiles the benchmarks
# against exactly that build, so that measuring changes nothing of it.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$here")
lib=$root/cli/target/vouchsafe/lib
classes=$here/target/bench-classes
# The simulated vendors are no part of the product, so they are compiled along.
sources=("$here/src/main/java" "$here/src/main/resources" "$root/testkit/amd/src/main/java" "$root/testkit/intel/src/main/java")

if [ ! -e "$classes/built" ] || [ -n "$(find "${sources[@]}" "$lib" -type f -newer "$classes/built" -print -quit)" ]; then
  rm -rf "$classes"
  mkdir -p "$classes"
  "$JAVA_HOME/bin/javac" -proc:none -nowarn -d "$classes" -cp "$lib/*" $(find "${sources[@]}" -name '*.java')
  cp -r "$here/src/main/resources/." "$classes"
  touch "$classes/built"
fi

exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -Dvouchsafe.root="$root" -cp "$classes:$lib/*" io.vouchsafe.bench.Bench "$@"
