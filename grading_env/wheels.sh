# Sourced by the build scripts of images; they set `docker`, `PYTHON` and define `say` and `fail`.

# download_wheels BASE REQUIREMENTS FOLDER: wheels for the interpreter and machine of an image, not for this one's.
download_wheels() {
  local base=$1 requirements=$2 wheels=$3 target stamp
  target=$("$docker" run --rm --network none --entrypoint python3 "$base" -c \
    'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.machine())') ||
    fail "$base does not run python3: choose another BASE_IMAGE."
  local version=${target% *} machine=${target#* }
  stamp="$target $(sha256sum <"$requirements")"
  if [ "$(cat "$wheels/.complete" 2>/dev/null)" = "$stamp" ]; then return; fi
  say "downloading wheels for Python $version on $machine"
  rm -rf "$wheels"
  mkdir -p "$wheels"
  local platforms=()
  for glibc in 2_36 2_35 2_34 2_31 2_28 2_27 2_24 2_17; do platforms+=(--platform "manylinux_${glibc}_$machine"); done
  "$PYTHON" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --implementation cp --python-version "$version" --abi "cp${version/./}" --abi abi3 --abi none \
    "${platforms[@]}" --platform "manylinux2014_$machine" --platform any \
    --dest "$wheels" -r "$requirements"
  echo "$stamp" >"$wheels/.complete"
}
