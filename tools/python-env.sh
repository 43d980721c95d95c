# Sourced by ./test and ./benchmarks/run from the root of the repository: makes .venv with the
# packages of tools/requirements.txt, anew when that list changed, and sets CATCHWATER_PYTHON.
# The caller may define `install COMMAND PACKAGE` for what is missing.

python_env() {
  local wanted=tools/requirements.txt had=.venv/requirements.txt
  if ! cmp -s "$wanted" "$had"; then
    rm -rf .venv
    if ! python3 -m venv .venv 2>/dev/null; then
      rm -rf .venv
      if ! declare -F install >/dev/null || ! install 'python3 -m venv' python3-venv; then
        printf 'Python has no venv module: install python3-venv\n' >&2
        return 1
      fi
      python3 -m venv .venv || return 1
    fi
    if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$wanted"; then
      printf 'The Python packages of %s could not be installed\n' "$wanted" >&2
      return 1
    fi
    cp "$wanted" "$had"
  fi
  export CATCHWATER_PYTHON="$PWD/.venv/bin/python"
}
