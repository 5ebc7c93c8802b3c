#!/usr/bin/env bash
# Tests the Maven plugin as an outsider uses it: puts the artefacts into a repository of their own and builds and runs a
# copy of examples/digits-app with them. Takes one to two minutes.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/find-jdk.sh"
require_jdk test-maven-plugin

work=$root/target/test-maven-plugin
rm -rf "$work"
mkdir -p "$work"
cp -R "$root/examples/digits-app" "$work/app"
rm -rf "$work/app/target"
# What is fetched from elsewhere comes from the usual local repository; nothing is installed there.
repository=(-Dmaven.repo.local="$work/repository" -Dmaven.repo.local.tail="$HOME/.m2/repository")
failures=0

# check NAME COMMAND…: whether COMMAND succeeds.
check() {
    local name=$1
    shift
    if "$@"; then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        sed 's/^/        /' "$work/out"
        failures=$((failures + 1))
    fi
}

# maven ARGUMENT…: runs it on the project, keeping its output and status.
maven() {
    status=0
    "$root/mvnw" -B -ntp "${repository[@]}" -f "$work/app/pom.xml" "$@" >"$work/out" 2>&1 </dev/null || status=$?
}

# app ARGUMENT…: runs the application, likewise.
app() {
    status=0
    (cd "$work" && "$JAVA_HOME/bin/java" -jar app/target/digits-app.jar "$@") >"$work/out" 2>&1 </dev/null || status=$?
}

built() { [ "$status" -eq 0 ]; }
failed() { [ "$status" -ne 0 ]; }
says() { grep -qE -- "$1" "$work/out"; }
said_one_line() { [ "$status" -eq 1 ] && [ "$(wc -l <"$work/out")" -eq 1 ] && says "$1"; }
# untouched FILE_OR_FOLDER: whether no source or class there was written since the last `mark`.
mark() { touch "$work/mark"; }
untouched() { [ -z "$(find "$1" \( -name '*.java' -o -name '*.class' \) -newer "$work/mark")" ]; }

(cd "$root" && ./mvnw -B -ntp -q "${repository[@]}" -DskipTests -Dspotless.check.skip -pl maven-plugin,runtime -am install)

sources=$work/app/src/main/cnn/com/example/digits
generated=$work/app/target/generated-sources/cnn/com/example/digits
classes=$work/app/target/classes/com/example/digits

sed 's/net Digits/net Other/; s/for Digits/for Other/' "$sources/digits.cnn" >"$sources/other.cnn"
maven package
check "the first build generates and compiles all nets" eval \
    'built && says "Compiled 2 of 2 .cnn files: 2 Java files written, 0 removed" && [ -f "$classes/Digits.class" ] && [ -f "$classes/Other.class" ]'

mark
maven package
check "the second build generates nothing" eval \
    'built && says "Nothing to generate: 2 .cnn files, all up to date" && untouched "$work/app/target"'

mark
sed -i.bak 's/conv(16/conv(8/' "$sources/other.cnn"
rm "$sources/other.cnn.bak"
maven package
check "a changed file regenerates its class only" eval \
    'built && says "Compiled 1 of 2 .cnn files: 1 Java file written, 0 removed" && grep -q "conv(8, 3, 3)" "$generated/Other.java" && untouched "$generated/Digits.java" && ! untouched "$generated/Other.java"'

sed -i.bak 's/max_pool(2)/max_pool(3)/' "$sources/other.cnn"
rm "$sources/other.cnn.bak"
maven package
check "an error has its place in the log" eval \
    'failed && says "^\[ERROR\] src/main/cnn/com/example/digits/other.cnn:10:12: error\[CNN0301\]: .*tile" && says "the .cnn files have 1 error \(see above\); nothing was generated"'
check "an error leaves the generated files alone" grep -q "conv(8, 3, 3)" "$generated/Other.java"

rm "$sources/other.cnn"
maven package
check "a deleted file takes its classes along" eval \
    'built && says "0 Java files written, 1 removed" && [ ! -e "$generated/Other.java" ] && [ ! -e "$classes/Other.class" ] && [ -f "$classes/Digits.class" ]'

echo '/// of nothing' >>"$sources/digits.cnn"
maven package
check "a warning has its place in the log and fails nothing" eval \
    'built && says "^\[WARNING\] src/main/cnn/com/example/digits/digits.cnn:[0-9]+:1: warning\[CNN0401\]"'

# A zero, drawn as the net knows it and as a scan.
zero='0 0 0 0 0 0 0 0  0 0 0 9 9 0 0 0  0 0 9 0 0 9 0 0  0 0 9 0 0 9 0 0  0 0 9 0 0 9 0 0  0 0 9 0 0 9 0 0  0 0 0 9 9 0 0 0  0 0 0 0 0 0 0 0'
cat >"$work/Draw.java" <<'EOF'
import java.awt.image.BufferedImage;
import java.io.File;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** SIZE PAPER INK FILE CELL…: a PNG of 8x8 cells, those that are not 0 in ink. */
class Draw {
    public static void main(String[] args) throws Exception {
        int size = Integer.parseInt(args[0]);
        String[] cells = Arrays.copyOfRange(args, 4, args.length);
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                boolean paper = cells[y * 8 / size * 8 + x * 8 / size].equals("0");
                image.setRGB(x, y, Integer.parseInt(args[paper ? 1 : 2], 16));
            }
        }
        ImageIO.write(image, "png", new File(args[3]));
    }
}
EOF
draw() { (cd "$work" && "$JAVA_HOME/bin/java" Draw.java "$@"); }
# shellcheck disable=SC2086 # one argument a cell
draw 8 000000 ffffff small.png $zero
# shellcheck disable=SC2086
draw 100 ffffff 000000 scan.png $zero
echo text >"$work/text.png"

app small.png
check "the application trains and classifies a picture" eval \
    'built && says "^trained; 9[89]\.[0-9] % of the test digits are right" && says "^0 \([0-9.]+ %\)$" && [ -s "$work/digits.safetensors" ]'
app scan.png
check "the application loads the weights; a scan of 100x100 pixels" eval 'built && ! says trained && says "^0 \([0-9.]+ %\)$"'
app text.png
check "a text named .png" said_one_line 'text.png: is no picture'
head -c 60 "$work/small.png" >"$work/cut.png"
app cut.png
check "a truncated picture" said_one_line 'cut.png: is a damaged picture'
draw 1 000000 ffffff dot.png 0
app dot.png
check "a picture of 1x1 pixels" eval 'built && says "^[0-9] \([0-9.]+ %\)$"'
app missing.png
check "a missing picture" said_one_line 'missing.png: there is no such picture'
app small.png text.png
check "weights that are none" said_one_line 'text.png'

[ "$failures" -eq 0 ] || exit 1
