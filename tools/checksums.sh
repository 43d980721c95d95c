# Sourced by shell scripts of this folder: SHA-256 of files, compared with lists of "hash  name".

# Prints "hash  path" for each file.
sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum -- "$@"
  else
    shasum -a 256 -- "$@"
  fi
}

# The same with names for paths.
sha256_lines() {
  sha256 "$@" | sed 's|  .*/|  |'
}

# Whether every jar of others in folder $1 is one of list $2; says on standard error which is not.
# Our own jars are built here: they are named after us and have no place in the list.
check_pins() {
  sha256_lines "$1"/*.jar | grep -v '  catchwater-' >"$1/.pins" || true
  pins_wrong=$(grep -v -x -F -f "$2" "$1/.pins" || true)
  rm -f "$1/.pins"
  [ -n "$pins_wrong" ] || return 0
  printf '%s\n' "$pins_wrong" | while read -r pins_hash pins_name; do
    pins_known=$(sed -n "s/^\([0-9a-f]*\)  $pins_name\$/\1/p" "$2")
    if [ -n "$pins_known" ]; then
      printf '%s is not the file that catchwater was tested with:\n  SHA-256 found    %s\n  SHA-256 expected %s\n' \
        "$pins_name" "$pins_hash" "$pins_known" >&2
    else
      printf '%s is not in the list of libraries, %s\n' "$pins_name" "$2" >&2
    fi
  done
  return 1
}
