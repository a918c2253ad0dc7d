#!/usr/bin/env bash
# Build the images of a hub with containers. Nothing of the course is in their build context.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: hub_config/images/build.sh [student] [instructor] [hub]        (default: student instructor)

environment:
  BASE_IMAGE   base image with python3 (3.11) and venv (default: as for the grading image: python:3.11-slim-bookworm;
               where only autograder-base:bookworm is here, which grading_env/build.sh --air-gapped makes, that one)
  TAG          tag of the results autograder-student, autograder-instructor, autograder-hub (default: latest)
  PYTHON       the interpreter whose pip downloads wheels (default: .venv/bin/python, else python3)
  DOCKER       the command (default: docker)
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
docker=${DOCKER:-docker}
base=${BASE_IMAGE:-}
tag=${TAG:-latest}

say() { printf '[%3ss] %s\n' "$SECONDS" "$1"; }
fail() { printf 'hub_config/images/build.sh: %s\n' "$1" >&2; exit 1; }
# shellcheck source=grading_env/wheels.sh
. "$root/grading_env/wheels.sh"

wanted=()
for argument in "$@"; do
  case $argument in
    student | instructor | hub) wanted+=("$argument") ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
if [ "${#wanted[@]}" = 0 ]; then wanted=(student instructor); fi

if [ -z "${PYTHON:-}" ]; then
  PYTHON=$root/.venv/bin/python
  [ -x "$PYTHON" ] || PYTHON=python3
fi

"$docker" info >/dev/null 2>&1 || fail "no container engine answers: start docker, or set DOCKER_HOST."
here_already() { "$docker" image inspect "$1" >/dev/null 2>&1; }
if [ -z "$base" ]; then
  base=python:3.11-slim-bookworm
  if ! here_already "$base" && here_already autograder-base:bookworm; then base=autograder-base:bookworm; fi
fi
here_already "$base" || "$docker" pull "$base" ||
  fail "$base is not here and cannot be pulled: run grading_env/build.sh --air-gapped, then BASE_IMAGE=autograder-base:bookworm"

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cat "$root/requirements.txt" "$here/logins.txt" >"$context/all.txt"
download_wheels "$base" "$context/all.txt" "$here/wheels"
# nativeauthenticator's one-time passwords come as a source package alone
[ -e "$here/wheels/onetimepass-1.0.1-py3-none-any.whl" ] ||
  "$PYTHON" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$here/wheels" onetimepass==1.0.1
cp "$root/requirements.txt" "$context/lock.txt"
{ cat "$here/logins.txt"; echo onetimepass==1.0.1; } >"$context/logins.txt"
cp "$here/Dockerfile.singleuser" "$here/Dockerfile.hub" "$context"
cp -r "$root/hub_config/roles" "$context/roles"
"$PYTHON" - "$root" "$context" "$here/wheels" <<'CODE'
import pathlib, re, shutil, sys, tomllib
root, context, wheels = map(pathlib.Path, sys.argv[1:])
sys.path.insert(0, str(root))
from autograder.hub.environment import NAMES, closure
lock = (root / "requirements.txt").read_text()
project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
package = [re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]]
student = closure(lock, (*NAMES, "jupyterhub"))
more = sorted({*closure(lock, (*NAMES, "jupyterhub", *package))} - {*student})
(context / "student.txt").write_text("\n".join(student) + "\n")
(context / "more").mkdir()
(context / "more" / "more.txt").write_text("\n".join(more) + "\n")
wanted = {re.sub(r"[-_.]+", "_", pin.split("==")[0]).lower() for pin in more}
for wheel in wheels.glob("*.whl"):
    if re.sub(r"[-_.]+", "_", wheel.name.split("-")[0]).lower() in wanted:
        shutil.copy(wheel, context / "more")
CODE

for target in "${wanted[@]}"; do
  say "building autograder-$target:$tag on $base"
  options=(--file Dockerfile.singleuser --target "$target")
  if [ "$target" = hub ]; then options=(--file Dockerfile.hub); fi
  # The classic builder, without a network: as grading_env/build.sh. The wheels are linked, not copied, into the context.
  tar --create --dereference --exclude='__pycache__' --exclude='.complete' --exclude='wheels/wheels' --exclude='.env' \
    --directory "$context" lock.txt logins.txt student.txt more roles Dockerfile.singleuser Dockerfile.hub \
    --directory "$here" wheels --directory "$root" autograder hub_config/jupyterhub_config.py hub_config/roles hub_config/server |
    DOCKER_BUILDKIT=0 "$docker" build --network none --tag "autograder-$target:$tag" --build-arg "BASE_IMAGE=$base" \
      "${options[@]}" -
done
say "done"
