#!/bin/sh
# Prepares .build/launch for ./catchwater: finds JDK 25, builds what is missing (a release has its
# libraries with it), compares the libraries of others with the list of those that were tested, unpacks
# the native library, makes the AOT cache. Says on standard error what takes long; nothing is printed
# where all is there. Needs nothing but a POSIX shell, a JDK and, to build, Maven.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
build=$home/.build
. "$home/tools/find-jdk.sh"
. "$home/tools/checksums.sh"

say() { printf '%s\n' "$*" >&2; }

case $(uname -s) in
  Linux | Darwin) ;;
  *)
    say "catchwater runs on Linux and macOS, not on $(uname -s): use a Linux machine or WSL"
    exit 1
    ;;
esac

if ! jdk=$(find_jdk25); then
  no_jdk25
  exit 1
fi
java=$jdk/bin/java
runtime_version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "$jdk/release")

# One preparation at a time; one that was killed leaves a lock whose owner is gone.
mkdir -p "$build"
until mkdir "$build/lock" 2>/dev/null; do
  owner=$(cat "$build/lock/pid" 2>/dev/null || true)
  if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
    rm -rf "$build/lock"
  else
    sleep 1
  fi
done
echo $$ >"$build/lock/pid"
trap 'rm -rf "$build/lock"' EXIT
trap 'exit 1' INT TERM HUP

# The jar of DuckDB has the libraries of all platforms, 257 MB, and would unpack one at every start.
# Its classes alone go into the library folder, this platform's library beside it.
slim_duckdb() {
  case $(uname -sm) in
    'Linux x86_64') set -- "$1" linux_amd64 libduckdb_java.so ;;
    'Linux aarch64') set -- "$1" linux_arm64 libduckdb_java.so ;;
    Darwin*) set -- "$1" osx_universal libduckdb_java.dylib ;;
    *) return 0 ;;
  esac
  for slim_jar in "$1"/duckdb_jdbc-*.jar; do
    [ -r "$slim_jar" ] || return 0
    slim_work=$build/duckdb.new
    rm -rf "$slim_work" && mkdir -p "$slim_work" "$build/native/duckdb"
    (cd "$slim_work" && "$jdk/bin/jar" xf "$slim_jar" org META-INF "libduckdb_java.so_$2") || return 0
    [ -r "$slim_work/libduckdb_java.so_$2" ] || return 0
    mv "$slim_work/libduckdb_java.so_$2" "$build/native/duckdb/$3"
    rm -f "$slim_work/META-INF/MANIFEST.MF"
    (cd "$slim_work" && "$jdk/bin/jar" cf "$slim_jar.new" org META-INF) &&
      mv "$slim_jar.new" "$slim_jar"
    rm -rf "$slim_work"
  done
}

# Leaves the jars in .build/lib.new and lib-flight.new, and what is in them (CycloneDX) beside it.
build_jars() {
  if ! command -v mvn >/dev/null; then
    say "catchwater needs Maven to build itself, and none was found: install it (Debian: maven)"
    exit 1
  fi
  say "Building catchwater (once, a minute or two) …"
  if ! (cd "$home" && rm -rf cli/target/lib cli/target/lib-flight && JAVA_HOME=$jdk \
    mvn -B -ntp -C -Dmaven.test.skip=true -pl cli -am package >"$build/build.log" 2>&1); then
    tail -n 20 "$build/build.log" >&2
    say "The build failed; all of its output is in $build/build.log"
    exit 1
  fi
  cp -R "$home/cli/target/lib" "$build/lib.new"
  cp -R "$home/cli/target/lib-flight" "$build/lib-flight.new"
  cp "$home"/cli/target/catchwater-cli-[0-9]*.[0-9].jar "$build/lib.new/"
  cp "$home/cli/target/bom.cdx.json" "$build/bom.cdx.json"
}

# What the jars were built from: the trees of the modules, where this is a clone.
sources=$(git -C "$home" ls-tree HEAD pom.xml odf disk columnar journal storage ingest query tables connectors server flight cli \
  2>/dev/null || true)
built_from=$(cat "$build/sources" 2>/dev/null || echo none)

