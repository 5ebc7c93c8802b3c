package dev.striate.compiler.diag;

/**
 * What a diagnostic is about. Codes are stable: once released, a code keeps its meaning and is never used again.
 *
 * <p>01 syntax, 02 names and arguments, 03 shapes, 04 lints, 05 contracts, 06 recipes, 07 modules, 09 limits.
 */
public enum Code {
    /** Something stands where the grammar has no place for it. */
    UNEXPECTED(
            "CNN0101",
            "unexpected text",
            "The text does not continue in a way that the language knows. The message names what was found "
                    + "and what could stand there. The statement is skipped, and reading goes on with the next one."),
    /** A bracket that nothing closes. */
    UNCLOSED(
            "CNN0102",
            "bracket never closed",
            "A brace, parenthesis or square bracket is opened and nothing closes it. The message points at "
                    + "the place where indentation and keywords suggest that it should have been closed, and at the "
                    + "bracket itself."),
    /** A closing bracket that nothing opened. */
    UNOPENED(
            "CNN0103",
            "bracket never opened",
            "A closing brace, parenthesis or square bracket has no partner, or its partner was closed "
                    + "already. Remove it, or open the bracket where it belongs."),
    /** Deeper nesting than the compiler follows. */
    TOO_DEEP(
            "CNN0104",
            "nested too deeply",
            "Braces, parentheses and operators nest at most 200 levels deep. Name the inner part with `let`, "
                    + "or move it into a block of its own."),
    /** A file of a size that no person writes. */
    TOO_LARGE(
            "CNN0105",
            "file too large",
            "A source file has at most 4 MiB. Move blocks into files of their own and import them."),
    /** A character that the language does not use. */
    UNKNOWN_CHARACTER(
            "CNN0106",
            "unknown character",
            "Outside of comments and quotes, only letters of ASCII, digits, the underscore, white space and "
                    + "the language's punctuation are used. Typographic arrows, quotes and multiplication signs often "
                    + "come from copying out of a document."),
    /** A string or a comment without its end. */
    UNTERMINATED(
            "CNN0107",
            "quotes or comment never closed",
            "Text in quotes ends on the line where it begins, and a comment that begins with `/*` ends with "
                    + "`*/`."),
    /** Digits that are not a number, or a number out of range. */
    MALFORMED_NUMBER(
            "CNN0108",
            "malformed number",
            "Numbers are written `3`, `0.5` or `1e-3`, extents `3x3`, and a unit stands apart from its "
                    + "number: `8 GiB`."),
    /** A word of the language used as a name. */
    RESERVED_WORD(
            "CNN0109",
            "reserved word used as a name",
            "The words `net block package import output objective assert repeat for if else each where true "
                    + "false`, the units, and `step` cannot be declared. All others can."),
    /** Punctuation that is missing or stands for another. */
    PUNCTUATION(
            "CNN0110",
            "missing or wrong punctuation",
            "A `->`, `,`, `:`, `=` or bracket is missing, or another sign stands in its place."),
    /** More syntax errors than anyone reads. */
    TOO_MANY(
            "CNN0111",
            "too many syntax errors",
            "After 20 syntax errors in a file the compiler stops reading it. Fix the first ones and run it "
                    + "again."),
    /** A file that says nothing. */
    EMPTY_FILE("CNN0112", "empty file", "A source file declares at least one `net`, `block` or `train`."),
    /** Bytes that are no text. */
    NOT_TEXT(
            "CNN0113",
            "not a text file",
            "A source file is text in UTF-8. A file with NUL characters is an image, an archive, weights, or "
                    + "text in another encoding."),
    /** A backslash that means nothing. */
    UNKNOWN_ESCAPE(
            "CNN0114",
            "unknown escape",
            "In quotes, `\\\"` is a quote and `\\\\` a backslash; a backslash before anything else means nothing."),
    /** A window that does not tile its input. */
    TILING(
            "CNN0301",
            "window does not tile its input",
            "A window that moves in strides must end exactly at the edge of its padded input, unless the file says"
                    + " `round=floor`, which drops the rest, or `round=ceil`, which reads past the edge. Nothing is rounded silently,"
                    + " so a net keeps its shapes in every framework."),
    /** A value of a shape that an operator cannot take. */
    SHAPE(
            "CNN0302",
            "value of the wrong shape",
            "Every layer takes values of certain shapes: `conv` and pooling take `[N, C, H, W]`, `fc` takes `[N, C]`. The message"
                    + " shows how the shape came to be."),
    /** A window larger than its padded input. */
    WINDOW_TOO_LARGE(
            "CNN0303",
            "window larger than its input",
            "A kernel, with its dilation, must fit into the input with its padding; otherwise the output would have no element."),
    /** Channels that do not fall into the groups. */
    GROUPS(
            "CNN0304",
            "groups do not divide the channels",
            "With `groups=g`, both the incoming channels and the filters must be multiples of g."),
    /** A number of classes that does not match. */
    CLASSES(
            "CNN0305",
            "number of classes does not match",
            "Losses and metrics over classes need as many scores per sample as the label has classes."),
    /** Floats where class indices are needed, or the other way round. */
    ELEMENT(
            "CNN0306",
            "value of the wrong kind",
            "Layers compute with floats; a `class` label can only be given to a loss or metric that takes classes."),
    /** Sizes beyond what the runtime can hold. */
    TOO_MANY_ELEMENTS("CNN0307", "tensor too large", "A tensor has at most 2^31 - 1 elements."),
    /** Documentation that nothing follows. */
    STRAY_DOCUMENTATION(
            "CNN0401",
            "documentation without a declaration",
            "A `///` comment documents the declaration that follows it and becomes its Javadoc. Elsewhere it "
                    + "is lost; an ordinary comment begins with `//`.");

    private final String id;
    private final String title;
    private final String explanation;

    Code(String id, String title, String explanation) {
        this.id = id;
        this.title = title;
        this.explanation = explanation;
    }

    /** As messages show it: {@code CNN0301}. */
    public String id() {
        return id;
    }

    /** A few words, the heading of the code's page in the documentation. */
    public String title() {
        return title;
    }

    /** A paragraph of Markdown for the code's page in the documentation. */
    public String explanation() {
        return explanation;
    }
}
