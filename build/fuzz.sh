#!/usr/bin/env bash
# Fuzzes parsers with Jazzer, one after the other.
#
#   build/fuzz.sh                     every target, 60 s each
#   build/fuzz.sh -s 600 Cbor Der     two targets (names without "Fuzzer"), 10 min each
#   build/fuzz.sh -l                  lists the targets
#
# A target is a class …/src/test/java/…/fuzz/NAMEFuzzer.java with `fuzzerTestOneInput(byte[])`. What is
# found lies in target/fuzz/NAME; the corpus is kept there, so a later run goes on where this one ended.
# The shared test vectors, where they lie beside the checkout, serve as first inputs. Exit status 1 if a
# target found something.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
seconds=60
list=""
while getopts "s:l" option; do
  case "$option" in
    s) seconds=$OPTARG ;;
    l) list=yes ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || { echo "seconds: a positive number, not '$seconds'" >&2; exit 2; }

targets=$(cd "$root" && find . -path '*/src/test/java/*/fuzz/*Fuzzer.java' -not -path '*/target/*' | sed 's:^\./::' | sort)
chosen=()
for file in $targets; do
  name=$(basename "$file" Fuzzer.java)
  if [ $# = 0 ] || [[ " $* " == *" $name "* ]]; then
    chosen+=("$file")
  fi
done
twice=$(printf '%s\n' "${chosen[@]}" | sed 's:.*/::' | sort | uniq -d)
[ -z "$twice" ] || { echo "two targets of one name, whose corpora would mix: $twice" >&2; exit 2; }
if [ -n "$list" ]; then
  for file in "${chosen[@]}"; do printf '%-20s %s\n' "$(basename "$file" Fuzzer.java)" "${file%%/src/*}"; done
  exit 0
fi
[ ${#chosen[@]} -gt 0 ] || { echo "no such target: $*; -l lists them" >&2; exit 2; }
java=${JAVA_HOME:?set JAVA_HOME to a JDK 25}/bin/java
mvn=(mvn -q -B -ntp -f "$root/pom.xml" -Dquick)

modules=$(printf '%s\n' "${chosen[@]}" | sed 's:/src/.*::' | sort -u | paste -sd,)
version=$(sed -n 's:.*<jazzer.version>\(.*\)</jazzer.version>.*:\1:p' "$root/pom.xml")
tools=$root/target/fuzz/tools
mkdir -p "$tools"
if [ ! -e "$tools/jazzer-$version.jar" ] || [ ! -e "$tools/jazzer-api-$version.jar" ]; then
  for artifact in jazzer jazzer-api; do
    "${mvn[@]}" -N dependency:copy -Dartifact=com.code-intelligence:$artifact:"$version" -DoutputDirectory="$tools"
  done
fi
"${mvn[@]}" -pl "$modules" -am test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz.classpath

vectors=${VOUCHSAFE_VECTORS:-$root/../shared/vectors}
status=0
for file in "${chosen[@]}"; do
  module=$root/${file%%/src/*}
  class=$(sed 's:.*/src/test/java/::; s:\.java$::; s:/:.:g' <<<"$file")
  name=$(basename "$file" Fuzzer.java)
  work=$root/target/fuzz/$name
  mkdir -p "$work/corpus" "$work/findings"
  # libFuzzer reads folders flat: every folder of the vectors is one.
  seeds=()
  [ -d "$vectors" ] && mapfile -t seeds < <(find -L "$vectors" -type d -not -path '*/trustee-recordings*')
  printf '%-20s ' "$name"
  if "$java" -Xmx1500m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      -XX:+EnableDynamicAgentLoading \
      -cp "$tools/jazzer-$version.jar:$tools/jazzer-api-$version.jar:$module/target/test-classes:$module/target/classes:$(cat "$module/target/fuzz.classpath")" \
      com.code_intelligence.jazzer.Jazzer --target_class="$class" --instrumentation_includes='io.vouchsafe.**' \
      --reproducer_path="$work/findings" -artifact_prefix="$work/findings/" -max_total_time="$seconds" -max_len=65536 \
      -timeout=60 -rss_limit_mb=3000 -use_value_profile=1 "$work/corpus" "${seeds[@]}" >"$work/log" 2>&1; then
    grep -ao 'Done [0-9]* runs in [0-9]* second(s)' "$work/log" || echo "ended; see $work/log"
  else
    status=1
    echo "FOUND something: $work/findings"
    grep -a -m1 -A12 '== Java Exception\|^== \|ERROR: libFuzzer' "$work/log" | sed 's/^/  /' || tail -n 12 "$work/log"
  fi
done
exit "$status"
