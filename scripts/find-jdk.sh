# shellcheck shell=sh
# Finds the JDK for ./mvnw and ./striate, which source this file. Reads the `release` file of each candidate instead of
# starting it, so the search takes a few milliseconds.

least_jdk=25

# jdk_fits HOME: whether HOME is a JDK, not only a JRE, of version $least_jdk or later.
jdk_fits() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS='="' read -r key _ version _; do
        [ "$key" != JAVA_VERSION ] || break
    done <"$1/release"
    version=${version%%[!0-9]*}
    [ "$key" = JAVA_VERSION ] && [ -n "$version" ] && [ "$version" -ge "$least_jdk" ]
}

# path_jdk: prints the home of the `java` on the PATH, with its links followed.
path_jdk() {
    java=$(command -v java) || return 1
    java=$(readlink -f "$java") || return 1
    printf '%s\n' "${java%/bin/java}"
}

# installed_jdk: sets JAVA_HOME to the first fitting JDK in the usual folders, or in those that STRIATE_JDK_DIRS names
# instead, separated by colons.
installed_jdk() {
    saved_ifs=$IFS
    IFS=:
    # shellcheck disable=SC2086 # split at the colons
    set -- ${STRIATE_JDK_DIRS-/usr/lib/jvm:/opt:/Library/Java/JavaVirtualMachines:$HOME/.sdkman/candidates/java}
    IFS=$saved_ifs
    for folder; do
        for home in "$folder"/* "$folder"/*/Contents/Home; do
            if jdk_fits "$home"; then
                JAVA_HOME=$home
                return 0
            fi
        done
    done
    return 1
}

# require_jdk NAME: exports JAVA_HOME, or says in one line what to install and exits with status 3.
require_jdk() {
    if ! jdk_fits "${JAVA_HOME-}" && ! { JAVA_HOME=$(path_jdk) && jdk_fits "$JAVA_HOME"; } && ! installed_jdk; then
        echo "$1: needs a JDK $least_jdk or later and found none; install one (for example from https://adoptium.net) or set JAVA_HOME to it" >&2
        exit 3
    fi
    export JAVA_HOME
}
