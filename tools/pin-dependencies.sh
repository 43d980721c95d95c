#!/bin/sh
# Writes tools/dependencies.sha256 anew from the libraries that the build copies: after a change of a
# dependency. Look at what changed before it is committed; ./catchwater refuses any other file.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/tools/find-jdk.sh"
. "$home/tools/checksums.sh"
jdk=$(find_jdk25) || { no_jdk25 && exit 1; }
(cd "$home" && rm -rf cli/target/lib cli/target/lib-flight &&
  JAVA_HOME=$jdk mvn -q -B -ntp -C -Dmaven.test.skip=true -pl cli -am package)
sha256_lines "$home"/cli/target/lib/*.jar "$home"/cli/target/lib-flight/*.jar |
  grep -v '  catchwater-' >"$home/tools/dependencies.sha256"
git -C "$home" --no-pager diff --stat -- tools/dependencies.sha256
