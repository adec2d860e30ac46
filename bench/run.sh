#!/usr/bin/env bash
# `./vouchsafe bench WHAT`, which has built everything that is measured. Compiles the benchmarks
# against exactly that build, so that measuring changes nothing of it.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$here")
lib=$root/cli/target/vouchsafe/lib
classes=$here/target/bench-classes

if [ ! -e "$classes/built" ] || [ -n "$(find "$here/src/main" "$lib" -type f -newer "$classes/built" -print -quit)" ]; then
  rm -rf "$classes"
  mkdir -p "$classes"
  "$JAVA_HOME/bin/javac" -proc:none -nowarn -d "$classes" -cp "$lib/*" $(find "$here/src/main/java" -name '*.java')
  touch "$classes/built"
fi

exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -Dvouchsafe.root="$root" -cp "$classes:$lib/*" io.vouchsafe.bench.Bench "$@"
