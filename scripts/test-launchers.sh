#!/usr/bin/env bash
# Tests ./mvnw and ./striate in a copy of the checkout: which JDK they take, what they say without one, what they build.
# Takes about half a minute.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/find-jdk.sh"
require_jdk test-launchers
jdk=$JAVA_HOME
unset JAVA_HOME

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clone="$work/a clone/striate"
failures=0

# check NAME COMMAND…: whether COMMAND succeeds.
check() {
    local name=$1
    shift
    if "$@"; then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        sed 's/^/        /' "$work/out" "$work/err" "$work/status"
        failures=$((failures + 1))
    fi
}

# start COMMAND…: runs it, keeping its output, messages and status.
start() {
    local status=0
    "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    echo "$status" >"$work/status"
}

status_is() { [ "$(cat "$work/status")" = "$1" ]; }
error_lines_are() { [ "$(wc -l <"$work/err")" -eq "$1" ]; }
said() { grep -q "$1" "$work/err"; }
is_version() { status_is 0 && grep -q '^striate [0-9]' "$work/out"; }
is_silent_version() { is_version && error_lines_are 0; }
are_two_versions() { status_is 0 && [ "$(grep -c '^striate [0-9]' "$work/out")" -eq 2 ] && error_lines_are 1 && said 'first run'; }
is_built_version() { is_version && error_lines_are 1 && said '^striate: building'; }
cache() { find cli/target/launcher -name 'compile-*.aot' -size +0 "$@"; }
has_cache() { # within a minute, one that meets further conditions of find
    for _ in $(seq 60); do
        if [ -n "$(cache "$@")" ]; then return 0; fi
        sleep 1
    done
    return 1
}
has_no_cache_nor_part_of_one() { [ -n "$(find cli/target/launcher -name 'compile-*.aot' -size 0)" ] && [ -z "$(find cli/target/launcher -name '*.aot.*')" ]; }
is_refusal() { status_is 3 && error_lines_are 1 && said 'needs a JDK 25'; }
is_maven_on_jdk() { status_is 0 && grep -q "^Apache Maven" "$work/out" && grep -qF "runtime: $(readlink -f "$jdk")" "$work/out"; }

# A JDK 17 that would fail if it were started, a folder of JDKs with a fitting one in it, one with none, a PATH without java.
mkdir -p "$work/jdk-17/bin" "$work/jdks" "$work/no-jdks" "$work/tools"
echo 'JAVA_VERSION="17.0.15"' >"$work/jdk-17/release"
printf '#!/bin/sh\nexit 99\n' | tee "$work/jdk-17/bin/java" >"$work/jdk-17/bin/javac"
chmod +x "$work/jdk-17/bin/"*
ln -s "$jdk" "$work/jdks/b-fitting"
ln -s "$work/jdk-17" "$work/jdks/a-too-old"
for tool in sh dirname readlink; do ln -s "$(command -v "$tool")" "$work/tools/$tool"; done
export STRIATE_JDK_DIRS="$work/no-such-folder:$work/jdks"

mkdir -p "$clone"
(cd "$root" && git ls-files -z | tar -c --null -T - | tar -x -C "$clone")
cd "$clone"

for launcher in mvnw striate; do
    start env STRIATE_JDK_DIRS="$work/no-jdks" PATH="$work/tools" "./$launcher" --version
    check "$launcher: no JDK at all" is_refusal
    start env STRIATE_JDK_DIRS="$work/no-jdks" PATH="$work/jdk-17/bin:$PATH" JAVA_HOME="$work/jdk-17" "./$launcher" --version
    check "$launcher: only JDK 17, as JAVA_HOME and on the PATH" is_refusal
done

# The pinned Maven itself is fetched here, into a folder of its own.
start env MAVEN_USER_HOME="$work/maven" PATH="$work/jdk-17/bin:$PATH" ./mvnw --version
check "mvnw: JAVA_HOME unset, JDK 17 on the PATH, Maven not there yet" is_maven_on_jdk
printf '#!/bin/sh\nexit 98\n' >"$work/jdk-17/bin/mvn"
chmod +x "$work/jdk-17/bin/mvn"
start env MAVEN_USER_HOME="$work/maven-2" PATH="$work/jdk-17/bin:$PATH" ./mvnw no-such-phase
check "mvnw: a build that fails is no reason to take an installed Maven" eval 'status_is 1 && ! said "cannot fetch"'
start env JAVA_HOME="$work/jdk-17" STRIATE_JDK_DIRS="$work/no-jdks" PATH="$jdk/bin:$PATH" ./mvnw --version
check "mvnw: JAVA_HOME is JDK 17, a fitting one on the PATH" is_maven_on_jdk
start env JAVA_HOME="$jdk" STRIATE_JDK_DIRS="$work/no-jdks" PATH="$work/jdk-17/bin:$PATH" ./mvnw --version
check "mvnw: JAVA_HOME fits, JDK 17 on the PATH" is_maven_on_jdk

./striate --version >"$work/other.out" 2>"$work/other.err" &
start env PATH="$work/jdk-17/bin:$PATH" JAVA_HOME="$work/jdk-17" ./striate --version
wait $! || echo "status $?" >>"$work/other.err"
cat "$work/other.out" >>"$work/out"
cat "$work/other.err" >>"$work/err"
if command -v flock >/dev/null; then
    check "striate: two first runs at once build once" are_two_versions
fi

start ./striate --version
check "striate: the second start builds nothing" is_silent_version

check "striate: what the JVM learned is kept by the first start" has_cache
start ./striate --version
check "striate: a start with what was kept says nothing" is_silent_version
echo damaged >"$(cache)"
start ./striate --version
check "striate: a damaged cache is not used, and nothing is said" is_silent_version

start ./striate models
check "striate: finds the standard library in the jars beside its own" eval 'status_is 0 && grep -q LeNet5 "$work/out"'

ln -s "$clone/striate" "$work/absolute"
ln -s "a clone/striate/striate" "$work/relative"
cd /
start "$work/absolute" --version
check "striate: from another folder through an absolute link" is_silent_version
start "$work/relative" --version
check "striate: from another folder through a relative link" is_silent_version
cd "$clone"

sleep 0.1
main=cli/src/main/java/dev/striate/cli/Main.java
cp -p "$main" "$work/Main.java"
echo 'broken' >>"$main"
start ./striate --version
check "striate: a failing build names the file and exits with 70" eval 'status_is 70 && said Main.java'
cp "$work/Main.java" "$main"
start ./striate --version
check "striate: a changed source is built" is_built_version
check "striate: what the JVM learned of former classes is not kept" has_cache -newer cli/target/launcher/built
echo '// changed' >>core/src/main/java/dev/striate/core/Sizes.java
start ./striate --version
check "striate: a changed source of a library is built" is_built_version
check "striate: nor what it learned of the library's" has_cache -newer cli/target/launcher/built

# The example fails from which the JVM shall learn; the pipe ends when the process in the background does.
echo 'broken' >>examples/digits.cnn
rm -f cli/target/launcher/compile-*
./striate --version 8>&1 | cat >"$work/out"
check "striate: an example that fails leaves nothing that the JVM learned" has_no_cache_nor_part_of_one

[ "$failures" -eq 0 ] || exit 1
