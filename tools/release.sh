#!/bin/sh
# Makes a release of the commit that is checked out: an archive that is the same byte for byte
# whoever builds it where, and a signature beside it.
#
# Usage: tools/release.sh KEY.pem FOLDER
#
# KEY.pem is an Ed25519 private key (openssl genpkey -algorithm ed25519 -out KEY.pem). FOLDER gets
# catchwater-VERSION.tar.gz and catchwater-VERSION.tar.gz.sig; tools/install.sh takes both.
set -eu
umask 022 # the modes of files get into the jars

if [ $# -ne 2 ]; then
  sed -n 's/^# \{0,1\}//; 2,9p' "$0" >&2
  exit 2
fi
key=$1
folder=$2
home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/tools/find-jdk.sh"
. "$home/tools/checksums.sh"
jdk=$(find_jdk25) || { no_jdk25 && exit 1; }

say() { printf '%s\n' "$*" >&2; }
[ -r "$key" ] || { say "There is no key $key" && exit 1; }
if [ -n "$(git -C "$home" status --porcelain)" ]; then
  say "There are changes that are in no commit: a release is made of a commit"
  exit 1
fi

version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$home/pom.xml" | head -n 1)
name=catchwater-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source" "$work/$name"
git -C "$home" archive HEAD | tar -x -C "$work/source"

say "Building $name …"
(cd "$work/source" && JAVA_HOME=$jdk \
  mvn -q -B -ntp -C -Dmaven.test.skip=true -pl cli -am package) >&2
mkdir "$work/$name/lib" "$work/$name/lib-flight"
cp "$work"/source/cli/target/lib/*.jar "$work/source/cli/target/catchwater-cli-$version.jar" \
  "$work/$name/lib/"
cp "$work"/source/cli/target/lib-flight/*.jar "$work/$name/lib-flight/"
check_pins "$work/$name/lib" "$home/tools/dependencies.sha256"
check_pins "$work/$name/lib-flight" "$home/tools/dependencies.sha256"
cp "$work/source/cli/target/bom.cdx.json" "$work/$name/"
for part in catchwater tools docs python README.md CHANGELOG.md LICENSE; do
  cp -R "$work/source/$part" "$work/$name/"
done

# Every file, so that an install that was changed later shows too.
(cd "$work/$name" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort |
  while read -r file; do sha256 "$file"; done >SHA256SUMS)
chmod -R u=rwX,go=rX "$work/$name"
mkdir -p "$folder"
archive=$folder/$name.tar.gz
(cd "$work" && tar --sort=name --mtime='@1767225600' --owner=0 --group=0 --numeric-owner \
  --format=ustar -c "$name" | gzip -n -9) >"$work/archive"
openssl pkeyutl -sign -rawin -inkey "$key" -in "$work/archive" -out "$work/signature"
mv "$work/archive" "$archive"
mv "$work/signature" "$archive.sig"
sha256 "$archive"
