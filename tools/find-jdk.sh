# Sourced by ./catchwater and ./test: finds JDK 25 without starting a JVM, by the `release` file
# that every JDK has at its root.
#
# find_jdk25 prints the JDK's home and returns 0, or prints nothing and returns 1.
# Looked at, in this order: JAVA_HOME, the `java` on PATH, the usual places.

is_jdk25() {
  [ -n "${1:-}" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
    esac
  done <"$1/release"
  return 1
}

find_jdk25() {
  local home java
  if is_jdk25 "${JAVA_HOME:-}"; then
    printf '%s\n' "$JAVA_HOME"
    return 0
  fi
  if java=$(command -v java) && java=$(readlink -f "$java" 2>/dev/null); then
    home=${java%/bin/java}
    if is_jdk25 "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* /usr/local/* "${HOME:-}"/.jdks/* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    if is_jdk25 "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

no_jdk25() {
  printf '%s\n' "catchwater needs JDK 25, and none was found: install one (Debian: openjdk-25-jdk or temurin-25-jdk) or set JAVA_HOME to it" >&2
}
