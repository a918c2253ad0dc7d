#!/usr/bin/env bash
# Build the grading image. Safe to run again: what has not changed is not done again.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: grading_env/build.sh [--air-gapped] [--gpu] [--lock]

  --air-gapped  make the base image from Debian packages (mmdebstrap + docker import) instead of pulling one
  --gpu         the image for jobs on a graphics card (Dockerfile.gpu); needs the network
  --lock        choose library versions anew (writes requirements.txt), build nothing

environment:
  BASE_IMAGE        base image with python3 and venv (default: python:3.11-slim-bookworm, pulled)
  AUTOGRADER_IMAGE  name of the result (default: autograder-grading:cpu)
  AUTOGRADER_GPU_IMAGE  the same with --gpu (default: autograder-grading:gpu)
  DEBIAN_SOURCES    for the air-gapped base: a mirror's URL or an apt sources file (default: this machine's own, if it
                    runs Debian 12; else the public mirror)
  PYTHON            the interpreter whose pip downloads wheels (default: .venv/bin/python, else python3)
  DOCKER            the command (default: docker; podman works)
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
image=${AUTOGRADER_IMAGE:-autograder-grading:cpu}
docker=${DOCKER:-docker}
default_base=python:3.11-slim-bookworm
own_base=autograder-base:bookworm
suite=bookworm
wheels=$here/wheels

air_gapped=false
lock=false
gpu=false
for argument in "$@"; do
  case $argument in
    --air-gapped) air_gapped=true ;;
    --gpu) gpu=true ;;
    --lock) lock=true ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

dockerfile=Dockerfile
if $gpu; then
  image=${AUTOGRADER_GPU_IMAGE:-autograder-grading:gpu}
  dockerfile=Dockerfile.gpu
fi

say() { printf '[%3ss] %s\n' "$SECONDS" "$1"; }
fail() { printf 'grading_env/build.sh: %s\n' "$1" >&2; exit 1; }
# shellcheck source=grading_env/wheels.sh
. "$here/wheels.sh"

if [ -z "${PYTHON:-}" ]; then
  PYTHON=$root/.venv/bin/python
  [ -x "$PYTHON" ] || PYTHON=python3
fi

# -- versions ------------------------------------------------------------------------------------------------------
lock_requirements() {
  "$PYTHON" -m venv "$root/build/lock"
  "$root/build/lock/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools
  # The same versions as beside the judge: arrays cross the wire between the two.
  (cd "$here" && "$root/build/lock/bin/pip-compile" --quiet --strip-extras --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --upgrade \
    --constraint ../requirements.txt --output-file "$root/build/requirements.txt" requirements.in)
  {
    echo '# Every version that was tested together, resolved for Python 3.11.2 and later; the same as ../requirements.txt has.'
    echo '# Written by `grading_env/build.sh --lock`; do not edit.'
    # torch's "+cpu" names one wheel of a version, and "unsafe" is what the image needs not at all (setuptools)
    sed -e 's/+cpu$//' -e '/^$/d' -e '/^#/d' "$root/build/requirements.txt"
  } >"$here/requirements.txt"
}

# -- base ----------------------------------------------------------------------------------------------------------
have_image() { "$docker" image inspect "$1" >/dev/null 2>&1; }

debian_sources() {
  if [ -n "${DEBIAN_SOURCES:-}" ]; then
    echo "$DEBIAN_SOURCES"
  elif grep -qs "^VERSION_CODENAME=$suite" /etc/os-release; then
    for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
      if [ -s "$file" ]; then echo "$file"; return; fi
    done
  fi
}

make_base() {
  if have_image "$own_base"; then return; fi
  command -v mmdebstrap >/dev/null || fail "mmdebstrap is needed to make a base image without pulling one: install it."
  say "making the base image $own_base from Debian packages (about a minute)"
  local options=(--variant=apt --include=python3,python3-venv
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*'
    --dpkgopt='path-exclude=/usr/share/locale/*')
  # A mirror inside an air gap is a frozen copy: its index is older than the index allows.
  options+=(--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Check-Date "false"')
  local sources
  sources=$(debian_sources)
  mkdir -p "$root/build"
  # Into a file first: a failure must not leave half an image under the name.
  mmdebstrap --quiet "${options[@]}" "$suite" "$root/build/base.tar" ${sources:+"$sources"}
  "$docker" import "$root/build/base.tar" "$own_base" >/dev/null
  rm -f "$root/build/base.tar"
}

choose_base() {
  if [ -n "${BASE_IMAGE:-}" ]; then
    base=$BASE_IMAGE
    have_image "$base" || { say "pulling $base"; "$docker" pull "$base"; }
  elif $air_gapped; then
    base=$own_base
    make_base
  elif have_image "$default_base"; then
    base=$default_base
  elif have_image "$own_base"; then
    base=$own_base
  elif say "pulling $default_base" && "$docker" pull "$default_base"; then
    base=$default_base
  else
    say "$default_base cannot be pulled"
    base=$own_base
    make_base
  fi
}

# -- image ---------------------------------------------------------------------------------------------------------
main() {
  if $lock; then lock_requirements; exit; fi
  "$docker" info >/dev/null 2>&1 || fail "no container engine answers: start docker, or set DOCKER_HOST."
  choose_base

  local guest inputs base_id
  guest=$(PYTHONPATH=$root "$PYTHON" -c 'from autograder.guest.digest import guest_digest; print(guest_digest())')
  base_id=$("$docker" image inspect --format '{{.Id}}' "$base")
  inputs=$({ echo "$guest $base_id"; cat "$here/$dockerfile" "$here/requirements.txt" "$root/autograder/__init__.py"; } |
    sha256sum | cut -d' ' -f1)
  if [ "$("$docker" image inspect --format '{{index .Config.Labels "autograder.inputs"}}' "$image" 2>/dev/null)" = "$inputs" ]
  then
    say "$image is up to date"
    exit
  fi
  local wheels_of_context=(wheels) network=none
  if $gpu; then wheels_of_context=() network=default; else download_wheels "$base" "$here/requirements.txt" "$wheels"; fi
  say "building $image on $base"
  # The context is put together here: nothing else of the course ever reaches the engine. The classic builder,
  # because it is in every version of docker and needs no plugin. No network but with --gpu: the wheels are in the context.
  local old
  old=$("$docker" image inspect --format '{{.Id}}' "$image" 2>/dev/null || true)
  tar --create --exclude='__pycache__' --exclude='.complete' \
    --directory "$here" "$dockerfile" requirements.txt "${wheels_of_context[@]}" \
    --directory "$root" autograder/__init__.py autograder/guest autograder/protocol |
    DOCKER_BUILDKIT=0 "$docker" build --network "$network" --file "$dockerfile" --tag "$image" --build-arg "BASE_IMAGE=$base" \
      --build-arg "GUEST_DIGEST=$guest" --build-arg "INPUTS_DIGEST=$inputs" -
  # What the name pointed to, unless it has another name too; a sandbox that still runs from it keeps it.
  if [ -n "$old" ] && [ "$("$docker" image inspect --format '{{len .RepoTags}}' "$old" 2>/dev/null)" = 0 ]; then
    "$docker" image rm "$old" >/dev/null 2>&1 || true
  fi
  say "$image is built"
}

main
