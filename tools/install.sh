#!/bin/sh
# Installs a release. Nothing of it is unpacked before its signature was checked.
#
# Usage: tools/install.sh PUBLIC-KEY.pem ARCHIVE FOLDER
#
# ARCHIVE is catchwater-VERSION.tar.gz with its .sig beside it; FOLDER must not exist. Afterwards
# FOLDER/catchwater runs it; JDK 25 is found or named as missing when it is first run.
set -eu

if [ $# -ne 3 ]; then
  sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
  exit 2
fi
key=$1
archive=$2
folder=$3
. "$(dirname "$0")/checksums.sh"

say() { printf '%s\n' "$*" >&2; }
refuse() {
  say "$1"
  say "Nothing was installed."
  exit 1
}
for file in "$key" "$archive" "$archive.sig"; do
  [ -r "$file" ] || refuse "There is no file $file"
done
[ ! -e "$folder" ] || refuse "$folder is there already: name a new folder, or remove it"
openssl pkeyutl -verify -rawin -pubin -inkey "$key" -in "$archive" -sigfile "$archive.sig" \
  >/dev/null 2>&1 ||
  refuse "$archive is not what the owner of the key signed: fetch it and its .sig anew"

work=$folder.new-$$
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
tar -x -z -f "$archive" -C "$work"
set -- "$work"/*
[ $# -eq 1 ] && [ -r "$1/SHA256SUMS" ] || refuse "$archive is not a release of catchwater"
(cd "$1" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort |
  while read -r file; do sha256 "$file"; done) | cmp -s - "$1/SHA256SUMS" ||
  refuse "What is in $archive is not what its list SHA256SUMS says"
check_pins "$1/lib" "$1/tools/dependencies.sha256" &&
  check_pins "$1/lib-flight" "$1/tools/dependencies.sha256" || refuse "A library of $archive is another one"
mv "$1" "$folder"
say "Installed: $folder/catchwater"