if [ ! -d "$build/lib" ] || [ ! -d "$build/lib-flight" ] || [ "$sources" != "$built_from" ]; then
  rm -rf "$build/lib.new" "$build/lib-flight.new"
  if [ -d "$home/lib" ]; then
    cp -R "$home/lib" "$build/lib.new"
    cp -R "$home/lib-flight" "$build/lib-flight.new"
    cp "$home/bom.cdx.json" "$build/bom.cdx.json"
  else
    build_jars
  fi
  if ! check_pins "$build/lib.new" "$home/tools/dependencies.sha256" ||
    ! check_pins "$build/lib-flight.new" "$home/tools/dependencies.sha256"; then
    say "Nothing of it was run. A library that was swapped on its way here is fetched anew after it is"
    say "removed from ~/.m2/repository; tools/pin-dependencies.sh lists those of a changed build."
    exit 1
  fi
  slim_duckdb "$build/lib.new"
  rm -f "$build/launch"
  rm -rf "$build/lib" "$build/lib-flight"
  mv "$build/lib.new" "$build/lib"
  mv "$build/lib-flight.new" "$build/lib-flight"
  # A server compares what it is about to run with this.
  (cd "$build" && find lib lib-flight native/duckdb -type f 2>/dev/null | LC_ALL=C sort |
    while read -r file; do sha256 "$file"; done) >"$build/program.sha256.new"
  mv "$build/program.sha256.new" "$build/program.sha256"
  printf '%s' "$sources" >"$build/sources"
fi

# The bundled native library would be unpacked anew at every start.
native=
case $(uname -sm) in
  'Linux x86_64') native=linux/amd64 ;;
  'Linux aarch64') native=linux/aarch64 ;;
  'Darwin x86_64') native=darwin/x86_64 ;;
  'Darwin arm64') native=darwin/aarch64 ;;
esac
library=
for jar in "$build"/lib/zstd-jni-*.jar; do
  if [ -n "$native" ] && [ -r "$jar" ]; then
    mkdir -p "$build/native"
    (cd "$build/native" && "$jdk/bin/jar" xf "$jar" "$native") 2>/dev/null || true
    for file in "$build/native/$native"/libzstd-jni-*; do
      [ -r "$file" ] && library=$file
    done
  fi
done

