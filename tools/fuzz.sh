#!/usr/bin/env bash
# Fuzzes one target, longer than a build can. What is found ends the run and is kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/find-jdk.sh

usage() {
  cat <<'TEXT'
Usage: tools/fuzz.sh jazzer TARGET SECONDS [LIBFUZZER-OPTION…]
       tools/fuzz.sh cover TARGET SECONDS [LIBFUZZER-OPTION…]
       tools/fuzz.sh mutate TARGET INPUTS SEED
       tools/fuzz.sh pack TARGET

  jazzer   fuzzes guided by coverage, from the corpus in the repository and what earlier runs found
  cover    the same without a look at what is compared: three to four times as many inputs
  mutate   reads changed inputs of the corpus, without instrumentation and so much faster
  pack     puts the inputs of earlier runs that reach something new into the repository

TARGET is a method of the classes …FuzzTest: ndJson, json, csv, csvDialect, geoJson, ndGeoJson,
parquet, shapefile, shapes, packed, manifest, ddl, block, chainState, indexManifest, journal,
pushRecord, keyLog, producerFile, receipt, tlogProof, verifierKey, mediaType, http, http2, webhook.
Work is done in .build/fuzz/TARGET; inputs that break something are in its folder found/.
TEXT
}

[ $# -ge 2 ] || { usage >&2 && exit 2; }
command=$1 target=$2
shift 2
JAVA_HOME=$(find_jdk25) || { no_jdk25 && exit 1; }
export JAVA_HOME

work=$PWD/.build/fuzz/$target
corpus=fuzz/src/test/resources/corpus/$target.gz
mkdir -p "$work/corpus" "$work/found"
[ ! -e "$corpus" ] || python3 tools/pack_corpus.py unpack "$corpus" "$work/corpus"

# Whoever starts several at once has compiled before: FUZZ_COMPILED is the file with the class path.
if [ -n "${FUZZ_COMPILED-}" ]; then
  cp "$FUZZ_COMPILED" "$work/classpath"
else
  mvn -q -pl fuzz -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
fi
classes=$PWD/fuzz/target/test-classes:$(cat "$work/classpath")

# The class that has a method of that name.
source=$(grep -rlE "void $target\(byte" fuzz/src/test/java)
class=${source#fuzz/src/test/java/}
class=${class%.java}
class=${class//\//.}
# The longest input is the target's own; see Target.
bytes=$(sed -n "s/.*(\"$target\", \([0-9_]*\)).*/\1/p" \
  fuzz/src/test/java/dev/catchwater/fuzz/Target.java | tr -d _)

java=("$JAVA_HOME/bin/java" -Xmx900m -Xmn400m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED
  -Duser.timezone=UTC -cp "$classes")
# Filling in the stack traces of refusals is a third of the time; what is found is replayed with.
jazzer=("${java[@]}" -XX:-StackTraceInThrowable -XX:+EnableDynamicAgentLoading
  --sun-misc-unsafe-memory-access=allow com.code_intelligence.jazzer.Jazzer
  "--target_class=$class" "--target_method=$target" "-max_len=$bytes"
  '--instrumentation_includes=dev.catchwater.**:org.snakeyaml.**:org.eclipse.jetty.http.**:org.eclipse.jetty.http2.**' '--custom_hook_includes=none.**')

traced=cov:cmp:div:native
[ "$command" != cover ] || traced=cov
case $command in
  jazzer | cover)
    dictionary=fuzz/src/test/resources/dictionary/$target.dict
    [ ! -e "$dictionary" ] || set -- "$@" "-dict=$PWD/$dictionary"
    seconds=$1
    shift
    cd "$work" && exec "${jazzer[@]}" --trace=$traced --mutator_framework=false \
      "-max_total_time=$seconds" -entropic=0 -reduce_inputs=0 -rss_limit_mb=3000 \
      -print_final_stats=1 --reproducer_path=found -artifact_prefix=found/ "$@" corpus
    ;;
  mutate) exec "${java[@]}" dev.catchwater.fuzz.Mutations "$target" "$@" ;;
  pack)
    rm -rf "$work/least" && mkdir "$work/least"
    (cd "$work" && "${jazzer[@]}" -merge=1 least corpus)
    python3 tools/pack_corpus.py pack "$work/least" "$corpus"
    ;;
  *) usage >&2 && exit 2 ;;
esac