classpath=
for jar in "$build"/lib/*.jar; do
  classpath=$classpath${classpath:+:}$jar
done
# What a server needs for Flight SQL alone stands behind that of all commands, which do not see it.
flightpath=
for jar in "$build"/lib-flight/*.jar; do
  flightpath=$flightpath:$jar
done

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# SerialGC and a small heap: a start pays for neither threads nor memory that a push does not need.
short="-XX:+UseSerialGC -Xss512k -Xmx256m"
# A server lives long: both compilers, a collector whose barriers take least of a push (a sixth of its
# CPU less than those of the JVM's choice), and an end that its supervisor sees where memory runs out,
# rather than a process that half works. It takes the classes from the cache, and not how far they
# were compiled when it was made: that would keep the optimizing compiler from a third of the speed.
long="-XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining -XX:+UseParallelGC -XX:-UseGCOverheadLimit -Xmx400m"
long="$long -XX:+ExitOnOutOfMemoryError"
flags="-XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
# The optimizing compiler costs more than it gives back in a process that lives a second; commands
# that hash much keep it for the hash alone, verify also for what feeds the hash. The JVM says that it
# took the directives, on standard output, unless it is told to say nothing. Loops over a column of a
# batch are compiled after a few thousand rows, not sixty thousand; the hash at once; and no method
# stays long in the tier that only gathers profiles.
quick=-XX:TieredStopAtLevel=1
chosen="-XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput"
chosen="$chosen -XX:CompileCommand=CompileThresholdScaling,"
chosen="${chosen}sun.security.provider.DigestBase::implCompressMultiBlock0,0.01"
chosen="$chosen -XX:Tier3BackEdgeThreshold=6000 -XX:Tier4BackEdgeThreshold=5000"
chosen="$chosen -XX:Tier4InvocationThreshold=500 -XX:Tier4MinInvocationThreshold=100"
chosen="$chosen -XX:Tier4CompileThreshold=1000 -XX:CompilerDirectivesFile="
hashing=$chosen$(quoted "$home/tools/hashing.directives")
verifying=$chosen$(quoted "$home/tools/verifying.directives")
[ -z "$library" ] || flags="$flags -DZstdNativePath=$(quoted "$library")"
[ ! -d "$build/native/duckdb" ] || flags="$flags -Djava.library.path=$(quoted "$build/native/duckdb")"

# Which build this is; an engine of another one takes no command and ends.
fingerprint=$(date +%Y%m%d%H%M%S)-$$
flags="$flags -Dcatchwater.build=$(quoted "$build") -Dcatchwater.fingerprint=$fingerprint"
# The driver of the SQL engine would make the flight recorder ready, which takes a tenth of a second.
flags="$flags -Djfr.unsupported.vm=true"

# Arrow's memory is addressed by what this opens. A cache is for processes that open the same; those
# of the hot commands open nothing.
opens=--add-opens=java.base/java.nio=ALL-UNNAMED

# A cache belongs to one build of the JVM and to these very jars. There are two, because a JVM loads
# every class of its cache: one for ingest and tail, one for the rest. Without them everything works,
# only slower. They tell the JVM how far a method was compiled while they were made, and it goes no
# further: that is right for all methods but those of the directives, which are not compiled then.
training=$quick
for method in $(sed -n 's/^ *"\(.*\)",*$/\1/p' "$home/tools/verifying.directives"); do
  training="$training -XX:CompileCommand=exclude,$(quoted "$method")"
done
say "Preparing fast starts (once) …"
work=$(mktemp -d)
trap 'rm -rf "$build/lock" "$work"' EXIT
caches=yes
for kind in all hot; do
  rm -f "$build/$kind.aot"
  [ $kind = all ] && kind_opens=$opens || kind_opens=
  if ! eval "\"\$java\" -XX:AOTCacheOutput=\"\$build/$kind.aot\" -Xlog:disable $training $short $flags $kind_opens" \
    -cp '"$classpath"' dev.catchwater.cli.Training "$kind" '"$work"' >"$build/$kind.log" 2>&1 ||
    [ ! -s "$build/$kind.aot" ]; then
    say "The AOT cache could not be made, starts will be slower (see $build/$kind.log)"
    caches=
    break
  fi
done
# The caged processes of preprocess have a third one; without it they start slower.
rm -f "$build/cage.aot"
eval "\"\$java\" -Xlog:disable $quick $short $flags" \
  -cp '"$classpath"' dev.catchwater.cli.Training cage '"$work"' '"$build"' \
  >"$build/cage.log" 2>&1 || say "The AOT cache of caged processes could not be made"

# What hands commands to an engine without a JVM: perl starts in 4 ms, python3 in 12.
interpreter=
client=$home/tools/engine-client.pl
if command -v perl >/dev/null && perl -e 'exit !($] >= 5.010)'; then
  interpreter=$(command -v perl)
elif interpreter=$(python3 -I -S -c 'import socket, select, fcntl, sys; print(sys.executable)' \
  2>/dev/null); then
  client=$home/tools/engine-client.py
fi
{
  printf 'cw_home=%s\n' "$(quoted "$home")"
  printf 'cw_fingerprint=%s\n' "$(quoted "$fingerprint")"
  printf 'cw_interpreter=%s\n' "$(quoted "$interpreter")"
  # shellcheck disable=SC2016
  printf 'cw_ask_engine() {\n  exec "$cw_interpreter" %s%s "$@"\n}\n' \
    "$([ "${client%.py}" = "$client" ] || echo '-I -S ')" "$(quoted "$client")"
  # An engine lives long: both compilers, no cache (it would keep them from compiling further), and
  # memory for several commands at once.
  # shellcheck disable=SC2016
  printf 'cw_start_engine() {\n  "$cw_interpreter" %s --start "$1/run/engine.log" %s %s%s%s "$1"\n}\n' \
    "$(quoted "$client")" "$(quoted "$java")" \
    "-Xlog:disable $flags -Xmx1g" \
    " -cp $(quoted "$classpath")" " dev.catchwater.cli.resident.EngineMain"
  printf 'cw_jdk=%s\n' "$(quoted "$jdk")"
  printf 'cw_jdk_version=%s\n' "$(quoted "$runtime_version")"
  printf 'cw_caches=%s\n' "$caches"
  # Warnings of the JVM (a cache that does not fit) go nowhere: results are on standard output.
  # shellcheck disable=SC2016
  for compilers in "quick $quick $short" "hashing $hashing $short" "verifying $verifying $short" \
    "serving $long"; do
    case $compilers in serving*) path=$classpath$flightpath ;; *) path=$classpath ;; esac
    printf 'cw_start_%s() {\n  [ "$cw_cache" = hot ] && cw_opens= || cw_opens=%s\n' \
      "${compilers%% *}" "$opens"
    printf '  exec %s -Xlog:disable %s %s $cw_opens%s%s -cp %s %s "$@"\n}\n' \
      "$(quoted "$java")" "${compilers#* }" "$flags" \
      "${caches:+ \"-XX:AOTCache=\$cw_home/.build/\$cw_cache.aot\"}" \
      ' "-Dcatchwater.terminals=$cw_terminals"' "$(quoted "$path")" dev.catchwater.cli.Main
  done
} >"$build/launch.new"
mv "$build/launch.new" "$build/launch"
